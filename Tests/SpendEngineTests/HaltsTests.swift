import SpendEngine
import Support
import Testing

@Suite struct HaltsTests {
  static let cap = Rule.threshold("cap", limit: 100, alertAt: [], halt: .key)
  static let lifetime = Rule.threshold("life", window: .lifetime, limit: 100, alertAt: [], halt: .key)

  @Test func theSwitchShowsTheUnion() throws {
    var driver = try EngineDriver([HaltsTests.cap, HaltsTests.lifetime])
    let midnight = EngineTime.nextMidnight.milliseconds
    driver.perform(.halt(.key("a"), why: "looks odd", by: "ann", until: .noon + .hour))
    #expect(driver.shown() == ["on key a until \((EngineTime.noon + .hour).milliseconds)"])
    driver.fold(TestCall(100, key: "a"))
    // Of ann's end, midnight and none, the latest: none.
    #expect(driver.shown() == ["on key a"])
    driver.perform(.resume(.key("a"), rule: "life", why: "fine", by: "bob", headroom: .standard))
    #expect(driver.shown() == ["on key a until \(midnight)"])
    driver.perform(.resume(.key("a"), rule: "cap", why: "fine", by: "bob", headroom: .standard))
    #expect(driver.shown() == ["on key a until \((EngineTime.noon + .hour).milliseconds)"])
    driver.advance(by: .hour)
    #expect(driver.shown() == ["off key a"])
    #expect(driver.halts == [])
  }

  @Test func theReasonNamesEveryOrigin() throws {
    var driver = try EngineDriver([HaltsTests.cap])
    driver.fold(TestCall(120, key: "a"))
    driver.advance(by: .minute)
    driver.perform(.halt(.key("a"), why: "looks odd", by: "ann", until: nil))
    let shown = driver.engine.drainHaltIntents().first?.shown
    #expect(shown?.why == "$1.20 of $1.00 used today by key a (rule cap); looks odd")
    #expect(shown?.origins == [.rule("cap"), .person("ann")])
    #expect(shown?.since == .noon)
  }

  /// Many origins at one instant: their order must not depend on a hash seed.
  @Test func originsAreInAStableOrder() throws {
    let names = (0..<8).map { "rule-\($0)" }
    var driver = try EngineDriver(names.map { .threshold($0, limit: 100, alertAt: [], halt: .key) })
    driver.fold(TestCall(100, key: "a"))
    #expect(driver.engine.drainHaltIntents().first?.shown?.origins == names.map { .rule($0) })
    #expect(driver.halts == names.map { "key a by \($0)" })
  }

  @Test func aPersonsHaltHasNoEndUnlessGiven() throws {
    var driver = try EngineDriver([HaltsTests.cap])
    driver.perform(.halt(.task("t"), why: "", by: "ann", until: nil))
    driver.perform(.halt(.global, why: "fire drill", by: "ann", until: .noon + .minute))
    driver.advance(by: 90 * .day)
    #expect(driver.halts == ["task t by ann"])
    #expect(driver.said() == ["halt operator task t", "halt operator global", "resume operator global"])
  }

  @Test func aPersonMayMoveTheEnd() throws {
    var driver = try EngineDriver([HaltsTests.cap])
    driver.perform(.halt(.key("a"), why: "", by: "ann", until: .noon + .hour))
    driver.perform(.halt(.key("a"), why: "", by: "ann", until: .noon + 2 * .hour))
    driver.advance(by: .hour)
    #expect(driver.halts == ["key a by ann"])
    driver.advance(by: .hour)
    #expect(driver.halts == [])
  }

  @Test func noRuleLiftsAPersonsHalt() throws {
    var driver = try EngineDriver([HaltsTests.cap])
    driver.fold(TestCall(100, key: "a"))
    driver.perform(.halt(.key("a"), why: "", by: "ann", until: nil))
    driver.advance(to: .nextMidnight)
    driver.reload([])
    driver.perform(.resumeRule("cap", why: "", by: "bob", headroom: .standard))
    #expect(driver.halts == ["key a by ann"])
  }

  @Test(arguments: [
    (Subject(.model, ["m"]), "only global"), (.key("(none)"), "only global"), (.task(""), "only global"),
  ])
  func someCannotBeHalted(_ subject: Subject, why: String) throws {
    var driver = try EngineDriver([HaltsTests.cap])
    let reply = driver.perform(.halt(subject, why: "", by: "ann", until: nil))
    #expect(!reply.changed && reply.lines.joined().contains(why))
    let past = driver.perform(.halt(.key("a"), why: "", by: "ann", until: .noon))
    #expect(!past.changed && driver.halts == [] && driver.said() == [])
  }

  @Test func peopleMaySayTheAlias() throws {
    var driver = try EngineDriver([HaltsTests.cap])
    driver.fold(TestCall(1, key: "hash-1").with { $0.alias = "ci-bot" })
    let reply = driver.perform(.halt(.key("ci-bot"), why: "", by: "ann", until: nil))
    #expect(reply.lines == ["halted key ci-bot (hash-1)"])
    let intents = driver.engine.drainHaltIntents()
    #expect(intents.map(\.subject.names) == [["hash-1"]] && intents.first?.subject.alias == "ci-bot")
    driver.perform(.resume(.key("hash-1"), rule: nil, why: "", by: "ann", headroom: .standard))
    #expect(driver.halts == [] && driver.shown() == ["off key ci-bot (hash-1)"])
  }

