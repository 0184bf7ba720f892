import ArgumentParser
import Foundation
import SpendEngine
import SpendWatch

@main
struct Spendfuse: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spendfuse",
    abstract: "Blows the fuse before the LLM invoice does.",
    discussion: """
      spendfuse help COMMAND says more of one of them, with examples:

        spendfuse help watch
      """,
    version: spendfuseVersion,
    subcommands: [
      DemoCommand.self, WatchCommand.self, CheckCommand.self, StatusCommand.self, HaltCommand.self,
      ResumeCommand.self, ExplainCommand.self, TestCommand.self, ReplayCommand.self, ReportCommand.self,
      SuggestCommand.self, PriceCommand.self, PricesCommand.self, NotifyCommand.self, ManualCommand.self,
    ])

  static func main() {
    if let slip = CommandSlip(Array(CommandLine.arguments.dropFirst()), root: Spendfuse.self) {
      printError(slip.text)
      Foundation.exit(CommandSlip.status)
    }
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error as any SpokenError {
      printError("spendfuse: \(String(describing: error).printable)")
      Foundation.exit(1)
    } catch {
      exit(withError: error)
    }
  }

  func run() throws { print(FirstPage(commands: Spendfuse.configuration.subcommands).text) }
}
