import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct ExplainReasonsTests {
  private func lines(_ driver: borrowing EngineDriver, _ rule: String, _ subject: String) throws -> [String] {
    let answer = driver.engine.explain(rule: rule, subject: subject)
    return ExplainReasons(try answer.get(ExplainRequest(rule: rule, subject: subject)), timeZone: "UTC").lines
  }

  @Test func belowEveryStep() throws {
    var driver = try EngineDriver([.threshold("cap", limit: 2_500)])
    driver.fold(TestCall(1_240, key: "a", at: .noon))
    #expect(
      try lines(driver, "cap", "a") == [
        "$12.40 of $25.00 used today: the next step, 50 %, is at $12.50: $0.10 more"
      ])
  }

  @Test func haltedAndResumed() throws {
    var driver = try EngineDriver([.threshold("cap", limit: 2_500, halt: .key)])
    driver.fold(TestCall(2_600, key: "a", at: .noon))
    #expect(
      try lines(driver, "cap", "a") == [
        "$26.00 of $25.00 used today: $1.00 past the limit",
        "the limit was reached with $26.00 of $25.00; the alert began 2026-03-10 12:00 UTC",
        "key a is halted until 2026-03-11 00:00 UTC", "it is over when the window ends, 2026-03-11 00:00 UTC",
      ])
    driver.perform(.resume(.key("a"), rule: nil, why: "w", by: "ann", headroom: .standard))
    #expect(
      try lines(driver, "cap", "a").contains("ann lifted the halt; it halts again at $28.50: $2.50 more"))
    driver.perform(.resume(.key("a"), rule: nil, why: "w", by: "ann", headroom: .standard))
    driver.fold(TestCall(300, key: "a", at: .noon))
    driver.perform(.resume(.key("a"), rule: nil, why: "w", by: "bob", headroom: .span(.hour)))
    #expect(
      try lines(driver, "cap", "a").contains(
        "bob lifted the halt; it halts again at 2026-03-10 13:00 UTC if it is still past the limit"))
  }

  @Test func whyNobodyIsHalted() throws {
    var driver = try EngineDriver(
      [
        .threshold("warn", limit: 100, halt: .key, mode: .warn), .threshold("tell", limit: 100),
        .threshold("cap", limit: 100, halt: .key),
      ], brake: BrakeSettings(halts: 1, span: .hour))
    driver.fold(
      TestCall(100, at: .noon), TestCall(100, key: "a", at: .noon), TestCall(100, key: "b", at: .noon))
    #expect(try lines(driver, "warn", "a").contains("mode warn: nobody is halted"))
    #expect(try lines(driver, "tell", "a").contains("the rule halts nobody: people are told"))
    #expect(
      try lines(driver, "cap", "(none)").contains("nobody is halted: these calls name nobody who could be"))
    #expect(try lines(driver, "cap", "b").contains { $0.contains("held by the brake") })
    #expect(try lines(driver, "cap", "b").first == "$1.00 of $1.00 used today: the limit is reached")
  }

  @Test func pendingAndFalling() throws {
    var driver = try EngineDriver([
      .threshold("rate", window: .sliding(.hour), limit: 1_000, alertAt: [], hold: 5 * .minute)
    ])
    driver.fold(TestCall(1_100, key: "a", at: .noon))
    let said = try lines(driver, "rate", "a")
    #expect(
      said.contains(
        "the limit holds since 2026-03-10 12:00 UTC; it acts when it has held for 5 min, at 2026-03-10 12:05 UTC"
      ))
    #expect(said.last == "it is over below $10.00, which it is at 2026-03-10 13:05 UTC if nothing more comes")
  }

  @Test func sharesAndCalls() throws {
    var driver = try EngineDriver([
      .threshold("bad", per: .global, metric: .errorRatio, limit: 500_000_000, alertAt: []),
      .ceiling("big", limit: 100),
    ])
    driver.fold(TestCall(0, key: "a", at: .noon).with { $0.maxTokens = 500 })
    #expect(
      try lines(driver, "bad", "").last == "0 of 1 calls failed; below 10 calls the share counts as nothing")
    #expect(
      try lines(driver, "big", "a") == [
        "the last call that met it at 2026-03-10 12:00 UTC: 500 tokens against 100 tokens",
        "the rule halts nobody: people are told",
        "it is over when no further call meets it until 2026-03-10 13:00 UTC",
      ])
  }
}
