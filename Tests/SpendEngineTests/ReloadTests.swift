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

}
