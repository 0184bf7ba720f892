import SpendEngine
import Support
import Testing

@Suite struct ReloadTests {
  static func cap(
    _ limit: Int64, name: String = "cap", per: Per = .key, window: Window = .calendar(.day),
    alertAt: [Int64] = [50, 80], halt: HaltTarget? = .key, until: HaltEnd? = nil, mode: Mode? = nil
  ) -> Rule {
    .threshold(
      name, per: per, window: window, limit: limit, alertAt: alertAt, halt: halt, until: until, mode: mode)
  }

  /// What a reload says with key a at 120 cents, and the halts after it: started from `cap(100)`, halted and told.
  @Test(
    arguments: [
      ("same", [cap(100)], [], ["key a by cap"]),
      ("still past it", [cap(120)], [], ["key a by cap"]),
      ("raised, another step", [cap(150)], ["resume cap key a"], []),
      ("raised above every step", [cap(300)], ["resume cap key a", "resolve cap key a"], []),
      ("lowered", [cap(50)], [], ["key a by cap"]),
      ("removed", [], ["resume cap key a", "resolve cap key a"], []),
      (
        "renamed", [cap(100, name: "new")],
        ["resume cap key a", "resolve cap key a", "halt new key a", "alert new key a firing"],
        ["key a by new"]
      ),
      ("to warn", [cap(100, mode: .warn)], ["resume cap key a"], []),
      ("to no halt", [cap(100, halt: nil)], ["resume cap key a"], []),
      ("to shadow", [cap(100, mode: .shadow)], ["resume cap key a"], []),
      ("to manual", [cap(100, until: .manual)], [], ["key a by cap"]),
      (
        "another per", [cap(100, per: .global, halt: .global)],
        ["resume cap key a", "resolve cap key a"], []
      ),
      ("another window", [cap(100, window: .lifetime)], ["resume cap key a", "resolve cap key a"], []),
      (
        "another target", [cap(100, halt: .global)],
        ["resume cap key a", "halt cap key a -> global", "alert cap key a firing"], ["global by cap"]
      ),
      ("another place", [cap(900, name: "first"), cap(500, name: "second"), cap(100)], [], ["key a by cap"]),
    ] as [(String, [Rule], [String], [String])])
  func aReload(_ label: String, rules: [Rule], said: [String], halts: [String]) throws {
    for byRestart in [false, true] {
      var driver = try EngineDriver([ReloadTests.cap(100)])
      driver.fold(TestCall(120, key: "a"))
      driver.commit()
      _ = driver.said()
      if byRestart {
        try driver.restart(rules)
        driver.advance(by: .second)
      } else {
        driver.reload(rules)
      }
      #expect(driver.said() == said, "\(label), by restart: \(byRestart)")
      #expect(driver.halts == halts, "\(label), by restart: \(byRestart)")
      driver.commit()
      // Once is enough.
      try driver.restart()
      driver.advance(by: .second)
      driver.reload(rules)
      #expect(driver.said() == [] && driver.halts == halts, "\(label), again")
    }
  }

  /// From `before` with key a at 120 cents to `cap(100)`.
  @Test(
    arguments: [
      ("lowered", [cap(500)], ["halt cap key a", "alert cap key a firing"]),
      ("lowered past told steps", [cap(150)], ["halt cap key a", "alert cap key a firing"]),
      ("from warn", [cap(100, mode: .warn)], ["halt cap key a", "alert cap key a firing"]),
      ("from shadow", [cap(100, mode: .shadow)], ["halt cap key a", "alert cap key a firing"]),
    ] as [(String, [Rule], [String])])
  func aLoweredLimit(_ label: String, before: [Rule], said: [String]) throws {
    for byRestart in [false, true] {
      var driver = try EngineDriver(before)
      driver.fold(TestCall(120, key: "a"))
      driver.commit()
      _ = driver.said()
      if byRestart {
        try driver.restart([ReloadTests.cap(100)])
        driver.advance(by: .second)
      } else {
        driver.reload([ReloadTests.cap(100)])
      }
      #expect(driver.said() == said, "\(label), by restart: \(byRestart)")
      #expect(driver.halts == ["key a by cap"])
    }
  }

  /// Told in shadow is not told: the step is news when the mode is raised. Nothing is lifted, since nothing was halted.
  @Test(arguments: [false, true]) func toldInShadowIsNotTold(byRestart: Bool) throws {
    var driver = try EngineDriver([ReloadTests.cap(100, mode: .shadow)])
    driver.fold(TestCall(120, key: "a"))
    driver.commit()
    _ = driver.said()
    if byRestart {
      try driver.restart([ReloadTests.cap(100, mode: .warn)])
      driver.advance(by: .second)
    } else {
      driver.reload([ReloadTests.cap(100, mode: .warn)])
    }
    #expect(driver.said() == ["alert cap key a firing"] && driver.shown() == [])
  }

