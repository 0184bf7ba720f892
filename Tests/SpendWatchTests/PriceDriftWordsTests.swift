import Support
import Testing

@testable import SpendEngine
@testable import SpendWatch

/// What people read of a price rule.
@Suite struct PriceDriftWordsTests {
  private static let prices = PriceTable(
    origin: "test",
    rows: [
      PriceRow(
        name: "m",
        rates: .init(
          input: 10_000_000_000, cacheRead: 10_000_000_000, cacheWrite5m: 10_000_000_000,
          cacheWrite1h: 10_000_000_000, output: 10_000_000_000, reasoning: 10_000_000_000))
    ])

  private static func rule(_ window: Window) -> Rule {
    let kind = PriceDriftRule(window: window, over: 10, leastCalls: 4, leastSpend: 1)
    return Rule(
      name: "prices", per: .model, kind: .priceDrift(kind), mode: .warn, halt: nil, until: .clear)
  }

  @Test(
    arguments: [
      (.sliding(.day), "in the last 24h"), (.calendar(.day), "today"), (.lifetime, "over its lifetime"),
    ]
      as [(Window, String)])
  func alerts(_ window: Window, _ span: String) throws {
    var driver = try EngineDriver([Self.rule(window)], prices: Self.prices)
    let call = TestCall(15).with {
      $0.model = "m"
      $0.tokens.output = 10_000
    }
    driver.fold(Array(repeating: call, count: 4))
    let decision = try #require(driver.takeDecisions().first)
    let text = AlertText(decision, timeZone: "UTC")
    #expect(text.title == "model m: logged costs 50 % off the price table (limit 10 %) \(span)")
    #expect(
      text.lines.first?.hasPrefix("logs say $0.60, the table says $0.40 (+50 %) over 4 calls of model m")
        == true)
    #expect(text.lines.contains("Nobody is halted (mode warn)."))
    #expect(text.command == nil)
    #expect(decision.json(log: nil).contains(#""value":"0.5","limit":"0.1""#))
  }
}
