import Support
import Testing

@testable import SpendEngine

/// Made-up keys over weeks: quiet ones stay quiet, incidents are seen. Seeds are fixed; what is asked of each table is near what it shows, so
/// that a rule which became blind or loud fails.
@Suite struct SpikeStreamTests {
  @Test(arguments: KeyKind.allCases) func quietWeeks(_ kind: KeyKind) {
    var alerts = 0
    var halts = 0
    for seed: UInt64 in 1...4 {
      let run = SpikeRun(KeyStream(kind, days: 35, seed: seed).calls)
      alerts += run.episodes.count
      halts += run.halts(from: KeyStream.start, hours: 35 * 24)
    }
    // Of 20 key-weeks. Tools in bursts and Pareto's costs do spike at times.
    let most = kind == .bursty || kind == .heavyTailed ? 4 : 0
    #expect(alerts <= most)
    #expect(halts <= most / 2)
  }

  /// Of 20 keys of all kinds each: told within the incident, and halted.
  @Test(
    arguments: [
      ("loop of 40 normal hours an hour", 20, 19), ("growing context", 18, 15), ("leaked key", 18, 14),
      ("weekend run", 16, 12), ("prices times 10", 13, 12),
    ])
  func incidents(name: String, told: Int, halted: Int) {
    var alerts = 0
    var halts = 0
    var dice = Dice(seed: 5)
    for (index, kind) in (KeyKind.allCases + KeyKind.allCases).enumerated() {
      var stream = KeyStream(kind, days: 28, seed: UInt64(index) + 100)
      stream.scale(5)
      let start = KeyStream.at(day: dice.roll(15...18), hour: dice.roll(0...23), minute: dice.roll(0...59))
      let saturday = KeyStream.at(day: 19, hour: dice.roll(0...20))
      let run: SpikeRun
      var (from, hours) = (start, Int64(2))
      switch name {
      case "growing context": stream.addRun(from: start, hours: 2, perHour: 15, growing: true)
      case "leaked key":
        hours = 12
        stream.addRun(from: start, hours: 12, perHour: 6)
      case "weekend run":
        (from, hours) = (saturday, 8)
        stream.addRun(from: saturday, hours: 8, perHour: 4)
      case "prices times 10":
        hours = 48
        stream.multiply(10, from: start, hours: 48)
      default: stream.addRun(from: start, hours: 2, perHour: 40)
      }
      run = SpikeRun(stream.calls)
      alerts += run.alerts(from: from, hours: hours) > 0 ? 1 : 0
      halts += run.halts(from: from, hours: hours) > 0 ? 1 : 0
    }
    #expect(alerts >= told, "\(name): told of \(alerts), halted \(halts)")
    #expect(halts >= halted, "\(name): told of \(alerts), halted \(halts)")
  }

  private static let plain: [KeyKind] = [.office, .service, .clockwork, .growing, .mixed, .nightly]

  /// An incident must not become the baseline: the same again is told again.
  @Test(arguments: plain) func incidentTwice(_ kind: KeyKind) {
    var stream = KeyStream(kind, days: 28, seed: 21)
    let starts = [KeyStream.at(day: 16, hour: 22), KeyStream.at(day: 18, hour: 13)]
    for start in starts { stream.addRun(from: start, hours: 2, perHour: 25) }
    let run = SpikeRun(stream.calls)
    for start in starts { #expect(run.alerts(from: start, hours: 2) == 1) }
  }

  /// A leak of two days, then a small loop eight days later.
  @Test(arguments: plain) func smallOneAfterALongOne(_ kind: KeyKind) {
    var stream = KeyStream(kind, days: 28, seed: 33)
    let leak = KeyStream.at(day: 14, hour: 9)
    let loop = KeyStream.at(day: 22, hour: 21)
    stream.addRun(from: leak, hours: 48, perHour: 12)
    stream.addRun(from: loop, hours: 2, perHour: 12)
    let run = SpikeRun(stream.calls)
    #expect(run.alerts(from: leak, hours: 48) >= 1)
    #expect(run.alerts(from: loop, hours: 2) >= 1)
    // The leak's spend is over when it is over: quiet in between.
    #expect(run.alerts(from: leak + 49 * .hour, hours: 140) <= 1)
  }

  /// Three days and more of silence: the first day back is no alert.
  @Test func holidays() {
    var alerts = 0
    for seed: UInt64 in 1...12 {
      let kind: KeyKind = [.office, .service, .growing, .mixed][Int(seed % 4)]
      var stream = KeyStream(kind, days: 28, seed: seed)
      let from = KeyStream.at(day: 14, hour: 0)
      stream.remove(from: from, hours: 24 * (seed % 2 == 0 ? 3 : 8))
      alerts += SpikeRun(stream.calls).alerts(from: from, hours: 14 * 24)
    }
    #expect(alerts == 0)
  }

  /// Local time: hours follow the office through a clock change.
  @Test func clockChange() {
    let change = KeyStream.at(day: 20, hour: 1)
    let zone = HourCalendar(changes: [
      .init(from: KeyStream.start, offset: .hour), .init(from: change, offset: 2 * .hour),
    ])
    for seed: UInt64 in 1...6 {
      let calls = KeyStream(.office, days: 35, seed: seed).calls.map { call in
        Call(time: call.time + (call.time < change ? -.hour : -2 * .hour), cost: call.cost)
      }
      let run = SpikeRun(calls, calendar: zone)
      #expect(run.episodes.isEmpty, "seed \(seed)")
      for cell in 0..<120 where !(8..<19).contains(cell % 24) { #expect(run.state.week.usual(cell) == 0) }
      #expect(run.state.week.usual(10) > 0)
    }
  }

  /// Nothing was known of the key: caught early, quiet for the rest.
  @Test func firstWeek() {
    var quiet = 0
    var early = 0
    var later = 0
    for (index, kind) in SpikeStreamTests.plain.enumerated() where kind != .nightly {
      for seed: UInt64 in 0..<2 {
        var stream = KeyStream(kind, days: 7, seed: 40 + seed + 2 * UInt64(index))
        stream.scale(10)
        quiet += SpikeRun(stream.calls).episodes.count
        for (hours, isEarly) in [(36 as Int64, true), (126, false)] {
          var hit = stream
          let start = stream.calls[0].time + hours * .hour
          hit.addRun(from: start, hours: 2, perHour: 50)
          let caught = SpikeRun(hit.calls).alerts(from: start, hours: 2) > 0
          if isEarly { early += caught ? 1 : 0 } else { later += caught ? 1 : 0 }
        }
      }
    }
    #expect(quiet <= 1, "\(quiet) in 10 quiet weeks")
    #expect(early >= 7, "\(early) of 10 after 1.5 days")
    #expect(later == 10, "\(later) of 10 after 5 days")
  }

  /// A launch is reported until it is learnt: then it is the baseline.
  @Test func stepsAreLearnt() {
    var stream = KeyStream(.service, days: 42, seed: 8)
    stream.multiply(6, from: KeyStream.at(day: 14, hour: 0), hours: 28 * 24)
    let run = SpikeRun(stream.calls)
    #expect(run.alerts(from: KeyStream.at(day: 14, hour: 0), hours: 24) >= 1)
    #expect(run.alerts(from: KeyStream.at(day: 28, hour: 0), hours: 14 * 24) == 0)
  }
}
