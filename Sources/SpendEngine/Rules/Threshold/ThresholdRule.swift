/// A limit on a sum: `metric` of `window` against `limit`, with steps below it that alert people.
package struct ThresholdRule: Sendable, Hashable {
  package var metric: Metric
  package var window: Window
  /// In the metric's unit: nano-dollars for `spend`, else a count. > 0.
  package var limit: Int64
  /// Per cent of the limit, ascending, each in 1...99.
  package var alertAt: [Int64]
  /// Limits of single subjects by name or alias, in the metric's unit.
  package var overrides: [String: Int64]

  package init(
    metric: Metric, window: Window, limit: Int64, alertAt: [Int64] = [], overrides: [String: Int64] = [:]
  ) {
    self.metric = metric
    self.window = window
    self.limit = limit
    self.alertAt = alertAt
    self.overrides = overrides
  }

  /// The settings of this kind beside those every rule has (`Rule.settings`).
  package static let settings: [Setting] = [
    Setting(
      "metric", .choice(Metric.allCases.map(\.rawValue)), help: "what is summed; default spend",
      example: "spend"),
    Setting("window", .window, required: true, help: "what the sum runs over", example: "day"),
    Setting("limit", .number, required: true, help: "USD for spend, else a count", example: "25.00"),
    Setting(
      "alert_at", .percentages, help: "per cent of the limit at which people are told", example: "[50%, 80%]"),
    Setting(
      "overrides", .numbers, help: "limits of single subjects, by name or alias", example: "{ci-bot: 100.00}"),
  ]
}

extension Rule {
  /// The settings of every rule, whatever its kind.
  package static let settings: [Setting] = [
    Setting(
      "name", .text, required: true, help: "unique in the file; appears in alerts", example: "key-daily-cap"),
    Setting("per", .per, required: true, help: "what is counted", example: "key"),
    Setting(
      "halt", .choice(HaltTarget.allCases.map(\.rawValue)), help: "who is halted at 100 %", example: "key"),
    Setting("until", .choice(["reset", "manual"]), help: "when the halt ends", example: "reset"),
    Setting(
      "mode", .choice(Mode.allCases.map(\.name)), help: "default enforce with halt, else warn",
      example: "warn"),
  ]
}
