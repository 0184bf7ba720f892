/// The price list that ships with the program: USD per million tokens, a model a line.
///
///     name  input output [cache_read [cache_write_5m [cache_write_1h]]]  [reasoning=R] [search=FEE] [aka=A,B]
///           [over=272k:input,output,cache_read,cache_write_5m,cache_write_1h,reasoning]
///           [flex=R] [priority=R] [batch=R] [us=FACTOR] [fast=FACTOR]
///
/// `-` or nothing = not listed: a cache rate is then the input rate, the 1-hour rate the 5-minute rate, reasoning the output rate.
/// A tier's R is `half` (of every rate) or its own `input,output,cache_read,...`; a tier without one has the rates of all. `us` and
/// `fast` are what calls that are kept in the US, or served fast, are multiplied by.
/// `over` prices the whole request once its input, cache included, passes that many tokens; `search` is USD a web search.
/// `ModelNames` takes off paths, dates and tags, so `aka` lists only names that it would not find; in it
/// `eu.*` is the row's own name with another first part.
///
/// Origin: the providers' public price pages as LiteLLM's model map of 2026-07-24 repeats them, brought up to 2026-11-20 from the
/// providers' pages and release notes for models and price changes since. `spendfuse prices bundle MAP` prints every list anew with the
/// prices of a map: take its lines over, and set `date` to the map's day. A price list ages: `prices.overrides` in the rules file wins.
package enum BundledPrices {
  /// The day up to which changes were followed.
  static let date = "2026-11-20"

  static let lists = [anthropic, openAI, google, bedrock, others]

  /// A line that is not of the form above; the tests see that there is none.
  struct Malformed: Error, Hashable {
    var line: String
  }

  struct Entry: Hashable {
    var row: PriceRow
    var aliases: [String]
  }

  static func entries(_ list: String) -> [Result<Entry, Malformed>] {
    list.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      entry(line).map(Result.success) ?? .failure(Malformed(line: String(line)))
    }
  }

  private static func entry(_ line: Substring) -> Entry? {
    let fields = line.split(separator: " ")
    let columns = fields.dropFirst().prefix { !$0.contains("=") }
    guard let name = fields.first, let base = rates(Array(columns), reasoning: nil) else { return nil }
    var row = PriceRow(name: String(name), rates: base)
    var aliases: [String] = []
    // Read last: `half` is half of all the rest.
    var tiers: [(ServiceTier, Substring)] = []
    for field in fields.dropFirst(1 + columns.count) {
      let parts = field.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      switch parts[0] {
      case "reasoning":
        guard let rate = rate(parts[1]) else { return nil }
        row.rates.reasoning = rate
      case "search":
        guard let fee = rate(parts[1]) else { return nil }
        row.webSearchFee = fee
      case "aka": aliases = parts[1].split(separator: ",").map { alias($0, of: name) }
      case "over":
        guard let long = longContext(parts[1]) else { return nil }
        row.standard = PriceRow.Plan(rates: row.rates, longContext: row.standard.longContext + [long])
      case "flex", "priority", "batch":
        guard let tier = ServiceTier.allCases.first(where: { $0.name == parts[0] }) else { return nil }
        tiers.append((tier, parts[1]))
      case "us", "fast":
        guard let factor = rate(parts[1]).map({ $0 / 1_000_000 }), factor > 0 else { return nil }
        if parts[0] == "us" { row.usFactor = factor } else { row.fastFactor = factor }
      default: return nil
      }
    }
    for (tier, text) in tiers {
      guard let plan = plan(text, of: row.standard) else { return nil }
      row.tiers[tier] = plan
    }
    return Entry(row: row, aliases: aliases)
  }

  private static func alias(_ text: Substring, of name: Substring) -> String {
    guard text.hasSuffix(".*"), let dot = name.firstIndex(of: ".") else { return String(text) }
    return String(text.dropLast()) + name[name.index(after: dot)...]
  }

  /// `272k:16,60,0.8,20,40`
  private static func longContext(_ text: Substring) -> PriceRow.LongContext? {
    let parts = text.split(separator: ":")
    guard parts.count == 2, parts[0].hasSuffix("k"), let thousands = Int64(parts[0].dropLast()) else {
      return nil
    }
    let columns = parts[1].split(separator: ",")
    let reasoning = columns.count > 5 ? columns[5] : nil
    guard let rates = rates(Array(columns.prefix(5)), reasoning: reasoning) else { return nil }
    return PriceRow.LongContext(above: thousands * 1_000, rates: rates)
  }

  /// `half`, or rates of its own; these hold for long requests too where the standard tier has no others.
  private static func plan(_ text: Substring, of standard: PriceRow.Plan) -> PriceRow.Plan? {
    guard text == "half" else {
      return rates(text.split(separator: ","), reasoning: nil).map {
        PriceRow.Plan(rates: $0, longContext: standard.longContext)
      }
    }
    return standard.halved
  }

  private static func rates(_ columns: [Substring], reasoning: Substring?) -> PriceRow.Rates? {
    guard (2...5).contains(columns.count) else { return nil }
    let listed = columns.map { $0 == "-" ? nil : rate($0) }
    guard let input = listed[0], let output = listed[1] else { return nil }
    for (column, value) in zip(columns, listed) where column != "-" && value == nil { return nil }
    func at(_ index: Int) -> Int64? { index < listed.count ? listed[index] : nil }
    return PriceRow.Rates(
      input: input, cacheRead: at(2), cacheWrite5m: at(3), cacheWrite1h: at(4), output: output,
      reasoning: reasoning.flatMap(rate))
  }

  private static func rate(_ text: Substring) -> Int64? {
    guard let scaled = try? DecimalText.scaled(text) else { return nil }
    return Int64(exactly: scaled)
  }
}

extension PriceRow.Rates {
  /// Fills in what a price list leaves out: no cache rate: the input rate; no 1-hour rate: the 5-minute rate; no reasoning rate: the
  /// output rate.
  package init(
    input: Int64, cacheRead: Int64?, cacheWrite5m: Int64?, cacheWrite1h: Int64?, output: Int64,
    reasoning: Int64?
  ) {
    let write = cacheWrite5m ?? input
    self.init(
      input: input, cacheRead: cacheRead ?? input, cacheWrite5m: write, cacheWrite1h: cacheWrite1h ?? write,
      output: output, reasoning: reasoning ?? output)
  }
}

extension PriceRow.Plan {
  /// Half of every rate.
  var halved: PriceRow.Plan {
    .init(
      rates: rates.halved, longContext: longContext.map { .init(above: $0.above, rates: $0.rates.halved) })
  }
}

extension PriceRow.Rates {
  fileprivate var halved: PriceRow.Rates {
    .init(
      input: input / 2, cacheRead: cacheRead / 2, cacheWrite5m: cacheWrite5m / 2,
      cacheWrite1h: cacheWrite1h / 2, output: output / 2, reasoning: reasoning / 2)
  }
}

extension PriceTable {
  /// The list that ships with the program.
  package static let bundled: PriceTable = {
    let entries = BundledPrices.lists.flatMap(BundledPrices.entries).compactMap { try? $0.get() }
    var aliases: [String: String] = [:]
    for entry in entries { for alias in entry.aliases { aliases[alias] = entry.row.name } }
    return PriceTable(
      origin: "bundled \(BundledPrices.date)", rows: entries.map(\.row), aliases: aliases)
  }()
}
