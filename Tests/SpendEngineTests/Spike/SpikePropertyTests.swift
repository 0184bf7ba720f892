import Support
import Testing

@testable import SpendEngine

private let dollar = NanoUSD.dollar.rawValue

/// What holds for every stream of calls.
@Suite struct SpikePropertyTests {
  /// A stream with something of everything: quiet, a loop, bursts, silence.
  private func wild(_ seed: UInt64, days: Int64 = 12) -> [Call] {
    var dice = Dice(seed: seed)
    let kinds: [KeyKind] = [.service, .office, .bursty, .heavyTailed]
    var stream = KeyStream(dice.pick(kinds), days: days, seed: seed)
    stream.addRun(from: KeyStream.at(day: 3, hour: dice.roll(0...23)), hours: 1, perHour: 40)
    stream.addRun(from: KeyStream.at(day: days - 2, hour: dice.roll(0...23)), hours: 2, perHour: 15)
    return stream.calls
  }

  @Test func noAlertInTheFirstDay() {
    for seed in Dice.seeds {
      var dice = Dice(seed: seed)
      var run = SpikeRun(SpikeRule(minimum: 1, sensitivity: .veryHigh))
      var time = KeyStream.start
      while time < KeyStream.start + .day {
        run.add(Call(time: time, cost: dice.roll(0...dollar * (dice.one(in: 20) ? 5_000 : 1))))
        time = time + dice.roll(1...5 * .minute)
      }
      #expect(run.episodes.isEmpty, "seed \(seed)")
    }
  }

  @Test(
    arguments: [
      (7 * Milliseconds.second, 3), (.minute, 9), (7 * .minute, 20), (10 * .minute, 20), (.hour, 30),
      (5 * .hour, 60), (31 * .hour, 300),
    ] as [(Milliseconds, Int64)])
  func constantStreamsNeverAlert(gap: Milliseconds, days: Int64) {
    for cost in [1, 50_000_000, 3 * dollar, 1_000_000 * dollar] {
      var run = SpikeRun(SpikeRule(minimum: cost, sensitivity: .veryHigh))
      var time = KeyStream.start
      for _ in 0..<min(5_000, days * .day / gap) {
        run.add(Call(time: time, cost: cost))
        time = time + gap
      }
      #expect(run.episodes.isEmpty, "\(cost) every \(gap)")
    }
  }

  /// All money and `min` times the same number: the same decisions.
  @Test func scalingChangesNothing() {
    for seed in Dice.seeds {
      let calls = wild(seed)
      for shift: Int64 in [3, 10] {
        let plain = SpikeRun(calls, SpikeRule(minimum: dollar / 2))
        let scaled = SpikeRun(
          calls.map { Call(time: $0.time, cost: $0.cost << shift) }, SpikeRule(minimum: (dollar / 2) << shift)
        )
        let isSame = plain.levels == scaled.levels
        #expect(isSame, "seed \(seed) times \(1 << shift)")
      }
    }
    // Cells round other numbers otherwise; no decision of these hangs on that.
    for seed: UInt64 in 1...3 {
      let plain = SpikeRun(wild(seed))
      let scaled = SpikeRun(
        wild(seed).map { Call(time: $0.time, cost: $0.cost * 1_000) }, SpikeRule(minimum: 2_000 * dollar))
      #expect(plain.episodes.count == scaled.episodes.count && !plain.episodes.isEmpty)
    }
  }

  /// Up to the first alert the states are the same; a lower bar is reached no later.
  @Test func lowerBarsAreReachedFirst() {
    for seed in Dice.seeds {
      let calls = wild(seed)
      let firsts = SpikeSensitivity.allCases.map { sensitivity in
        SpikeRun(calls, SpikeRule(sensitivity: sensitivity)).episodes.first?.from ?? .distantFuture
      }
      #expect(firsts == firsts.sorted(by: >), "seed \(seed)")
    }
  }

  /// Forged money: sums saturate, no number stops being one.
  @Test func everyNumberStaysANumber() {
    for seed in Dice.seeds {
      var dice = Dice(seed: seed)
      let rules = [
        SpikeRule(), SpikeRule(window: .day, baseline: .day, factor: .max, minimum: 1),
        SpikeRule(window: .minute, baseline: 60 * .day, factor: 0, minimum: .max),
        SpikeRule(window: 3 * .hour, factor: 1, minimum: 1, sensitivity: .veryHigh),
      ]
      for rule in rules {
        var run = SpikeRun(rule)
        var time = KeyStream.start
        let costs: [Int64] = [.max, .min, 0, 1, -1, dollar, .max / 3, -dollar]
        for _ in 0..<400 {
          time = time + dice.pick([0, 1, .second, 5 * .minute, .hour, 30 * .hour, 9 * .day])
          let late = dice.one(in: 5) ? dice.roll(0...30 * .hour) : 0
          let verdict = run.state.observe(
            time: time + -late, cost: dice.pick(costs), call: dice.one(in: 3) ? dice.pick(costs) : nil,
            calendar: .utc, rule: rule)
          let reading = run.state.reading(at: time, calendar: .utc, rule: rule)
          #expect(verdict.score.isFinite && reading.score.isFinite)
          #expect(reading.parts.allSatisfy { $0.ratio.isFinite && $0.ratio > 0 && $0.usualTop.isFinite })
          #expect(reading.parts.allSatisfy { $0.spent >= 0 && $0.expected >= 0 })
        }
        let kept = SpikeState(run.state.encoded())
        #expect(kept?.encoded() == run.state.encoded(), "seed \(seed)")
        #expect(!run.state.reading(at: .distantFuture, calendar: .utc, rule: rule).text.contains("nan"))
      }
    }
  }

  /// Times anywhere: before the epoch, beyond the calendar.
  @Test(arguments: [.distantPast, .distantFuture, EngineTime(milliseconds: -1), EngineTime(milliseconds: 0)])
  func anyTime(_ first: EngineTime) {
    var run = SpikeRun(first: first)
    for step: Int64 in 0..<300 {
      run.add(Call(time: first + step * 20 * .minute, cost: dollar / 10))
    }
    let bytes = run.state.encoded()
    #expect(SpikeState(bytes)?.encoded() == bytes)
  }
}
