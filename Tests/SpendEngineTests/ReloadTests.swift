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

}
