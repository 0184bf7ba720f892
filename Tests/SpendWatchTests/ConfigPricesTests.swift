import Testing

@testable import SpendEngine

@Suite struct ConfigPricesTests {
  @Test func everyLineIsWellFormed() {
    for list in BundledPrices.lists {
      for entry in BundledPrices.entries(list) { #expect(throws: Never.self) { try entry.get() } }
    }
  }

  @Test func namesAreDistinct() throws {
    let entries = try BundledPrices.lists.flatMap(BundledPrices.entries).map { try $0.get() }
    let names = entries.flatMap { [$0.row.name] + $0.aliases }
    let twice = Dictionary(grouping: names) { $0 }.filter { $0.value.count > 1 }.keys
    #expect(twice.isEmpty, "\(twice.sorted())")
  }

  /// Typing errors in a price table are off by a factor of ten, or have two columns swapped.
  @Test func ratesArePlausible() {
    for row in PriceTable.bundled.rows.values {
      for rates in ([row.standard] + row.tiers.values).flatMap({ [$0.rates] + $0.longContext.map(\.rates) }) {
        #expect(rates.input > 0 && rates.output >= 0 && rates.input <= 100_000_000_000, "\(row.name)")
        #expect(
          rates.output == 0 || rates.output * 20 >= rates.input * 10,
          "\(row.name): output cheaper than half the input")
        #expect(rates.cacheRead <= rates.input, "\(row.name): reading the cache costs more than input")
        #expect(rates.cacheWrite5m >= rates.input && rates.cacheWrite1h >= rates.cacheWrite5m, "\(row.name)")
        #expect(rates.cacheWrite1h <= rates.input * 3, "\(row.name)")
      }
      for long in row.standard.longContext {
        #expect(long.above >= 32_000)
        #expect(long.rates.input > row.rates.input && long.rates.output > row.rates.output, "\(row.name)")
        #expect(
          long.rates.cacheRead >= row.rates.cacheRead && long.rates.reasoning >= long.rates.output,
          "\(row.name)")
      }
      #expect(row.webSearchFee <= 100_000_000)
    }
  }

  @Test func originNamesItsDay() { #expect(PriceTable.bundled.origin.contains("2026-11-20")) }

  @Test func whatPricesTheUnknownIsCurrent() {
    #expect(PriceTable.bundled.dearest.rates.output == 180_000_000_000)
    #expect(PriceTable.bundled.row(for: "some-new-model").isGuess)
  }

  private static func tokens(
    fresh: Int64 = 0, read: Int64 = 0, write5m: Int64 = 0, write1h: Int64 = 0, output: Int64 = 0,
    reasoning: Int64 = 0
  ) -> TokenBuckets {
    var tokens = TokenBuckets()
    tokens.freshInput = fresh
    tokens.cacheRead = read
    tokens.cacheWrite5m = write5m
    tokens.cacheWrite1h = write1h
    tokens.output = output
    tokens.reasoning = reasoning
    return tokens
  }

  /// The golden prices of the formats: what a call costs to the nano-dollar.
  @Test(
    arguments: [
      ("gpt-5", tokens(fresh: 480, read: 1_920, output: 108, reasoning: 192), 0, 3_840_000),
      (
        "claude-sonnet-4-5", tokens(fresh: 120, read: 18_000, write5m: 1_000, write1h: 2_000, output: 350), 1,
        36_760_000
      ),
      (
        "claude-sonnet-4-5-20250929",
        tokens(fresh: 4, read: 15_010, write5m: 100, write1h: 2_000, output: 401), 0, 22_905_000
      ),
      (
        "claude-sonnet-4-5", tokens(fresh: 30, read: 75_150, write5m: 500, write1h: 10_000, output: 2_015), 0,
        114_735_000
      ),
      ("gemini-2.5-pro", tokens(fresh: 1_050, read: 4_000, output: 200, reasoning: 600), 0, 9_812_500),
      ("claude-sonnet-4-6", tokens(fresh: 1_000_000, output: 1_000_000), 0, 18_000_000_000),
      ("gpt-5-5", tokens(fresh: 1_000_000, output: 1_000_000), 0, 45_000_000_000),
      ("gemini-3-1-pro", tokens(fresh: 100_000, output: 1_000_000), 0, 12_200_000_000),
      // One token past 272k: input and cache double, output is half as much again.
      ("gpt-6.2-sol", tokens(fresh: 272_001, output: 1_000), 0, 1_103_004_000),
      ("gpt-6.2-sol", tokens(fresh: 272_000, output: 1_000), 0, 554_000_000),
      ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", tokens(output: 1_000_000), 0, 16_500_000_000),
    ] as [(String, TokenBuckets, Int32, Int64)])
  func golden(model: String, tokens: TokenBuckets, searches: Int32, nano: Int64) {
    let table = PriceTable.bundled
    let (row, isGuess) = table.row(for: model)
    #expect(!isGuess)
    #expect(table.cost(of: tokens, webSearches: searches, row: row).rawValue == nano)
  }

  /// Names as the sources of FORMATS write them.
  @Test(arguments: [
    "claude-haiku-4-5-20251001", "claude-opus-4-1-20250805", "claude-opus-4-20250514",
    "claude-3-5-sonnet-20241022",
    "claude-fable-5-2", "claude-opus-5-5[1m]", "gpt-5-codex", "gpt-5.1-codex-max", "gpt-5.2-2025-12-11",
    "o3-2025-04-16",
    "o4-mini", "gpt-4.1-nano-2025-04-14", "gpt-4o-mini-2024-07-18", "azure/gpt-5-mini",
    "azure/eu/gpt-5-2025-08-07",
    "gemini/gemini-2.5-flash-lite", "vertex_ai/gemini-3-flash-preview", "xai/grok-4-0709",
    "mistral/mistral-large-latest",
    "deepseek/deepseek-chat", "moonshot/kimi-k2.6", "dashscope/qwen3-coder-plus",
    "bedrock/amazon.nova-pro-v1:0",
    "us.meta.llama3-3-70b-instruct-v1:0", "openrouter/anthropic/claude-opus-4.6",
    "github_copilot/claude-sonnet-4.5",
    "text-embedding-3-small", "eu.anthropic.claude-haiku-4-5-20251001-v1:0", "groq/llama-3.3-70b-versatile",
  ])
  func knows(_ model: String) { #expect(!PriceTable.bundled.row(for: model).isGuess) }
}
