extension PriceDriftRule {
  /// The settings of this kind beside those every rule has (`Rule.settings`).
  package static let ruleSettings: [Setting] =
    [
      Setting(
        "price_drift", .section(settings), required: true,
        help: "logged costs that part from the price table, either way",
        example: "{window: 24h, over: 5%, min_calls: 20, min: 1.00}"),
      .refused("halt", "who calls is not to blame for a price: leave 'halt' out"),
      .refused("until", "nobody is halted for a price: leave 'until' out"),
    ] + Rule.holdSettings

  /// The settings inside `price_drift: {...}`.
  package static let settings: [Setting] = [
    Setting(
      "window", .window, help: "what is summed: 1h, 24h, day, month, ...; default 24h", example: "24h"),
    Setting(
      "over", .percent, help: "how far the logged cost may be off, either way; default 5%", example: "5%"),
    Setting(
      "min_calls", .count(1...1_000_000_000),
      help: "calls with a logged cost before it says anything; default 20",
      example: "20"),
    Setting(
      "min", .amount, help: "USD, of the larger of the two sums, before it says anything; default 1.00",
      example: "1.00"),
  ]

  /// Of a rule's settings, with `price_drift` among them.
  init?(ruleValues values: SettingValues, per: Per, problems: inout [SettingProblem]) {
    guard let inner = values.section("price_drift") else { return nil }
    var found: [SettingProblem] = []
    if !per.contains(.model) {
      let hint =
        per.isEmpty ? "write 'per: model'" : "write 'per: model', or 'per: \(per.union(.model).name)'"
      found.append(
        SettingProblem(
          "per",
          "prices part by model: of all models together one that is too dear hides one that is too cheap",
          hint: hint))
    }
    let minimum = inner.amount("min")
    if let minimum, minimum <= 0 {
      found.append(
        SettingProblem(
          "price_drift.min", "'min' must be more than 0: a tiny call is rounding", hint: "write '1.00'"))
    } else if let minimum, Int64(exactly: minimum) == nil {
      found.append(SettingProblem("price_drift.min", "too large", hint: "at most 9000000000 USD"))
    }
    problems += found
    guard found.isEmpty else { return nil }
    let standard = PriceDriftRule()
    self.init(
      window: inner.window("window") ?? standard.window, over: inner.number("over") ?? standard.over,
      leastCalls: inner.number("min_calls") ?? standard.leastCalls,
      leastSpend: minimum.flatMap(Int64.init(exactly:)) ?? standard.leastSpend)
  }
}
