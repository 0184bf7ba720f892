import SpendEngine
import Testing

@testable import SpendWatch

/// Entries of a price map, the rates they come to, and what calls cost by them.
@Suite struct PriceMapTests {
  typealias Sample = PriceMapSample

  @Test func theSampleIsReadWhole() throws {
    let map = try Sample.map()
    #expect(map.rows.count == 17 && map.skipped == 3 && map.repeated.isEmpty)
    #expect(map.rows.first?.name == "gpt-5" && !map.rows.contains { $0.name == "sample_spec" })
    #expect(map.rejected.map(\.name) == ["azure_ai/priced-per-thousand"])
    #expect(
      map.rejected.first?.reason
        == "'input_cost_per_token' is $3,200.00 a million tokens: too much to be true")
  }

  /// The golden prices of the formats.
  @Test(
    arguments: [
      ("G1", "gpt-5", Sample.tokens(480, read: 1_920, output: 108, reasoning: 192), 0, .standard, 3_840_000),
      ("G1f", "gpt-5", Sample.tokens(480, read: 1_920, output: 108, reasoning: 192), 0, .flex, 1_920_000),
      (
        "G2", "claude-sonnet-4-5",
        Sample.tokens(120, read: 18_000, write5m: 1_000, write1h: 2_000, output: 350), 1,
        .standard, 36_760_000
      ),
      (
        "G3", "claude-sonnet-4-5", Sample.tokens(4, read: 15_010, write5m: 100, write1h: 2_000, output: 401),
        0,
        .standard, 22_905_000
      ),
      (
        "G4", "gemini-2.5-pro", Sample.tokens(1_050, read: 4_000, output: 200, reasoning: 600), 0, .standard,
        9_812_500
      ),
    ] as [(String, String, TokenBuckets, Int32, ServiceTier, Int64)])
  func golden(
    _ id: String, model: String, tokens: TokenBuckets, searches: Int32, tier: ServiceTier, nano: Int64
  ) throws {
    for table in [try Sample.map().table(origin: "sample"), .bundled] {
      let (row, isGuess) = table.row(for: model)
      #expect(!isGuess)
      #expect(
        table.cost(of: tokens, webSearches: searches, tier: tier, row: row).rawValue == nano,
        "\(table.origin)")
    }
  }

  /// Cost of a call of the sample in nano-dollars, at and past each threshold.
  @Test(
    arguments: [
      ("gemini-2.5-pro", Sample.tokens(200_000, output: 1), 250_010_000),
      ("gemini-2.5-pro", Sample.tokens(200_001, output: 1), 500_017_500),
      ("gemini-2.5-pro", Sample.tokens(100_001, read: 100_000, output: 1), 275_017_500),
      ("claude-sonnet-4-5", Sample.tokens(0, write1h: 200_000), 1_200_000_000),
      ("claude-sonnet-4-5", Sample.tokens(0, write1h: 200_001), 2_400_012_000),
      ("grok-x", Sample.tokens(128_000, output: 1_000), 262_000_000),
      ("grok-x", Sample.tokens(128_001, output: 1_000), 390_003_000),
      ("grok-x", Sample.tokens(256_000, output: 1_000), 774_000_000),
      ("grok-x", Sample.tokens(256_001, output: 1_000), 1_036_004_000),
      ("dashscope/qwen3-coder-plus", Sample.tokens(32_000, output: 1), 32_005_000),
      ("dashscope/qwen3-coder-plus", Sample.tokens(32_001, output: 1), 57_610_800),
      ("dashscope/qwen3-coder-plus", Sample.tokens(128_001, output: 1), 384_018_000),
      // Past the last tier's end there is no other.
      ("dashscope/qwen3-coder-plus", Sample.tokens(300_000, read: 10_000), 903_000_000),
      ("dashscope/qwen-plus", Sample.tokens(1_000, reasoning: 1_000), 4_400_000),
      ("dashscope/qwen-plus", Sample.tokens(256_001, reasoning: 1_000), 319_201_200),
      ("text-embedding-3-small", Sample.tokens(1_000_000, output: 5), 20_000_000),
    ] as [(String, TokenBuckets, Int64)])
  func longRequests(model: String, tokens: TokenBuckets, nano: Int64) throws {
    let table = try Sample.map().table(origin: "sample")
    let match = table.match(for: model)
    #expect(match.part == .list && table.cost(of: tokens, row: match.row).rawValue == nano)
  }

  /// What an entry leaves out. Rates in USD a million: input, read, 5m, 1h, output, reasoning.
  @Test(
    arguments: [
      ("nothing but input and output", "", .standard, 0, [2, 2, 2, 2, 10, 10]),
      ("a read", #","cache_read_input_token_cost":2e-07"#, .standard, 0, [2, 0.2, 2, 2, 10, 10]),
      ("a write", #","cache_creation_input_token_cost":3e-06"#, .standard, 0, [2, 2, 3, 3, 10, 10]),
      (
        "an hour only", #","cache_creation_input_token_cost_above_1hr":4e-06"#, .standard, 0,
        [2, 2, 2, 4, 10, 10]
      ),
      ("reasoning", #","output_cost_per_reasoning_token":3e-05"#, .standard, 0, [2, 2, 2, 2, 10, 30]),
      ("null is nothing", #","cache_read_input_token_cost":null"#, .standard, 0, [2, 2, 2, 2, 10, 10]),
      (
        "flex, where only output has it",
        #","output_cost_per_token_flex":5e-06,"cache_read_input_token_cost":2e-07"#,
        .flex, 0, [2, 0.2, 2, 2, 5, 5]
      ),
      (
        "batches", #","input_cost_per_token_batches":1e-06,"output_cost_per_token_batches":5e-06"#, .batch, 0,
        [1, 1, 1, 1, 5, 5]
      ),
      ("batch", #","input_cost_per_token_batch":1e-06"#, .batch, 0, [1, 1, 1, 1, 10, 10]),
      (
        "a step keeps what it does not list",
        #","input_cost_per_token_above_200k_tokens":4e-06,"cache_read_input_token_cost":2e-07"#, .standard,
        200_001,
        [4, 0.2, 4, 4, 10, 10]
      ),
      (
        "the hour of a step is not below its five minutes",
        #","cache_creation_input_token_cost":2.5e-06,"cache_creation_input_token_cost_above_1hr":4e-06,"cache_creation_input_token_cost_above_200k_tokens":5e-06"#,
        .standard, 200_001, [2, 2, 5, 5, 10, 10]
      ),
      (
        "the hour of a step",
        #","cache_creation_input_token_cost_above_1hr":4e-06,"cache_creation_input_token_cost_above_1hr_above_200k_tokens":8e-06"#,
        .standard, 200_001, [2, 2, 2, 8, 10, 10]
      ),
      (
        "reasoning at the price of output goes with it",
        #","output_cost_per_reasoning_token":1e-05,"output_cost_per_token_above_200k_tokens":1.5e-05"#,
        .standard,
        200_001, [2, 2, 2, 2, 15, 15]
      ),
      (
        "reasoning at a price of its own stays",
        #","output_cost_per_reasoning_token":3e-05,"output_cost_per_token_above_200k_tokens":1.5e-05"#,
        .standard,
        200_001, [2, 2, 2, 2, 15, 30]
      ),
      (
        "a tier past a step that only standard has",
        #","input_cost_per_token_above_200k_tokens":4e-06,"input_cost_per_token_priority":6e-06"#, .priority,
        200_001,
        [4, 4, 4, 4, 10, 10]
      ),
      (
        "a tier past a step of its own",
        #","input_cost_per_token_above_200k_tokens_priority":9e-06,"input_cost_per_token_priority":6e-06"#,
        .priority,
        200_001, [9, 9, 9, 9, 10, 10]
      ),
      (
        "a tier's step is no other's", #","input_cost_per_token_above_200k_tokens_priority":9e-06"#,
        .standard, 200_001,
        [2, 2, 2, 2, 10, 10]
      ),
      (
        "what is no price of text",
        #","input_cost_per_audio_token":1e-03,"input_cost_per_token_batch_requests":1e-03"#, .standard, 0,
        [2, 2, 2, 2, 10, 10]
      ),
    ] as [(String, String, ServiceTier, Int64, [Double])])
  func missingRates(_ label: String, fields: String, tier: ServiceTier, input: Int64, rates: [Double]) throws
  {
    let row = try Sample.row(#""input_cost_per_token":2e-06,"output_cost_per_token":1e-05"# + fields)
    #expect(
      row.rates(forInput: input, tier: tier).list == rates.map { Int64(($0 * 1_000_000_000).rounded()) })
  }

  @Test(
    arguments: [
      (#"{"search_context_size_medium":0.01,"search_context_size_high":0.05}"#, 10_000_000),
      (#"{"search_context_size_low":0.02,"search_context_size_high":0.035}"#, 35_000_000),
      ("0.02", 20_000_000),
      ("null", 0), ("{}", 0), (#"{"other":1}"#, 0), ("0", 0),
    ] as [(String, Int64)])
  func searches(_ written: String, fee: Int64) throws {
    let row = try Sample.row(
      #""input_cost_per_token":1e-06,"output_cost_per_token":1e-06,"search_context_cost_per_query":"#
        + written)
    #expect(row.webSearchFee == fee)
  }

  @Test func factorsOfSurcharges() throws {
    let table = try Sample.map().table(origin: "sample")
    let row = table.row(for: "claude-opus-4-6").row
    #expect(row.fastFactor == 6_000 && row.usFactor == 1_100)
    let tokens = Sample.tokens(1_000_000)
    #expect(table.cost(of: tokens, surcharges: .all, row: row).rawValue == 33_000_000_000)
    // Other things stand there too.
    let other = try Sample.row(
      #""input_cost_per_token":1e-06,"output_cost_per_token":1e-06,"provider_specific_entry":{"fast":"no","x":{"us":[2]}}"#
    )
    #expect(other.fastFactor == 1_000 && other.usFactor == 1_000)
  }

  /// Under which row a name is found.
  @Test(
    arguments: [
      // All who sell it ask the same.
      ("llama-x", "groq/llama-x", .list), ("meta/llama-x", "together/meta/llama-x", .list),
      ("openrouter/meta/llama-x", "together/meta/llama-x", .list),
      ("together/meta/llama-x", "together/meta/llama-x", .list),
      ("qwen3-coder-plus", "dashscope/qwen3-coder-plus", .list),
      ("gemini-2.5-flash-lite", "gemini/gemini-2.5-flash-lite", .list),
      ("vertex_ai/gemini-2.5-flash-lite", "gemini/gemini-2.5-flash-lite", .list),
      // They do not, or it is a gift of one.
      ("llama-y", "", .dearest), ("groq/llama-y", "groq/llama-y", .list), ("llama-z", "", .dearest),
      ("ollama/llama-z", "ollama/llama-z", .list),
      // Regions keep their own rows.
      (
        "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0", .list
      ),
      // The bundled list knows this one; the map has nothing as near.
      ("eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "us.anthropic.claude-sonnet-4-5", .fallback),
      (
        "global.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic.claude-sonnet-4-5-20250929-v1:0", .list
      ),
      // The bundled list has what the map lacks.
      ("gpt-5-mini-2025-08-07", "gpt-5-mini", .fallback), ("claude-haiku-4-5", "claude-haiku-4-5", .fallback),
      ("priced-per-thousand", "", .dearest), ("dall-e-2", "", .dearest), ("sample_spec", "", .dearest),
    ] as [(String, String, PriceTable.Part)])
  func names(_ model: String, _ name: String, _ part: PriceTable.Part) throws {
    let table = try Sample.map().table(origin: "sample")
    let match = table.match(for: model)
    #expect(match.part == part && match.row.name == (name.isEmpty ? table.dearest.name : name))
  }

  @Test func theDearestIsOfBothLists() throws {
    // The bundled list's: the sample has none above it.
    #expect(try Sample.map().table(origin: "").dearest.rates.output == 180_000_000_000)
  }
}

@Suite struct PriceMapKeyTests {
  @Test(
    arguments: [
      ("input_cost_per_token", .init(.input)),
      ("output_cost_per_token_batches", .init(.output, tier: .batch)),
      ("cache_read_input_token_cost_above_512k_tokens", .init(.cacheRead, above: 512_000)),
      ("cache_creation_input_token_cost_above_1hr_above_200k_tokens", .init(.cacheWrite1h, above: 200_000)),
      ("cache_creation_input_token_cost_above_200k_tokens_above_1hr", .init(.cacheWrite1h, above: 200_000)),
      ("input_cost_per_token_above_272k_tokens_priority", .init(.input, above: 272_000, tier: .priority)),
      ("input_cost_per_token_priority_above_272k_tokens", .init(.input, above: 272_000, tier: .priority)),
      ("output_cost_per_reasoning_token_flex", .init(.reasoning, tier: .flex)),
      ("input_cost_per_token_above_500_tokens", .init(.input, above: 500)),
    ] as [(String, PriceMapKey)])
  func isRead(_ name: String, _ key: PriceMapKey) { #expect(PriceMapKey(name) == key) }

  @Test(arguments: [
    "", "_", "cost", "input_cost_per_token_", "_input_cost_per_token", "input_cost_per_audio_token",
    "input_cost_per_token_batch_requests", "input_cost_per_token_above_1hr",
    "output_cost_per_token_above_k_tokens",
    "output_cost_per_token_above_-1k_tokens", "output_cost_per_token_above_+1k_tokens",
    "output_cost_per_token_above_0k_tokens", "output_cost_per_token_above_99999999999999999999k_tokens",
    "output_cost_per_token_above_9999999999k_tokens", "input_cost_per_token_flex_flex",
    "input_cost_per_token_cache_hit",
    "input_cost_per_token_flex_priority", "input_cost_per_token_above_1k_tokens_above_2k_tokens",
    "cost_above_1hr",
    "Input_cost_per_token", "input_cost_per_token" + String(repeating: "_flex", count: 100_000),
  ])
  func isNone(_ name: String) { #expect(PriceMapKey(name) == nil) }
}
