import SpendEngine
import Support
import Testing

/// `for`, `keep_firing_for` and `clear_at` on a clock that a test moves. An hour is cut in buckets of 5 minutes, and the noon of the tests
/// is the start of one: what is spent at noon leaves at 13:05. A minute is cut in buckets of 5 seconds: 65 seconds later.
@Suite struct AlertLifeTests {
  static let hour = Window.sliding(.hour)
  static let minute = Window.sliding(.minute)
  static func held(
    _ window: Window = hour, alertAt: [Int64] = [50], clearAt: Int64? = nil,
    hold: Milliseconds = 10 * .minute,
    keepFiring: Milliseconds = 0
  ) -> Rule {
    .threshold(
      "cap", window: window, limit: 100, alertAt: alertAt, clearAt: clearAt, halt: .key, hold: hold,
      keepFiring: keepFiring)
  }

  // MARK: for

  @Test func whatHoldsIsToldWhenItHasHeldLongEnough() throws {
    var driver = try EngineDriver([AlertLifeTests.held()])
    driver.fold(TestCall(120, key: "a"))
    #expect(driver.said() == [] && driver.shown() == [] && driver.halts == [])
    #expect(driver.standing("cap", .key("a"))?.level == nil, "pending is not told")
    driver.advance(to: .noon + 10 * .minute + -1)
    driver.fold(TestCall(1, key: "a"))
    #expect(driver.said() == [] && driver.engine.nextDeadline == .noon + 10 * .minute)
    // However late the driver comes: it was due then.
    driver.advance(to: .noon + 30 * .minute)
    let decisions = driver.takeDecisions()
    #expect(decisions.map(\.line) == ["halt cap key a", "alert cap key a firing"], "the highest step only")
    #expect(decisions.allSatisfy { $0.at == .noon + 10 * .minute && $0.value == 1_210_000_000 })
    #expect(driver.shown() == ["on key a"])
    driver.advance(to: .noon + 65 * .minute)
    #expect(driver.said() == ["resume cap key a", "resolve cap key a"])
  }

  @Test func eachStepHoldsForItself() throws {
    var driver = try EngineDriver([AlertLifeTests.held(alertAt: [50, 80])])
    driver.fold(TestCall(60, key: "a"))
    driver.advance(by: 4 * .minute)
    driver.fold(TestCall(30, key: "a"))
    driver.advance(by: 4 * .minute)
    driver.fold(TestCall(30, key: "a"))
    #expect(driver.said() == [])
    driver.advance(to: .noon + 10 * .minute)
    #expect(driver.said() == ["alert cap key a 50%"])
    driver.advance(to: .noon + 14 * .minute)
    #expect(driver.said() == ["alert cap key a 80%"])
    driver.advance(to: .noon + 18 * .minute + -1)
    #expect(driver.said() == [])
    driver.advance(by: 1)
    #expect(driver.said() == ["halt cap key a", "alert cap key a firing"])
  }

  /// A sum that falls in between by itself, without any record, begins anew.
  @Test(arguments: [false, true]) func whatFallsByTimeDidNotHold(restarts: Bool) throws {
    var driver = try EngineDriver([AlertLifeTests.held(AlertLifeTests.minute, hold: 2 * .minute)])
    driver.fold(TestCall(120, key: "a"))
    #expect(driver.engine.nextDeadline == .noon + 65_000)
    driver.commit()
    if restarts {
      try driver.restart()
      driver.advance(by: 30_000)
    }
    driver.advance(to: .noon + 70_000)
    driver.fold(TestCall(150, key: "a"))
    driver.advance(to: .noon + 130_000)
    #expect(driver.said() == [], "of the first two minutes five seconds are missing")
    // Records that keep it up make it hold.
    driver.fold(TestCall(150, key: "a"))
    driver.advance(to: .noon + 189_999)
    #expect(driver.said() == [])
    driver.advance(by: 1)
    #expect(driver.said() == ["halt cap key a", "alert cap key a firing"])
  }

