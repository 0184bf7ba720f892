/// A limit on a sum: `metric` of `window` against `limit`, with steps below it that alert people.
package struct ThresholdRule: Sendable, Hashable {
  package var metric: Metric
  package var window: Window
  package var limit: Limit
  /// Per cent of the limit, ascending, each in 1...99.
  package var alertAt: [Int64]
  /// Per cent of the limit below which an alert is over; nil = below its lowest step.
  package var clearAt: Int64?
  /// Calls that a share of errors needs before it says anything.
  package var leastCalls: Int64

  /// Of `error_ratio`: one failed call of one is no outage.
  package static let standardLeastCalls: Int64 = 10

  package init(
    metric: Metric, window: Window, limit: Int64, alertAt: [Int64] = [], overrides: [String: Int64] = [:],
    clearAt: Int64? = nil, leastCalls: Int64 = ThresholdRule.standardLeastCalls
  ) {
    self.metric = metric
    self.window = window
    self.limit = Limit(limit, overrides: overrides)
    self.alertAt = alertAt
    self.clearAt = clearAt
    self.leastCalls = leastCalls
  }
}

extension ThresholdRule {
  var reading: RuleReading {
    metric == .errorRatio ? .ratio(part: .errors, whole: .attempts, least: leastCalls) : .sum(metric)
  }

  /// Time empties a sliding window; good calls thin out the bad ones. Other sums only grow until their window ends.
  var canFall: Bool { window.slides || metric == .errorRatio }

  func clearValue(limit: Int64) -> Int64 { Limit.share(clearAt ?? alertAt.first ?? 100, of: limit) }
}

extension ThresholdRule {
  /// The settings of this kind beside those every rule has (`Rule.settings`).
  package static let settings: [Setting] =
    [
      Setting(
        "metric", .choice(Metric.ofWindows.map(\.rawValue)), help: "what is summed; default spend",
        example: "spend",
        elsewhere: [
          Metric.maxTokens.rawValue: "each call has its own: write 'per: request', and leave 'window' out"
        ]),
      Setting(
        "window", .window, required: true, help: "what the sum runs over: 5m, 24h, day, month, lifetime, ...",
        example: "day"),
      Setting(
        "alert_at", .percentages, help: "per cent of the limit at which people are told",
        example: "[50%, 80%]"),
      Setting(
        "clear_at", .percent,
        help: "per cent of the limit below which an alert is over; default its lowest step",
        example: "40%"),
      Setting(
        "min_calls", .count(1...1_000_000_000),
        help: "calls before error_ratio says anything; default \(standardLeastCalls)", example: "10"),
    ] + Limit.settings + Rule.holdSettings

  /// - Returns: nil where a needed value is missing or wrong; why is in `problems` (or was said by the reader of the values).
  package init?(values: SettingValues, per: Per, problems: inout [SettingProblem]) {
    let metric = values.text("metric").flatMap(Metric.init(rawValue:)) ?? .spend
    let limit = Limit(values: values, metric: metric, problems: &problems)
    if per == .global, values.has("overrides") {
      problems.append(
        SettingProblem(
          "overrides", "a global rule has one subject, so there is nothing to override", hint: "set 'limit'"))
    }
    if values.has("min_calls"), metric != .errorRatio {
      problems.append(
        SettingProblem("min_calls", "only 'metric: error_ratio' waits for calls", hint: "leave it out"))
    }
    guard let limit, let window = values.window("window") else { return nil }
    self.init(
      metric: metric, window: window, limit: limit.amount, alertAt: values.numbers("alert_at") ?? [],
      overrides: limit.overrides, clearAt: values.number("clear_at"),
      leastCalls: values.number("min_calls") ?? ThresholdRule.standardLeastCalls)
    checkClear(values, &problems)
  }

  private func checkClear(_ values: SettingValues, _ problems: inout [SettingProblem]) {
    guard let clearAt else { return }
    if !canFall {
      let what = window == .lifetime ? "a lifetime's sum" : "the sum of a \(window.name)"
      problems.append(
        SettingProblem(
          "clear_at", "\(what) never falls, so nothing is ever cleared",
          hint: "leave it out; it is for sliding windows such as 1h, and for error_ratio"))
    } else if clearAt > alertAt.first ?? 100 {
      problems.append(
        SettingProblem(
          "clear_at",
          "the alert would be over as soon as it begins: its first step is \(alertAt.first ?? 100)%",
          hint: "at most \(alertAt.first ?? 100)%"))
    }
  }
}
