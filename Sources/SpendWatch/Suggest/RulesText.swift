import Foundation
import SpendEngine

/// A suggestion as a rules file: each rule with its evidence above it, as comments, so that the file explains itself.
package struct RulesText {
  let suggestion: Suggestion
  let sources: [SuggestedSource]
  /// A `prices:` section, as text; nil where the bundled list is used.
  let prices: String?
  /// The directory of the kill switch.
  let haltsDirectory: String

  package init(
    _ suggestion: Suggestion, sources: [SuggestedSource], prices: String? = nil,
    haltsDirectory: String = "~/.local/state/spendfuse/halts"
  ) {
    self.suggestion = suggestion
    self.sources = sources
    self.prices = prices
    self.haltsDirectory = haltsDirectory
  }

  var history: History { suggestion.history }

  package var text: String {
    let parts = [head, sourcesText] + [prices].compactMap { $0 } + [rulesText, tail]
    return parts.joined(separator: "\n")
  }

  // MARK: Parts

  private var head: String {
    var text = CommentText()
    text.add("Caps from your own history, by `spendfuse suggest` on \(day(history.now)).")
    text.add(facts)
    for note in notes { text.add(note) }
    text.blank()
    switch suggestion.options.mode {
    case .shadow:
      text.add(
        """
        `mode: shadow` writes decisions down and does no more. Let `spendfuse watch` run with this file for a week; `spendfuse replay \
        --rules FILE LOG` shows what it would have done. Then write `mode: warn`: people are told. When you trust the numbers, \
        `mode: enforce`: whoever passes a limit is halted.
        """)
    case .warn:
      text.add(
        "`mode: warn` tells people and halts nobody. When you trust the numbers, write `mode: enforce`.")
    case .enforce:
      text.add("`mode: enforce` halts whoever passes a limit. To look on first: `mode: shadow`, or `warn`.")
    }
    return text.text + "mode: \(suggestion.options.mode.name)\ntimezone: \(zone)\n"
  }

  private var facts: String {
    let calls = Counted.text(Int(history.calls), "call")
    guard let span = history.span else { return "No calls." }
    return
      "\(calls) from \(day(span.lowerBound)) to \(day(span.upperBound)), \(history.cost.text) in all. Days are those of \(zone)."
  }

  /// What makes the numbers less than they seem.
  package var notes: [String] {
    var notes: [String] = []
    if !suggestion.doubts.isEmpty {
      notes.append("There is too little yet for some numbers: they are marked. Look again after a week.")
    }
    if !history.guessed.isEmpty {
      let calls = history.guessed.reduce(0) { $0 + $1.calls }
      let names = history.guessed.prefix(3).map { "\($0.model.printable.fitted(to: 40))" }.joined(
        separator: ", ")
      notes.append(
        "\(Counted.text(Int(calls), "call")) of models without a price counted as the dearest there is (\(names)): give them one under `prices:`, and look again."
      )
    }
    let rejected = history.books.rejectedTotal
    if rejected > 0 {
      notes.append("\(Counted.text(Int(rejected), "record")) could not be read and did not count.")
    }
    if history.isFromState {
      notes.append(
        "From the daemon's books, which keep calls one by one for a while and sum earlier ones by the hour. Where alerts go is in the rules file it runs with: take that over."
      )
    }
    return notes
  }

  private var sourcesText: String {
    guard sources.isEmpty else {
      return "sources:\n" + sources.flatMap(\.lines).joined(separator: "\n") + "\n"
    }
    return """
      sources:
        # Standard input has no path: say where these records will be.
        - path: /var/log/spendfuse/*.jsonl
          format: auto

      """
  }

  private var rulesText: String {
    let rules = [taskRule, keyRule, globalRule, ceilingRule].compactMap { $0 }
    return "rules:\n" + (missing + rules).joined(separator: "\n")
  }

  private var tail: String {
    """
    # Many halts at once are more likely a mistake in a rule than many thieves:
    # further ones wait, and a person is asked.
    brake: {halts: 10, in: 10m}

    # Where callers see that they are halted: a halted subject is a file in it.
    kill_switch:
      - directory: {path: \(haltsDirectory == "~/.local/state/spendfuse/halts" ? haltsDirectory : YAMLText.scalar(haltsDirectory))}
      # - redis: {url: redis://127.0.0.1:6379}

    # Where alerts go; without receivers they are in the log only.
    # receivers:
    #   - name: oncall
    #     slack: {webhook_url_file: slack-webhook}
    #   - name: ops
    #     webhook: {url: http://127.0.0.1:9093/hook}

    """
  }

  // MARK: Words

  var zone: String { history.zoneName }

  /// `2026-11-24`, in the file's time zone.
  func day(_ time: EngineTime) -> String {
    let offset = Milliseconds(history.zone.secondsFromGMT(for: Date(time))) * .second
    return String((time.inCalendar + offset).rfc3339.prefix(10))
  }

  func factor(_ thousandths: Int64) -> String { HumaneAmount.factor(thousandths) }

  /// `12 tasks`, and what they came to beyond a limit of theirs.
  func excess(_ amounts: [NanoUSD], over limit: NanoUSD) -> NanoUSD {
    amounts.reduce(.zero) { $0 + ($1 - limit) }
  }
}

/// Lines of comment, wrapped to 80 columns.
struct CommentText {
  private let indent: String
  private(set) var text = ""

  init(indent: Int = 0) { self.indent = String(repeating: " ", count: indent) }

  mutating func blank() { text += indent + "#\n" }

  /// A paragraph.
  mutating func add(_ paragraph: String, within width: Int = 79) {
    var line = ""
    for word in paragraph.split(separator: " ") {
      if !line.isEmpty, indent.count + 3 + line.columns + word.count > width {
        text += "\(indent)# \(line)\n"
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    text += "\(indent)# \(line)\n"
  }

  /// A line that stays as it is.
  mutating func add(line: String) {
    var line = line
    while line.hasSuffix(" ") { line.removeLast() }
    text += "\(indent)#   \(line)\n"
  }
}
