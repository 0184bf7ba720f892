import SpendEngine
import Testing

@Suite struct PriceTableTests {
  /// USD per million tokens to a rate.
  private static func row(
    _ name: String, _ input: Int64, _ output: Int64, read: Int64? = nil, fee: Int64 = 0
  ) -> PriceRow {
    let usd: Int64 = 1_000_000_000
    return PriceRow(
      name: name,
      rates: .init(
        input: input * usd, cacheRead: (read ?? input) * usd, cacheWrite5m: input * usd,
        cacheWrite1h: input * usd,
        output: output * usd, reasoning: output * usd), webSearchFee: fee)
  }

  private static let table = PriceTable(
    origin: "test",
    rows: [
      row("gpt-5", 1, 10), row("gpt-5-mini", 2, 20), row("gpt-5.5", 5, 30), row("claude-sonnet-4-5", 3, 15),
      row("us.anthropic.claude-sonnet-4-5", 4, 16), row("gemini-2.5-pro", 6, 18), row("MiniMax-M2", 7, 19),
      row("mistral-large-3", 8, 22), row("gpt-4o-2024-05-13", 9, 21), row("gpt-4o", 11, 23),
      row("ft:gpt-4o", 12, 24),
      row("dear", 13, 99),
    ], aliases: ["mistral-large": "mistral-large-3"])

  @Test(arguments: [
    ("gpt-5", "gpt-5"), ("GPT-5", "gpt-5"), ("openai/gpt-5", "gpt-5"), ("azure/eu/gpt-5", "gpt-5"),
    ("openrouter/openai/gpt-5-2025-08-07", "gpt-5"), ("gpt-5-2025-08-07", "gpt-5"), ("gpt-5-latest", "gpt-5"),
    ("gpt-5-mini-2025-08-07", "gpt-5-mini"), ("gpt-5-5", "gpt-5.5"), ("GPT-5.5", "gpt-5.5"),
    ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5"), ("anthropic/claude-sonnet-4.5", "claude-sonnet-4-5"),
    ("vertex_ai/claude-sonnet-4-5@20250929", "claude-sonnet-4-5"),
    ("claude-sonnet-4-5@default", "claude-sonnet-4-5"),
    ("claude-sonnet-4-5[1m]", "claude-sonnet-4-5"), ("claude-sonnet-4-5-thinking", "claude-sonnet-4-5"),
    ("anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"),
    ("bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", "us.anthropic.claude-sonnet-4-5"),
    ("global.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"),
    (
      "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
      "us.anthropic.claude-sonnet-4-5"
    ),
    ("models/gemini-2.5-pro", "gemini-2.5-pro"),
    ("projects/p/locations/l/publishers/google/models/gemini-2.5-pro", "gemini-2.5-pro"),
    ("openrouter/anthropic/claude-sonnet-4.5:thinking", "claude-sonnet-4-5"),
    ("minimax/minimax-m2", "MiniMax-M2"),
    ("mistral/mistral-large-latest", "mistral-large-3"), ("gpt-4o-2024-05-13", "gpt-4o-2024-05-13"),
    ("gpt-4o-2024-11-20", "gpt-4o"), ("ft:gpt-4o-2024-08-06:acme::abc123", "ft:gpt-4o"),
  ])
  func finds(_ model: String, _ name: String) {
    let (row, isGuess) = Self.table.row(for: model)
    #expect(row.name == name)
    #expect(!isGuess)
  }

  /// What tells models apart must not come off; and there is always an answer.
  @Test(arguments: [
    "", " ", "gpt-5-nano", "gpt-5-pro", "gpt-5o", "gpt-50", "xgpt-5", "gpt-5-preview", "gpt-5:70b",
    "claude-sonnet-4",
    "claude-sonnet-4-5-fast", "mistral-large-2411", "gpt-5-1106", "gemini-2.5-pro-preview-05-06", "gpt-4",
    "sonnet",
    "unknown/unknown", "/", "//", "a/", "@", ":", "[", "]", "[]", "-", "--20250101", "ft:", "ft::::", "us.",
    "us.anthropic.",
    String(repeating: "a/", count: 5_000), "\u{0}\u{FFFD}",
  ])
  func guesses(_ model: String) {
    let (row, isGuess) = Self.table.row(for: model)
    #expect(row.name == "dear")
    #expect(isGuess)
  }

