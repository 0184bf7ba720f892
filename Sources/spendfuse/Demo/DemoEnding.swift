import Foundation
import SpendEngine
import SpendWatch

/// What is said below the last picture: what was measured, and what to do with logs of one's own.
struct DemoEnding {
  /// Logs of one writer on this machine.
  struct Found: Hashable {
    var writer: String
    var path: String
    var files: Int
    /// There may be more.
    var isPartial = false
  }

  private let outcome: DemoOutcome
  private let logs: [Found]
  /// How to run this program, where `spendfuse` alone does not.
  private let invocation: String?

  init(_ outcome: DemoOutcome, logs: [Found], invocation: String? = nil) {
    self.outcome = outcome
    self.logs = logs
    self.invocation = invocation
  }

  /// Places of `AgentLogs` that hold some.
  static func logs(_ agents: AgentLogs = AgentLogs()) -> [Found] {
    agents.present.compactMap { place in
      let count = MatchingFiles.count(place.pattern)
      guard count.files > 0 else { return nil }
      return Found(
        writer: place.writer.rawValue, path: place.path, files: count.files, isPartial: count.isPartial)
    }
  }

  /// nil where a shell finds `spendfuse`.
  static func invocation(environment: [String: String] = ProcessInfo.environmentNow) -> String? {
    let places = (environment["PATH"] ?? "").split(separator: ":")
    if places.contains(where: { access("\($0)/spendfuse", X_OK) == 0 }) { return nil }
    guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
      return nil
    }
    let here = FileManager.default.currentDirectoryPath + "/"
    return path.hasPrefix(here) ? "./" + path.dropFirst(here.count) : path
  }

  func text(for terminal: OutputTerminal) -> String {
    let paragraphs = [measured(terminal), next(terminal)]
    return "\n" + paragraphs.joined(separator: "\n")
  }

  // MARK: What was measured

  private func measured(_ terminal: OutputTerminal) -> String {
    let used = "\(money(outcome.value)) of \(money(outcome.limit))"
    let span = TimeText.span(outcome.loopSpan)
    let weekend = outcome.cost(in: DemoOutcome.weekend)
    let lines = [
      fact(
        "\(milliseconds) ms", "from the line that passed the limit to the halt", .green, terminal),
      fact(
        money(outcome.pastLimit), "past the limit (\(used)): a call is paid before it is logged", .yellow,
        terminal),
      fact(
        money(outcome.loopCost),
        "is what the loop cost: \(outcome.calls) calls in \(span) by their log lines", .plain,
        terminal),
      fact(money(weekend), "is what a weekend of it costs at that rate, unwatched (62 h)", .red, terminal),
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private func fact(_ number: String, _ text: String, _ look: OutputTerminal.Look, _ terminal: OutputTerminal)
    -> String
  {
    let blank = String(repeating: " ", count: max(0, 10 - number.columns))
    let lines = text.wrapped(to: terminal.width.map { $0 - 12 })
    let indent = String(repeating: " ", count: 12)
    return blank + terminal.text(number, look) + "  " + lines.joined(separator: "\n\(indent)")
  }

  /// In ms with one decimal below a hundred.
  private var milliseconds: String {
    let tenths = (outcome.nanoseconds + 50_000) / 100_000
    return tenths < 1_000 ? "\(tenths / 10).\(tenths % 10)" : (tenths / 10).grouped
  }

  private func money(_ amount: Int64) -> String {
    // Cents say nothing of thousands.
    let text = NanoUSD(rawValue: amount).text
    return amount >= 1_000 * NanoUSD.dollar.rawValue ? String(text.dropLast(3)) : text
  }

  // MARK: What comes next

  private func next(_ terminal: OutputTerminal) -> String {
    var lines: [String] = []
    if logs.isEmpty {
      lines.append(terminal.text("Your own calls", .strong))
      lines += "There are no logs of Claude Code, Codex or LiteLLM here. Write a line a call:".wrapped(
        to: terminal.width)
      lines += [
        "  mkdir -p ~/.local/share/spendfuse/usage",
        #"  echo '{"key":"me","model":"gpt-5","input_tokens":1200}' \"#,
        "    >> ~/.local/share/spendfuse/usage/try.jsonl",
        "  spendfuse report ~/.local/share/spendfuse/usage",
      ]
      lines += commands(
        [("spendfuse watch --rules rules.yaml", "with the repository's rules.yaml")], terminal)
    } else {
      lines.append(terminal.text("Your own logs", .strong))
      for found in logs {
        let count =
          "\(found.isPartial ? "at least " : "")\(Int64(found.files).grouped) file\(found.files == 1 ? "" : "s")"
        lines.append(
          "  \(found.writer): \(count) in \(found.path.printable)".fitted(to: terminal.width ?? .max))
      }
      lines += commands(
        [
          ("spendfuse report", "what they cost, by day"),
          ("spendfuse suggest > rules.yaml", "caps from your own history"),
          ("spendfuse check", "what these rules come to"),
          ("spendfuse watch --rules rules.yaml", "from now on"),
        ], terminal)
    }
    if let invocation {
      // A path is there to be copied: it is not cut.
      lines += ["Here, spendfuse is", "  \(SubjectText.shellQuoted(invocation))"]
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A column of commands and one of what they are for; on a narrow terminal only the first.
  private func commands(_ commands: [(String, String)], _ terminal: OutputTerminal) -> [String] {
    commands.map { command, use in
      let blank = String(repeating: " ", count: max(2, 37 - command.columns))
      let line = "  \(command)\(blank)\(use)"
      return line.columns > terminal.width ?? .max ? "  \(command)" : line
    }
  }

  /// What can be looked at in a directory that is left.
  static func kept(_ site: DemoSite) -> String {
    let state = SubjectText.shellQuoted(site.state.path)
    let rules = SubjectText.shellQuoted(site.rulesPath)
    return """

      Kept: \(site.path.printable)
        spendfuse status --state \(state)
        spendfuse explain --rule \(DemoRules.rule) --subject \(DemoLoop.key) --state \(state)
        spendfuse replay --rules \(rules) \(SubjectText.shellQuoted(site.logPath))

      """
  }
}
