extension ThresholdRule {
  var sums: [SeriesLayout.Sum] { [SeriesLayout.Sum(window: window, metric: metric)] }

  /// An override by name or alias, else the rule's own.
  func limit(for subject: Subject?) -> Int64 {
    guard let subject else { return limit }
    return overrides[subject.names.joined(separator: "+")] ?? subject.alias.flatMap { overrides[$0] } ?? limit
  }

  /// The highest step that `value` has reached, in per cent; 100 at the limit, 0 below every step.
  func level(of value: Int64, limit: Int64) -> Int64 {
    if value >= limit { return 100 }
    return alertAt.last { value >= ThresholdRule.share($0, of: limit) } ?? 0
  }

  /// The value at which the next step after `level` is reached; `.max` above the limit.
  func trip(after level: Int64, limit: Int64) -> Int64 {
    if level >= 100 { return .max }
    return alertAt.first { $0 > level }.map { ThresholdRule.share($0, of: limit) } ?? limit
  }

  /// The least value that is at least `percent` of `limit`: rounded up, so that 50 % is never said of less. Saturates.
  static func share(_ percent: Int64, of limit: Int64) -> Int64 {
    let product = limit.multipliedFullWidth(by: percent)
    // A hundredth fits where the product is below 100 * 2^63 = 50 * 2^64: a person may ask for any percentage.
    guard product.high > -50, product.high < 49 else { return product.high < 0 ? .min : .max }
    let (quotient, remainder) = Int64(100).dividingFullWidth(product)
    return remainder > 0 ? quotient + 1 : quotient
  }
}
