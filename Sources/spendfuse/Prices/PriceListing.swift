import SpendEngine
import SpendWatch

/// Price rows as people and scripts read them: a line for each tier and length of request.
struct PriceListing {
  private struct Line {
    var match: PriceTable.Match
    var tier: ServiceTier
    /// 0 = of requests of any length.
    var above: Int64
    var rates: PriceRow.Rates

    var values: [Int64] { rates.list }
  }

  private let lines: [Line]
  private let table: PriceTable
  private let count: Int

  init(_ matches: [PriceTable.Match], table: PriceTable) {
    self.table = table
    count = matches.count
    lines = matches.flatMap { match in
      ServiceTier.allCases.flatMap { tier -> [Line] in
        guard let plan = tier == .standard ? match.row.standard : match.row.tiers[tier] else { return [] }
        let base = Line(match: match, tier: tier, above: 0, rates: plan.rates)
        return [base]
          + plan.longContext.map { Line(match: match, tier: tier, above: $0.above, rates: $0.rates) }
      }
    }
  }

  private static let buckets = PriceRow.Rates.names

  // MARK: Text

  /// What is of a model, and not of a tier.
  private enum Extra: CaseIterable {
    case webSearch, inUS, fast

    var title: String {
      switch self {
      case .webSearch: "web search"
      case .inUS: "in US"
      case .fast: "fast"
      }
    }

    func text(_ row: PriceRow) -> String {
      switch self {
      case .webSearch: row.webSearchFee == 0 ? "" : NanoUSD(rawValue: row.webSearchFee).exactText
      case .inUS: row.usFactor == 1_000 ? "" : "x" + ExactFactor(row.usFactor).text
      case .fast: row.fastFactor == 1_000 ? "" : "x" + ExactFactor(row.fastFactor).text
      }
    }
  }

  func text(for terminal: OutputTerminal) -> String {
    let extras = Extra.allCases.filter { extra in lines.contains { !extra.text($0.match.row).isEmpty } }
    var output = OutputTable(
      [.name("model", least: 40), .name("tier"), .name("input over", spare: 1)]
        + zip(PriceListing.buckets, [0, 2, 4, 5, 0, 6]).map { .number($0, spare: $1) }
        + extras.map { .number($0.title, spare: 7) })
    for line in lines {
      let isFirst = line.tier == .standard && line.above == 0
      output.add(
        [
          line.match.row.name, line.tier == .standard ? "" : line.tier.name,
          line.above == 0 ? "" : line.above.thousands,
        ] + line.values.map { NanoUSD(rawValue: $0).exactText }
          + extras.map { isFirst ? $0.text(line.match.row) : "" }, look: isFirst ? .plain : .faint)
    }
    let fallback = table.fallbackOrigin.isEmpty ? "" : ", else \(table.fallbackOrigin)"
    let dearest = table.dearest.name
    let notes = [
      "\(Int64(count).grouped) \(count == 1 ? "model" : "models"), USD per million tokens; from \(table.origin)\(fallback)",
      "a model without a price counts as \(dearest)",
    ]
    return output.text(for: terminal)
      + terminal.folded(notes.map { terminal.text($0.printable, .faint) + "\n" }.joined())
  }

  // MARK: JSON and CSV

  private static let columns = buckets.map { $0.replacing(" ", with: "_") }

  var json: String {
    var object = JSONObject()
    object.add("origin", table.origin)
    if !table.fallbackOrigin.isEmpty { object.add("fallback_origin", table.fallbackOrigin) }
    object.add("names", Int64(table.rows.count))
    object.add("dearest", table.dearest.name)
    object.add(
      "rows",
      lines.map { line in
        var fields = JSONObject()
        fields.add("model", line.match.row.name)
        fields.add("from", line.match.part.rawValue)
        fields.add("tier", line.tier.name)
        fields.add("input_over", line.above)
        var rates = JSONObject()
        for (column, value) in zip(PriceListing.columns, line.values) {
          rates.add(column, NanoUSD(rawValue: value).decimal)
        }
        fields.add("usd_per_million", rates)
        fields.add("usd_per_web_search", NanoUSD(rawValue: line.match.row.webSearchFee).decimal)
        fields.add("us_factor", ExactFactor(line.match.row.usFactor).text)
        fields.add("fast_factor", ExactFactor(line.match.row.fastFactor).text)
        return fields
      })
    return object.text
  }

  var csv: String {
    let header =
      ["model", "from", "tier", "input_over"] + PriceListing.columns + [
        "web_search", "us_factor", "fast_factor",
      ]
    return ([header] + lines.map(cells)).map { $0.map(PriceListing.field).joined(separator: ",") + "\n" }
      .joined()
  }

  private func cells(_ line: Line) -> [String] {
    let row = line.match.row
    return [row.name, line.match.part.rawValue, line.tier.name, String(line.above)]
      + (line.values + [row.webSearchFee]).map { NanoUSD(rawValue: $0).decimal }
      + [ExactFactor(row.usFactor).text, ExactFactor(row.fastFactor).text]
  }

  private static func field(_ text: String) -> String {
    let mustQuote = text.unicodeScalars.contains { ["\"", ",", "\n", "\r"].contains($0) }
    return mustQuote ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }
}
