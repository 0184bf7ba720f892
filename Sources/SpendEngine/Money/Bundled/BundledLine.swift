extension BundledPrices {
  /// Every list again with the prices of a newer map, line by line: how the bundled list is made (`spendfuse prices bundle`). Names, their order,
  /// other spellings and notes stay; a model that the map does not have keeps its line, and so does one that a line cannot say.
  /// - Parameter row: the map's, of a name as the list has it.
  /// - Returns: a list's lines, and names that kept theirs.
  package static func remade(_ row: (String) -> PriceRow?) -> [(
    list: String, lines: [String], kept: [String]
  )] {
    zip(["anthropic", "openAI", "google", "bedrock", "others"], lists).map { name, list in
      var kept: [String] = []
      let lines = list.split(separator: "\n").map { line -> String in
        guard !line.hasPrefix("#"), let entry = try? entries(String(line)).first?.get() else {
          return String(line)
        }
        let aka = line.split(separator: " ").first { $0.hasPrefix("aka=") }.map(String.init)
        var fresh = row(entry.row.name)
        fresh?.name = entry.row.name
        guard let text = fresh.flatMap({ self.line($0, aka: aka) }) else {
          kept.append(entry.row.name)
          return String(line)
        }
        return text
      }
      return (name, lines, kept)
    }
  }

  /// A row as a line of the list; nil where a line cannot say it.
  static func line(_ row: PriceRow, aka: String?) -> String? {
    var fields = [row.name] + columns(row.rates)
    if row.rates.reasoning != row.rates.output { fields.append("reasoning=\(usd(row.rates.reasoning))") }
    for step in row.standard.longContext {
      guard step.above % 1_000 == 0 else { return nil }
      var rates = columns(step.rates)
      if step.rates.reasoning != step.rates.output {
        rates += Array(repeating: "-", count: 5 - rates.count) + [usd(step.rates.reasoning)]
      }
      fields.append("over=\(step.above / 1_000)k:\(rates.joined(separator: ","))")
    }
    if row.webSearchFee > 0 { fields.append("search=\(usd(row.webSearchFee))") }
    for tier in ServiceTier.allCases {
      guard let plan = row.tiers[tier] else { continue }
      if plan == row.standard.halved {
        fields.append("\(tier.name)=half")
      } else if plan.longContext == row.standard.longContext, plan.rates.reasoning == plan.rates.output {
        fields.append("\(tier.name)=\(columns(plan.rates).joined(separator: ","))")
      } else {
        return nil
      }
    }
    if row.usFactor != 1_000 { fields.append("us=\(usd(row.usFactor * 1_000_000))") }
    if row.fastFactor != 1_000 { fields.append("fast=\(usd(row.fastFactor * 1_000_000))") }
    return (fields + [aka].compactMap { $0 }).joined(separator: " ")
  }

  /// Input, output, and the cache rates as far as they are not what is taken where they are left out.
  private static func columns(_ rates: PriceRow.Rates) -> [String] {
    var columns = [usd(rates.input), usd(rates.output)]
    let cache = [
      (rates.cacheRead, rates.input), (rates.cacheWrite5m, rates.input),
      (rates.cacheWrite1h, rates.cacheWrite5m),
    ]
    let last = cache.lastIndex { $0.0 != $0.1 } ?? -1
    for (rate, standard) in cache.prefix(last + 1) { columns.append(rate == standard ? "-" : usd(rate)) }
    return columns
  }

  private static func usd(_ rate: Int64) -> String { NanoUSD(rawValue: rate).decimal }
}
