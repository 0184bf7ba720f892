import SpendEngine
import Support
import Testing

/// What decisions say of halts' ends and of calls, beside their numbers.
@Suite struct AlertStandingTests {
  @Test func decisionsSayHowTheHaltEnds() throws {
    for until in [HaltEnd.clear, .manual, .after(30 * .minute)] {
      var driver = try EngineDriver([
        .threshold("cap", window: .sliding(.hour), limit: 100, halt: .key, until: until)
      ])
      driver.fold(TestCall(120, key: "a"))
      let decisions = driver.takeDecisions()
      #expect(decisions.map(\.kind) == [.halt, .alert])
      #expect(decisions.allSatisfy { $0.haltEnd == until })
    }
    var driver = try EngineDriver([.threshold("cap", window: .sliding(.hour), limit: 100)])
    driver.fold(TestCall(120, key: "a"))
    #expect(driver.takeDecisions().map(\.haltEnd) == [nil])
  }

  @Test func aCeilingNamesTheCall() throws {
    var driver = try EngineDriver([.ceiling("out", limit: 8_192, halt: .key)])
    driver.fold(TestCall(1, key: "a", task: "t").with { ($0.maxTokens, $0.model) = (-1, "gpt-5") })
    let decisions = driver.takeDecisions()
    #expect(decisions.count == 2)
    for decision in decisions {
      #expect(decision.call == Decision.Call(key: "a", task: "t", model: "gpt-5"))
      #expect(decision.account == "no max_tokens was set by key a")
    }
    #expect(driver.engine.status().halts.map(\.why) == ["no max_tokens was set by key a (rule out)"])
  }

  /// A person's halt and its end are one incident to whoever gets both.
  @Test func aPersonsHaltAndItsEndAreOfOneAlert() throws {
    var driver = try EngineDriver([])
    driver.perform(.halt(.key("a"), why: "x", by: "ann", until: nil))
    driver.advance(by: .hour)
    driver.perform(.resume(.key("a"), rule: nil, why: "y", by: "bob", headroom: .standard))
    driver.perform(.halt(.key("a"), why: "x", by: "ann", until: .noon + 2 * .hour))
    driver.advance(by: 2 * .hour)
    let decisions = driver.takeDecisions()
    #expect(decisions.map(\.kind) == [.halt, .resume, .halt, .resume])
    #expect(decisions[0].alertID == decisions[1].alertID && decisions[2].alertID == decisions[3].alertID)
    #expect(decisions[0].alertID != decisions[2].alertID)
  }
}
