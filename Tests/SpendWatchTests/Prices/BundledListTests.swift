import Testing

@testable import SpendEngine
@testable import SpendWatch

/// The bundled list as it is made from a map.
@Suite struct BundledListTests {
  /// Every line says its row, and is read back as the same.
  @Test func linesSayTheirRows() throws {
    for entry in BundledPrices.lists.flatMap(BundledPrices.entries) {
      let row = try entry.get().row
      let line = try #require(BundledPrices.line(row, aka: nil), "\(row.name)")
      #expect(try BundledPrices.entries(line).first?.get().row == row, "\(line)")
    }
  }

  @Test func ofItsOwnPricesItIsTheSame() throws {
    let own = PriceTable.bundled
    for (list, (name, lines, kept)) in zip(BundledPrices.lists, BundledPrices.remade { own.rows[$0] }) {
      let before = try BundledPrices.entries(list).map { try $0.get() }
      #expect(try BundledPrices.entries(lines.joined(separator: "\n")).map { try $0.get() } == before)
      #expect(kept.isEmpty && lines.count == list.split(separator: "\n").count, "\(name)")
    }
  }

  /// A model by its own name, else by names without a provider that agree; else it keeps its price.
  @Test func takesPricesOver() throws {
    func entry(_ name: String, _ output: String) -> String {
      "\"\(name)\": {\"input_cost_per_token\": 1e-06, \"output_cost_per_token\": \(output)}"
    }
    let map = try PriceMap(
      Array(
        """
        {\(entry("gpt-5", "9e-06")), \(entry("openrouter/openai/gpt-5", "8e-06")), \(entry("gpt-5-2025-08-07", "7e-06")),
        \(entry("us.anthropic.claude-haiku-4-5-20251001-v1:0", "6e-06")), \(entry("eu.anthropic.claude-haiku-4-5-20251001-v1:0", "6e-06")),
        \(entry("anthropic.claude-haiku-4-5-20251001-v1:0", "5e-06")),
        \(entry("gpt-4.1-2025-04-14", "3e-06")), \(entry("gpt-4.1-2026-01-01", "4e-06")), \(entry("azure/o3", "2e-06"))}
        """.utf8))
    let maker = BundledPricesMaker(map)
    let remade = BundledPrices.remade(maker.row)
    let table = try PriceTable(
      origin: "",
      rows: remade.flatMap {
        try BundledPrices.entries($0.lines.joined(separator: "\n")).map { try $0.get().row }
      })
    func output(_ name: String) -> Int64? { table.rows[name].map { $0.rates.output / 1_000_000_000 } }
    #expect(
      output("gpt-5") == 9 && output("us.anthropic.claude-haiku-4-5") == 6 && output("claude-haiku-4-5") == 5)
    for name in ["gpt-4.1", "o3", "claude-sonnet-4-5"] {
      #expect(table.rows[name] == PriceTable.bundled.rows[name] && remade.contains { $0.kept.contains(name) })
    }
  }
}
