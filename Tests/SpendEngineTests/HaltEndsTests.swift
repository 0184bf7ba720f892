import SpendEngine
import Support
import Testing

/// `until: clear` and `until: <duration>`.
@Suite struct HaltEndsTests {
  static func cap(
    _ window: Window = .sliding(.hour), per: Per = .key, until: HaltEnd = .after(30 * .minute),
    clearAt: Int64? = nil,
    mode: Mode? = nil
  ) -> Rule {
    .threshold(
      "cap", per: per, window: window, limit: 100, alertAt: [50], clearAt: clearAt, halt: .key, until: until,
      mode: mode)
  }

  @Test func untilClearLiftsWithTheAlert() throws {
    var driver = try EngineDriver([HaltEndsTests.cap(until: .clear)])
    driver.fold(TestCall(120, key: "a"))
    #expect(driver.shown() == ["on key a"], "nobody can say when")
    driver.advance(to: .noon + 65 * .minute + -1)
    #expect(driver.halts == ["key a by cap"])
    driver.advance(by: 1)
    #expect(driver.shown() == ["off key a"])
    #expect(
      driver.said() == ["halt cap key a", "alert cap key a firing", "resume cap key a", "resolve cap key a"])
  }

  /// Below the limit at its end: lifted, and the alert lives on; again at the limit: halted again.
  @Test(arguments: [false, true]) func aTimeEnds(restarts: Bool) throws {
    var driver = try EngineDriver([HaltEndsTests.cap(.sliding(20 * .minute), clearAt: 10)])
    driver.fold(TestCall(80, key: "a"))
    driver.advance(by: 10 * .minute)
    driver.fold(TestCall(40, key: "a"))
    #expect(driver.said() == ["alert cap key a 50%", "halt cap key a", "alert cap key a firing"])
    let end = EngineTime.noon + 40 * .minute
    #expect(driver.shown() == ["on key a until \(end.milliseconds)"])
    driver.advance(to: .noon + 25 * .minute)
    driver.fold(TestCall(20, key: "a"))
    driver.commit()
    if restarts { try driver.restart() }
    driver.advance(to: end + -1)
    #expect(driver.said() == [] && driver.halts == ["key a by cap"])
    driver.advance(by: 1)
    let lifted = driver.takeDecisions()
    #expect(lifted.map(\.line) == ["resume cap key a"] && lifted.map(\.note) == ["its time ended"])
    #expect(lifted.first?.value == 200_000_000 && driver.halts == [])
    driver.fold(TestCall(80, key: "a"))
    let again = driver.takeDecisions()
    #expect(again.map(\.line) == ["halt cap key a", "alert cap key a firing"])
    #expect(again.map(\.repeats) == [1, 1] && again.last?.note == "halted again after its time had ended")
    #expect(again.first?.haltUntil == end + 30 * .minute)
  }

  /// Still in breach at its end: extended, with a line for the audit that is no news; the switch shows the new end.
  @Test(arguments: [false, true]) func aTimeIsExtended(restarts: Bool) throws {
    var driver = try EngineDriver([HaltEndsTests.cap()])
    driver.fold(TestCall(120, key: "a"))
    _ = driver.said()
    _ = driver.shown()
    driver.commit()
    for round in 1...2 as ClosedRange<Int64> {
      let end = EngineTime.noon + (round + 1) * 30 * .minute
      driver.advance(to: .noon + round * 30 * .minute)
      let said = driver.takeDecisions()
      #expect(said.map(\.line) == ["halt cap key a"] && said.map(\.isExtension) == [true])
      #expect(said.first?.haltUntil == end && said.first?.value == 1_200_000_000)
      #expect(driver.shown() == ["on key a until \(end.milliseconds)"])
      driver.commit()
      if restarts {
        try driver.restart()
        driver.advance(by: 0)
        #expect(driver.said() == [])
        _ = driver.shown()
      }
    }
    // The alert goes at 13:05; the halt outlives it until 13:30.
    driver.advance(to: .noon + 65 * .minute)
    #expect(driver.said() == ["resolve cap key a"] && driver.halts == ["key a by cap"])
    driver.commit()
    if restarts {
      try driver.restart()
      driver.advance(by: 0)
      #expect(driver.halts == ["key a by cap"])
      _ = driver.shown()
    }
    driver.advance(to: .noon + 90 * .minute)
    let lifted = driver.takeDecisions()
    #expect(lifted.map(\.line) == ["resume cap key a"] && lifted.map(\.note) == ["its time ended"])
    #expect(driver.shown() == ["off key a"])
  }

  /// A new breach while the halt of the last one still stands: told, and not halted twice; the end is looked at for the new one.
  @Test func aNewBreachUnderAStandingHalt() throws {
    var driver = try EngineDriver([HaltEndsTests.cap(.sliding(.minute), until: .after(10 * .minute))])
    driver.fold(TestCall(120, key: "a"))
    driver.advance(by: 9 * .minute + 30_000)
    #expect(driver.said() == ["halt cap key a", "alert cap key a firing", "resolve cap key a"])
    driver.fold(TestCall(120, key: "a"))
    #expect(driver.said() == ["alert cap key a firing"])
    driver.advance(to: .noon + 10 * .minute)
    let said = driver.takeDecisions()
    #expect(said.map(\.line) == ["halt cap key a"] && said.map(\.isExtension) == [true])
    driver.advance(to: .noon + 20 * .minute)
    #expect(driver.said() == ["resolve cap key a", "resume cap key a"] && driver.halts == [])
  }

  @Test func ofADayAndALifetime() throws {
    for window in [Window.calendar(.day), .lifetime] {
      var driver = try EngineDriver([HaltEndsTests.cap(window, until: .after(5 * .hour))])
      driver.fold(TestCall(120, key: "a"))
      driver.advance(to: .noon + 11 * .hour)
      let said = driver.takeDecisions()
      #expect(said.map(\.isExtension) == [false, false, true, true])
      driver.advance(to: .nextMidnight + 4 * .hour)
      let isDay = window == .calendar(.day)
      #expect(driver.said() == (isDay ? ["resolve cap key a", "resume cap key a"] : ["halt cap key a"]))
      #expect(driver.halts == (isDay ? [] : ["key a by cap"]))
    }
  }

  /// Several of a rule's subjects hold one key: it goes when none of them is past its limit.
  @Test func ofACombination() throws {
    var driver = try EngineDriver([HaltEndsTests.cap(.sliding(40 * .minute), per: [.key, .model])])
    func call(_ cents: Int64, _ model: String) -> TestCall {
      TestCall(cents, key: "a").with { $0.model = model }
    }
    driver.fold(call(120, "x"))
    driver.advance(by: 20 * .minute)
    driver.fold(call(120, "y"))
    #expect(
      driver.said() == [
        "halt cap key a + model x -> key a", "alert cap key a + model x firing",
        "alert cap key a + model y firing",
      ])
    driver.advance(to: .noon + 30 * .minute)
    #expect(driver.takeDecisions().map(\.isExtension) == [true])
    // x is over at 12:43:20, y at 13:03:20.
    driver.advance(to: .noon + 60 * .minute)
    let said = driver.takeDecisions()
    #expect(said.map(\.line) == ["resolve cap key a + model x", "halt cap key a + model y -> key a"])
    driver.advance(to: .noon + 90 * .minute)
    #expect(driver.said() == ["resolve cap key a + model y", "resume cap key a"] && driver.halts == [])
  }

  /// One that waits for the brake begins when it is let go.
  @Test func whatWaitsForTheBrakeHasItsWholeTime() throws {
    var driver = try EngineDriver(
      [HaltEndsTests.cap(.calendar(.day))], brake: BrakeSettings(halts: 1, span: 20 * .minute))
    driver.fold(TestCall(120, key: "a"), TestCall(120, key: "b"))
    driver.advance(by: 20 * .minute)
    _ = driver.said()
    #expect(driver.shown().last == "on key b until \((EngineTime.noon + 50 * .minute).milliseconds)")
    driver.advance(to: .noon + 49 * .minute)
    #expect(driver.takeDecisions().map(\.subject) == [.key("a")])
    driver.advance(by: .minute)
    #expect(driver.takeDecisions().map(\.subject) == [.key("b")])
  }

  /// From one `until` to another with key a halted since noon, at 12:10: when the switch shows it to end, and what ends it.
  @Test(
    arguments: [
      ("clear to a time", HaltEnd.clear, HaltEnd.after(30 * .minute), 30),
      ("manual to a time", .manual, .after(30 * .minute), 30),
      ("a time to clear", .after(30 * .minute), .clear, nil),
      ("a time to manual", .after(30 * .minute), .manual, nil),
      ("a time to a longer one", .after(30 * .minute), .after(.hour), 30),
    ] as [(String, HaltEnd, HaltEnd, Int64?)])
  func aReload(_ label: String, before: HaltEnd, after: HaltEnd, minutes: Int64?) throws {
    for byRestart in [false, true] {
      var driver = try EngineDriver([HaltEndsTests.cap(until: before)])
      driver.fold(TestCall(120, key: "a"))
      driver.advance(by: 10 * .minute)
      driver.commit()
      _ = driver.said()
      if byRestart {
        try driver.restart([HaltEndsTests.cap(until: after)])
      } else {
        driver.reload([HaltEndsTests.cap(until: after)])
      }
      driver.advance(by: 0)
      let end = minutes.map { EngineTime.noon + $0 * .minute }
      #expect(driver.engine.status().halts.map(\.until) == [end], "\(label), by restart: \(byRestart)")
      #expect(driver.said() == [])
      driver.advance(to: .noon + 3 * .hour)
      let said = driver.takeDecisions().filter { !$0.isExtension }.map(\.line)
      let isManual = after == .manual
      #expect(
        said.sorted() == (isManual ? ["resolve cap key a"] : ["resolve cap key a", "resume cap key a"]),
        "\(label)")
      #expect(driver.halts == (isManual ? ["key a by cap"] : []))
    }
  }

  /// The alert is over, the halt stands on: what another `until` makes of it.
  @Test(
    arguments: [
      (HaltEnd.manual, HaltEnd.after(3 * .hour), true), (.manual, .clear, false),
      (.after(3 * .hour), .manual, true),
      (.after(3 * .hour), .clear, false), (.manual, .manual, true),
    ] as [(HaltEnd, HaltEnd, Bool)])
  func aReloadAfterTheAlert(before: HaltEnd, after: HaltEnd, stands: Bool) throws {
    for byRestart in [false, true] {
      var driver = try EngineDriver([HaltEndsTests.cap(until: before)])
      driver.fold(TestCall(120, key: "a"))
      driver.advance(by: 70 * .minute)
      driver.commit()
      _ = driver.said()
      if byRestart {
        try driver.restart([HaltEndsTests.cap(until: after)])
      } else {
        driver.reload([HaltEndsTests.cap(until: after)])
      }
      driver.advance(by: 0)
      #expect(
        driver.halts == (stands ? ["key a by cap"] : []), "\(before) to \(after), by restart: \(byRestart)")
      driver.advance(to: .noon + 5 * .hour)
      #expect(driver.halts == (after == .manual ? ["key a by cap"] : []), "\(before) to \(after)")
    }
  }

  // MARK: A person's resume, where sums fall

  /// Ten per cent of the limit from where the window stands at that moment, not from where it stood at the last record.
  @Test func headroomInASlidingWindow() throws {
    var driver = try EngineDriver([HaltEndsTests.cap(until: .clear, clearAt: 10)])
    driver.fold(TestCall(90, key: "a"))
    driver.advance(by: 40 * .minute)
    driver.fold(TestCall(60, key: "a"))
    driver.advance(to: .noon + 70 * .minute)
    _ = driver.said()
    let reply = driver.perform(.resume(.key("a"), rule: nil, why: "", by: "ann", headroom: .percent(50)))
    #expect(reply.lines == ["lifted the halt of key a by rule cap; halts again at $1.10"])
    driver.fold(TestCall(49, key: "a"))
    #expect(driver.said() == ["resume cap key a"])
    driver.fold(TestCall(1, key: "a"))
    let again = driver.takeDecisions()
    #expect(again.map(\.line) == ["halt cap key a", "alert cap key a firing"])
    #expect(again.last?.note == "halted again after ann had lifted it")
    // With the alert the grant is gone.
    driver.perform(.resume(.key("a"), rule: nil, why: "", by: "ann", headroom: .untilReset))
    driver.fold(TestCall(500, key: "a"))
    driver.advance(by: 2 * .hour)
    #expect(driver.said() == ["resume cap key a", "resolve cap key a"])
    driver.fold(TestCall(100, key: "a"))
    #expect(driver.said() == ["halt cap key a", "alert cap key a firing"])
  }

  @Test func aGrantForATime() throws {
    var driver = try EngineDriver([HaltEndsTests.cap(until: .clear)])
    driver.fold(TestCall(120, key: "a"))
    for minutes in [50, 20, 30] as [Int64] {
      driver.perform(.resume(.key("a"), rule: nil, why: "", by: "ann", headroom: .span(minutes * .minute)))
      driver.perform(.halt(.key("a"), why: "", by: "bob", until: .noon + minutes * .minute))
    }
    _ = driver.said()
    driver.advance(to: .noon + 30 * .minute)
    // Bob's halt went at 12:30, and ann's first grant of 50 minutes still stands.
    #expect(driver.said() == ["resume operator key a"])
    driver.advance(to: .noon + 50 * .minute)
    #expect(driver.said() == ["halt cap key a", "alert cap key a firing"])
  }
}