  /// A key that was rotated keeps its alias: the newest bearer is meant.
  @Test func anAliasMeansItsNewestBearer() throws {
    for run in 0..<5 {
      var driver = try EngineDriver([HaltsTests.cap])
      for key in ["old-\(run)", "older-\(run)", "new"] {
        driver.fold(TestCall(1, key: key).with { $0.alias = "ci-bot" })
      }
      driver.perform(.halt(.key("ci-bot"), why: "", by: "ann", until: nil))
      #expect(driver.engine.drainHaltIntents().map(\.subject.names) == [["new"]])
    }
  }

  @Test func aHaltOfAnUnseenNameStands() throws {
    var driver = try EngineDriver([HaltsTests.cap])
    let reply = driver.perform(.halt(.key("later"), why: "", by: "ann", until: nil))
    #expect(reply.changed && reply.lines.count == 2)
    driver.fold(TestCall(1, key: "later"))
    #expect(driver.shown() == ["on key later"])
  }

  // MARK: Resume

  /// Value at resume 120 of 100: the percentage is of the limit, from the value at resume.
  @Test(
    arguments: [(10, 9, 1), (25, 24, 1), (100, 99, 1), (200, 199, 1), (0, 0, 1), (-50, 0, 1)]
      as [(Int64, Int64, Int64)])
  func headroomInPercent(_ percent: Int64, quiet: Int64, more: Int64) throws {
    var driver = try EngineDriver([HaltsTests.cap])
    driver.fold(TestCall(120, key: "a"))
    driver.perform(.resume(.key("a"), rule: nil, why: "", by: "ann", headroom: .percent(percent)))
    _ = driver.said()
    _ = driver.shown()
    driver.fold(TestCall(quiet, key: "a"), TestCall(0, key: "a"))
    #expect(driver.said() == [] && driver.shown() == [], "never at once")
    driver.fold(TestCall(more, key: "a"))
    #expect(driver.said() == ["halt cap key a", "alert cap key a firing"], "never void")
  }

  @Test(arguments: [Int64.max, 1 << 40]) func hugeHeadroomSaturates(percent: Int64) throws {
    var driver = try EngineDriver([
      .threshold("cap", metric: .tokens, limit: .max / 4, alertAt: [], halt: .key)
    ])
    driver.fold(TestCall(0, key: "a").with { $0.tokens.output = .max / 2 })
    let reply = driver.perform(
      .resume(.key("a"), rule: nil, why: "", by: "ann", headroom: .percent(percent)))
    #expect(reply.changed && driver.halts == [])
  }

  @Test func statusSaysWhatAPersonGranted() throws {
    var driver = try EngineDriver([HaltsTests.cap])
    driver.fold(TestCall(120, key: "a"))
    driver.perform(.resume(.key("a"), rule: nil, why: "demo", by: "ann", headroom: .standard))
    #expect(driver.standing("cap", .key("a"))?.note == "resumed by ann, halts again at $1.30")
    let resumed = driver.takeDecisions().last
    #expect(resumed?.note == "lifted by ann: demo; halts again at $1.30")
    #expect(resumed?.kind == .resume && resumed?.target == .key("a"))
  }

  @Test func againAndAgain() throws {
    var driver = try EngineDriver([HaltsTests.lifetime])
    driver.fold(TestCall(100, key: "a"))
    var repeats: [Int64] = []
    for _ in 0..<3 {
      driver.perform(.resume(.key("a"), rule: nil, why: "", by: "ann", headroom: .standard))
      _ = driver.said()
      driver.fold(TestCall(10, key: "a"))
      let alerts = driver.takeDecisions().filter { $0.kind == .alert }
      #expect(alerts.map(\.note) == ["halted again after ann had lifted it"])
      repeats += alerts.map(\.repeats)
    }
    #expect(repeats == [1, 2, 3])
  }

  @Test func headroomUntilReset() throws {
    var driver = try EngineDriver([HaltsTests.cap])
    driver.fold(TestCall(120, key: "a"))
    driver.perform(.resume(.key("a"), rule: nil, why: "", by: "ann", headroom: .untilReset))
    _ = driver.said()
    driver.fold(TestCall(10_000, key: "a"))
    #expect(driver.said() == [])
    driver.advance(to: .nextMidnight)
    driver.fold(TestCall(100, key: "a"))
    #expect(driver.said() == ["resolve cap key a", "halt cap key a", "alert cap key a firing"])
  }

  @Test func headroomForASpan() throws {
    var driver = try EngineDriver([HaltsTests.cap])
    driver.fold(TestCall(120, key: "a"))
    driver.perform(.resume(.key("a"), rule: nil, why: "", by: "ann", headroom: .span(2 * .hour)))
    _ = driver.said()
    driver.fold(TestCall(500, key: "a"))
    driver.advance(by: 2 * .hour - 1)
    #expect(driver.said() == [])
    driver.advance(by: 1)
    #expect(driver.said() == ["halt cap key a", "alert cap key a firing"], "still in breach at its end")
  }

