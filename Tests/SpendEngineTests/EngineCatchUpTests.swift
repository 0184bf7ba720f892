import SpendEngine
import Support
import Testing

@Suite struct EngineCatchUpTests {
  static let budget = Rule.threshold("budget", per: .task, window: .lifetime, limit: 100, halt: .task)
  static let keys = Rule.threshold("keys", window: .lifetime, limit: 100, halt: .key)

  @Test func aLaptopWithOldLogsStartsQuietly() throws {
    var driver = try EngineDriver([EngineCatchUpTests.budget])
    driver.engine.beginCatchUp()
    for day in 1...20 {
      driver.fold(TestCall(500, task: "t\(day)", at: .noon + Int64(-day) * .day + -1), catchUp: true)
    }
    driver.engine.endCatchUp()
    #expect(driver.said() == [] && driver.shown() == [])
    #expect(driver.value("budget", .task("t7")) == 5_000_000_000)
    // Neither a restart, a reload nor the clock wakes them.
    driver.commit()
    try driver.restart()
    driver.advance(by: .minute)
    driver.reload([EngineCatchUpTests.budget])
    driver.advance(by: .day)
    #expect(driver.said() == [] && driver.shown() == [])
    // One that goes on is past its limit.
    driver.fold(TestCall(1, task: "t7"))
    #expect(driver.said() == ["halt budget task t7", "alert budget task t7 firing"])
  }

  @Test func aTaskOfTodayIsHaltedAndInTheDigest() throws {
    var driver = try EngineDriver([EngineCatchUpTests.budget])
    driver.engine.beginCatchUp()
    // Out of order: that it was seen lately counts, not which of its records trips.
    driver.fold(
      TestCall(50, task: "t", at: .noon + -2 * .hour), TestCall(60, task: "t", at: .noon + -3 * .day),
      catchUp: true)
    #expect(driver.said() == ["halt budget task t digest"])
    driver.engine.endCatchUp()
    #expect(driver.said() == ["alert budget task t firing digest"])
  }