  @Test func aRealLiftIsNotToldAsShadow() throws {
    var driver = try EngineDriver([ReloadTests.cap(100)])
    driver.fold(TestCall(120, key: "a"))
    _ = driver.takeDecisions()
    _ = driver.shown()
    driver.reload([ReloadTests.cap(100, mode: .shadow)])
    #expect(driver.takeDecisions().map(\.mode) == [.enforce])
    #expect(driver.shown() == ["off key a"])
  }

  @Test func anotherEndIsShownAndHeld() throws {
    let midnight = EngineTime.nextMidnight.milliseconds
    var driver = try EngineDriver([ReloadTests.cap(100)])
    driver.fold(TestCall(120, key: "a"))
    #expect(driver.shown() == ["on key a until \(midnight)"])
    driver.reload([ReloadTests.cap(100, until: .manual)])
    #expect(driver.shown() == ["on key a"])
    driver.reload([ReloadTests.cap(100, until: .reset)])
    #expect(driver.shown() == ["on key a until \(midnight)"])
    driver.reload([ReloadTests.cap(100, until: .manual)])
    driver.advance(to: .nextMidnight)
    #expect(driver.halts == ["key a by cap"])
  }

  @Test func sumsAreCarriedOver() throws {
    let lifetime = ReloadTests.cap(500, name: "life", window: .lifetime)
    let models = ReloadTests.cap(500, name: "models", per: .model, halt: nil)
    var driver = try EngineDriver([ReloadTests.cap(900), lifetime])
    driver.fold(TestCall(120, key: "a", at: .noon + -.day), TestCall(130, key: "a"))
    driver.reload([lifetime, models, ReloadTests.cap(800)])
    #expect(driver.value("life", .key("a")) == 2_500_000_000)
    #expect(driver.value("cap", .key("a")) == 1_300_000_000)
    driver.fold(TestCall(10, key: "a").with { $0.model = "m" })
    #expect(driver.value("models", Subject(.model, ["m"])) == 100_000_000, "a new window starts empty")
    driver.reload([ReloadTests.cap(900)])
    driver.reload([ReloadTests.cap(900), lifetime])
    #expect(driver.value("life", .key("a")) == 0, "what nobody counted is not known")
    #expect(driver.value("cap", .key("a")) == 1_400_000_000)
  }

  /// What a new rule counts does not depend on a restart, though the journal still holds what was before it.
  @Test(arguments: [false, true]) func aNewSumCountsFromItsBirth(byRestart: Bool) throws {
    let day = ReloadTests.cap(900)
    let rules = [
      day, ReloadTests.cap(900, name: "life", window: .lifetime),
      ReloadTests.cap(900, name: "models", per: .model, halt: nil),
    ]
    let call = TestCall(10, key: "a").with { $0.model = "m" }
    var driver = try EngineDriver([day])
    driver.fold(call, call)
    driver.commit()
    driver.fold(call)
    for round in 1...2 {
      if byRestart {
        driver.commit()
        try driver.restart(rules)
        driver.advance(by: 1)
      } else {
        driver.reload(rules)
      }
      driver.fold(call)
      driver.commit()
      driver.fold(call)
      driver.commit()
      try driver.restart()
      driver.advance(by: 1)
      #expect(driver.value("cap", .key("a")) == Int64(2 + 3 * round) * 100_000_000)
      #expect(driver.value("life", .key("a")) == 200_000_000)
      #expect(driver.value("models", Subject(.model, ["m"])) == 200_000_000)
      // Without the rules for a while: what was counted for them is not known any more.
      if byRestart { try driver.restart([day]) } else { driver.reload([day]) }
      driver.advance(by: 1)
      driver.fold(call)
      driver.commit()
    }
  }

