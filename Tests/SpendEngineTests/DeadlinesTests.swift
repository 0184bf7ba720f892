import Support
import Testing

@testable import SpendEngine

@Suite struct DeadlinesTests {
  /// Against a table of what is awaited when: the earliest first, each reason once, and no more entries than it takes.
  @Test(arguments: Dice.seeds) func eachReasonIsServedOnceAtItsEarliest(seed: UInt64) {
    var dice = Dice(seed: seed)
    var deadlines = Deadlines()
    var awaited: [Deadlines.Reason: EngineTime] = [:]
    var now = EngineTime.noon
    for _ in 0..<4_000 {
      if dice.one(in: 4) {
        now = now + dice.roll(0...500)
        while let entry = deadlines.take(upTo: now) {
          #expect(entry.time <= now && awaited[entry.reason] == entry.time)
          #expect(entry.time == awaited.values.min())
          awaited[entry.reason] = nil
        }
        #expect(awaited.values.allSatisfy { $0 > now })
      } else {
        let key = AlertKey(rule: Int(dice.roll(0...3)), series: SeriesID(dice.roll(0...5)))
        let reason = dice.pick([
          Deadlines.Reason.window(key), .hold(key), .quiet(key), .headroom(key), .brake,
          .halt(.key("k\(key.series)"), .person("ann")),
        ])
        let time = now + dice.roll(0...2_000)
        deadlines.add(reason, at: time)
        awaited[reason] = min(awaited[reason] ?? time, time)
      }
      #expect(deadlines.next == awaited.values.min())
      #expect(deadlines.count <= 2 * awaited.count + 64)
    }
  }

  /// A key that goes over its limit and under it, again and again, leaves nothing behind.
  @Test func aFlappingKeyDoesNotFillTheHeap() throws {
    var share = Rule.threshold(
      "share", metric: .errorRatio, window: .sliding(5 * .minute), limit: 500_000_000, alertAt: [20],
      leastCalls: 1)
    share.hold = 20 * .day
    var driver = try EngineDriver(
      [
        .threshold("quiet", window: .sliding(.minute), limit: 100, keepFiring: 20 * .day),
        .threshold("held", window: .sliding(.minute), limit: 100, halt: .key, hold: 20 * .day),
        .threshold("timed", window: .sliding(.minute), limit: 100, halt: .key, until: .after(20 * .day)),
        .threshold("plain", window: .sliding(.minute), limit: 100, halt: .key), share,
        .threshold("day", limit: 100, halt: .key, hold: .hour), .ceiling("calls", limit: 10, halt: .key),
      ], brake: BrakeSettings(halts: 1_000_000, span: .second))
    var most = 0
    var told = 0
    for round in 0..<4_000 as Range<Int64> {
      driver.fold(
        TestCall(round % 3 == 0 ? 60 : 120, key: "a").with {
          if round % 2 == 0 { ($0.requests, $0.errors) = (0, 1) }
          $0.maxTokens = 99
        })
      driver.advance(by: round % 5 == 0 ? 70_000 : 20_000)
      told += driver.takeDecisions().count
      _ = driver.engine.drainHaltIntents()
      most = max(most, driver.engine.deadlines.count)
    }
    #expect(most < 100 && told > 1_000)
  }
}