  @Test func theDigestHasTheHighestStepOnly() throws {
    var driver = try EngineDriver([EngineCatchUpTests.keys])
    driver.engine.beginCatchUp()
    for _ in 0..<9 { driver.fold(TestCall(10, key: "a", at: .noon + -9 * .day), catchUp: true) }
    driver.fold(TestCall(60, key: "b", at: .noon + -9 * .day), catchUp: true)
    for _ in 0..<3 { driver.fold(TestCall(60, key: "c", at: .noon + -9 * .day), catchUp: true) }
    #expect(driver.said() == ["halt keys key c digest"], "key halts do not wait")
    driver.engine.endCatchUp()
    #expect(
      driver.said() == [
        "alert keys key a 80% digest", "alert keys key b 50% digest", "alert keys key c firing digest",
      ])
    driver.fold(TestCall(1, key: "a"))
    #expect(driver.said() == [])
  }

  @Test func liveRecordsAreToldAtOnce() throws {
    var driver = try EngineDriver([EngineCatchUpTests.keys])
    driver.engine.beginCatchUp()
    driver.fold(TestCall(55, key: "a", at: .noon + -9 * .day), catchUp: true)
    driver.fold(TestCall(30, key: "a"), file: 2)
    #expect(driver.said() == ["alert keys key a 80%"])
    driver.fold(TestCall(5, key: "a", at: .noon + -9 * .day), catchUp: true)
    driver.engine.endCatchUp()
    #expect(driver.said() == [], "80 % was told")
  }

  @Test func aReHaltByALiveRecordIsToldAtOnce() throws {
    var driver = try EngineDriver([EngineCatchUpTests.keys])
    driver.engine.beginCatchUp()
    driver.fold(TestCall(120, key: "a", at: .noon + -2 * .hour), catchUp: true)
    driver.perform(.resume(.key("a"), rule: nil, why: "", by: "ann", headroom: .standard))
    #expect(driver.said() == ["halt keys key a digest", "resume keys key a"])
    driver.fold(TestCall(20, key: "a"), file: 2)
    #expect(driver.said() == ["halt keys key a", "alert keys key a firing"])
    driver.engine.endCatchUp()
    #expect(driver.said() == [])
  }

  @Test func aWindowThatEndsInTheCatchUpIsNeverTold() throws {
    var driver = try EngineDriver([.threshold("cap", limit: 100)])
    driver.engine.beginCatchUp()
    driver.fold(TestCall(120, key: "a"), catchUp: true)
    driver.advance(by: .day)
    driver.engine.endCatchUp()
    #expect(driver.said() == [])
  }

  /// Neither a window that ends nor a sum that falls before the digest: its halt, and the end of that, are for the audit.
  @Test(arguments: [Window.sliding(.hour), .calendar(.day)]) func aHaltThatIsOverBeforeTheDigestIsNeverTold(
    window: Window
  ) throws {
    var driver = try EngineDriver([.threshold("cap", window: window, limit: 100, halt: .key)])
    driver.engine.beginCatchUp()
    driver.fold(TestCall(120, key: "a", at: .noon + -.minute), catchUp: true)
    #expect(driver.said() == ["halt cap key a digest"])
    driver.advance(by: .day)
    // What is not read yet may be in the hour; no call of today is in yesterday.
    #expect(driver.said() == (window.slides ? [] : ["resume cap key a digest"]))
    driver.engine.endCatchUp()
    #expect(driver.said() == (window.slides ? ["resume cap key a digest"] : []))
    #expect(driver.engine.status().halts.isEmpty)
  }

  /// The daemon was down for longer than the window. Whoever spends on is not free while the backlog is read; whoever stopped is, after it.
  @Test(arguments: [HaltEnd.clear, .after(30 * .minute)], [false, true])
  func aStartLiftsNothingBeforeItHasRead(
    until: HaltEnd, goesOn: Bool
  ) throws {
    var driver = try EngineDriver([HaltEndsTests.cap(until: until)])
    driver.fold(TestCall(120, key: "a"))
    driver.commit()
    #expect(driver.said() == ["halt cap key a", "alert cap key a firing"])
    try driver.restart()
    driver.engine.beginCatchUp()
    driver.advance(to: .noon + 3 * .hour)
    #expect(driver.halts == ["key a by cap"] && driver.said() == [])
    driver.fold(TestCall(10, key: "a", at: .noon + 160 * .minute), catchUp: true)
    if goesOn { driver.fold(TestCall(110, key: "a", at: .noon + 170 * .minute), catchUp: true) }
    driver.advance(by: .minute)
    #expect(driver.halts == ["key a by cap"])
    driver.engine.endCatchUp()
    driver.advance(by: 1)
    #expect(driver.halts == (goesOn ? ["key a by cap"] : []))
    let said = driver.said().filter { !$0.hasPrefix("halt") }.sorted()
    #expect(said == (goesOn ? [] : ["resolve cap key a", "resume cap key a"]))
    // Then it ends as ever.
    driver.advance(by: 2 * .hour)
    #expect(driver.halts == [])
  }

  /// A person's word, and a day's end, do not wait for a backlog.
  @Test func whatTheClockEndsDoesNotWait() throws {
    var driver = try EngineDriver([.threshold("cap", limit: 100, halt: .key, until: .reset)])
    driver.fold(TestCall(120, key: "a"))
    driver.perform(.halt(.key("b"), why: "", by: "ann", until: .noon + .hour))
    driver.commit()
    try driver.restart()
    driver.engine.beginCatchUp()
    driver.advance(to: .noon + .day)
    #expect(driver.halts == [])
  }

  /// Records that a sliding window has left behind are in no sum, and an old call breaks no ceiling.
  @Test func oldRecordsAreOutOfSlidingWindowsAndCeilings() throws {
    var driver = try EngineDriver([
      .threshold("hour", window: .sliding(.hour), limit: 100, halt: .key),
      .ceiling("out", limit: 8_192, halt: .key),
    ])
    let old = TestCall(500, key: "a", at: .noon + -2 * .hour).with { $0.maxTokens = -1 }
    driver.engine.beginCatchUp()
    driver.fold(old, catchUp: true)
    driver.fold(TestCall(90, key: "a", at: .noon + -.minute).with { $0.maxTokens = 100_000 }, catchUp: true)
    #expect(driver.said() == [] && driver.shown() == [])
    driver.engine.endCatchUp()
    #expect(driver.said() == ["alert hour key a 80% digest"])
    driver.fold(TestCall(1, key: "a").with { $0.maxTokens = 100_000 })
    #expect(driver.said() == ["halt out key a", "alert out key a firing"])
  }

  /// An old record trips a rule that would stop its task: the alert is news, but nobody runs that task any more.
  @Test func anOldTaskIsNotHaltedByAWiderRule() throws {
    var driver = try EngineDriver([
      .threshold("all", per: .key, window: .lifetime, limit: 100, alertAt: [], halt: .task)
    ])
    driver.engine.beginCatchUp()
    driver.fold(TestCall(150, key: "a", task: "old", at: .noon + -9 * .day), catchUp: true)
    #expect(driver.said() == [] && driver.shown() == [])
    driver.engine.endCatchUp()
    #expect(driver.said() == ["alert all key a firing digest"])
    driver.fold(TestCall(1, key: "a", task: "new"))
    #expect(driver.said().first == "halt all key a -> task new")
  }

  @Test(arguments: [true, false]) func aRestartInTheMiddleKeepsTheDigest(again: Bool) throws {
    var driver = try EngineDriver([EngineCatchUpTests.keys])
    driver.engine.beginCatchUp()
    driver.fold(TestCall(55, key: "a", at: .noon + -9 * .day), catchUp: true)
    driver.fold(TestCall(90, key: "b", at: .noon + -9 * .day), catchUp: true)
    driver.commit()
    try driver.restart()
    driver.engine.beginCatchUp()
    driver.advance(by: .minute)
    if again { driver.fold(TestCall(30, key: "a", at: .noon + -8 * .day), catchUp: true) }
    #expect(driver.said() == [])
    driver.engine.endCatchUp()
    #expect(
      driver.said() == ["alert keys key a \(again ? 80 : 50)% digest", "alert keys key b 80% digest"])
    driver.commit()
    try driver.restart()
    driver.engine.beginCatchUp()
    driver.advance(by: .minute)
    driver.engine.endCatchUp()
    #expect(driver.said() == [])
  }

  @Test func theBrakeHoldsHereToo() throws {
    var driver = try EngineDriver([EngineCatchUpTests.keys])
    driver.engine.beginCatchUp()
    driver.fold((1...12).map { TestCall(100, key: "k\($0)", at: .noon + -.hour) }, catchUp: true)
    let said = driver.said()
    #expect(said.count { $0.hasPrefix("halt") && $0.hasSuffix(" digest") } == 12)
    #expect(said.count { $0.contains(" held") } == 2 && said.contains("alert brake global firing"))
    driver.engine.endCatchUp()
    #expect(driver.said().count { $0.hasSuffix("digest") } == 12)
  }
}
