/// How a call was priced, step by step: what `PriceTable.cost` does, shown. The counting never goes this way.
package struct PriceTrace: Sendable {
  package struct Part: Sendable, Hashable {
    package var bucket: TokenBuckets.Name
    package var tokens: Int64
    /// Nano-dollars a million tokens.
    package var rate: Int64
    /// Nano-dollars, exact parts of the total cut to whole ones.
    package var cost: NanoUSD
  }
  /// What the source called the model, and the row that it was priced by.
  package var model: String
  package var row: String
  /// Where the row is from, for people: `bundled 2026-11-20`, `overrides`.
  package var origin: String
  /// Nothing matched the model: the dearest row stands in.
  package var isGuess: Bool
  package var tier: ServiceTier
  /// The step of long context that the call is past: inclusive input above so many tokens.
  package var longContextAbove: Int64?
  /// Buckets that are not empty.
  package var parts: [Part]
  /// Searches billed by the piece, and nano-dollars a search.
  package var webSearches: Int32
  package var webSearchFee: Int64
  /// What surcharges multiply the price of the tokens by, in millionths.
  package var factor: Int64
  package var total: NanoUSD
}

extension PriceTable {
  /// How a call with these tokens is priced.
  package func trace(
    model: String, tokens: TokenBuckets, webSearches: Int32, tier: ServiceTier, surcharges: Surcharges
  ) -> PriceTrace {
    let match = match(for: model)
    let row = match.row
    let plan = row.tiers[tier] ?? row.standard
    let rates = row.rates(forInput: tokens.input, tier: tier)
    return PriceTrace(
      model: model, row: row.name,
      origin: origin(of: match.part), isGuess: match.part == .dearest, tier: tier,
      longContextAbove: plan.longContext.last { tokens.input > $0.above }?.above,
      parts: TokenBuckets.Name.allCases.filter { tokens[$0] > 0 }.map { name in
        let rate = rates[name]
        let millionths = UInt128(max(0, tokens[name])) * UInt128(max(0, rate))
        return .init(
          bucket: name, tokens: tokens[name], rate: rate,
          cost: NanoUSD(rawValue: Int64(clamping: millionths / 1_000_000)))
      },
      webSearches: webSearches, webSearchFee: row.webSearchFee,
      factor: row.factor(surcharges),
      total: cost(of: tokens, webSearches: webSearches, tier: tier, surcharges: surcharges, row: row))
  }
}

extension PriceTable {
  private func origin(of part: Part) -> String {
    switch part {
    case .override: "overrides in the rules file"
    case .list, .dearest: origin
    case .fallback: fallbackOrigin
    }
  }
}

extension PriceRow.Rates {
  subscript(name: TokenBuckets.Name) -> Int64 {
    switch name {
    case .freshInput: input
    case .cacheRead: cacheRead
    case .cacheWrite5m: cacheWrite5m
    case .cacheWrite1h: cacheWrite1h
    case .output: output
    case .reasoning: reasoning
    }
  }
}