  @Test func overridesWinUnderEverySpelling() {
    let own = Self.table.overriding([Self.row("gpt-5", 100, 200), Self.row("llama", 0, 0)])
    for model in ["gpt-5", "openai/gpt-5-2025-08-07", "GPT-5"] {
      #expect(own.row(for: model).row.rates.output == 200_000_000_000)
    }
    #expect(own.row(for: "gpt-5-mini").row.rates.output == 20_000_000_000)
    // A price of nothing is the user's word; the unknown still has the dearest.
    #expect(own.row(for: "ollama/llama").row.rates.output == 0)
    #expect(own.row(for: "no-such-model").row.name == "gpt-5")
    #expect(own.row(for: "no-such-model").isGuess)
  }

  @Test func overriddenDearestNoLongerStandsIn() {
    #expect(Self.table.overriding([Self.row("dear", 1, 1)]).dearest.name == "gpt-5.5")
  }

  @Test func emptyTableIsFree() {
    let empty = PriceTable(origin: "none", rows: [])
    let (row, isGuess) = empty.row(for: "gpt-5")
    #expect(isGuess)
    var tokens = TokenBuckets()
    tokens.output = 1
    #expect(empty.cost(of: tokens, row: row) == .zero)
  }

  // MARK: Cost

  private static func rates(_ rate: Int64) -> PriceRow.Rates {
    .init(input: rate, cacheRead: rate, cacheWrite5m: rate, cacheWrite1h: rate, output: rate, reasoning: rate)
  }

  /// Half a nano-dollar goes up, once a call and not once a bucket.
  @Test(
    arguments: [(499_999, 1, 0), (500_000, 1, 1), (1_499_999, 1, 1), (1, 1_500_000, 2)]
      as [(Int64, Int64, Int64)])
  func roundsHalfUpOnce(rate: Int64, count: Int64, nano: Int64) {
    let row = PriceRow(name: "x", rates: Self.rates(rate))
    var one = TokenBuckets()
    one.output = count
    #expect(Self.table.cost(of: one, row: row).rawValue == nano)
    // Six buckets of 0.4 nano-dollars are 2.4, not six times 0.
    var six = TokenBuckets()
    (six.freshInput, six.cacheRead, six.cacheWrite5m) = (1, 1, 1)
    (six.cacheWrite1h, six.output, six.reasoning) = (1, 1, 1)
    #expect(Self.table.cost(of: six, row: PriceRow(name: "x", rates: Self.rates(400_000))).rawValue == 2)
  }

  @Test func longContextPricesTheWholeRequest() {
    let long = PriceRow.LongContext(above: 200_000, rates: Self.rates(2_000_000))
    let row = PriceRow(name: "x", rates: Self.rates(1_000_000), longContext: [long])
    var tokens = TokenBuckets()
    tokens.freshInput = 100_000
    tokens.cacheRead = 100_000
    tokens.output = 1
    #expect(Self.table.cost(of: tokens, row: row).rawValue == 200_001)
    tokens.cacheRead += 1
    #expect(Self.table.cost(of: tokens, row: row).rawValue == 400_004)
    // Output does not count towards it.
    tokens.cacheRead -= 1
    tokens.output = 1_000_000
    #expect(Self.table.cost(of: tokens, row: row).rawValue == 1_200_000)
  }

  @Test func saturatesAndTakesNothingBelowZero() {
    let row = PriceRow(name: "x", rates: Self.rates(.max), webSearchFee: .max)
    var tokens = TokenBuckets()
    (tokens.freshInput, tokens.cacheRead, tokens.cacheWrite5m) = (.max, .max, .max)
    (tokens.cacheWrite1h, tokens.output, tokens.reasoning) = (.max, .max, .max)
    for surcharges in [[], Surcharges.all] {
      let cost = Self.table.cost(of: tokens, webSearches: .max, surcharges: surcharges, row: row)
      #expect(cost.rawValue == .max)
    }
    var negative = TokenBuckets()
    negative.output = .min
    #expect(Self.table.cost(of: negative, webSearches: .min, row: row) == .zero)
  }

  /// (input, output) of a request; which rate prices it.
  @Test(
    arguments: [(1, 1), (100, 1), (101, 2), (200, 2), (201, 3), (1_000_000, 3)] as [(Int64, Int64)])
  func theHighestStepThatARequestIsPastCounts(input: Int64, rate: Int64) {
    // Given in any order.
    let steps = [200, 100].map { above in
      PriceRow.LongContext(above: above, rates: Self.rates(above == 100 ? 2_000_000 : 3_000_000))
    }
    let row = PriceRow(name: "x", rates: Self.rates(1_000_000), longContext: steps)
    var tokens = TokenBuckets()
    tokens.cacheWrite1h = input
    #expect(Self.table.cost(of: tokens, row: row).rawValue == input * rate)
  }