  /// A task that has gone quiet for longer than a day when the span ends is halted by its next record.
  @Test func headroomForASpanIsNotVoidForAQuietTask() throws {
    var driver = try EngineDriver([
      .threshold("budget", per: .task, window: .lifetime, limit: 100, alertAt: [], halt: .task)
    ])
    driver.fold(TestCall(120, task: "t"))
    driver.perform(.resume(.task("t"), rule: nil, why: "", by: "ann", headroom: .span(48 * .hour)))
    _ = driver.said()
    driver.advance(by: 50 * .hour)
    let quiet = driver.said()
    driver.fold(TestCall(1, task: "t"))
    #expect(quiet + driver.said() == ["halt budget task t", "alert budget task t firing"])
  }

  @Test func aSpanOfNothingStillLifts() throws {
    var driver = try EngineDriver([HaltsTests.cap])
    driver.fold(TestCall(120, key: "a"))
    driver.perform(.resume(.key("a"), rule: nil, why: "", by: "ann", headroom: .span(-5)))
    #expect(driver.halts == [])
    driver.advance(by: .second)
    #expect(driver.halts == ["key a by cap"])
  }

  @Test func oneRuleOnly() throws {
    var driver = try EngineDriver([HaltsTests.cap, HaltsTests.lifetime])
    driver.fold(TestCall(100, key: "a"), TestCall(100, key: "b"))
    let reply = driver.perform(.resumeRule("cap", why: "", by: "ann", headroom: .standard))
    #expect(reply.changed && driver.halts == ["key a by life", "key b by life"])
    // What still stops those it was lifted from is said.
    #expect(
      reply.lines.suffix(2).allSatisfy {
        $0.contains("is still halted: $1.00 of $1.00 used over its lifetime")
      })
    let other = driver.perform(.resume(.key("a"), rule: "cap", why: "", by: "ann", headroom: .standard))
    #expect(!other.changed)
    #expect(other.lines.first == "rule cap does not halt key a")
    #expect(
      other.lines.last?.hasPrefix("key a is still halted: $1.00 of $1.00 used over its lifetime by key a")
        == true)
    let unknown = driver.perform(.resumeRule("nope", why: "", by: "ann", headroom: .standard))
    #expect(unknown.lines == ["there is no rule 'nope'"])
  }

  @Test func aWiderHaltIsNamedAndNotLifted() throws {
    var driver = try EngineDriver([HaltsTests.cap])
    driver.fold(TestCall(100, key: "a"))
    driver.perform(.halt(.global, why: "", by: "bob", until: nil))
    let reply = driver.perform(.resume(.key("a"), rule: nil, why: "", by: "ann", headroom: .standard))
    #expect(reply.changed && reply.lines.last == "global is halted: nothing may spend")
    #expect(driver.halts == ["global by bob"])
    let again = driver.perform(.resume(.key("a"), rule: nil, why: "", by: "ann", headroom: .standard))
    #expect(!again.changed && again.lines == ["key a is not halted", "global is halted: nothing may spend"])
  }

  /// Two subjects of one rule stop the same key: it is free when neither wants it halted any more.
  @Test func aSharedTargetIsLiftedByTheLast() throws {
    var rule = Rule.threshold("cap", per: [.key, .model], limit: 100, alertAt: [], halt: .key)
    var driver = try EngineDriver([rule])
    driver.fold(
      TestCall(150, key: "a").with { $0.model = "x" }, TestCall(300, key: "a").with { $0.model = "y" })
    #expect(driver.halts == ["key a by cap"])
    rule.kind = .threshold(
      ThresholdRule(metric: .spend, window: .calendar(.day), limit: 2_000_000_000))
    driver.reload([rule])
    #expect(driver.halts == ["key a by cap"], "model y is still past the limit")
    rule.kind = .threshold(
      ThresholdRule(metric: .spend, window: .calendar(.day), limit: 4_000_000_000))
    driver.reload([rule])
    #expect(driver.halts == [])
    driver.fold(TestCall(250, key: "a").with { $0.model = "x" })
    #expect(driver.halts == ["key a by cap"])
    driver.perform(.resume(.key("a"), rule: nil, why: "", by: "ann", headroom: .standard))
    #expect(driver.halts == [])
  }

  /// A halted task is idle because it is halted: `manual` holds past the 30 days that end a lifetime sum.
  @Test func idlenessDoesNotLiftAManualHalt() throws {
    var driver = try EngineDriver([HaltsTests.lifetime])
    driver.fold(TestCall(100, key: "a"))
    _ = driver.said()
    driver.advance(by: 31 * .day)
    #expect(driver.said() == ["resolve life key a"])
    driver.fold(TestCall(1, key: "a"))
    #expect(driver.said() == [])
    #expect(driver.halts == ["key a by life"])
  }
}
