extension SpikeReading {
  /// One line for people: `score 4.6 of 4.0 (halt at 5.0): 5m 3.10 against 0.21 (9.1x, usual top 4.0x, +1.9); 1h 22.40 against 2.50 (8.6x,
  /// usual top 2.2x, +2.7); 24h 40.10 against 31.00 (1.3x, usual top 1.6x, 0); floor 2.00; 12.5 days old; learning`. Money in USD, without the dearest
  /// call. When quiet, the test that failed comes first.
  package var text: String {
    var text = quiet.map { reason($0) + ": " } ?? ""
    text += "score \(Self.tenths(score)) of \(Self.tenths(bar)) (\(haltText))"
    if !parts.isEmpty { text += ": " + parts.map(\.text).joined(separator: "; ") }
    text += "; floor \(Self.money(minimum)); \(Self.tenths(Double(age) / Double(Milliseconds.day))) days old"
    return text + "; " + (frozenSince.map { "learning frozen since \($0.rfc3339)" } ?? "learning")
  }

  private var haltText: String {
    age < SpikeState.haltAge ? "no halt before 8 days" : "halt at \(Self.tenths(haltBar))"
  }

  private func reason(_ quiet: Quiet) -> String {
    switch quiet {
    case .age(let left) where left > 0:
      "quiet, as nothing is said in the first 24 hours (\(Self.tenths(Double(left) / Double(Milliseconds.hour))) hours left)"
    case .age: "quiet, as fewer than 24 hours are learnt"
    case .unknown: "quiet, as fewer than \(SpikeState.leastSeen) active stretches are learnt"
    case .floor(let excess):
      excess > 0
        ? "quiet, as no more than \(Self.money(excess)) above the expected, of \(Self.money(minimum))"
        : "quiet, as nothing is above the expected"
    case .factor(let horizon):
      parts.first { $0.horizon == horizon }.map {
        "quiet, as the ratio of \($0.span.spanText) is \(Self.tenths($0.ratio))x of \(Self.tenths($0.enough))x"
      } ?? "quiet"
    case .score(let lack): "quiet, as the score is \(Self.tenths(max(lack, 0.1))) short"
    }
  }

  /// `3.10`
  fileprivate static func money(_ amount: Int64) -> String {
    String(NanoUSD(rawValue: amount).text(decimals: 2).filter { $0 != "$" })
  }

  /// `4.0`; not rounded up, so that what is below a bar does not read as the bar.
  fileprivate static func tenths(_ value: Double) -> String {
    let tenths = Int64(min(max(value, 0), 1e15) * 10 + 1e-9)
    return "\((tenths / 10).grouped).\(tenths % 10)"
  }
}

extension SpikeReading.Part {
  fileprivate var text: String {
    let added = score > 0 ? "+\(SpikeReading.tenths(score))" : "0"
    return "\(spanText) \(SpikeReading.money(spent)) against \(SpikeReading.money(expected))"
      + " (\(SpikeReading.tenths(ratio))x, usual top \(SpikeReading.tenths(usualTop))x, \(added))"
  }

  /// A day is `24h`, as people ask for it.
  private var spanText: String { span == .day ? "24h" : span.spanText }
}