  @Test func aTierHasItsOwnRatesAndSteps() {
    var row = PriceRow(name: "x", rates: Self.rates(4_000_000))
    row.tiers[.flex] = PriceRow.Plan(
      rates: Self.rates(2_000_000), longContext: [.init(above: 10, rates: Self.rates(3_000_000))])
    row.tiers[.priority] = PriceRow.Plan(rates: Self.rates(8_000_000))
    func cost(_ tier: ServiceTier, _ count: Int64) -> Int64 {
      var tokens = TokenBuckets()
      tokens.freshInput = count
      return Self.table.cost(of: tokens, tier: tier, row: row).rawValue
    }
    #expect([ServiceTier.standard, .flex, .priority, .batch].map { cost($0, 10) } == [40, 20, 80, 40])
    #expect([ServiceTier.standard, .flex, .priority, .batch].map { cost($0, 11) } == [44, 33, 88, 44])
  }

  @Test func surchargesMultiplyTheTokensAndNotTheSearches() {
    var row = PriceRow(name: "x", rates: Self.rates(1_000_000), webSearchFee: 1_000)
    row.fastFactor = 6_000
    row.usFactor = 1_100
    var tokens = TokenBuckets()
    tokens.output = 100
    func cost(_ surcharges: Surcharges) -> Int64 {
      Self.table.cost(of: tokens, webSearches: 2, surcharges: surcharges, row: row).rawValue
    }
    #expect([[], .fast, .inUS, .all].map(cost) == [2_100, 2_600, 2_110, 2_660])
    // 5 times 1.1 is 5.5: rounded up, once.
    tokens.output = 5
    #expect(cost(.inUS) == 2_006)
  }

  // MARK: Fallback

  @Test func aListFallsBackOnlyForWhatItLacks() {
    let own = PriceTable(
      origin: "own",
      rows: [
        Self.row("vendor/gpt-5", 100, 200), Self.row("brand-new", 1, 2), Self.row("claude-sonnet-4-5", 3, 7),
      ],
      aliases: ["gpt-5": "vendor/gpt-5"]
    ).fallingBack(to: Self.table)
    for (model, output, part) in [
      ("gpt-5-2025-08-07", 200, .list), ("GPT-5", 200, .list), ("brand-new", 2, .list),
      ("gpt-5-mini", 20, .fallback),
      // The list has the model; the other has its region.
      ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", 16, .fallback),
      ("eu.anthropic.claude-sonnet-4-5-20250929-v1:0", 7, .list), ("claude-sonnet-4.5", 7, .list),
      ("mistral-large-latest", 22, .fallback), ("no-such-model", 200, .dearest),
    ] as [(String, Int64, PriceTable.Part)] {
      let match = own.match(for: model)
      #expect(match.row.rates.output == output * 1_000_000_000 && match.part == part, "\(model)")
    }
    #expect(own.fallbackOrigin == "test" && own.origin == "own")
    // On top of both.
    let mine = own.overriding([Self.row("gpt-5-mini", 3, 4), Self.row("gpt-5", 5, 6)])
    #expect(
      mine.match(for: "gpt-5-mini").part == .override
        && mine.match(for: "gpt-5").row.rates.output == 6_000_000_000)
    let names = mine.inUse.map(\.row.name)
    #expect(names == names.sorted() && Set(names).count == names.count)
    #expect(names.contains("vendor/gpt-5") == false && names.contains("dear") && names.contains("brand-new"))
  }

  @Test func theDearestOfBothListsStandsIn() {
    let cheap = PriceTable(origin: "own", rows: [Self.row("a", 1, 2)])
    #expect(cheap.fallingBack(to: Self.table).dearest.name == "dear")
    let other = PriceTable(origin: "own", rows: [Self.row("dear", 1, 2)])
    #expect(other.fallingBack(to: Self.table).dearest.name == "gpt-5.5")
  }

  // MARK: Arithmetic

  /// Against plain 128-bit arithmetic.
  @Test func costIsTheSumOfItsBuckets() {
    var random = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: 1...UInt64.max, using: &random)
    var state = seed
    func next(_ bound: Int64) -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64(state >> 33) % bound
    }
    for _ in 0..<500 {
      let rates = PriceRow.Rates(
        input: next(1 << 30), cacheRead: next(1 << 30), cacheWrite5m: next(1 << 30),
        cacheWrite1h: next(1 << 30),
        output: next(1 << 30), reasoning: next(1 << 30))
      let row = PriceRow(name: "x", rates: rates, webSearchFee: next(1 << 30))
      var tokens = TokenBuckets()
      (tokens.freshInput, tokens.cacheRead) = (next(1 << 30), next(1 << 30))
      (tokens.cacheWrite5m, tokens.cacheWrite1h) = (next(1 << 30), next(1 << 30))
      (tokens.output, tokens.reasoning) = (next(1 << 30), next(1 << 30))
      let searches = Int32(next(100))
      var sum =
        Int128(tokens.freshInput) * Int128(rates.input) + Int128(tokens.cacheRead) * Int128(rates.cacheRead)
      sum += Int128(tokens.cacheWrite5m) * Int128(rates.cacheWrite5m)
      sum += Int128(tokens.cacheWrite1h) * Int128(rates.cacheWrite1h)
      sum += Int128(tokens.output) * Int128(rates.output) + Int128(tokens.reasoning) * Int128(rates.reasoning)
      sum += Int128(searches) * Int128(row.webSearchFee) * 1_000_000
      let cost = Self.table.cost(of: tokens, webSearches: searches, row: row)
      #expect(Int128(cost.rawValue) == (sum + 500_000) / 1_000_000, "seed \(seed)")
    }
  }
}

