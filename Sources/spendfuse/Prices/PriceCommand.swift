import ArgumentParser
import SpendEngine
import SpendWatch

struct PriceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "price",
    abstract: "What a call costs.",
    discussion: """
      Counts are disjoint: --input is fresh input, without what is read from or written to a cache, and --output is without reasoning. \
      They may be written 1200, 1_200, 1.2k or 2M.

        spendfuse price gpt-5 --input 480 --cache-read 1920 --output 300
        spendfuse price claude-sonnet-4-5 --input 12k --max-output 8192 --calls 100

      Exits with 1 where no list has MODEL: what is printed is then the price of the dearest model there is, which is what the daemon \
      would count.
      """)

  @Argument(help: ArgumentHelp("The model, as a log or a gateway names it.", valueName: "model"))
  var model: String
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Fresh input tokens of a call.", valueName: "n"),
    transform: tokenCount)
  var input: Int64?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Output tokens, without reasoning.", valueName: "n"),
    transform: tokenCount)
  var output: Int64?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Before a call: the most it may answer; the total is the most it can cost.", valueName: "n"),
    transform: tokenCount)
  var maxOutput: Int64?
  @Option(
    name: [.customLong("cache-read"), .customLong("cached")], parsing: .unconditional,
    help: ArgumentHelp("Tokens read from a cache.", valueName: "n"), transform: tokenCount)
  var cacheRead: Int64?
  @Option(
    name: .customLong("cache-write-5m"), parsing: .unconditional,
    help: ArgumentHelp("Tokens written to a cache for five minutes.", valueName: "n"), transform: tokenCount)
  var cacheWrite5m: Int64?
  @Option(
    name: .customLong("cache-write-1h"), parsing: .unconditional,
    help: ArgumentHelp("Tokens written to a cache for an hour.", valueName: "n"), transform: tokenCount)
  var cacheWrite1h: Int64?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Reasoning tokens.", valueName: "n"), transform: tokenCount)
  var reasoning: Int64?
  @Option(parsing: .unconditional, help: ArgumentHelp("Web searches.", valueName: "n"), transform: tokenCount)
  var webSearches: Int64?
  @Option(
    help: "How it is served: \(ServiceTier.allCases.map(\.name).joined(separator: ", ")).",
    transform: ServiceTier.argument)
  var tier = ServiceTier.standard
  @Flag(help: "Served fast (Claude's 'speed: fast').")
  var fast = false
  @Flag(name: .customLong("in-us"), help: "Kept within the US (Claude's 'inference_geo: us').")
  var inUS = false
  @Option(
    parsing: .unconditional, help: ArgumentHelp("So many calls of this size.", valueName: "n"),
    transform: tokenCount)
  var calls: Int64 = 1
  @OptionGroup var prices: PriceOptions
  @Flag(help: "One JSON object.")
  var json = false

  func validate() throws {
    if output != nil, maxOutput != nil {
      throw ValidationError("--output and --max-output exclude each other: give one of them")
    }
    let counts = [
      input, output, maxOutput, cacheRead, cacheWrite5m, cacheWrite1h, reasoning, webSearches,
    ]
    if counts.allSatisfy({ $0 == nil }) {
      throw ValidationError("nothing to price: give --input 1200, --output 300 or another count")
    }
    if calls < 1 { throw ValidationError("--calls is at least 1") }
    if model.isEmpty {
      throw ValidationError("the model is empty: name one, as in spendfuse price gpt-5 --input 1200")
    }
  }

  private func rates(of tokens: TokenBuckets, in table: PriceTable) -> PriceRow.Rates {
    table.match(for: model).row.rates(forInput: tokens.input, tier: tier)
  }

  func run() throws {
    let table = try prices.table()
    var tokens = TokenBuckets()
    tokens.freshInput = input ?? 0
    tokens.cacheRead = cacheRead ?? 0
    tokens.cacheWrite5m = cacheWrite5m ?? 0
    tokens.cacheWrite1h = cacheWrite1h ?? 0
    tokens.output = output ?? 0
    tokens.reasoning = reasoning ?? 0
    if let maxOutput { tokens.add(most: maxOutput, rates: rates(of: tokens, in: table)) }
    var surcharges: Surcharges = []
    if fast { surcharges.insert(.fast) }
    if inUS { surcharges.insert(.inUS) }
    let bill = PriceBill(
      model: model, tokens: tokens, webSearches: Int32(clamping: webSearches ?? 0), tier: tier,
      surcharges: surcharges, calls: calls, table: table)
    let text = PriceText(bill, model: model, tokens: tokens, table: table, isMost: maxOutput != nil)
    if json {
      print(text.json)
    } else {
      print(text.text(for: .standardOutput), terminator: "")
    }
    if bill.match.part == .dearest {
      if !json { printError(OutputTerminal.standardError.folded(text.guess)) }
      throw ExitCode(1)
    }
  }
}

extension TokenBuckets {
  /// An answer of so many tokens, as the dearer of what it may be made of: any part of it may be reasoning.
  fileprivate mutating func add(most count: Int64, rates: PriceRow.Rates) {
    if rates.reasoning > rates.output { reasoning += count } else { output += count }
  }
}
