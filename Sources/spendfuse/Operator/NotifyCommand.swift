import ArgumentParser
import Foundation
import SpendEngine
import SpendWatch

struct NotifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notify",
    abstract: "Send a test alert to the receivers, and say what came back.",
    discussion: """
      Sends to every receiver of the rules file at once, from here, just as the daemon would; the daemon and its state are left alone. The \
      alert says that it is a test: severity info, label test=true. A webhook is sent its end as well, so that nothing stays open. Exits \
      with 1 where one of them did not take it.

        spendfuse notify --test
        spendfuse notify --test --receiver oncall --rules /etc/spendfuse/rules.yaml
      """)

  @Flag(help: "Send a test; there is nothing else to send.")
  var test = false
  @Option(help: ArgumentHelp("Only this one; may be given again.", valueName: "name"))
  var receiver: [String] = []
  @Option(
    help: ArgumentHelp(
      "The rules file. (default: ./rules.yaml, else /etc/spendfuse/rules.yaml)", valueName: "file"),
    completion: .file())
  var rules: String?

  func validate() throws {
    if !test { throw ValidationError("it sends tests only, and people see them: say so with --test") }
  }

  func run() throws {
    let path = rules ?? ConfigEnvironment.defaultRulesPath()
    let receivers = try chosen(try load(path))
    let width = receivers.map(\.name.printable.columns).max() ?? 0
    let terminal = OutputTerminal.standardOutput
    var failed = 0
    ReceiverTrial(receivers).run { outcome in
      let text = TrialText(outcome)
      let name = outcome.receiver.name.printable
      let blank = String(repeating: " ", count: width - name.columns)
      let mark = terminal.text(outcome.isDelivered ? "ok  " : "FAIL", outcome.isDelivered ? .green : .red)
      print("\(mark)  \(name)\(blank)  \(text.fact.printable)")
      if !text.advice.isEmpty { print("      \(text.advice.printable)") }
      fflush(nil)
      if !outcome.isDelivered { failed += 1 }
    }
    if failed > 0 { throw ExitCode(1) }
  }

  /// With every secret, as `watch` needs them.
  private func load(_ path: String) throws -> Configuration {
    let credentials = "/run/credentials/spendfuse.service"
    let isGiven = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"] != nil
    do { return try loadRules(path, secrets: .required, warns: false) } catch {
      if !isGiven, FileManager.default.fileExists(atPath: credentials) {
        printError(
          "secrets of the service are in \(credentials) while it runs: sudo CREDENTIALS_DIRECTORY=\(credentials) spendfuse notify --test"
        )
      }
      throw error
    }
  }

  private func chosen(_ configuration: Configuration) throws -> [Receiver] {
    guard !configuration.receivers.isEmpty else {
      printError(
        """
        spendfuse: \(configuration.path.printable) names no receiver, so nobody is told of anything. Add one:
          receivers:
            - name: oncall
              slack: {webhook_url_file: slack-webhook}     # one line, mode 0600, beside the rules
            - name: ops
              webhook: {url: https://ops.example/hook}     # Alertmanager's JSON
        """)
      throw ExitCode(1)
    }
    if receiver.isEmpty { return configuration.receivers }
    let known = configuration.receivers.map(\.name)
    for name in receiver where !known.contains(name) {
      printError(
        "spendfuse: \(configuration.path.printable) has no receiver '\(name.printable)': \(Nearest.hint(to: name, among: known).printable)"
      )
      throw ExitCode(1)
    }
    return configuration.receivers.filter { receiver.contains($0.name) }
  }
}