  /// The limit was passed for a while, the step below it all the time.
  @Test(arguments: [false, true]) func aHigherStepThatFellDidNotHold(restarts: Bool) throws {
    var driver = try EngineDriver([AlertLifeTests.held(AlertLifeTests.minute, hold: 2 * .minute)])
    driver.fold(TestCall(60, key: "a"))
    for seconds in [20, 40, 60] as [Int64] {
      driver.advance(to: .noon + seconds * .second)
      driver.fold(TestCall(seconds == 20 ? 60 : 30, key: "a"))
    }
    if restarts {
      driver.commit()
      try driver.restart()
    }
    // At 65 s the first 60 leave: 120. At 85 s the next: 60. At 95 s it is past the limit again.
    driver.advance(to: .noon + 95_000)
    driver.fold(TestCall(90, key: "a"))
    driver.advance(to: .noon + 119_999)
    #expect(driver.said() == [])
    driver.fold(TestCall(60, key: "a"))
    driver.advance(by: 1)
    #expect(driver.said() == ["alert cap key a 50%"])
    for second in stride(from: Int64(125), to: 215, by: 30) {
      driver.advance(to: .noon + second * .second)
      driver.fold(TestCall(100, key: "a"))
    }
    #expect(driver.said() == [])
    driver.advance(to: .noon + 214_999)
    #expect(driver.said() == [])
    driver.advance(by: 1)
    #expect(driver.said() == ["halt cap key a", "alert cap key a firing"])
  }

  @Test(arguments: [0, 9 * .minute, 12 * .minute] as [Milliseconds]) func pendingOutlivesARestart(
    gap: Milliseconds
  ) throws {
    var driver = try EngineDriver([AlertLifeTests.held()])
    driver.fold(TestCall(120, key: "a"))
    driver.commit()
    try driver.restart()
    driver.advance(by: gap)
    driver.advance(to: .noon + 20 * .minute)
    let decisions = driver.takeDecisions()
    #expect(decisions.map(\.line) == ["halt cap key a", "alert cap key a firing"])
    let due = EngineTime.noon + 10 * .minute
    #expect(decisions.allSatisfy { $0.at == due })
    driver.commit()
    try driver.restart()
    driver.advance(by: .minute)
    #expect(driver.said() == [] && driver.halts == ["key a by cap"])
  }

  @Test func whatEndsWithItsWindowWasNeverTold() throws {
    var driver = try EngineDriver([AlertLifeTests.held(.calendar(.day))], at: .nextMidnight + -5 * .minute)
    driver.fold(TestCall(120, key: "a"))
    driver.advance(by: .hour)
    #expect(driver.said() == [])
    driver.fold(TestCall(120, key: "a"))
    driver.advance(by: 10 * .minute)
    #expect(driver.said() == ["halt cap key a", "alert cap key a firing"])
  }

  @Test func aLifetimeIsOnlyDelayed() throws {
    var driver = try EngineDriver([
      .threshold("cap", per: .task, window: .lifetime, limit: 100, halt: .task, hold: 10 * .minute)
    ])
    driver.fold(TestCall(120, task: "t"))
    driver.advance(by: 10 * .minute)
    #expect(driver.said() == ["halt cap task t", "alert cap task t firing"])
  }

  /// Old records are folded now: what they breach holds from now on, and leaves with the digest.
  @Test func inACatchUp() throws {
    var driver = try EngineDriver([AlertLifeTests.held()])
    driver.engine.beginCatchUp()
    driver.fold(TestCall(120, key: "a", at: .noon + -30 * .minute), catchUp: true)
    driver.fold(TestCall(500, key: "b", at: .noon + -3 * .hour), catchUp: true)
    driver.advance(by: 10 * .minute)
    #expect(driver.said() == ["halt cap key a digest"])
    driver.engine.endCatchUp()
    #expect(driver.said() == ["alert cap key a firing digest"])
    driver.engine.beginCatchUp()
    driver.fold(TestCall(120, key: "c", at: .noon), catchUp: true)
    driver.engine.endCatchUp()
    #expect(driver.said() == [], "it has not held yet")
    driver.advance(by: 10 * .minute)
    #expect(driver.said() == ["halt cap key c", "alert cap key c firing"])
  }

