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
      example: "spend", later: ["error_ratio", "max_tokens"]),
    Setting(
      "window", .window, required: true, help: "what the sum runs over", example: "day",
      later: ["hour", "week", "month"]),
    Setting("limit", .amount, required: true, help: "USD for spend, else a count", example: "25.00"),
    Setting(
      "alert_at", .percentages, help: "per cent of the limit at which people are told", example: "[50%, 80%]"),
    Setting(
      "overrides", .amounts, help: "limits of single subjects, by name or alias", example: "{ci-bot: 100.00}"),
  ]

  /// - Returns: nil where a needed value is missing or wrong; why is in `problems` (or was said by the reader of the values).
  package init?(values: SettingValues, per: Per, problems: inout [SettingProblem]) {
    let metric = values.text("metric").flatMap(Metric.init(rawValue:)) ?? .spend
    let limit = values.amount("limit").flatMap {
      Self.limit($0, of: metric, setting: "limit", problems: &problems)
    }
    var overrides: [String: Int64] = [:]
    for (name, amount) in (values.amounts("overrides") ?? [:]).sorted(by: { $0.key < $1.key }) {
      overrides[name] = Self.limit(amount, of: metric, setting: "overrides.\(name)", problems: &problems)
    }
    if per == .global, !overrides.isEmpty {
      problems.append(
        SettingProblem(
          "overrides", "a global rule has one subject, so there is nothing to override", hint: "set 'limit'"))
    }
    guard let limit, let window = values.window("window") else { return nil }
    self.init(
      metric: metric, window: window, limit: limit, alertAt: values.numbers("alert_at") ?? [],
      overrides: overrides)
  }

  /// An amount (times 1e9) in the metric's unit.
  private static func limit(
    _ amount: Int128, of metric: Metric, setting: String, problems: inout [SettingProblem]
  ) -> Int64? {
    func refuse(_ message: String, _ hint: String) -> Int64? {
      problems.append(SettingProblem(setting, message, hint: hint))
      return nil
    }
    if amount < 0 { return refuse("a limit must not be negative", "") }
    if amount == 0 {
      return refuse(
        "a limit must be more than 0",
        "a limit of 0 would be passed before the first call; leave the rule out")
    }
    if metric == .spend {
      guard let limit = Int64(exactly: amount) else { return refuse("too large", "at most 9000000000 USD") }
      return limit
    }
    let (whole, rest) = amount.quotientAndRemainder(dividingBy: DecimalText.unit)
    guard rest == 0 else { return refuse("'\(metric.rawValue)' is counted in whole numbers", "") }
    guard let limit = Int64(exactly: whole) else { return refuse("too large", "") }
    return limit
  }
}
