internal import Foundation

/// What a command line understands, as swift-argument-parser tells it (`--experimental-dump-help`).
package struct CommandHelp: Sendable, Decodable, Hashable {
  package struct Argument: Sendable, Decodable, Hashable {
    package enum Kind: String, Sendable, Decodable { case positional, option, flag }
    package struct Name: Sendable, Decodable, Hashable {
      package enum Kind: String, Sendable, Decodable { case long, short, longWithSingleDash }
      package var kind: Kind
      package var name: String

      /// As it is typed.
      package var text: String { (kind == .long ? "--" : "-") + name }
    }
    package var kind: Kind
    package var names: [Name]?
    package var valueName: String?
    package var abstract: String?
    package var discussion: String?
    package var defaultValue: String?
    package var isOptional: Bool
    package var isRepeating: Bool
    package var shouldDisplay: Bool
  }
  package var commandName: String
  package var abstract: String?
  package var discussion: String?
  package var arguments: [Argument]?
  package var subcommands: [CommandHelp]?
  package var shouldDisplay: Bool

  private struct Dump: Decodable {
    var command: CommandHelp
  }

  /// - Parameter dump: the JSON.
  package init(dump: String) throws {
    self = try JSONDecoder().decode(Dump.self, from: Data(dump.utf8)).command
  }

  /// The commands that people see, without the parser's own `help`.
  package var shownCommands: [CommandHelp] {
    (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
  }
  /// Its arguments, without those that every command has.
  var shownArguments: [Argument] {
    (arguments ?? []).filter { argument in
      argument.shouldDisplay && !(argument.names ?? []).contains { ["help", "version"].contains($0.name) }
    }
  }
}
