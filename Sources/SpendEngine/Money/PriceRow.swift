/// What a model costs, in nano-dollars per million tokens (1 USD per million = 1e9), so that every published price is exact.
package struct PriceRow: Hashable, Sendable {
  /// Rates of the six buckets. A rate that a price list leaves out is filled in by the list's reader (no cache rate: the input
  /// rate; no 1-hour rate: the 5-minute rate; no reasoning rate: the output rate).
  package struct Rates: Hashable, Sendable {
    package var input: Int64
    package var cacheRead: Int64
    package var cacheWrite5m: Int64
    package var cacheWrite1h: Int64
    package var output: Int64
    package var reasoning: Int64

    package init(
      input: Int64, cacheRead: Int64, cacheWrite5m: Int64, cacheWrite1h: Int64, output: Int64,
      reasoning: Int64
    ) {
      self.input = input
      self.cacheRead = cacheRead
      self.cacheWrite5m = cacheWrite5m
      self.cacheWrite1h = cacheWrite1h
      self.output = output
      self.reasoning = reasoning
    }
  }
  /// Rates of the whole request once its inclusive input exceeds `above` tokens.
  package struct LongContext: Hashable, Sendable {
    package var above: Int64
    package var rates: Rates
    package init(above: Int64, rates: Rates) {
      self.above = above
      self.rates = rates
    }
  }
  /// The rates of one tier.
  package struct Plan: Hashable, Sendable {
    package var rates: Rates
    /// Ascending by `above`.
    package var longContext: [LongContext]

    package init(rates: Rates, longContext: [LongContext] = []) {
      self.rates = rates
      self.longContext = longContext.sorted { $0.above < $1.above }
    }

    /// The rates of a request with so many tokens of input, cached ones included: of the highest step that it is past.
    package func rates(forInput input: Int64) -> Rates {
      var found = rates
      for step in longContext where input > step.above { found = step.rates }
      return found
    }
  }

  /// The name under which the list has it.
  package var name: String
  package var standard: Plan
  /// Tiers that have rates of their own; the others cost what `standard` costs.
  package var tiers: [ServiceTier: Plan] = [:]
  /// Nano-dollars per web search the provider bills on top of tokens; 0 where none is published.
  package var webSearchFee: Int64
  /// What a surcharge multiplies the price of the tokens by, in thousandths; 1000 where none is published.
  package var fastFactor: Int64 = 1_000
  package var usFactor: Int64 = 1_000

  package init(name: String, rates: Rates, longContext: [LongContext] = [], webSearchFee: Int64 = 0) {
    self.name = name
    standard = Plan(rates: rates, longContext: longContext)
    self.webSearchFee = webSearchFee
  }

  /// Of the standard tier, for requests that are not long.
  package var rates: Rates {
    get { standard.rates }
    set { standard.rates = newValue }
  }

  /// The rates of a request with so many tokens of input, cached ones included.
  package func rates(forInput input: Int64, tier: ServiceTier) -> Rates {
    if tier != .standard, let plan = tiers[tier] { return plan.rates(forInput: input) }
    return standard.rates(forInput: input)
  }

  /// By what `surcharges` multiply the price of the tokens, in millionths.
  package func factor(_ surcharges: Surcharges) -> Int64 {
    (surcharges.contains(.fast) ? fastFactor : 1_000).multipliedSaturating(
      by: surcharges.contains(.inUS) ? usFactor : 1_000)
  }
}

extension Int64 {
  /// a * b, held at the ends of Int64.
  @inlinable package func multipliedSaturating(by other: Int64) -> Int64 {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? ((self < 0) == (other < 0) ? .max : .min) : product
  }
}
