/// A rule's limit, and the limits of single subjects, in its metric's unit: nano-dollars for `spend`, a share times 1e9 for `error_ratio`,
/// else a count.
package struct Limit: Sendable, Hashable {
  /// > 0.
  package var amount: Int64
  /// By name or alias.
  package var overrides: [String: Int64]

  package init(_ amount: Int64, overrides: [String: Int64] = [:]) {
    self.amount = amount
    self.overrides = overrides
  }

  /// An override by name or alias, else the rule's own.
  func of(_ subject: Subject?) -> Int64 {
    guard let subject else { return amount }
    return overrides[subject.names.joined(separator: "+")] ?? subject.alias.flatMap { overrides[$0] }
      ?? amount
  }

  /// The least value that is at least `percent` of `limit`: rounded up, so that 50 % is never said of less. Saturates.
  package static func share(_ percent: Int64, of limit: Int64) -> Int64 {
    if percent == 100 { return limit }
    let product = limit.multipliedFullWidth(by: percent)
    // A hundredth fits where the product is below 100 * 2^63 = 50 * 2^64: a person may ask for any percentage.
    guard product.high > -50, product.high < 49 else { return product.high < 0 ? .min : .max }
    let (quotient, remainder) = Int64(100).dividingFullWidth(product)
    return remainder > 0 ? quotient + 1 : quotient
  }
}

extension Limit {
  static let settings: [Setting] = [
    Setting(
      "limit", .amount, required: true,
      help: "USD for spend, a share such as 0.2 for error_ratio, else a count",
      example: "25.00"),
    Setting(
      "overrides", .amounts, help: "limits of single subjects, by name or alias", example: "{ci-bot: 100.00}"),
  ]

  /// - Returns: nil where the limit is missing or wrong; why is in `problems` (or was said by the reader of the values).
  init?(values: SettingValues, metric: Metric, problems: inout [SettingProblem]) {
    let limit = values.amount("limit").flatMap {
      Limit.amount($0, of: metric, setting: "limit", problems: &problems)
    }
    var overrides: [String: Int64] = [:]
    for (name, amount) in (values.amounts("overrides") ?? [:]).sorted(by: { $0.key < $1.key }) {
      overrides[name] = Limit.amount(amount, of: metric, setting: "overrides.\(name)", problems: &problems)
    }
    guard let limit else { return nil }
    self.init(limit, overrides: overrides)
  }

  /// An amount (times 1e9) in the metric's unit.
  private static func amount(
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
    switch metric {
    case .spend:
      guard let limit = Int64(exactly: amount) else { return refuse("too large", "at most 9000000000 USD") }
      return limit
    case .errorRatio:
      guard amount <= DecimalText.unit, let limit = Int64(exactly: amount) else {
        let hint = amount <= 100 * DecimalText.unit ? NanoUSD(rawValue: Int64(amount / 100)).decimal : nil
        return refuse(
          "a share of errors is at most 1", hint.map { "write '\($0)'" } ?? "such as 0.2 for 20 %")
      }
      return limit
    default: break
    }
    let (whole, rest) = amount.quotientAndRemainder(dividingBy: DecimalText.unit)
    guard rest == 0 else { return refuse("'\(metric.rawValue)' is counted in whole numbers", "") }
    guard let limit = Int64(exactly: whole) else { return refuse("too large", "") }
    return limit
  }
}
