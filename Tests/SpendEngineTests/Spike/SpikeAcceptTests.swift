import Support
import Testing

@testable import SpendEngine

/// `accept`: a launch becomes the new normal, at once and for good.
@Suite struct SpikeAcceptTests {
  private static let start = EngineTime.midnight + 10 * .day + 9 * .hour

  /// A key that spends a hundred times as much from 09:00 on the tenth day, up to the first half an hour of it.
  private func launched(keeping pages: Bool = false) throws -> EngineDriver {
    var driver = try EngineDriver([SpikeEngineTests.rule], at: .midnight)
    if pages { driver.engine.sweepAfterBatches = 1 }
    SpikeEngineTests.play(SpikeEngineTests.days(0..<10), &driver)
    driver.commit()
    SpikeEngineTests.play(Self.dear(from: Self.start, minutes: 40), &driver)
    #expect(Set(driver.said()) == ["halt spike key a", "alert spike key a firing"])
    return driver
  }

  /// A dollar a minute in ten calls, where it was three cents in six minutes.
  private static func dear(from start: EngineTime, minutes: Int64) -> [TestCall] {
    stride(from: Int64(0), to: minutes * 60, by: 6).map { TestCall(10, key: "a", at: start + $0 * .second) }
  }

  private func accept(_ driver: inout EngineDriver, key: String = "a", rule: String = "spike")
    -> OperatorReply
  {
    driver.perform(.accept(rule: rule, .key(key), why: "launch", by: "ann"))
  }

  @Test func resolvesAndLiftsAndIsQuietFromThenOn() throws {
    var driver = try launched()
    let reply = accept(&driver)
    #expect(reply.changed && reply.lines.first?.contains("for the new normal") == true)
    let decisions = driver.takeDecisions()
    #expect(decisions.map(\.line) == ["resume spike key a", "resolve spike key a"])
    #expect(decisions.allSatisfy { $0.note == "accepted as the new normal by ann: launch" })
    #expect(driver.halts == [])
    // Two more days of the same, at the same hours.
    SpikeEngineTests.play(Self.dear(from: Self.start + 40 * .minute, minutes: 8 * 60), &driver)
    for day: Int64 in 1...2 {
      SpikeEngineTests.play(Self.dear(from: Self.start + day * .day, minutes: 9 * 60), &driver)
    }
    #expect(driver.said() == [])
    // Far beyond it is a spike again.
    let more = Self.dear(from: Self.start + 2 * .day + 9 * .hour, minutes: 60)
    SpikeEngineTests.play(more.map { call in call.with { $0.cost = .dollar } }, &driver)
    SpikeEngineTests.play(
      more.map { call in
        call.with { ($0.cost, $0.time) = (NanoUSD(rawValue: 10_000_000_000), $0.time.map { $0 + .hour }) }
      }, &driver)
    #expect(driver.said().contains("alert spike key a firing"))
  }

  /// Whether the subject's page was written before, after or never: what is known afterwards is what an engine knows that lived on.
  @Test(arguments: [false, true], [false, true]) func outlivesARestart(pages: Bool, goesOn: Bool) throws {
    var lived = try launched()
    var killed = try launched(keeping: pages)
    for _ in 0..<2 {
      _ = accept(&lived)
      _ = accept(&killed)
    }
    let more = Self.dear(from: Self.start + 40 * .minute, minutes: 90)
    if goesOn {
      SpikeEngineTests.play(more, &lived)
      SpikeEngineTests.play(more, &killed)
    }
    killed.commit()
    try killed.restart()
    killed.advance(to: lived.engine.time)
    let rest = Self.dear(from: Self.start + 3 * .hour, minutes: 30)
    SpikeEngineTests.play(rest, &lived)
    SpikeEngineTests.play(rest, &killed)
    let states = (lived.engine.spikes[0, 2], killed.engine.spikes[0, 2])
    #expect(states.0 != nil && states.0?.encoded() == states.1?.encoded())
    #expect(killed.engine.accepts == lived.engine.accepts && killed.engine.accepts.count == 1)
  }

  @Test func isSaid() throws {
    var driver = try launched()
    _ = accept(&driver)
    driver.commit()
    try driver.restart()
    guard case .found(let found) = driver.engine.explain(rule: "spike", subject: "a") else {
      Issue.record("not found")
      return
    }
    #expect(found.baseline.last?.contains(" accepted by ann at 2026-") == true)
    let standing = driver.engine.status(top: 5).rules.first
    #expect(standing?.accepted.map(\.acceptance.by) == ["ann"])
    // With its rule it goes.
    driver.reload([.threshold("cap", limit: 1_000_000)])
    #expect(driver.engine.accepts.isEmpty)
    driver.commit()
    #expect(driver.state.rowCount(.accept) == 0)
  }

  @Test func whatCannotBeAcceptedIsSaid() throws {
    var driver = try launched()
    #expect(accept(&driver, rule: "nope").lines == ["there is no rule 'nope'"])
    #expect(
      accept(&driver, key: "b").lines == ["rule spike does not fire for key b: there is nothing to accept"])
    let task = driver.perform(.accept(rule: "spike", .task("t"), why: "", by: "ann"))
    #expect(task.lines == ["rule spike counts per key, and task t is none"])
    #expect(accept(&driver).changed)
    #expect(!accept(&driver).changed, "once is enough")
    driver.reload([.threshold("cap", limit: 1_000_000), SpikeEngineTests.rule])
    #expect(accept(&driver, rule: "cap").lines.first?.contains("raise its limit") == true)
  }
}
