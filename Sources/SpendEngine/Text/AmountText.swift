// Amounts for people. Cut, never rounded up: what is below a limit never reads as the limit. The engine's reasons, the alerts and the
// commands say them alike.

extension NanoUSD {
  /// `$25.00`, `$1,234,567.89`, `$0.1147`, `$0.004`, `-$3.50`: cents from a dollar on; below it four decimals, or as many as show two
  /// digits, without zeros at the end.
  package var text: String {
    guard rawValue.magnitude < NanoUSD.dollar.rawValue else { return text(decimals: 2) }
    let leading = decimals.prefix { $0 == "0" }.count
    return written(NanoUSD.trimmed(decimals.prefix(max(4, leading + 2)), atLeast: 2))
  }

  /// `$25.0031`, every digit that is not a zero at the end, and cents: for limits and prices as they were written.
  package var exactText: String { written(NanoUSD.trimmed(decimals[...], atLeast: 2)) }

  /// `$25.00` with so many decimals (1...9), cut: for columns of them.
  package func text(decimals count: Int) -> String { written(decimals.prefix(count)) }

  /// `$25.00` with so many decimals (1...8), rounded half up: for columns of what was spent, which people add up; never beside a limit.
  package func rounded(decimals count: Int) -> String {
    let half = (0..<(9 - count)).reduce(Int64(1)) { unit, _ in unit * 10 } / 2
    return (self + NanoUSD(rawValue: rawValue < 0 ? -half : half)).text(decimals: count)
  }

  /// Decimal USD with every digit that is not a zero at the end, `0.114735`, `25`: for JSON and CSV.
  package var decimal: String {
    let fraction = NanoUSD.trimmed(decimals[...], atLeast: 0)
    return (rawValue < 0 ? "-" : "") + String(dollars) + (fraction.isEmpty ? "" : "." + fraction)
  }

  private var dollars: UInt64 { rawValue.magnitude / NanoUSD.dollar.rawValue.magnitude }

  /// The nine digits behind the point.
  private var decimals: String {
    Int64(rawValue.magnitude % NanoUSD.dollar.rawValue.magnitude).padded(to: 9)
  }

  private func written(_ fraction: Substring) -> String {
    (rawValue < 0 ? "-$" : "$") + Int64(dollars).grouped + "." + fraction
  }

  private static func trimmed(_ digits: Substring, atLeast least: Int) -> Substring {
    var digits = digits
    while digits.count > least, digits.last == "0" { digits.removeLast() }
    return digits
  }
}

extension Int64 {
  /// `1,234,567`
  package var grouped: String {
    var text = self < 0 ? "-" : ""
    let digits = String(magnitude)
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// Whole per cent of `limit`, cut; 0 from nothing down, held at the end of Int64; nil where there is no limit.
  package func percent(of limit: Int64) -> Int64? {
    guard limit > 0 else { return nil }
    guard self > 0 else { return 0 }
    return Int64(clamping: Int128(self) * 100 / Int128(limit))
  }
}

extension Metric {
  /// A share times 1e9: `12.5 %`, cut to two decimals.
  private static func percent(_ share: Int64) -> String {
    let hundredths = share / 100_000
    let rest = (hundredths % 100).padded(to: 2)
    let decimals = rest.hasSuffix("0") ? (rest == "00" ? "" : "." + rest.prefix(1)) : "." + rest
    return "\((hundredths / 100).grouped)\(decimals) %"
  }

  /// An amount of this metric: `$25.00`, `8,192 tokens`, `1 request`.
  package func text(_ amount: Int64) -> String {
    let unit: String
    switch self {
    case .spend: return NanoUSD(rawValue: amount).text
    case .requests: unit = "request"
    case .tokens: unit = "token"
    case .inputTokens: unit = "input token"
    case .outputTokens: unit = "output token"
    case .errors: unit = "error"
    case .attempts: unit = "call"
    case .errorRatio: return Metric.percent(amount)
    case .maxTokens:
      if amount < 0 { return "no max_tokens" }
      unit = "token"
    }
    return "\(amount.grouped) \(unit)\(amount == 1 ? "" : "s")"
  }
}
