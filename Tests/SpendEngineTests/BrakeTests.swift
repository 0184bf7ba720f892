import SpendEngine
import Support
import Testing

@Suite struct BrakeTests {
  static let cap = Rule.threshold("cap", limit: 100, alertAt: [], halt: .key)
  static func calls(_ keys: some Sequence<Int>) -> [TestCall] { keys.map { TestCall(100, key: "k\($0)") } }

  @Test func theEleventhInTenMinutesWaits() throws {
    var driver = try EngineDriver([BrakeTests.cap])
    driver.fold(BrakeTests.calls(1...10))
    #expect(driver.halts.count == 10 && !driver.said().contains { $0.contains("brake") })
    driver.advance(by: 10 * .minute - 1)
    driver.fold(BrakeTests.calls(11...13))
    #expect(
      driver.said() == [
        "halt cap key k11 held", "alert brake global firing", "alert cap key k11 firing held",
        "halt cap key k12 held", "alert cap key k12 firing held",
        "halt cap key k13 held", "alert cap key k13 firing held",
      ])
    #expect(driver.shown().count == 10, "held ones are not shown")
    driver.advance(by: 1)
    #expect(
      driver.said() == ["halt cap key k11", "halt cap key k12", "halt cap key k13", "resolve brake global"])
    #expect(driver.shown().count == 3 && driver.halts.allSatisfy { !$0.hasSuffix("held") })
  }

  @Test func roomComesAsHaltsGrowOld() throws {
    var driver = try EngineDriver([BrakeTests.cap], brake: BrakeSettings(halts: 2, span: 10 * .minute))
    driver.fold(BrakeTests.calls(1...1))
    driver.advance(by: .minute)
    driver.fold(BrakeTests.calls(2...6))
    driver.advance(by: 9 * .minute)
    #expect(driver.halts.filter { $0.hasSuffix("held") }.count == 3)
    driver.advance(by: .minute)
    #expect(driver.halts.filter { $0.hasSuffix("held") }.count == 2)
    _ = driver.said()
    driver.advance(by: 20 * .minute)
    #expect(driver.said() == ["halt cap key k5", "halt cap key k6", "resolve brake global"])
    // A new flood pages anew, as another incident.
    driver.fold(BrakeTests.calls(7...9))
    #expect(driver.said().filter { $0.contains("brake") }.count == 1)
  }

  @Test func whoWaitsGoesBeforeWhoComes() throws {
    var driver = try EngineDriver([BrakeTests.cap], brake: BrakeSettings(halts: 1, span: 10 * .minute))
    driver.fold(BrakeTests.calls(1...3))
    // Served at the same instant: the deadline first, then the record.
    driver.advance(by: 10 * .minute)
    driver.fold(BrakeTests.calls(4...4))
    #expect(
      driver.halts == ["key k1 by cap", "key k3 by cap held", "key k2 by cap", "key k4 by cap held"])
  }

  @Test func heldOnesLeaveWhenTheirWindowEnds() throws {
    var driver = try EngineDriver(
      [BrakeTests.cap], brake: BrakeSettings(halts: 1, span: .hour), at: .nextMidnight + -30 * .minute)
    driver.fold(BrakeTests.calls(1...3))
    _ = driver.said()
    driver.advance(to: .nextMidnight)
    #expect(
      driver.said() == [
        "resume cap key k1", "resolve cap key k1", "resolve cap key k2", "resolve cap key k3",
      ])
    #expect(driver.halts == [])
    driver.advance(by: .hour)
    #expect(driver.said() == ["resolve brake global"])
    #expect(driver.engine.status().brakeHeld == 0)
  }

  @Test func aHeldManualHaltLeavesWithItsWindowToo() throws {
    var driver = try EngineDriver(
      [.threshold("cap", limit: 100, alertAt: [], halt: .key, until: .manual)],
      brake: BrakeSettings(halts: 1, span: .hour), at: .nextMidnight + -30 * .minute)
    driver.fold(BrakeTests.calls(1...2))
    driver.advance(by: 2 * .hour)
    #expect(driver.halts == ["key k1 by cap"], "k2 never went out, and its breach is over")
    #expect(driver.engine.status().brakeHeld == 0)
  }

  @Test func aPersonMayResumeAHeldOne() throws {
    var driver = try EngineDriver([BrakeTests.cap], brake: BrakeSettings(halts: 1, span: 10 * .minute))
    driver.fold(BrakeTests.calls(1...3))
    driver.perform(.resume(.key("k2"), rule: nil, why: "", by: "ann", headroom: .standard))
    #expect(driver.halts == ["key k1 by cap", "key k3 by cap held"])
    _ = driver.said()
    driver.advance(by: 10 * .minute)
    #expect(driver.said() == ["halt cap key k3", "resolve brake global"], "its place is not wasted")
  }

  @Test func peopleAndTheGlobalHaltDoNotCount() throws {
    var driver = try EngineDriver(
      [.threshold("all", per: .global, limit: 250, alertAt: [], halt: .global), BrakeTests.cap],
      brake: BrakeSettings(halts: 2, span: 10 * .minute))
    for number in 0..<5 {
      driver.perform(.halt(.task("t\(number)"), why: "", by: "ann", until: nil))
    }
    driver.fold(BrakeTests.calls(1...2))
    #expect(!driver.halts.contains { $0.hasSuffix("held") })
    driver.fold(BrakeTests.calls(3...3))
    #expect(driver.halts.filter { $0.hasSuffix("held") } == ["key k3 by cap held"])
    #expect(driver.halts.contains("global by all"))
  }

  @Test func holdsSurviveARestart() throws {
    var driver = try EngineDriver([BrakeTests.cap], brake: BrakeSettings(halts: 2, span: 10 * .minute))
    driver.fold(BrakeTests.calls(1...4))
    driver.commit()
    try driver.restart()
    driver.advance(by: .minute)
    driver.fold(BrakeTests.calls(5...5))
    #expect(driver.said() == ["halt cap key k5 held", "alert cap key k5 firing held"], "paged already")
    driver.advance(by: 9 * .minute)
    #expect(driver.said() == ["halt cap key k3", "halt cap key k4"])
    driver.advance(by: 10 * .minute)
    #expect(driver.said() == ["halt cap key k5", "resolve brake global"])
  }

  /// All that waited left while the page was open, and then the daemon restarted or reloaded: the page closes, the next flood pages.
  @Test(arguments: [true, false]) func anOpenPageIsNotForgotten(byRestart: Bool) throws {
    var driver = try EngineDriver([BrakeTests.cap], brake: BrakeSettings(halts: 1, span: 10 * .minute))
    driver.fold(BrakeTests.calls(1...2))
    driver.perform(.resume(.key("k2"), rule: nil, why: "", by: "ann", headroom: .standard))
    driver.commit()
    if byRestart { try driver.restart() } else { driver.reload([BrakeTests.cap]) }
    _ = driver.said()
    driver.advance(by: 10 * .minute)
    #expect(driver.said() == ["resolve brake global"])
    driver.fold(BrakeTests.calls(3...4))
    #expect(driver.said().filter { $0 == "alert brake global firing" }.count == 1)
  }

  /// What a limit with a typo does: everybody waits. A batch holds what came and went, and not the queue.
  @Test func aLongQueueCostsABatchNothing() throws {
    let many = 20_000
    var driver = try EngineDriver([BrakeTests.cap], brake: BrakeSettings(halts: 10, span: 10 * .minute))
    for first in stride(from: 1, to: many, by: 1_000) { driver.fold(BrakeTests.calls(first..<first + 1_000)) }
    #expect(driver.engine.status(top: 0).brakeHeld == many - 10)
    driver.commit()
    func rows(_ driver: inout EngineDriver) -> (count: Int, bytes: Int) {
      let rows = driver.engine.seal()?.rows ?? []
      return (rows.count, rows.reduce(0) { $0 + $1.key.count + ($1.value?.count ?? 0) })
    }
    driver.fold(TestCall(1, key: "k1"))
    let idle = rows(&driver)
    #expect(idle.count == 1 && idle.bytes < 1_000, "\(idle)")
    driver.fold(TestCall(100, key: "new"))
    let held = rows(&driver)
    #expect(held.count == 3 && held.bytes < 1_000, "its alert, its halt, the engine's row: \(held)")
    driver.advance(by: 10 * .minute)
    let released = rows(&driver)
    #expect(released.count == 11 && released.bytes < 4_000, "ten halts: \(released)")
    driver.advance(to: .nextMidnight)
    #expect(driver.engine.status(top: 0).brakeHeld == 0)
    let ended = rows(&driver)
    // Ten every ten minutes went out meanwhile.
    #expect(ended.count == 2 * (many + 1) + 1 + 700, "an alert and a halt each are gone: \(ended)")
  }

  /// The order of those who stay is that of their coming, whoever left between them, over restarts and reloads.
  @Test(arguments: [true, false]) func theQueueKeepsItsOrder(byRestart: Bool) throws {
    var driver = try EngineDriver([BrakeTests.cap], brake: BrakeSettings(halts: 1, span: 10 * .minute))
    driver.fold(BrakeTests.calls([9, 3, 7, 1, 8, 2, 6]))
    driver.commit()
    for key in ["k3", "k1", "k2"] {
      driver.perform(.resume(.key(key), rule: nil, why: "", by: "ann", headroom: .untilReset))
    }
    driver.commit()
    if byRestart { try driver.restart() } else { driver.reload([BrakeTests.cap]) }
    driver.fold(BrakeTests.calls([5]))
    driver.commit()
    if byRestart { try driver.restart() }
    _ = driver.said()
    var order: [String] = []
    for _ in 0..<4 {
      driver.advance(by: 10 * .minute)
      order += driver.said().filter { $0.hasPrefix("halt") }
    }
    #expect(order == [7, 8, 6, 5].map { "halt cap key k\($0)" })
  }

  /// Two models of a key are over, one of them is not any more: the key still waits for the other, in its place.
  @Test(arguments: [true, false]) func whoWaitsForAnotherInheritsItsPlace(isRestarted: Bool) throws {
    let rule = Rule.threshold("cap", per: [.key, .model], limit: 100, alertAt: [], halt: .key)
    var driver = try EngineDriver([rule], brake: BrakeSettings(halts: 1, span: 10 * .minute))
    func call(_ key: String, _ model: String, _ cents: Int64) -> TestCall {
      TestCall(cents, key: key).with { $0.model = model }
    }
    driver.fold(
      call("first", "m", 100), call("a", "cheap", 120), call("a", "dear", 300), call("b", "cheap", 300))
    driver.commit()
    if isRestarted { try driver.restart() }
    _ = driver.said()
    driver.reload([.threshold("cap", per: [.key, .model], limit: 200, alertAt: [], halt: .key)])
    #expect(driver.halts.filter { $0.hasSuffix("held") }.count == 2)
    _ = driver.said()
    driver.advance(by: 10 * .minute)
    driver.advance(by: 10 * .minute)
    #expect(
      driver.said().filter { $0.hasPrefix("halt") }
        == ["halt cap key a + model dear -> key a", "halt cap key b + model cheap -> key b"])
  }

  @Test func aWiderBrakeLetsThemGo() throws {
    var driver = try EngineDriver([BrakeTests.cap], brake: BrakeSettings(halts: 2, span: 10 * .minute))
    driver.fold(BrakeTests.calls(1...5))
    driver.reload([BrakeTests.cap], brake: BrakeSettings(halts: 4, span: 10 * .minute))
    driver.advance(by: 1)
    #expect(driver.halts.filter { $0.hasSuffix("held") } == ["key k5 by cap held"])
  }

  /// Never more than `halts` go out within `span`, nothing that waits is forgotten.
  @Test(arguments: Dice.seeds) func theRateHolds(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let brake = BrakeSettings(halts: 3, span: 5 * .minute)
    var driver = try EngineDriver([BrakeTests.cap], brake: brake, at: .midnight)
    var out: [EngineTime] = []
    for number in 0..<120 {
      driver.advance(by: dice.roll(0...2 * .minute))
      driver.fold(BrakeTests.calls(number...number))
      if dice.one(in: 6) {
        driver.perform(
          .resume(
            .key("k\(dice.roll(0...Int64(number)))"), rule: nil, why: "", by: "ann", headroom: .untilReset))
      }
      if dice.one(in: 20) {
        driver.commit()
        out += driver.takeDecisions().filter { $0.kind == .halt && !$0.isHeld }.map(\.at)
        try driver.restart()
      }
      out += driver.takeDecisions().filter { $0.kind == .halt && !$0.isHeld }.map(\.at)
    }
    driver.advance(to: .nextMidnight + -1)
    out += driver.takeDecisions().filter { $0.kind == .halt && !$0.isHeld }.map(\.at)
    for (index, time) in out.enumerated() where index >= brake.halts {
      #expect(time - out[index - brake.halts] >= brake.span)
    }
    #expect(driver.engine.status().brakeHeld == 0 && !driver.halts.contains { $0.hasSuffix("held") })
  }
}
