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

  /// The name under which the list has it.
  package var name: String
  package var rates: Rates
  package var longContext: LongContext?
  /// Nano-dollars per web search the provider bills on top of tokens; 0 where none is published.
  package var webSearchFee: Int64

  package init(name: String, rates: Rates, longContext: LongContext? = nil, webSearchFee: Int64 = 0) {
    self.name = name
    self.rates = rates
    self.longContext = longContext
    self.webSearchFee = webSearchFee
  }
}
