import ArgumentParser
import SpendWatch

/// What `spendfuse` alone says: what to run first, and where the rest is.
struct FirstPage {
  /// Of these, the ones that exist are shown.
  private static let steps: [(command: String, line: String, what: String)] = [
    ("demo", "spendfuse demo", "a runaway agent is halted in 12 seconds; nothing of yours is touched"),
    ("report", "spendfuse report", "what was spent, from the logs that coding agents left on this machine"),
    (
      "suggest", "spendfuse suggest > my-rules.yaml",
      "caps from those logs, as a rules file that halts nobody yet"
    ),
    ("watch", "spendfuse watch --rules my-rules.yaml", "watches your logs: counts, alerts, halts"),
  ]
  private let known: Set<String>

  init(commands: [any ParsableCommand.Type]) { known = Set(commands.map { $0._commandName }) }

  /// Without a last line end.
  var text: String {
    let steps = FirstPage.steps.filter { known.contains($0.command) }
    let width = steps.map(\.line.count).max() ?? 0
    let lines = steps.map {
      "  \($0.line)\(String(repeating: " ", count: width - $0.line.count))  \($0.what)"
    }
    return """
      spendfuse \(spendfuseVersion) blows the fuse before the LLM invoice does. To begin with:

      \(lines.joined(separator: "\n"))

      All commands: spendfuse --help. One of them, with examples: spendfuse help watch.
      """
  }
}
