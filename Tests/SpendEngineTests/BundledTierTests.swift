import Testing

@testable import SpendEngine

/// Golden prices of the bundled list beyond its standard rates, worked out by hand.
@Suite struct BundledTierTests {
  private static func tokens(
    _ fresh: Int64 = 0, read: Int64 = 0, write5m: Int64 = 0, write1h: Int64 = 0, output: Int64 = 0,
    reasoning: Int64 = 0
  ) -> TokenBuckets {
    var tokens = TokenBuckets()
    (tokens.freshInput, tokens.cacheRead) = (fresh, read)
    (tokens.cacheWrite5m, tokens.cacheWrite1h) = (write5m, write1h)
    (tokens.output, tokens.reasoning) = (output, reasoning)
    return tokens
  }
  /// G1 and G2 of the formats.
  private static let g1 = tokens(480, read: 1_920, output: 108, reasoning: 192)
  private static let g2 = tokens(120, read: 18_000, write5m: 1_000, write1h: 2_000, output: 350)

  @Test(
    arguments: [
      ("gpt-5", g1, .priority, [], 0, 7_680_000), ("gpt-5", g1, .batch, [], 0, 1_920_000),
      // No flex rate is listed: the standard one.
      ("gpt-5.2", g1, .flex, [], 0, 5_376_000), ("gpt-5.2", g1, .standard, [], 0, 5_376_000),
      // Half of the tokens; a search costs what it costs.
      ("claude-sonnet-4-5", g2, .batch, [], 1, 23_380_000),
      // A tier past a long request's threshold: half of the long rates. 200,000 is not past it, the cache counts.
      ("claude-sonnet-4-5", tokens(100_000, read: 100_000, output: 1_000), .standard, [], 0, 345_000_000),
      ("claude-sonnet-4-5", tokens(100_001, read: 100_000, output: 1_000), .standard, [], 0, 682_506_000),
      ("claude-sonnet-4-5", tokens(100_001, read: 100_000, output: 1_000), .batch, [], 0, 341_253_000),
      // Output is no part of a request's length.
      ("claude-sonnet-4-5", tokens(1_000, output: 300_000), .standard, [], 0, 4_503_000_000),
      // Kept in the US: a tenth more, not of the search. A model without such a factor costs the same.
      ("claude-sonnet-4-6", g2, .standard, .inUS, 1, 39_436_000),
      ("claude-sonnet-4-5", g2, .standard, .inUS, 1, 36_760_000),
      // Served fast; and both.
      ("claude-opus-4-6", tokens(1_000, output: 100), .standard, .fast, 0, 45_000_000),
      ("claude-opus-4-6", tokens(1_000, output: 100), .standard, .all, 0, 49_500_000),
      // A regional profile's hour of cache.
      ("eu.anthropic.claude-sonnet-4-5-20250929-v1:0", tokens(write1h: 1_000), .standard, [], 0, 6_600_000),
      // No cache rates: the input rate. No 1-hour rate: the 5-minute rate.
      (
        "amazon.nova-pro", tokens(1_000, read: 1_000, write5m: 1_000, write1h: 1_000), .standard, [], 0,
        3_200_000
      ),
      ("gpt-6-astra", tokens(write5m: 1_000, write1h: 1_000), .standard, [], 0, 25_000_000),
      // Reasoning is priced as output.
      ("gpt-5", tokens(output: 500, reasoning: 500), .standard, [], 0, 10_000_000),
    ] as [(String, TokenBuckets, ServiceTier, Surcharges, Int32, Int64)])
  func costs(
    _ model: String, _ tokens: TokenBuckets, _ tier: ServiceTier, _ surcharges: Surcharges, _ searches: Int32,
    _ nano: Int64
  ) {
    let (row, isGuess) = PriceTable.bundled.row(for: model)
    let cost = PriceTable.bundled.cost(
      of: tokens, webSearches: searches, tier: tier, surcharges: surcharges, row: row)
    #expect(!isGuess && cost.rawValue == nano)
  }
}
