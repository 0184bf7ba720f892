import ArgumentParser
import SpendEngine
import SpendWatch

/// A word that stands where a command belongs, and is none. The parser would call it an unexpected argument, and `help` would pass over it.
struct CommandSlip: Equatable {
  /// As for every wrong usage.
  static let status: Int32 = 64
  /// What was written, and the commands before it: `spendfuse prices`.
  let word: String
  let place: String
  /// Those that there are.
  let known: [String]

  /// nil where every command is known, or options come before it.
  init?(_ arguments: [String], root: any ParsableCommand.Type) {
    var command = root
    var place = root._commandName
    var rest = arguments[...]
    if rest.first == "help" { rest = rest.dropFirst() }
    while let word = rest.first, !word.hasPrefix("-") {
      let subcommands = command.configuration.subcommands
      // What follows are its arguments.
      if subcommands.isEmpty { return nil }
      guard let next = subcommands.first(where: { $0._commandName == word }) else {
        self.word = word
        self.place = place
        known = subcommands.map { $0._commandName }
        return
      }
      command = next
      place += " " + word
      rest = rest.dropFirst()
    }
    return nil
  }

  var text: String {
    let near = Nearest.meant(by: word, among: known).map { "Did you mean '\($0)'?" }
    return """
      Error: Unknown command '\(word.printable)'. \(near ?? "There are: \(known.joined(separator: ", ")).")
        See '\(place) --help' for more information.
      """
  }
}
