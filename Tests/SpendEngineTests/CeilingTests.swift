import SpendEngine
import Support
import Testing

/// `per: request`.
@Suite struct CeilingTests {
  static func call(_ maxTokens: Int64, key: String = "a", task: String = "t") -> TestCall {
    TestCall(1, key: key, task: task).with { $0.maxTokens = maxTokens }
  }

  /// A request may ask for the limit; what asks for more, or for nothing, is told; a log that does not say is left alone.
  @Test(
    arguments: [
      (UsageRecord.unstated, false), (-1, true), (0, false), (8_192, false), (8_193, true), (.max, true),
    ] as [(Int64, Bool)])
  func maxTokens(_ asked: Int64, fires: Bool) throws {
    var driver = try EngineDriver([.ceiling("out", limit: 8_192)])
    driver.fold(CeilingTests.call(asked))
    let said = driver.takeDecisions()
    #expect(said.map(\.line) == (fires ? ["alert out key a firing"] : []))
    #expect(said.allSatisfy { $0.value == asked && $0.limit == 8_192 && $0.window == .request })
    if asked == -1 { #expect(said.map(\.usage) == ["no max_tokens set (limit 8,192 tokens)"]) }
  }

  /// What was used trips at the limit.
  @Test(
    arguments: [
      (.spend, 100), (.tokens, 1_000), (.inputTokens, 700), (.outputTokens, 300),
    ] as [(Metric, Int64)])
  func everyMetric(_ metric: Metric, limit: Int64) throws {
    let call = TestCall(100, key: "a").with {
      ($0.tokens.freshInput, $0.tokens.cacheRead) = (600, 100)
      ($0.tokens.output, $0.tokens.reasoning) = (200, 100)
    }
    for (limit, fires) in [(limit, true), (limit + 1, false)] {
      var driver = try EngineDriver([.ceiling("one", metric: metric, limit: limit)])
      driver.fold(call)
      driver.fold(call)
      #expect(driver.said() == (fires ? ["alert one key a firing"] : []), "calls are not added up")
    }
  }

  /// A call that is reported in parts is judged as a whole, and once for its ceiling.
  @Test func aCallThatGrows() throws {
    var driver = try EngineDriver([
      .ceiling("long", metric: .outputTokens, limit: 500), .ceiling("dear", metric: .spend, limit: 50),
      .ceiling("asked", limit: 10),
    ])
    func part(_ output: Int64, _ cents: Int64) -> TestCall {
      TestCall(cents, key: "a").with {
        ($0.id, $0.tokens.output, $0.maxTokens) = ("call-1", output, 99)
      }
    }
    driver.fold(part(200, 20))
    #expect(driver.said() == ["alert asked key a firing"])
    driver.fold(part(400, 40), part(400, 40))
    #expect(driver.said() == [])
    driver.fold(part(600, 60))
    let said = driver.takeDecisions()
    #expect(said.map(\.line) == ["alert long key a firing", "alert dear key a firing"])
    #expect(said.map(\.value) == [600, 600_000_000])
    // Nothing of it is new an hour and a minute later: a repeat is no further call.
    driver.advance(by: 61 * .minute)
    driver.fold(part(600, 60))
    #expect(driver.said().allSatisfy { $0.hasPrefix("resolve") })
  }

  @Test func overridesHoldByNameAndAlias() throws {
    var driver = try EngineDriver([.ceiling("out", limit: 10, overrides: ["big": 1_000, "ci-bot": 1])])
    driver.fold(
      CeilingTests.call(900, key: "big"), CeilingTests.call(5, key: "hash").with { $0.alias = "ci-bot" },
      CeilingTests.call(11, key: "c"))
    #expect(driver.said() == ["alert out key ci-bot (hash) firing", "alert out key c firing"])
  }

  @Test func halts() throws {
    var driver = try EngineDriver([
      .ceiling("keys", limit: 10, halt: .key), .ceiling("tasks", limit: 20, halt: .task),
      .ceiling("seen", limit: 20, halt: .key, mode: .shadow),
    ])
    driver.fold(CeilingTests.call(15))
    #expect(
      driver.said() == ["halt keys key a", "alert keys key a firing"] && driver.shown() == ["on key a"])
    driver.fold(CeilingTests.call(25))
    #expect(
      driver.said().sorted() == [
        "alert seen key a firing shadow", "alert tasks task t firing", "halt seen key a shadow",
        "halt tasks task t",
      ])
    #expect(driver.shown() == ["on task t"])
    // Nobody to stop.
    driver.fold(CeilingTests.call(25, key: "", task: ""))
    #expect(driver.said().allSatisfy { $0.hasPrefix("alert") } && driver.shown() == [])
    // The next such call halts again what a person has lifted; others do not.
    driver.perform(.resume(.key("a"), rule: nil, why: "", by: "ann", headroom: .standard))
    driver.fold(CeilingTests.call(5))
    #expect(driver.shown() == ["off key a"])
    _ = driver.said()
    driver.fold(CeilingTests.call(15))
    #expect(driver.said() == ["halt keys key a", "alert keys key a firing"])
    // Manual: the alert goes, the halt stays.
    driver.advance(by: .hour)
    #expect(driver.said().count { $0.hasPrefix("resolve") } == 6)
    #expect(Set(driver.halts) == ["key a by keys", "task t by tasks"])
  }

  @Test func haltsForATimeAndWithTheAlert() throws {
    var driver = try EngineDriver([
      .ceiling("timed", limit: 10, halt: .key, until: .after(30 * .minute)),
      .ceiling("clear", limit: 10, halt: .task, until: .clear),
    ])
    driver.fold(CeilingTests.call(15))
    driver.advance(by: 20 * .minute)
    driver.fold(CeilingTests.call(15))
    #expect(driver.said().count == 4)
    // One of the last 30 minutes broke it: longer.
    driver.advance(by: 10 * .minute)
    #expect(driver.takeDecisions().map(\.isExtension) == [true])
    driver.advance(by: 30 * .minute)
    #expect(driver.said() == ["resume timed key a"])
    driver.advance(to: .noon + 80 * .minute)
    #expect(driver.said() == ["resolve timed key a", "resume clear task t", "resolve clear task t"])
    #expect(driver.halts == [])
  }

  /// One alert while such calls go on; over an hour after the last of them, over restarts and reloads too.
  @Test(arguments: [false, true]) func oneAlertWhileTheyGoOn(restarts: Bool) throws {
    let rule = Rule.ceiling("out", limit: 10)
    var driver = try EngineDriver([rule])
    var ids: Set<UInt64> = []
    for round in 0..<2 {
      for _ in 0..<5 {
        driver.fold(CeilingTests.call(15), CeilingTests.call(5), CeilingTests.call(16))
        driver.commit()
        driver.advance(by: 40 * .minute)
        if restarts {
          let now = driver.engine.time
          try driver.restart()
          driver.advance(to: now)
          driver.reload([.ceiling("first", limit: 1_000), rule])
          driver.reload([rule])
        }
        driver.fold(CeilingTests.call(5))
      }
      driver.advance(by: 20 * .minute + -1)
      driver.commit()
      let told = driver.takeDecisions()
      if !restarts || round == 0 {
        #expect(told.map(\.line).prefix(1) == ["alert out key a firing"] || restarts)
      }
      ids.formUnion(told.map(\.alertID))
      driver.advance(by: 1)
      let over = driver.takeDecisions()
      #expect(over.map(\.line) == ["resolve out key a"] && over.map(\.value) == [16])
      #expect(over.map(\.note) == ["no further call for 1h"])
      ids.formUnion(over.map(\.alertID))
    }
    #expect(ids.count == 2)
  }

  @Test func keepFiringSaysWhenItIsOver() throws {
    var rule = Rule.ceiling("out", limit: 10)
    rule.keepFiring = 5 * .minute
    var driver = try EngineDriver([rule])
    driver.fold(CeilingTests.call(15))
    driver.advance(by: 5 * .minute)
    #expect(driver.said() == ["alert out key a firing", "resolve out key a"])
  }

  /// Old calls are paid, and their senders gone.
  @Test func aCatchUpIsSilent() throws {
    var driver = try EngineDriver([.ceiling("out", limit: 10, halt: .key)])
    driver.engine.beginCatchUp()
    driver.fold(CeilingTests.call(15), CeilingTests.call(-1), catchUp: true)
    driver.fold(CeilingTests.call(15, key: "live"), file: 2)
    #expect(driver.said() == ["halt out key live", "alert out key live firing"])
    driver.engine.endCatchUp()
    #expect(driver.said() == [] && driver.halts == ["key live by out"])
  }

  @Test func aRuleThatGoesLiftsAndResolves() throws {
    for byRestart in [false, true] {
      var driver = try EngineDriver([.ceiling("out", limit: 10, halt: .key)])
      driver.fold(CeilingTests.call(15))
      driver.commit()
      _ = driver.said()
      if byRestart { try driver.restart([]) } else { driver.reload([]) }
      driver.advance(by: 1)
      #expect(driver.said() == ["resume out key a", "resolve out key a"] && driver.halts == [])
    }
  }

  /// A failed attempt asked for something, and nothing was made of it.
  @Test func aFailedCallIsNotJudgedByWhatItAskedFor() throws {
    var driver = try EngineDriver([.ceiling("out", limit: 10)])
    driver.fold(CeilingTests.call(15).with { ($0.requests, $0.errors) = (0, 1) })
    #expect(driver.said() == [])
  }
}
