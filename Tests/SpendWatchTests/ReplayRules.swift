import Foundation
import SpendEngine
import SpendWatch
import Support

/// Rules and logs for replays, made in code.
enum ReplayRules {
  /// UTC days from 400 before to 400 after an instant.
  static func utcDays(_ period: CalendarPeriod, around time: EngineTime) -> CalendarTable {
    let today = time.milliseconds.dividedDown(by: .day)
    return CalendarTable(edges: (today - 400...today + 400).map { EngineTime(milliseconds: $0 * .day) })
  }

  /// Ten dollars a key and day with steps, and half a dollar a task where asked for; tables made around `time`.
  static func set(around time: EngineTime, hasTasks: Bool) -> RuleSet {
    let rules = [
      Rule(
        name: "key-daily-cap", per: .key,
        kind: .threshold(
          ThresholdRule(metric: .spend, window: .calendar(.day), limit: 10_000_000_000, alertAt: [50, 80])),
        mode: .enforce, halt: .key, until: .reset),
      Rule(
        name: "task-budget", per: .task,
        kind: .threshold(ThresholdRule(metric: .spend, window: .lifetime, limit: 500_000_000)),
        mode: .enforce, halt: .task, until: .manual),
    ]
    return RuleSet(
      rules: Array(rules.prefix(hasTasks ? 2 : 1)), brake: BrakeSettings(halts: 3, span: 10 * .minute),
      calendars: [.day: utcDays(.day, around: time)])
  }

  static let prices = PriceTable(origin: "test", rows: [])

  /// The `--json` lines of a replay, with the file's name for its path.
  static func decisions(
    of paths: [String], now: EngineTime = .utc("2026-12-31T00:00:00Z"), hasTasks: Bool = false
  ) throws -> (lines: [String], summary: Replay.Summary) {
    var lines: [String] = []
    let replay = Replay(
      rules: set(around: now, hasTasks: hasTasks), prices: prices, now: now,
      calendar: { utcDays($0, around: $1) }
    )
    let summary = try replay.run(
      LogPaths(paths).logs, format: .spendfuse, fingerprintKey: (1, 2),
      decide: { decision, log in
        lines.append(decision.json(log: log.map { ($0 as NSString).lastPathComponent }))
      })
    return (lines, summary)
  }

  /// One call in our own format.
  static func call(_ time: EngineTime?, key: String = "k", task: String = "", usd: String) -> String {
    let time = time.map { "\"time\":\"\($0.rfc3339)\"," } ?? ""
    return
      "{\(time)\"key\":\"\(key)\",\"task\":\"\(task)\",\"model\":\"m\",\"input_tokens\":1,\"cost_usd\":\(usd)}\n"
  }
}

extension EngineTime {
  /// `2026-11-24T10:00:00Z`; the beginning of time where it is not of that form.
  static func utc(_ text: String) -> EngineTime {
    EngineTime(rfc3339: text) ?? .distantPast
  }
}
