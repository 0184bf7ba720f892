import SpendEngine
import Support
import Testing

/// `error_ratio`: a share that good calls thin out.
@Suite struct ShareTests {
  static let bad = TestCall(0, key: "a").with { ($0.requests, $0.errors) = (0, 1) }
  static let good = TestCall(0, key: "a")

  @Test(arguments: [Window.calendar(.day), AlertLifeTests.hour, AlertLifeTests.minute])
  func aShareWaitsForCallsAndFallsByGoodOnes(
    _ window: Window
  ) throws {
    let rule = Rule.threshold(
      "share", metric: .errorRatio, window: window, limit: 500_000_000, alertAt: [50], clearAt: 40,
      halt: .key,
      until: window.resets ? .reset : .clear)
    var driver = try EngineDriver([rule])
    for _ in 0..<9 { driver.fold(ShareTests.bad) }
    #expect(driver.said() == [] && driver.value("share", .key("a")) == 0)
    driver.fold(ShareTests.good)
    #expect(driver.value("share", .key("a")) == 900_000_000)
    #expect(driver.said() == ["halt share key a", "alert share key a firing"])
    // Over below 40 % of 50 %: 9 of 45 is 20 %.
    for _ in 0..<35 { driver.fold(ShareTests.good) }
    #expect(driver.said() == [])
    driver.fold(ShareTests.good)
    #expect(driver.said() == ["resume share key a", "resolve share key a"])
    for _ in 0..<9 { driver.fold(ShareTests.bad) }
    #expect(driver.said() == ["alert share key a 50%"])
    driver.advance(by: 2 * .day)
    #expect(driver.said() == ["resolve share key a"])
  }

  /// Good calls un-breach it in between; good calls that leave the window do not make it over.
  @Test func aShareMustHoldToo() throws {
    var driver = try EngineDriver([
      .threshold(
        "share", metric: .errorRatio, window: AlertLifeTests.hour, limit: 500_000_000, alertAt: [],
        hold: 10 * .minute)
    ])
    for _ in 0..<10 { driver.fold(ShareTests.bad) }
    driver.advance(by: 5 * .minute)
    for _ in 0..<11 { driver.fold(ShareTests.good) }
    driver.fold(ShareTests.bad)
    driver.advance(by: 9 * .minute)
    #expect(driver.said() == [])
    driver.advance(by: .minute)
    #expect(driver.said() == ["alert share key a firing"], "11 of 22 have held from 12:05 on")
  }

  @Test func aShareKeepsFiring() throws {
    var driver = try EngineDriver([
      .threshold(
        "share", metric: .errorRatio, window: .calendar(.day), limit: 500_000_000, alertAt: [],
        keepFiring: 10 * .minute)
    ])
    for _ in 0..<10 { driver.fold(ShareTests.bad) }
    for _ in 0..<11 { driver.fold(ShareTests.good) }
    driver.advance(by: 10 * .minute + -1)
    #expect(driver.said() == ["alert share key a firing"])
    driver.advance(by: 1)
    let resolved = driver.takeDecisions()
    #expect(resolved.map(\.line) == ["resolve share key a"])
    #expect(resolved.map(\.value) == [476_190_476])
    #expect(resolved.map(\.usage) == ["47.61 % errors (limit 50 %) seen today"])
  }

  /// Bad, well and bad again within one day are two incidents: who drops repeats of an id must not drop the second.
  @Test func aSecondBreachOfADayIsAnother() throws {
    var driver = try EngineDriver([
      .threshold("share", metric: .errorRatio, window: .calendar(.day), limit: 500_000_000, alertAt: [])
    ])
    for _ in 0..<10 { driver.fold(ShareTests.bad) }
    for _ in 0..<11 { driver.fold(ShareTests.good) }
    driver.fold(ShareTests.bad, ShareTests.bad)
    let said = driver.takeDecisions()
    #expect(
      said.map(\.line) == ["alert share key a firing", "resolve share key a", "alert share key a firing"])
    #expect(said[0].alertID == said[1].alertID && said[1].alertID != said[2].alertID)
    #expect(said[1].since == said[0].at)
  }
}
