import SpendEngine
import SpendWatch

/// What was suggested, in a line a rule: for a terminal whose standard output went into a file or a pipe.
struct SuggestSummary {
  private let suggestion: Suggestion

  init(_ suggestion: Suggestion) { self.suggestion = suggestion }

  var text: String {
    var lines: [String] = suggestion.doubts.map { "\($0.rule): \($0.text)" }
    var table = OutputTable([.name("rule"), .number("limit"), .name("from"), .name("would have met")])
    for row in rows { table.add(row) }
    lines.append(table.text(for: .standardError).trimmingSuffix)
    return lines.joined(separator: "\n") + "\n"
  }

  private func count(_ count: Int, _ what: String) -> String {
    "\(Int64(count).grouped) \(what)\(count == 1 ? "" : "s")"
  }

  private var rows: [[String]] {
    var rows: [[String]] = []
    if let task = suggestion.task {
      rows.append([
        "task-budget", task.limit.exactText,
        "\(Int64(task.real.count).grouped) tasks, median \(task.median.text)",
        count(task.stopped.count, "task"),
      ])
    }
    if let keys = suggestion.keys {
      let own = keys.own.isEmpty ? "" : "; \(keys.own.count) have their own"
      rows.append([
        "key-daily-cap", keys.limit.exactText, "\(Int64(keys.keyDays.count).grouped) days of keys\(own)",
        count(keys.reached.count, "day"),
      ])
    }
    if let global = suggestion.global {
      rows.append([
        "global-daily-cap", global.limit.exactText,
        "\(global.wholeDays) days, busiest \(global.busiest.amount.text)",
        count(global.reached.count, "day"),
      ])
    }
    if let ceiling = suggestion.ceiling {
      rows.append([
        "output-ceiling", ceiling.limit.grouped, "\(ceiling.calls.grouped) calls",
        count(Int(ceiling.met), "call"),
      ])
    }
    return rows
  }
}

extension String {
  fileprivate var trimmingSuffix: String {
    var text = self
    while text.hasSuffix("\n") { text.removeLast() }
    return text
  }
}
