import SpendEngine
import Support
import Testing

@Suite struct AlertsTests {
  @Test func eachStepIsToldOnceAndResolvedOnce() throws {
    var driver = try EngineDriver([.threshold("cap", limit: 100, halt: .key)])
    for _ in 0..<12 { driver.fold(TestCall(10, key: "a")) }
    #expect(
      driver.said() == [
        "alert cap key a 50%", "alert cap key a 80%", "halt cap key a", "alert cap key a firing",
      ])
    driver.advance(to: .nextMidnight + -1)
    #expect(driver.said() == [])
    driver.advance(to: .nextMidnight)
    #expect(driver.said() == ["resume cap key a", "resolve cap key a"])
    driver.advance(by: 3 * .day)
    #expect(driver.said() == [])
  }

  /// What one more record on top of `before` cents says, limit 100, steps 50 and 80.
  @Test(
    arguments: [
      (40, 9, []), (40, 10, ["50%"]), (40, 39, ["50%"]), (40, 40, ["80%"]), (40, 59, ["80%"]),
      (40, 60, ["halt", "firing"]), (40, 80, ["halt", "firing"]), (60, 30, ["80%"]), (60, 15, []),
      (99, 1, ["halt", "firing"]), (100, 50, []),
    ] as [(Int64, Int64, [String])])
  func aJumpNamesTheHighestStepOnly(before: Int64, more: Int64, expected: [String]) throws {
    var driver = try EngineDriver([.threshold("cap", limit: 100, halt: .key)])
    driver.fold(TestCall(before, key: "a"))
    _ = driver.said()
    driver.fold(TestCall(more, key: "a"))
    #expect(
      driver.said() == expected.map { $0 == "halt" ? "halt cap key a" : "alert cap key a \($0)" })
  }

  @Test func alertAndHaltCarryTheNumbersAndTheRecord() throws {
    var driver = try EngineDriver([.threshold("cap", limit: 100, halt: .key)])
    driver.fold(TestCall(40, key: "a"), TestCall(80, key: "a"))
    let decisions = driver.takeDecisions()
    #expect(decisions.count == 2)
    for decision in decisions {
      #expect(decision.value == 1_200_000_000 && decision.limit == 1_000_000_000)
      #expect(decision.windowStart == .midnight && decision.windowEnd == .nextMidnight)
      #expect(decision.haltUntil == .nextMidnight && decision.target == .key("a"))
      #expect(decision.file == FileID(rawValue: 1) && decision.offset == EngineDriver.recordLength)
      #expect(decision.at == .noon && decision.metric == .spend && decision.mode == .enforce)
    }
    #expect(Set(decisions.map(\.alertID)).count == 1)
  }

  /// Two rules on one subject: the sums named at the window's end are those of the window that ended, for both.
  @Test func theEndOfAWindowNamesItsSum() throws {
    var driver = try EngineDriver([
      .threshold("low", limit: 100), .threshold("high", limit: 110),
      .threshold("calls", metric: .requests, limit: 1),
    ])
    driver.fold(TestCall(120, key: "a"))
    _ = driver.said()
    driver.advance(to: .nextMidnight + .hour)
    let resolved = driver.takeDecisions()
    #expect(resolved.map(\.rule) == ["low", "high", "calls"])
    #expect(resolved.map(\.value) == [1_200_000_000, 1_200_000_000, 1])
    #expect(resolved.allSatisfy { $0.at == .nextMidnight })
  }

  @Test func everyWindowHasItsOwnAlert() throws {
    var driver = try EngineDriver([.threshold("cap", limit: 100, halt: .key)])
    var ids: Set<UInt64> = []
    for _ in 0..<3 {
      driver.fold(TestCall(100, key: "a"))
      driver.advance(by: .day)
      let decisions = driver.takeDecisions()
      #expect(decisions.map(\.kind) == [.halt, .alert, .resume, .resolve])
      ids.formUnion(decisions.map(\.alertID))
    }
    #expect(ids.count == 3)
    // Equal in another run: made from rule, subject and window.
    var other = try EngineDriver([.threshold("cap", limit: 100, halt: .key)])
    other.fold(TestCall(100, key: "b"), TestCall(100, key: "a"))
    #expect(ids.contains(other.takeDecisions().last?.alertID ?? 0))
  }

  @Test func overridesHoldByNameAndByAlias() throws {
    let rule = Rule.threshold(
      "cap", limit: 100, alertAt: [], overrides: ["big": 300, "ci-bot": 20], halt: .key)
    var driver = try EngineDriver([rule])
    let alias = { (call: inout TestCall) in call.alias = "ci-bot" }
    driver.fold(
      TestCall(100, key: "small"), TestCall(299, key: "big"), TestCall(19, key: "hash-1").with(alias))
    #expect(driver.said() == ["halt cap key small", "alert cap key small firing"])
    driver.fold(TestCall(1, key: "big"), TestCall(1, key: "hash-1"))
    #expect(
      driver.said() == [
        "halt cap key big", "alert cap key big firing", "halt cap key ci-bot (hash-1)",
        "alert cap key ci-bot (hash-1) firing",
      ])
  }

  /// The first records of a key may not say its alias yet.
  @Test func anAliasLearntLaterBringsItsOverride() throws {
    let rule = Rule.threshold(
      "cap", limit: 100, alertAt: [], overrides: ["ci-bot": 20, "rich": 500], halt: .key)
    var driver = try EngineDriver([rule])
    driver.fold(TestCall(15, key: "a"), TestCall(90, key: "b"))
    driver.fold(
      TestCall(6, key: "a").with { $0.alias = "ci-bot" }, TestCall(20, key: "b").with { $0.alias = "rich" })
    #expect(driver.said() == ["halt cap key ci-bot (a)", "alert cap key ci-bot (a) firing"])
  }

  @Test func aMissingNameIsCountedAndNeverHalted() throws {
    var driver = try EngineDriver([
      .threshold("keys", limit: 100, halt: .key),
      .threshold("tasks", per: .task, window: .lifetime, limit: 100, halt: .task),
    ])
    driver.fold(TestCall(60), TestCall(60), TestCall(60))
    #expect(
      driver.said() == [
        "alert keys key (none) 50%", "alert tasks task (none) 50%",
        "alert keys key (none) firing", "alert tasks task (none) firing",
      ])
    #expect(driver.shown() == [] && driver.halts == [])
    #expect(driver.value("keys", .key("(none)")) == 1_800_000_000)
  }

  @Test(arguments: [Mode.shadow, .warn, .enforce])
  func modes(_ mode: Mode) throws {
    var driver = try EngineDriver([.threshold("cap", limit: 100, halt: .key, mode: mode)])
    driver.fold(TestCall(80, key: "a"), TestCall(20, key: "a"), TestCall(20, key: "a"))
    driver.advance(by: .day)
    let said = driver.said()
    switch mode {
    case .shadow:
      #expect(
        said == [
          "alert cap key a 80% shadow", "halt cap key a shadow", "alert cap key a firing shadow",
          "resume cap key a shadow", "resolve cap key a shadow",
        ])
      #expect(driver.shown() == [])
    case .warn:
      #expect(said == ["alert cap key a 80%", "alert cap key a firing", "resolve cap key a"])
      #expect(driver.shown() == [])
    case .enforce:
      #expect(
        said == [
          "alert cap key a 80%", "halt cap key a", "alert cap key a firing", "resume cap key a",
          "resolve cap key a",
        ])
      #expect(driver.shown() == ["off key a"])
    }
  }

  @Test func untilResetEndsWithTheWindowAndManualStays() throws {
    var driver = try EngineDriver([
      .threshold("reset", limit: 100, alertAt: [], halt: .key, until: .reset),
      .threshold("manual", limit: 100, alertAt: [], halt: .key, until: .manual),
    ])
    driver.fold(TestCall(100, key: "a"))
    #expect(driver.shown() == ["on key a"])
    _ = driver.said()
    driver.advance(to: .nextMidnight)
    #expect(driver.said() == ["resume reset key a", "resolve reset key a", "resolve manual key a"])
    #expect(driver.halts == ["key a by manual"])
    #expect(driver.shown() == ["on key a"])
    driver.advance(by: 10 * .day)
    #expect(driver.said() == [] && driver.halts == ["key a by manual"])
  }

  /// The next day's breach under a manual halt that still stands alerts again; there is nothing new to halt.
  @Test func aStandingManualHaltIsNotDecidedTwice() throws {
    var driver = try EngineDriver([.threshold("cap", limit: 100, alertAt: [], halt: .key, until: .manual)])
    driver.fold(TestCall(100, key: "a"))
    driver.advance(to: .nextMidnight)
    _ = driver.said()
    _ = driver.shown()
    driver.fold(TestCall(120, key: "a"))
    #expect(driver.said() == ["alert cap key a firing"])
    #expect(driver.shown() == [])
    #expect(driver.engine.status().halts.map(\.since) == [.noon])
    driver.perform(.resume(.key("a"), rule: nil, why: "ok", by: "ann", headroom: .standard))
    #expect(driver.said() == ["resume cap key a"])
    driver.fold(TestCall(10, key: "a"))
    #expect(driver.said() == ["halt cap key a", "alert cap key a firing"])
  }

  /// Calls of 1500 tokens in and 500 out at 100 cents, every second one an error: each limit is reached by the third and not before.
  @Test(
    arguments: [
      (.requests, 3), (.errors, 2), (.tokens, 6_000), (.inputTokens, 4_500), (.outputTokens, 1_500),
      (.spend, 300),
    ] as [(Metric, Int64)])
  func everyMetricTrips(_ metric: Metric, limit: Int64) throws {
    var driver = try EngineDriver([.threshold("cap", metric: metric, limit: limit, alertAt: [], halt: .key)])
    func call(isError: Bool) -> TestCall {
      TestCall(100, key: "a").with {
        $0.tokens.freshInput = 800
        $0.tokens.cacheRead = 400
        $0.tokens.cacheWrite5m = 200
        $0.tokens.cacheWrite1h = 100
        $0.tokens.output = 300
        $0.tokens.reasoning = 200
        $0.errors = isError ? 1 : 0
      }
    }
    driver.fold(call(isError: true), call(isError: false))
    #expect(driver.said() == [])
    driver.fold(call(isError: true))
    #expect(driver.said() == ["halt cap key a", "alert cap key a firing"])
  }

  @Test func combinationsAreSubjectsOfTheirOwn() throws {
    var driver = try EngineDriver([
      .threshold("cap", per: [.key, .model], limit: 100, alertAt: [], halt: .key)
    ])
    func call(_ cents: Int64, _ model: String) -> TestCall {
      TestCall(cents, key: "a").with { $0.model = model }
    }
    driver.fold(call(60, "x"), call(60, "y"))
    #expect(driver.said() == [])
    driver.fold(call(60, "y"))
    #expect(driver.said() == ["halt cap key a + model y -> key a", "alert cap key a + model y firing"])
    // The other model trips too: the key is halted already.
    driver.fold(call(60, "x"))
    #expect(driver.said() == ["alert cap key a + model x firing"])
    driver.advance(by: .day)
    // The key is lifted with the last of them.
    #expect(
      driver.said() == [
        "resolve cap key a + model x", "resume cap key a + model y -> key a", "resolve cap key a + model y",
      ])
    #expect(driver.halts == [])
  }

  /// `per: global, halt: key`: the one whose record tripped it; with nobody to stop the next record with a key is.
  @Test func whoeverTripsAWiderRuleIsHalted() throws {
    var driver = try EngineDriver([.threshold("cap", per: .global, limit: 100, alertAt: [], halt: .key)])
    driver.fold(TestCall(90, key: "a"), TestCall(20))
    #expect(driver.said() == ["alert cap global firing"])
    driver.fold(TestCall(1, key: "b"))
    #expect(driver.said().first == "halt cap global -> key b")
    #expect(driver.shown() == ["on key b until \(EngineTime.nextMidnight.milliseconds)"])
  }

  @Test func theGuessedModelIsNamed() throws {
    var driver = try EngineDriver([.threshold("cap", metric: .requests, limit: 1, alertAt: [])])
    driver.fold(
      TestCall(nil, key: "a").with {
        $0.model = "brand-new"
        $0.tokens.output = 5
      })
    #expect(driver.takeDecisions().map(\.guessedModel) == ["brand-new"])
  }

  /// An event a little ahead of the clock belongs to tomorrow: it is judged when tomorrow begins, not at the next record.
  @Test func anEarlyBreachFiresAtTheEdge() throws {
    var driver = try EngineDriver([.threshold("cap", limit: 100, halt: .key)], at: .nextMidnight + -60_000)
    driver.fold(TestCall(30, key: "a"), TestCall(150, key: "a", at: .nextMidnight + 1_000))
    #expect(driver.said() == [])
    #expect(driver.engine.nextDeadline == .nextMidnight)
    driver.advance(to: .nextMidnight)
    #expect(driver.said() == ["halt cap key a", "alert cap key a firing"])
    driver.advance(by: .day)
    #expect(driver.said() == ["resume cap key a", "resolve cap key a"])
  }

  @Test func anEarlyBreachIsNotLostInARestart() throws {
    var driver = try EngineDriver([.threshold("cap", limit: 100, halt: .key)], at: .nextMidnight + -60_000)
    driver.fold(TestCall(150, key: "a", at: .nextMidnight + 1_000))
    driver.commit()
    for start in [EngineTime.nextMidnight + -30_000, .nextMidnight + 5_000] {
      try driver.restart()
      driver.advance(to: start)
      driver.advance(to: .nextMidnight + 10_000)
      #expect(driver.said() == ["halt cap key a", "alert cap key a firing"])
    }
  }

  /// A halt needs a breach at that instant, and one subject's spending never moves another's alerts.
  @Test(arguments: Dice.seeds)
  func subjectsDoNotInfluenceEachOther(seed: UInt64) throws {
    let rules: [Rule] = [
      .threshold("day", limit: 100, halt: .key),
      .threshold("life", window: .lifetime, limit: 400, alertAt: [25, 75], halt: .key),
    ]
    let calm = BrakeSettings(halts: 1_000, span: .minute)
    var dice = Dice(seed: seed)
    var steps: [(wait: Milliseconds, call: TestCall)] = []
    for _ in 0..<300 {
      let call = TestCall(dice.roll(0...40), key: dice.pick(["a", "b", "c", "d"]))
      steps.append((dice.one(in: 5) ? dice.roll(0...8 * .hour) : 0, call))
    }
    func run(only key: String?) throws -> [Decision] {
      var driver = try EngineDriver(rules, brake: calm)
      for step in steps {
        driver.advance(by: step.wait)
        if key == nil || step.call.key == key { driver.fold(step.call) }
      }
      return driver.takeDecisions()
    }
    let together = try run(only: nil)
    #expect(!together.isEmpty)
    for decision in together where decision.kind == .halt { #expect(decision.value >= decision.limit) }
    for key in ["a", "b", "c", "d"] {
      let alone = try run(only: key).map { "\($0.at.milliseconds) \($0.line) \($0.value)" }
      let among = together.filter { $0.subject == .key(key) }.map {
        "\($0.at.milliseconds) \($0.line) \($0.value)"
      }
      #expect(alone == among)
    }
  }
}
