package import SpendEngine

/// What calls of one size cost, line by line.
package struct PriceBill: Sendable {
  package struct Line: Sendable {
    /// `input`, `cache read`, ..., `web search`
    package var what: String
    package var count: Int64
    /// Nano-dollars per million tokens, or per search; before surcharges.
    package var rate: Int64
    package var cost: ExactUSD
  }

  package var match: PriceTable.Match
  package var tier: ServiceTier
  package var surcharges: Surcharges
  /// The tier has rates of its own; else it costs what the standard tier costs.
  package var isTierListed: Bool
  /// Of what there is.
  package var lines: [Line]
  /// Of one call: rounded once, as it is booked.
  package var perCall: NanoUSD
  package var calls: Int64
  /// Saturates.
  package var total: NanoUSD

  /// - Parameters:
  ///   - tokens: of each call.
  ///   - calls: at least 1.
  package init(
    model: String, tokens: TokenBuckets, webSearches: Int32 = 0, tier: ServiceTier = .standard,
    surcharges: Surcharges = [], calls: Int64 = 1, table: PriceTable
  ) {
    match = table.match(for: model)
    self.tier = tier
    self.surcharges = surcharges
    self.calls = calls
    let row = match.row
    isTierListed = tier == .standard || row.tiers[tier] != nil
    let rates = row.rates(forInput: tokens.input, tier: tier)
    let counts = [
      tokens.freshInput, tokens.cacheRead, tokens.cacheWrite5m, tokens.cacheWrite1h, tokens.output,
      tokens.reasoning,
    ]
    let factor = row.factor(surcharges)
    lines = zip(PriceRow.Rates.names, zip(counts, rates.list)).filter { $0.1.0 > 0 }.map { name, line in
      Line(
        what: name, count: line.0, rate: line.1,
        cost: ExactUSD(count: line.0, rate: line.1, factor: factor))
    }
    if webSearches > 0 {
      let fee = row.webSearchFee
      lines.append(
        Line(
          what: "web search", count: Int64(webSearches), rate: fee,
          cost: ExactUSD(count: Int64(webSearches).multipliedSaturating(by: 1_000_000), rate: fee)))
    }
    perCall = table.cost(
      of: tokens, webSearches: webSearches, tier: tier, surcharges: surcharges, row: row)
    total = NanoUSD(rawValue: perCall.rawValue.multipliedSaturating(by: calls))
  }

  /// Whether the length of the request made it dearer.
  package func isLong(_ tokens: TokenBuckets) -> Int64? {
    let plan = match.row.tiers[tier] ?? match.row.standard
    return plan.longContext.last { tokens.input > $0.above }?.above
  }
}

/// USD to the last digit, which a single bucket of a call may have far behind the nano-dollar.
package struct ExactUSD: Sendable, Hashable {
  /// 1e-21 USD; saturates.
  private var value: UInt128

  /// - Parameters:
  ///   - count: of tokens.
  ///   - rate: in nano-dollars per million.
  ///   - factor: in millionths.
  init(count: Int64, rate: Int64, factor: Int64 = 1_000_000) {
    let plain = UInt128(max(0, count)) * UInt128(max(0, rate))
    let (product, overflow) = plain.multipliedReportingOverflow(by: UInt128(max(0, factor)))
    value = overflow ? .max : product
  }

  /// For people: a dollar sign, and cents at least.
  package var text: String {
    let decimal = decimal
    let places = decimal.firstIndex(of: ".").map { decimal.distance(from: $0, to: decimal.endIndex) - 1 } ?? 0
    return "$" + decimal + (places == 0 ? ".00" : places == 1 ? "0" : "")
  }

  /// Every digit that is not a zero at the end: `0.0006`, `3`.
  package var decimal: String {
    let (whole, rest) = value.quotientAndRemainder(dividingBy: 1_000_000_000_000_000_000_000)
    guard rest > 0 else { return String(whole) }
    var digits = String(rest)
    digits = String(repeating: "0", count: 21 - digits.count) + digits
    while digits.hasSuffix("0") { digits.removeLast() }
    return "\(whole).\(digits)"
  }
}
