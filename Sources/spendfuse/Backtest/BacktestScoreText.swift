import SpendEngine
import SpendWatch

/// What rules made of known incidents: a row a kind, and what was cried for nothing.
struct BacktestScoreText {
  private let score: IncidentScore

  init(_ score: IncidentScore) { self.score = score }

  func text(for terminal: OutputTerminal) -> String {
    var table = OutputTable([
      .name("incident"), .number("caught"), .number("of"), .number("halted", spare: 1),
      .number("median time"), .number("median spent", spare: 2),
    ])
    for row in score.rows {
      if row.kind == nil { table.rule() }
      table.add(
        [
          row.kind ?? "all", Int64(row.caught).grouped, Int64(row.incidents).grouped,
          Int64(row.halted).grouped,
          row.medianTime.map(time) ?? "", row.medianSpent?.rounded(decimals: 2) ?? "",
        ], look: row.kind == nil ? .strong : .plain)
    }
    let rules = score.falseByRule.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.key.printable) \(Int64($0.value).grouped)" }
    let text =
      "\(Int64(score.falseAlerts).grouped) false alert\(score.falseAlerts == 1 ? "" : "s") in \(decimal(score.keyWeeks, 1)) key-weeks: "
      + "\(decimal(score.falseAlertsAKeyWeek, 3)) a key-week"
      + (rules.isEmpty ? "" : " (\(rules.joined(separator: ", ")))")
    return table.text(for: terminal) + terminal.folded(terminal.text(text, .faint)) + "\n"
  }

  /// `45 s`, `12.5 min`, `3.2 h`
  private func time(_ span: Milliseconds) -> String {
    switch span {
    case ..<Milliseconds.minute: "\(span / .second) s"
    case ..<(2 * .hour): "\(decimal(Double(span) / Double(Milliseconds.minute), 1)) min"
    default: "\(decimal(Double(span) / Double(Milliseconds.hour), 1)) h"
    }
  }

  private func decimal(_ value: Double, _ places: Int) -> String {
    String(NanoUSD(rawValue: Int64(value * 1e9)).rounded(decimals: places).filter { $0 != "$" })
  }
}
