import SpendEngine
import Support
import Testing

@Suite struct PriceTraceTests {
  private static let rates = PriceRow.Rates(
    input: 3_000_000_000, cacheRead: 300_000_000, cacheWrite5m: 3_750_000_000, cacheWrite1h: 6_000_000_000,
    output: 15_000_000_000, reasoning: 15_000_000_000)
  private static let long = PriceRow.Rates(
    input: 6_000_000_000, cacheRead: 600_000_000, cacheWrite5m: 7_500_000_000, cacheWrite1h: 12_000_000_000,
    output: 22_500_000_000, reasoning: 22_500_000_000)
  private var table: PriceTable {
    let row = PriceRow(
      name: "sonnet", rates: PriceTraceTests.rates,
      longContext: [.init(above: 200_000, rates: PriceTraceTests.long)], webSearchFee: 10_000_000)
    return PriceTable(origin: "list of today", rows: [row])
  }

  @Test func showsEachBucketAtItsRate() {
    var tokens = TokenBuckets()
    (tokens.freshInput, tokens.cacheRead, tokens.output) = (1_000, 10_000, 200)
    let trace = table.trace(model: "sonnet", tokens: tokens, webSearches: 2, tier: .standard, surcharges: [])
    #expect(trace.parts.map(\.bucket) == [.freshInput, .cacheRead, .output])
    #expect(trace.parts.map(\.cost.rawValue) == [3_000_000, 3_000_000, 3_000_000])
    #expect(trace.total.rawValue == 29_000_000 && trace.webSearchFee == 10_000_000)
    #expect(trace.row == "sonnet" && trace.origin == "list of today" && !trace.isGuess)
    #expect(trace.longContextAbove == nil)
  }

  @Test func saysWhatIsSpecial() {
    var tokens = TokenBuckets()
    tokens.freshInput = 200_001
    let trace = table.trace(model: "who?", tokens: tokens, webSearches: 0, tier: .standard, surcharges: [])
    #expect(trace.isGuess && trace.longContextAbove == 200_000)
    #expect(trace.parts.first?.rate == 6_000_000_000)
    let own = table.overriding([PriceRow(name: "mine", rates: PriceTraceTests.rates)])
    #expect(
      own.trace(model: "mine", tokens: tokens, webSearches: 0, tier: .standard, surcharges: []).origin
        .contains("rules file"))
  }

  @Test func tiersSurchargesAndTheListBehind() {
    var tokens = TokenBuckets()
    tokens.freshInput = 1_000
    var row = PriceRow(name: "sonnet", rates: PriceTraceTests.rates)
    row.tiers[.priority] = .init(rates: PriceTraceTests.long)
    row.usFactor = 1_100
    let table = PriceTable(origin: "mine", rows: []).fallingBack(
      to: PriceTable(origin: "theirs", rows: [row]))
    let trace = table.trace(
      model: "sonnet", tokens: tokens, webSearches: 0, tier: .priority, surcharges: .inUS)
    #expect(trace.origin == "theirs" && trace.factor == 1_100_000 && !trace.isGuess)
    #expect(trace.parts.map(\.cost.rawValue) == [6_000_000] && trace.total.rawValue == 6_600_000)
  }

  /// The parts come to the total, but for what is cut off each.
  @Test func thePartsAreTheTotal() {
    let seed = UInt64.random(in: 0 ... .max)
    var dice = Dice(seed: seed)
    for _ in 0..<500 {
      var tokens = TokenBuckets()
      tokens.freshInput = Int64.random(in: 0...300_000, using: &dice)
      tokens.cacheRead = Int64.random(in: 0...300_000, using: &dice)
      tokens.cacheWrite1h = Int64.random(in: 0...3_000, using: &dice)
      tokens.reasoning = Int64.random(in: 0...3_000, using: &dice)
      let trace = table.trace(
        model: "sonnet", tokens: tokens, webSearches: 0, tier: .standard, surcharges: [])
      let sum = trace.parts.reduce(Int64(0)) { $0 + $1.cost.rawValue }
      #expect(abs(trace.total.rawValue - sum) <= Int64(trace.parts.count), "seed \(seed)")
      #expect(trace.total == table.cost(of: tokens, row: table.row(for: "sonnet").row), "seed \(seed)")
    }
  }
}
