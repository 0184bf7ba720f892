extension NanoUSD {
  /// `$25.00`, `$1,234.50`, `$0.0042`: cents, or as many digits as a small amount needs (at most nine). Without Foundation, so that the
  /// engine's reasons and the watcher's alerts read alike.
  package var text: String {
    let magnitude = rawValue.magnitude
    let dollars = magnitude / 1_000_000_000
    var fraction = String(magnitude % 1_000_000_000)
    fraction = String(repeating: "0", count: 9 - fraction.count) + fraction
    // Above a dollar cents are enough; below, the first digits that say something.
    var digits = 2
    if dollars == 0, magnitude != 0 {
      let leadingZeros = fraction.prefix { $0 == "0" }.count
      digits = min(9, max(2, leadingZeros + 2))
    }
    return (rawValue < 0 ? "-$" : "$") + dollars.groupedText + "." + fraction.prefix(digits)
  }

  /// Decimal USD with every digit that is not a trailing zero: `0.114735`; for JSON.
  package var decimal: String {
    let magnitude = rawValue.magnitude
    var fraction = String(magnitude % 1_000_000_000)
    fraction = String(repeating: "0", count: 9 - fraction.count) + fraction
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return (rawValue < 0 ? "-" : "") + String(magnitude / 1_000_000_000)
      + (fraction.isEmpty ? "" : "." + fraction)
  }
}

extension UInt64 {
  /// `1,234,567`
  package var groupedText: String {
    var text = ""
    let digits = String(self)
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return text
  }
}

extension Metric {
  /// An amount of this metric for people: `$25.00`, `8,192 tokens`.
  package func text(_ amount: Int64) -> String {
    let count = (amount < 0 ? "-" : "") + amount.magnitude.groupedText
    return switch self {
    case .spend: NanoUSD(rawValue: amount).text
    case .requests: count + (amount == 1 ? " request" : " requests")
    case .tokens: count + " tokens"
    case .inputTokens: count + " input tokens"
    case .outputTokens: count + " output tokens"
    case .errors: count + (amount == 1 ? " error" : " errors")
    }
  }
}
