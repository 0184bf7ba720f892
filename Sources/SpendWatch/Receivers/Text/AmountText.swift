package import SpendEngine

/// Money and counts for people. Cut, never rounded up: an amount below a limit never reads as the limit.
package enum AmountText {
  /// `$25.00`, `$1,234,567.89`, `$0.1147`, `$0.004`, `-$3.50`. Cents from a dollar on; below it four decimals, or as many as show two
  /// digits, without zeros at the end.
  package static func money(_ nanoDollars: Int64) -> String {
    let whole = nanoDollars.magnitude / 1_000_000_000
    let fraction = String(nanoDollars.magnitude % 1_000_000_000)
    var digits = Array(repeating: Character("0"), count: 9 - fraction.count) + Array(fraction)
    let leading = digits.prefix { $0 == "0" }.count
    digits = Array(digits.prefix(whole > 0 ? 2 : max(4, leading + 2)))
    while digits.count > 2, digits.last == "0" { digits.removeLast() }
    return (nanoDollars < 0 ? "-$" : "$") + grouped(String(whole)) + "." + String(digits)
  }

  /// `$25.00`, `1,200 requests`, `1 error`, by the metric's unit.
  package static func amount(_ value: Int64, _ metric: Metric) -> String {
    let unit: String
    switch metric {
    case .spend: return money(value)
    case .requests: unit = "request"
    case .tokens: unit = "token"
    case .inputTokens: unit = "input token"
    case .outputTokens: unit = "output token"
    case .errors: unit = "error"
    }
    return "\(count(value)) \(unit)\(value == 1 ? "" : "s")"
  }

  /// `1,234,567`
  package static func count(_ value: Int64) -> String {
    (value < 0 ? "-" : "") + grouped(String(value.magnitude))
  }

  /// Whole per cent of the limit, cut; nil where there is no limit.
  package static func percent(_ value: Int64, of limit: Int64) -> Int64? {
    guard limit > 0 else { return nil }
    guard value > 0 else { return 0 }
    let (product, overflow) = value.multipliedReportingOverflow(by: 100)
    if !overflow { return product / limit }
    let (high, low) = value.multipliedFullWidth(by: 100)
    // The quotient must fit; where it does not, the share is beyond all sense.
    return 2 * (high + 1) <= limit ? limit.dividingFullWidth((high, low)).quotient : .max
  }

  private static func grouped(_ digits: String) -> String {
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
      result.append(digit)
    }
    return result
  }
}
