import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// A window that covers another sums at least as much at every instant: said by `covers`, and counted here.
@Suite struct WindowSpansTests {
  private static let windows: [Window] =
    [
      .lifetime, .sliding(.minute), .sliding(.hour), .sliding(.day), .sliding(.day + .hour),
      .sliding(7 * .day + .hour), .sliding(30 * .day),
    ] + CalendarPeriod.allCases.map(Window.calendar)

  @Test(arguments: Dice.seeds) func sumsAgree(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let zone = dice.pick(["UTC", "Europe/Berlin", "America/St_Johns"])
    // Both clock changes are within reach.
    let now = EngineTime(milliseconds: 1_795_000_000_000)
    var tables: [CalendarPeriod: CalendarTable] = [:]
    for period in CalendarPeriod.allCases {
      let table: CalendarTable = try #require(CalendarBuilder.table(period, zone: zone, around: now))
      tables[period] = table
    }
    var refuted: Set<[Window]> = []
    for _ in 0..<4_000 {
      let at = now + dice.roll(-380 * .day...380 * .day)
      let call = at + -dice.roll(0...dice.pick([2 * .hour, 2 * .day, 9 * .day, 40 * .day]))
      // A single call is enough: sums are sums of such.
      func holds(_ window: Window) -> Bool {
        switch window {
        case .lifetime: true
        case .sliding(let span): call > at + -span
        case .calendar(let period): tables[period].map { call >= $0.period(of: at).start } ?? false
        case .request: false
        }
      }
      for outer in Self.windows {
        for inner in Self.windows where holds(inner) && !holds(outer) { refuted.insert([outer, inner]) }
      }
    }
    for outer in Self.windows {
      for inner in Self.windows where outer.covers(inner) {
        #expect(!refuted.contains([outer, inner]), "\(zone): \(outer.name) over \(inner.name)")
      }
    }
    // And what is said not to cover does not, where chance shows it: a month within 30 days, a week within a month.
    #expect(refuted.contains([.calendar(.month), .calendar(.week)]))
    #expect(refuted.contains([.sliding(.hour), .calendar(.day)]))
    #expect(!Window.sliding(.day).covers(.calendar(.day)))
    #expect(Window.calendar(.day).covers(.calendar(.hour)) && Window.calendar(.week).covers(.calendar(.day)))
  }

  @Test(
    arguments: [
      (.calendar(.hour), 59 * .minute, false), (.calendar(.hour), .hour, true),
      (.calendar(.day), 23 * .hour, false), (.calendar(.day), .day, true),
      (.calendar(.week), 6 * .day, false),
      (.calendar(.week), 7 * .day, true), (.calendar(.month), 30 * .day, false),
      (.calendar(.month), 31 * .day, true), (.sliding(.minute), .day, false), (.lifetime, 99 * .day, false),
    ] as [(Window, Milliseconds, Bool)])
  func holdsThatNeverFire(window: Window, hold: Milliseconds, never: Bool) {
    let kind = RuleKind.threshold(ThresholdRule(metric: .spend, window: window, limit: 1))
    var rule = Rule(name: "r", per: .key, kind: kind, mode: .warn, halt: nil, until: .manual)
    rule.hold = hold
    #expect(rule.endsBeforeHold == never)
  }
}
