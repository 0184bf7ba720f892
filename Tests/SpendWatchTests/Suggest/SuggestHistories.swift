import Foundation
import SpendEngine
import SpendWatch
import Support

/// Histories and what becomes of them.
enum SuggestHistories {
  static func read(
    _ paths: [String], now: EngineTime, zone: String = "UTC", format: Format = .auto, since: EngineTime? = nil
  ) -> History {
    var intake = HistoryIntake(
      zone: zone == "UTC" ? .gmt : TimeZone(identifier: zone) ?? .gmt, prices: .bundled, now: now,
      since: since, fingerprintKey: (3, 4))
    let problems = intake.read(LogPaths(paths).logs, layouts: LogLayouts([], format: format))
    precondition(problems.isEmpty)
    return intake.finish()
  }

  static func load(_ text: String) -> (configuration: Configuration?, said: String) {
    let environment = ConfigEnvironment(
      directory: "/etc/spendfuse", home: "/home/ann", credentialsDirectory: nil,
      now: .utc("2026-11-29T12:00:00Z"))
    let (configuration, diagnostics) = RulesFile.load(
      Array(text.utf8), path: "rules.yaml", environment: environment)
    return (configuration, Diagnostic.render(diagnostics))
  }

  /// Halts of a replay by rule; of a rule that halts nobody, alerts at its limit.
  static func halts(
    _ paths: [String], _ configuration: Configuration, now: EngineTime, format: Format? = nil
  ) throws -> [String: Int] {
    var counts: [String: Int] = [:]
    let halting = Set(configuration.rules.rules.filter { $0.halt != nil }.map(\.name))
    let replay = Replay(
      configuration: configuration, now: now,
      calendar: { CalendarBuilder.table($0, configuration.calendar, around: $1) })
    let summary = try replay.run(LogPaths(paths).logs, format: format, fingerprintKey: (1, 2)) {
      decision, _ in
      let isCap =
        decision.kind == .halt
        || decision.kind == .alert && decision.level == .firing && !halting.contains(decision.rule)
      if isCap { counts[decision.rule, default: 0] += 1 }
    }
    precondition(summary.problems.isEmpty)
    return counts
  }

  static func overrides(_ rule: Rule) -> [String: Int64] {
    switch rule.kind {
    case .threshold(let threshold): threshold.limit.overrides
    case .ceiling(let ceiling): ceiling.limit.overrides
    case .spike: [:]
    }
  }
}