@Suite struct PriceDecimalTests {
  /// As JSON writes them, times 1e15: USD a token to nano-dollars a million tokens.
  @Test(
    arguments: [
      ("1.25e-06", 1_250_000_000), ("1.25E-6", 1_250_000_000), ("0.00000125", 1_250_000_000),
      ("125e-8", 1_250_000_000),
      ("0", 0), ("0.0", 0), ("-0", 0), ("0e999", 0), ("1e-15", 1), ("2.9999999999999997e-06", 3_000_000_000),
      ("1.0000000000000002e-06", 1_000_000_000), ("2.4414e-07", 244_140_000), ("6e-4", 600_000_000_000),
      ("-1e-6", -1_000_000_000), ("0.009223372036854775", 9_223_372_036_855),
    ] as [(String, Int64)])
  func roundsToTheNearest(_ text: String, _ value: Int64) throws {
    #expect(try DecimalText.rounded(text, power: 15) == value)
  }

  @Test(
    arguments: [
      ("1e400", .tooLarge), ("1e-400", .tooFine), ("1e-16", .tooFine), ("9.3e3", .tooLarge), ("", .malformed),
      ("NaN", .malformed), ("1e", .malformed), ("1,5", .malformed), ("1e99999999999999999999", .tooLarge),
      (String(repeating: "9", count: 100_000), .tooLarge),
    ] as [(String, DecimalText.Failure)])
  func roundsNothingElse(_ text: String, _ failure: DecimalText.Failure) {
    #expect(throws: failure) { try DecimalText.rounded(text, power: 15) }
  }

  @Test(
    arguments: [
      ("0", 0), ("25", 25_000_000_000), ("25.00", 25_000_000_000), ("0.0028", 2_800_000), ("0.000000001", 1),
      ("-1.5", -1_500_000_000), ("+2", 2_000_000_000), ("000007", 7_000_000_000),
      ("1.1000000000000", 1_100_000_000),
      ("9223372036.854775807", Int128(Int64.max)), ("9223372036.854775808", Int128(Int64.max) + 1),
    ] as [(String, Int128)])
  func readsExactly(_ text: String, _ value: Int128) throws { #expect(try DecimalText.scaled(text) == value) }

  @Test(
    arguments: [
      ("", .malformed), (".", .malformed), (".5", .malformed), ("5.", .malformed), ("1.2.3", .malformed),
      ("1e3", .malformed),
      ("0x10", .malformed), ("1,000", .malformed), ("--1", .malformed), ("-", .malformed), ("١", .malformed),
      (" 1", .malformed),
      ("nan", .malformed), ("0.0000000001", .tooFine), ("1000000000000000000000000000", .tooLarge),
      (String(repeating: "9", count: 1_000), .tooLarge),
    ] as [(String, DecimalText.Failure)])
  func refuses(_ text: String, _ failure: DecimalText.Failure) {
    #expect(throws: failure) { try DecimalText.scaled(text) }
  }
}
