import ArgumentParser
import SpendEngine
import SpendWatch

/// Finds every mistake in a rules file, or says what the file comes to.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Show every mistake in a rules file, or what it comes to.",
    discussion: """
      Exits with 0 where the file can be used (there may be warnings), with 1 where it cannot. Secrets that this user may not read are
      told and not checked.

      It also looks at the newest records of the logs, for about a second: names in `overrides` that no call bears, formats that do not
      fit, paths that are nearly right. Where there are no logs it says nothing of them.

        spendfuse check rules.yaml
        spendfuse check --no-logs /etc/spendfuse/rules.yaml
      """)

  @Argument(
    help: "The rules file, - for standard input. (default: ./rules.yaml, else /etc/spendfuse/rules.yaml)",
    completion: .file())
  var rules: String?

  @Flag(inversion: .prefixedNo, help: "Look at the newest records of the logs.")
  var logs = true

  func run() throws {
    let path = rules ?? ConfigEnvironment.defaultRulesPath()
    let (configuration, diagnostics, look) = RulesFile.check(
      path, secrets: .whereReadable, logs: logs ? .second() : nil)
    print(Diagnostic.render(diagnostics), terminator: "")
    guard let configuration else { throw ExitCode(1) }
    let terminal = OutputTerminal.standardOutput
    print("\(path == RulesFile.standardInput ? "standard input" : path.printable): fine\n")
    print(terminal.folded(Schedule.text(configuration, now: WallClock.now)))
    if let text = look?.text { print(terminal.folded("looked at    \(text)")) }
  }
}
