import ArgumentParser
import SpendEngine
import SpendWatch

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Windows against limits, halts, switches, sources, books.",
    discussion: """
      Asks the running daemon; with none running, opens its state (that needs --rules, or a rules.yaml here).

        spendfuse status
        spendfuse status --files
        spendfuse status --json --state /var/lib/spendfuse
      """)

  @OptionGroup var place: StateOptions
  @Flag(help: "One JSON object.")
  var json = false
  @Flag(help: "With the books of each file.")
  var files = false

  func run() throws {
    let message = try load()
    if json {
      print(String(decoding: try ControlJSON.encode(message), as: UTF8.self))
    } else {
      print(StatusText(message, hasFiles: files).text(for: .standardOutput), terminator: "")
    }
  }

  private func load() throws -> StatusMessage {
    do {
      return try place.client().status()
    } catch let error as ControlError {
      guard case .noDaemon = error else { throw place.failure(error) }
      return try place.stopped(else: error) { state in try state.status() }
    } catch let error as StateError {
      throw place.failure(error)
    }
  }
}
