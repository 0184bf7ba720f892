/// Logged costs against the price table, model by model: they part where a provider or a gateway prices wrongly, where a tier or a discount
/// came or went, and where the table is old. Of calls whose log has a cost the table's price of the same tokens is worked out too
/// (`Intake.comparesPrices`), and the two sums of the window are compared, either way.
package struct PriceDriftRule: Sendable, Hashable {
  package var window: Window
  /// Per cent of the table's sum that the logged one may be off, either way: 1...99.
  package var over: Int64
  /// Calls compared, and nano-dollars of the larger sum, before it says anything: rounding is most of a tiny call.
  package var leastCalls: Int64
  package var leastSpend: Int64

  package init(
    window: Window = .sliding(.day), over: Int64 = 5, leastCalls: Int64 = 20,
    leastSpend: Int64 = 1_000_000_000
  ) {
    self.window = window
    self.over = over
    self.leastCalls = leastCalls
    self.leastSpend = leastSpend
  }

  /// A share times 1e9, as the value is.
  var limit: Int64 { over.multipliedSaturating(by: 10_000_000) }

  /// An alert is over at half of what begins one: a deviation that stays near the limit is one alert.
  func clearValue(limit: Int64) -> Int64 { Limit.share(50, of: limit) }

  var reading: RuleReading { .drift(leastCalls: leastCalls, leastSpend: leastSpend) }
}

/// The sums of a window that are compared.
package struct PriceDrift: Sendable, Hashable {
  package var calls: Int64
  /// Nano-dollars.
  package var logged: Int64
  package var listed: Int64

  package init(calls: Int64, logged: Int64, listed: Int64) {
    self.calls = calls
    self.logged = logged
    self.listed = listed
  }

  /// What has no price at all in the table is off by so much: 1,000 %.
  static let most: Int64 = 10 * Int64(DecimalText.unit)

  /// How far the logged sum is off the table's, either way, as a share times 1e9; 0 as long as there is too little to say.
  @inline(__always)
  func deviation(leastCalls: Int64, leastSpend: Int64) -> Int64 {
    guard calls >= max(1, leastCalls), max(logged, listed) >= max(1, leastSpend) else { return 0 }
    guard listed > 0 else { return PriceDrift.most }
    let difference = Int128(logged) - Int128(listed)
    let share = (difference < 0 ? -difference : difference) * DecimalText.unit / Int128(listed)
    return Int64(clamping: min(share, Int128(PriceDrift.most)))
  }

  /// `logs say $12.40, the table says $10.00 (+24 %) over 310 calls`
  package var text: String {
    let share: String
    if listed > 0 {
      let off = deviation(leastCalls: 1, leastSpend: 1)
      let more = off == PriceDrift.most ? "or more" : ""
      let sign = logged < listed ? "-" : "+"
      share = "\(sign)\(Metric.priceDrift.text(off))\(more.isEmpty ? "" : " \(more)")"
    } else {
      share = "free there"
    }
    return
      "logs say \(Metric.spend.text(logged)), the table says \(Metric.spend.text(listed)) (\(share)) over \(Metric.attempts.text(calls))"
  }
}