  @Test func heldOnesKeepTheirPlace() throws {
    var driver = try EngineDriver([ReloadTests.cap(100)], brake: BrakeSettings(halts: 1, span: 10 * .minute))
    driver.fold(TestCall(100, key: "a"), TestCall(100, key: "b"), TestCall(100, key: "c"))
    driver.reload([ReloadTests.cap(900, name: "first"), ReloadTests.cap(100)])
    _ = driver.said()
    driver.advance(by: 20 * .minute)
    #expect(
      driver.said() == ["halt cap key b", "halt cap key c", "resolve brake global"])
  }

  @Test func aGrantOutlivesAReload() throws {
    var driver = try EngineDriver([ReloadTests.cap(100)])
    driver.fold(TestCall(120, key: "a"))
    driver.perform(.resume(.key("a"), rule: nil, why: "", by: "ann", headroom: .standard))
    driver.commit()
    _ = driver.said()
    driver.reload([ReloadTests.cap(700, name: "other"), ReloadTests.cap(100)])
    driver.fold(TestCall(9, key: "a"))
    try driver.restart()
    driver.advance(by: .second)
    driver.fold(TestCall(9, key: "a"))
    #expect(driver.said() == [])
    driver.fold(TestCall(1, key: "a"))
    #expect(driver.said() == ["halt cap key a", "alert cap key a firing"])
  }

  /// A new zone holds from the next edge: the period that runs keeps its end, the next one begins there.
  @Test func aNewZoneHoldsFromTheNextEdge() throws {
    var driver = try EngineDriver([ReloadTests.cap(100)])
    driver.fold(TestCall(90, key: "a"))
    let west = CalendarTable(edges: CalendarTable.utcDays.edges.map { $0 + 7 * .hour })
    driver.reload([ReloadTests.cap(100)], calendar: west)
    driver.fold(TestCall(10, key: "a"), TestCall(0, key: "b"))
    _ = driver.said()
    driver.advance(to: .nextMidnight + -.minute)
    driver.fold(TestCall(30, key: "b", at: .nextMidnight + .minute))
    driver.advance(to: .nextMidnight)
    #expect(driver.said() == ["resume cap key a", "resolve cap key a"])
    // Late for the period that ended, early for none.
    driver.fold(TestCall(40, key: "a", at: .nextMidnight + -1), TestCall(20, key: "a"), TestCall(1, key: "b"))
    #expect(driver.value("cap", .key("a")) == 200_000_000)
    #expect(driver.value("cap", .key("b")) == 310_000_000)
    driver.advance(to: .nextMidnight + 7 * .hour)
    driver.fold(TestCall(40, key: "a", at: .nextMidnight + .hour), TestCall(5, key: "a"))
    #expect(driver.value("cap", .key("a")) == 50_000_000)
  }

  /// A table of edges runs out after a while: with the next reload or start the days go on.
  @Test(arguments: [false, true]) func aNewTableOfEdgesTakesOver(byRestart: Bool) throws {
    let short = CalendarTable(edges: [.midnight + -.day, .midnight, .nextMidnight])
    var driver = try EngineDriver([ReloadTests.cap(100)], calendar: short)
    driver.advance(to: .nextMidnight + 3 * .day)
    driver.fold(TestCall(120, key: "a"))
    driver.commit()
    driver.reload([ReloadTests.cap(100)], calendar: .utcDays)
    if byRestart {
      driver.commit()
      try driver.restart()
    }
    driver.advance(to: .nextMidnight + 5 * .day)
    driver.fold(TestCall(1, key: "a"))
    #expect(driver.value("cap", .key("a")) == 10_000_000)
    #expect(driver.halts == [])
  }

  /// Random edits of the rules with random spending: whoever is halted by a rule afterwards is past its limit, and whoever is past it is
  /// halted; a restart at any point changes nothing.
  @Test(arguments: Dice.seeds) func rulesAndHaltsAgree(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let calm = BrakeSettings(halts: 10_000, span: .minute)
    func rules(_ dice: inout Dice) -> [Rule] {
      var rules: [Rule] = []
      for name in ["one", "two", "three"].shuffled(using: &dice) where !dice.one(in: 3) {
        let (per, halt) = dice.pick([
          (Per.key, HaltTarget.key), (.key, .key), (.global, .global), (.task, .task),
        ])
        let window = dice.pick([Window.calendar(.day), .lifetime])
        let mode = dice.pick([Mode.enforce, .enforce, .warn, .shadow])
        rules.append(
          .threshold(
            name, per: per, window: window, limit: dice.roll(50...400), alertAt: [50, 90], halt: halt,
            mode: mode))
      }
      return rules
    }
    var driver = try EngineDriver(rules(&dice), brake: calm)
    for _ in 0..<60 {
      driver.fold(TestCall(dice.roll(0...60), key: dice.pick(["a", "b"]), task: dice.pick(["s", "t"])))
      if dice.one(in: 4) { driver.advance(by: dice.roll(1...6 * .hour)) }
      if dice.one(in: 3) { driver.reload(rules(&dice)) }
      if dice.one(in: 5) {
        driver.commit()
        try driver.restart(dice.one(in: 2) ? rules(&dice) : nil)
        driver.advance(by: 1)
      }
      var wanted: Set<String> = []
      for rule in driver.engine.status(top: 100).rules where rule.rule.mode == .enforce {
        for row in rule.top where row.value >= row.limit {
          // A task of the day before is left alone by a reload.
          if rule.rule.per == .task { continue }
          wanted.insert("\(row.subject.text) by \(rule.rule.name)")
        }
      }
      let halted = Set(driver.halts.filter { !$0.hasPrefix("task") })
      #expect(halted == wanted)
    }
  }
}
