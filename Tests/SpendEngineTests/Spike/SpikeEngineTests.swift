import Support
import Testing

@testable import SpendEngine

/// The spike rule inside the engine: alerts, halts, catch-up, restarts, reloads.
@Suite struct SpikeEngineTests {
  static let rule = Rule.spike("spike", halt: .key)

  /// Days of a key that spends about 30 cents an hour in working hours, one call in six minutes.
  static func days(_ days: Range<Int64>, key: String = "a", seed: UInt64 = 1) -> [TestCall] {
    var dice = Dice(seed: seed)
    var calls: [TestCall] = []
    for day in days {
      for hour in Int64(8)..<18 {
        for minute in stride(from: Int64(0), to: 60, by: 6) {
          let time = EngineTime.midnight + day * .day + hour * .hour + minute * .minute
          calls.append(TestCall(dice.roll(2...4), key: key, at: time))
        }
      }
    }
    return calls
  }

  /// A loop: a dollar in ten seconds.
  static func loop(from start: EngineTime, seconds: Int64, key: String = "a") -> [TestCall] {
    stride(from: Int64(0), to: seconds, by: 10).map { TestCall(100, key: key, at: start + $0 * .second) }
  }

  static func play(_ calls: [TestCall], _ driver: inout EngineDriver, catchUp: Bool = false) {
    for call in calls {
      if let time = call.time { driver.advance(to: time) }
      driver.fold([call], catchUp: catchUp)
    }
  }

  private static func driver(_ rules: [Rule] = [rule]) throws -> EngineDriver {
    try EngineDriver(rules, at: .midnight)
  }

  @Test func aLoopIsToldAndHalted() throws {
    var driver = try Self.driver()
    Self.play(Self.days(0..<10), &driver)
    #expect(driver.said() == [])
    let start = EngineTime.midnight + 10 * .day + 10 * .hour
    Self.play(Self.loop(from: start, seconds: 1_800), &driver)
    let decisions = driver.takeDecisions()
    #expect(Set(decisions.map(\.line)) == ["alert spike key a firing", "halt spike key a"])
    let alert = try #require(decisions.first { $0.kind == .alert })
    #expect(alert.at - start < 15 * .minute)
    #expect(alert.note.hasPrefix("score ") && alert.window == .sliding(5 * .minute))
    #expect(alert.value >= alert.limit && alert.limit > alert.baseline ?? .max)
    #expect(driver.halts == ["key a by spike"])
    // Half an hour after the last call that met it the alert is over; its halt waits for a person.
    driver.advance(by: .hour)
    #expect(driver.said() == ["resolve spike key a"])
    #expect(driver.halts == ["key a by spike"])
  }

  @Test func nothingIsToldInTheFirstDayNorHaltedInTheFirstWeek() throws {
    var driver = try Self.driver()
    Self.play(Self.loop(from: .midnight, seconds: 3_600), &driver)
    #expect(driver.said() == [])
    Self.play(Self.days(1..<5), &driver)
    Self.play(Self.loop(from: .midnight + 5 * .day + 9 * .hour, seconds: 3_600), &driver)
    #expect(driver.said().allSatisfy { $0.hasPrefix("alert") || $0.hasPrefix("resolve") })
    #expect(driver.halts == [])
  }

  /// Logs that are there already make a subject warm in the first minute, and tell of nothing.
  @Test func aCatchUpLearnsAndTellsNothing() throws {
    var driver = try EngineDriver([Self.rule], at: .midnight + 12 * .day)
    driver.engine.beginCatchUp()
    driver.fold(Self.days(0..<10), catchUp: true)
    driver.fold(Self.loop(from: .midnight + 10 * .day + 9 * .hour, seconds: 1_800), catchUp: true)
    driver.fold(Self.days(11..<12), catchUp: true)
    driver.engine.endCatchUp()
    #expect(driver.said() == [] && driver.halts == [])
    Self.play(Self.loop(from: .midnight + 12 * .day + 9 * .hour, seconds: 1_800), &driver)
    #expect(driver.said().contains("halt spike key a"))
  }

