import ArgumentParser
import SpendWatch

@main
struct Spendfuse: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spendfuse",
    abstract: "Blows the fuse before the LLM invoice does.",
    version: spendfuseVersion,
    subcommands: [
      WatchCommand.self, CheckCommand.self, StatusCommand.self, HaltCommand.self, ResumeCommand.self,
      ExplainCommand.self, TestCommand.self, ReplayCommand.self, ReportCommand.self, PriceCommand.self,
      PricesCommand.self, ManualCommand.self,
    ])
}