  /// A task that has been quiet for a day is left alone, and its alert still ends.
  @Test func aTaskOfYesterdayIsLeftAlone() throws {
    let rule = Rule.threshold(
      "cap", per: .task, window: .sliding(2 * .day), limit: 100, alertAt: [50], halt: .task, hold: 30 * .hour)
    var driver = try EngineDriver([rule])
    driver.fold(TestCall(120, task: "old"), TestCall(120, task: "new"))
    driver.advance(by: 20 * .hour)
    driver.fold(TestCall(1, task: "new"))
    driver.advance(to: .noon + 30 * .hour)
    #expect(driver.said() == ["halt cap task new", "alert cap task new firing"])
    // It goes on.
    driver.advance(by: .hour)
    driver.fold(TestCall(1, task: "old"))
    #expect(driver.said() == ["halt cap task old", "alert cap task old firing"])
    driver.advance(by: 4 * .day)
    #expect(
      driver.said() == [
        "resume cap task old", "resolve cap task old", "resume cap task new", "resolve cap task new",
      ])
    #expect(driver.engine.nextDeadline.map { $0 > driver.engine.time } ?? true)
  }

  // MARK: keep_firing_for

  @Test(arguments: [false, true]) func anAlertGoesOnForAWhile(restarts: Bool) throws {
    var driver = try EngineDriver([
      AlertLifeTests.held(AlertLifeTests.minute, hold: 0, keepFiring: 10 * .minute)
    ])
    func pause(_ driver: inout EngineDriver) throws {
      guard restarts else { return }
      driver.commit()
      try driver.restart()
    }
    driver.fold(TestCall(120, key: "a"))
    driver.commit()
    #expect(driver.said() == ["halt cap key a", "alert cap key a firing"])
    driver.advance(to: .noon + 70_000)
    try pause(&driver)
    #expect(driver.value("cap", .key("a")) == 0 && driver.halts == ["key a by cap"])
    // It comes back before it was quiet for long enough: no news, and the wait begins anew.
    driver.advance(to: .noon + 5 * .minute)
    driver.fold(TestCall(60, key: "a"))
    try pause(&driver)
    driver.advance(to: .noon + 5 * .minute + 65_000 + 10 * .minute + -1)
    #expect(driver.said() == [] && driver.halts == ["key a by cap"])
    driver.advance(by: 1)
    #expect(driver.said() == ["resume cap key a", "resolve cap key a"])
    #expect(driver.engine.nextDeadline == .nextMidnight || driver.engine.nextDeadline == nil)
  }

  /// While it is quiet a higher step is news all the same.
  @Test func aHigherStepInTheQuietTime() throws {
    var driver = try EngineDriver([
      AlertLifeTests.held(AlertLifeTests.minute, hold: 0, keepFiring: 10 * .minute)
    ])
    driver.fold(TestCall(60, key: "a"))
    driver.advance(by: 2 * .minute)
    driver.fold(TestCall(60, key: "a"), TestCall(60, key: "a"))
    #expect(driver.said() == ["alert cap key a 50%", "halt cap key a", "alert cap key a firing"])
  }

  // MARK: clear_at

  /// 60 at noon and 30 half an hour later; steps 50 and 80. The 60 leave at 13:05, the 30 at 13:35.
  @Test(
    arguments: [(nil, 65), (50, 65), (40, 65), (31, 65), (30, 95), (1, 95)] as [(Int64?, Int64)])
  func anAlertIsOverBelowClearAt(clearAt: Int64?, minutes: Int64) throws {
    var driver = try EngineDriver([AlertLifeTests.held(alertAt: [50, 80], clearAt: clearAt, hold: 0)])
    driver.fold(TestCall(60, key: "a"))
    driver.advance(by: 30 * .minute)
    driver.fold(TestCall(30, key: "a"))
    #expect(driver.said() == ["alert cap key a 50%", "alert cap key a 80%"])
    driver.advance(to: .noon + minutes * .minute + -1)
    #expect(driver.said() == [] && driver.engine.nextDeadline == .noon + minutes * .minute)
    driver.advance(by: 1)
    let decisions = driver.takeDecisions()
    let end = EngineTime.noon + minutes * .minute
    #expect(decisions.map(\.line) == ["resolve cap key a"] && decisions.map(\.at) == [end])
    #expect(decisions.first?.value == (minutes == 65 ? 300_000_000 : 0))
    driver.fold(TestCall(60, key: "a"))
    #expect(driver.said() == [minutes == 65 ? "alert cap key a 80%" : "alert cap key a 50%"])
  }

  /// Each step once an alert, however often the value dips below it.
  @Test func aStepIsNotToldAgainInOneAlert() throws {
    var driver = try EngineDriver([AlertLifeTests.held(AlertLifeTests.minute, clearAt: 10, hold: 0)])
    for _ in 0..<5 {
      driver.fold(TestCall(60, key: "a"))
      driver.advance(by: 30_000)
      driver.fold(TestCall(20, key: "a"))
      driver.advance(by: 40_000)
    }
    #expect(driver.said() == ["alert cap key a 50%"])
    driver.advance(by: 2 * .minute)
    #expect(driver.said() == ["resolve cap key a"])
  }

  @Test func incidentsHaveIDsOfTheirOwn() throws {
    var driver = try EngineDriver([AlertLifeTests.held(AlertLifeTests.minute, hold: 0)])
    var ids: [UInt64] = []
    for _ in 0..<3 {
      driver.fold(TestCall(60, key: "a"))
      driver.advance(by: 2 * .minute)
      let decisions = driver.takeDecisions()
      #expect(decisions.map(\.kind) == [.alert, .resolve] && Set(decisions.map(\.alertID)).count == 1)
      ids += decisions.prefix(1).map(\.alertID)
      driver.commit()
      try driver.restart()
    }
    #expect(Set(ids).count == 3)
  }

  // MARK: Reload

  /// Key a at 120 since noon, looked at 5 minutes later; what a reload says at once, and what until 12:30.
  @Test(
    arguments: [
      ("for leaves", held(), held(hold: 0), ["halt", "alert"], []),
      ("for shorter", held(), held(hold: 2 * .minute), ["halt", "alert"], []),
      ("for longer", held(), held(hold: 20 * .minute), [], ["halt", "alert"]),
      ("for comes", held(hold: 0), held(), [], []),
      ("clear_at", held(hold: 0), held(clearAt: 10, hold: 0), [], []),
      ("window", held(hold: 0), held(.sliding(2 * .hour), hold: 0), ["resume", "resolve"], []),
      ("pending of another window", held(), held(.sliding(2 * .hour)), [], []),
    ] as [(String, Rule, Rule, [String], [String])])
  func aReload(_ label: String, before: Rule, after: Rule, atOnce: [String], later: [String]) throws {
    for byRestart in [false, true] {
      var driver = try EngineDriver([before])
      driver.fold(TestCall(120, key: "a"))
      driver.advance(by: 5 * .minute)
      driver.commit()
      _ = driver.said()
      if byRestart {
        try driver.restart([after])
        driver.advance(by: 0)
      } else {
        driver.reload([after])
        driver.advance(by: 0)
      }
      #expect(driver.takeDecisions().map(\.kind.rawValue) == atOnce, "\(label), by restart: \(byRestart)")
      driver.advance(to: .noon + 30 * .minute)
      #expect(driver.takeDecisions().map(\.kind.rawValue) == later, "\(label), by restart: \(byRestart)")
    }
  }

  /// A limit that is raised lifts, of a sliding sum too; below the value it halts at once.
  @Test func limitsOfSlidingSums() throws {
    func rule(_ limit: Int64) -> Rule {
      .threshold("cap", window: AlertLifeTests.hour, limit: limit, alertAt: [50], halt: .key)
    }
    var driver = try EngineDriver([rule(100)])
    driver.fold(TestCall(60, key: "a"))
    driver.advance(by: 10 * .minute)
    driver.fold(TestCall(60, key: "a"))
    driver.advance(to: .noon + 65 * .minute)
    #expect(driver.said() == ["alert cap key a 50%", "halt cap key a", "alert cap key a firing"])
    // 60 of 100, and still halted: the alert is not over. A lower limit and back again is not a raise above the value.
    driver.reload([rule(55)])
    #expect(driver.said() == [] && driver.halts == ["key a by cap"])
    driver.reload([rule(80)])
    #expect(driver.said() == ["resume cap key a"])
    driver.reload([rule(60)])
    #expect(driver.said() == ["halt cap key a", "alert cap key a firing"])
    driver.reload([rule(300)])
    #expect(driver.said() == ["resume cap key a", "resolve cap key a"])
  }
}