  /// Killed anywhere, with pages written or not: what it says and what it knows is what an engine says that lived on.
  @Test(arguments: Dice.seeds) func aRestartForgetsNothing(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let calls =
      Self.days(0..<9, seed: seed)
      + Self.loop(from: .midnight + 9 * .day + 9 * .hour, seconds: 1_200) + Self.days(10..<11, seed: seed)
    var lived = try Self.driver()
    var killed = try Self.driver()
    killed.engine.sweepAfterBatches = 3
    var said: (lived: [String], killed: [String]) = ([], [])
    for call in calls {
      Self.play([call], &lived)
      Self.play([call], &killed)
      guard dice.one(in: 40) else { continue }
      said.lived += lived.said()
      killed.commit()
      said.killed += killed.said()
      if dice.one(in: 2) {
        try killed.restart()
        killed.advance(to: lived.engine.time)
      }
    }
    said.lived += lived.said()
    said.killed += killed.said()
    #expect(said.lived == said.killed && said.lived.contains("halt spike key a"))
    let states = (lived.engine.spikes[0, 2], killed.engine.spikes[0, 2])
    #expect(states.0 != nil && states.0?.encoded() == states.1?.encoded())
  }

  /// Other rules may come and go; what a rule of the same name knows goes on, a new one knows nothing of before.
  @Test func aReloadKeepsWhatIsKnown() throws {
    var driver = try Self.driver()
    Self.play(Self.days(0..<10), &driver)
    driver.reload([.threshold("cap", limit: 1_000_000), Self.rule, .spike("new")])
    driver.commit()
    try driver.restart()
    driver.advance(to: .midnight + 10 * .day)
    #expect(driver.engine.spikes[1, 2]?.age ?? 0 > 9 * .day)
    #expect(driver.engine.spikes[2, 2] == nil)
    Self.play(Self.loop(from: .midnight + 10 * .day + 10 * .hour, seconds: 1_800), &driver)
    let said = driver.said()
    #expect(said.contains("halt spike key a") && !said.contains { $0.contains("new") })
  }

  /// With `for`, a spike that is over by then is no news; one that goes on is, when it has gone on so long.
  @Test func holdWaits() throws {
    let hold = Rule.spike("spike", hold: 10 * .minute)
    var driver = try Self.driver([hold, .spike("now")])
    Self.play(Self.days(0..<10), &driver)
    Self.play(Self.loop(from: .midnight + 10 * .day + 10 * .hour, seconds: 3_600), &driver)
    let alerts = driver.takeDecisions().filter { $0.kind == .alert }
    #expect(alerts.map(\.rule) == ["now", "spike"])
    #expect(alerts.count == 2 && alerts[1].at == alerts[0].at + 10 * .minute)
  }

  /// A person's resume while it lasts is neither void nor undone by the next call.
  @Test func aResumeGrantsHeadroom() throws {
    var driver = try Self.driver()
    Self.play(Self.days(0..<10), &driver)
    let loop = Self.loop(from: .midnight + 10 * .day + 10 * .hour, seconds: 3_600)
    let first = try #require(
      loop.firstIndex { call in
        Self.play([call], &driver)
        return !driver.halts.isEmpty
      })
    driver.perform(.resume(.key("a"), rule: nil, why: "known", by: "ann", headroom: .percent(1_000)))
    _ = driver.said()
    Self.play([loop[first + 1]], &driver)
    #expect(driver.said() == [] && driver.halts == [])
    Self.play(Array(loop[(first + 2)...]), &driver)
    #expect(driver.halts == ["key a by spike"], "past the headroom it halts again")
  }

  /// More subjects than a rule may know: the first are watched on, of the others nothing is learnt.
  @Test func subjectsAreBounded() throws {
    var table = SpikeTable([Self.rule])
    guard case .spike(let spike) = Self.rule.kind else { return }
    for series in 0..<SeriesID(20) {
      var event = UsageEvent(time: .noon)
      event.cost = NanoUSD(rawValue: 1)
      _ = table.observe(0, series, event, call: 1, .utc, spike, most: 8)
    }
    #expect(table.columns[0]?.subjects == Array(0..<8))
  }

  /// Keys do not learn from each other.
  @Test func subjectsAreApart() throws {
    var alone = try Self.driver()
    var together = try Self.driver()
    let calls = Self.days(0..<10) + Self.loop(from: .midnight + 10 * .day + 10 * .hour, seconds: 1_800)
    let others = Self.days(0..<11, key: "b", seed: 7)
    Self.play(calls, &alone)
    Self.play((calls + others).sorted { ($0.time, $0.key) < ($1.time, $1.key) }, &together)
    alone.advance(to: together.engine.time)
    #expect(together.said().filter { $0.contains("key a") } == alone.said())
  }
}

private func < (a: (EngineTime?, String), b: (EngineTime?, String)) -> Bool {
  a.0 == b.0 ? a.1 < b.1 : (a.0?.milliseconds ?? 0) < (b.0?.milliseconds ?? 0)
}
