import SpendEngine
import Support
import Testing

@testable import SpendGuard

@Suite struct TaskBudgetTests {
  /// 1 USD per million tokens in, 10 out, 20 of reasoning.
  private let prices = ModelPrices.bundled.overriding([
    "m": .init(input: .dollars(1), output: .dollars(10), cacheWrite1h: .dollars(2), reasoning: .dollars(20))
  ])

  @Test func comesToTheLimitAndNotPastIt() throws {
    // 1000 in and 100 of reasoning: 0.001 + 0.002.
    let budget = TaskBudget(limit: try #require(USD("0.003")), prices: prices)
    try budget.check(model: "m", input: 1000, maxOutput: 100)
    #expect(throws: BudgetExceeded.self) { try budget.check(model: "m", input: 1001, maxOutput: 100) }
    budget.record(USD(nanoDollars: 1))
    #expect(
      throws: BudgetExceeded(
        limit: budget.limit, spent: USD(nanoDollars: 1), reserved: .zero, projected: budget.limit)
    ) {
      try budget.check(model: "m", input: 1000, maxOutput: 100)
    }
  }

  @Test func recordsWhatACallCost() {
    let budget = TaskBudget(limit: .cents(50), prices: prices)
    let usage = TokenUsage.openAI(
      promptTokens: 1000, cachedTokens: 400, completionTokens: 100, reasoningTokens: 60)
    // No cache rate: the input rate.
    #expect(budget.record(model: "m", usage: usage) == USD("0.0026"))
    #expect(budget.record(model: "m", usage: TokenUsage(cacheWrite1h: 1_000_000)) == .dollars(2))
    #expect(budget.spent == USD("2.0026") && budget.remaining == USD("-1.5026"))
  }

  @Test func aWriteToACacheCountsAtItsRate() {
    let budget = TaskBudget(limit: .dollars(1), prices: prices)
    #expect(throws: Never.self) { try budget.check(model: "m", input: 1_000_000, maxOutput: 0) }
    #expect(throws: BudgetExceeded.self) {
      try budget.check(model: "m", input: TokenUsage(cacheWrite1h: 1_000_000), maxOutput: 0)
    }
  }

  @Test func anUnknownModelIsTheDearest() {
    let dearest = PriceTable.bundled.dearest.name
    #expect(!ModelPrices.bundled.knows("nobody-s-model") && ModelPrices.bundled.knows("gpt-5"))
    let usage = TokenUsage(input: 10, output: 10)
    #expect(
      ModelPrices.bundled.cost(of: usage, model: "nobody-s-model")
        == ModelPrices.bundled.cost(of: usage, model: dearest))
  }

  /// Among calls at the same time no more are let through than fit, and what they give back is there again.
  @Test func reservationsHold() async throws {
    let budget = TaskBudget(limit: .dollars(10), prices: prices)
    let input = TokenUsage(input: 1_000_000)
    let all =
      await withTaskGroup(of: TaskBudget.Reservation?.self) { group in
        for _ in 0..<100 {
          group.addTask { try? budget.reserve(model: "m", input: input, maxOutput: 0) }
        }
        return await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
      } as [TaskBudget.Reservation]
    #expect(all.count == 10 && Set(all).count == 10 && budget.remaining == .zero)
    for (index, one) in all.enumerated() {
      if index < 4 {
        budget.release(one)
      } else {
        budget.settle(one, model: "m", usage: TokenUsage(input: 500_000))
      }
    }
    #expect(budget.spent == .dollars(3) && budget.remaining == .dollars(7))
  }

  @Test func forgedNumbersSaturate() {
    let budget = TaskBudget(limit: USD(nanoDollars: .max), prices: prices)
    budget.record(model: "m", usage: TokenUsage(output: .max))
    budget.record(model: "m", usage: TokenUsage(output: .max))
    #expect(budget.spent == USD(nanoDollars: .max) && budget.remaining == .zero)
    #expect(throws: BudgetExceeded.self) { try budget.check(model: "m", input: .max, maxOutput: .max) }
    budget.record(model: "m", usage: TokenUsage(input: .min, output: -5))
    #expect(budget.spent == USD(nanoDollars: .max))
    #expect(USD.dollars(.max) == USD(nanoDollars: .max))
  }

  @Test(
    arguments: [
      ("0.50", 500_000_000), ("-3", -3_000_000_000), ("0.000000001", 1), ("0.0000000001", nil), ("1e3", nil),
      ("", nil),
      ("10000000000", nil), ("$1", nil),
    ] as [(String, Int64?)])
  func readsDollars(text: String, expected: Int64?) { #expect(USD(text)?.nanoDollars == expected) }
}
