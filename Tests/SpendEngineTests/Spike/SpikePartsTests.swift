import Glibc
import Support
import Testing

@testable import SpendEngine

/// The pieces of the spike rule against straightforward references.
@Suite struct SpikePartsTests {
  @Test(arguments: SpikeHorizon.allCases) func calibratesAsItsFormula(_ horizon: SpikeHorizon) {
    for seed in Dice.seeds {
      var dice = Dice(seed: seed)
      var tail = TailCalibrator(horizon)
      var reference = ReferenceTail(q: horizon.share, beta0: horizon.wildness)
      #expect(abs(horizon.rarity + log(horizon.share)) < 1e-12)
      for step in 0..<1_500 {
        // A heavy tail at times, also below zero.
        let value = dice.normal() * 0.6 - log(dice.unit()) * (dice.one(in: 5) ? 1.5 : 0.1)
        let expected = reference.excess(value)
        let found = tail.surprise(value, horizon)
        // Near the top a float's rounding decides between 0 and the rarity.
        if abs(value - reference.u) > 1e-3 {
          #expect(abs(found - expected) <= 2e-3 * max(1, expected), "seed \(seed) step \(step)")
        }
        tail.learn(value, horizon)
        reference.learn(value)
      }
      #expect(abs(Double(tail.top) - reference.u) < 1e-3, "seed \(seed)")
      #expect(abs(tail.scale - reference.b) < 1e-3 * reference.b, "seed \(seed)")
    }
  }

  /// Worked by hand: x, then u, es and en.
  @Test(
    arguments: [
      (1.0, 2 - 2 * 0.01 / 21, 7.0, 20.0), (2.5, 2 + 2 * 0.99 / 21, 7.5, 21),
      (9.0, 2 + 2 * 0.99 / 21, 8.5, 21),
      (-30, 2 - 2 * 0.01 / 21, 7, 20),
    ] as [(Double, Double, Double, Double)])
  func learnsOneValue(value: Double, top: Double, excess: Double, exceeding: Double) {
    var tail = TailCalibrator(.window)
    tail.learn(value, .window)
    #expect(abs(Double(tail.top) - top) < 1e-6)
    #expect(abs(Double(tail.excess) - excess) < 1e-6 && Double(tail.exceeding) == exceeding)
  }

  @Test func surpriseOfOneValue() {
    let tail = TailCalibrator(.window)
    #expect(tail.surprise(2, .window) == 0)
    // -ln 0.01 + 0.7 / 0.35
    #expect(abs(tail.surprise(2.7, .window) - (4.605170 + 2)) < 1e-5)
    #expect(abs(tail.surprise(2.7, .window, wide: 2) - (4.605170 + 1)) < 1e-5)
  }

  /// A tail that shrinks for years never becomes a division by zero.
  @Test func scaleStaysPositive() {
    var tail = TailCalibrator(.hour)
    for _ in 0..<50_000 { tail.learn(Double(tail.top) + 1e-7, .hour) }
    #expect(tail.scale > 0 && tail.surprise(100, .hour).isFinite)
  }

  @Test func cellsKeepAmounts() {
    #expect(WeekProfile.amount(0) == 0 && WeekProfile.code(0) == 0 && WeekProfile.code(0.5) == 0)
    #expect(WeekProfile.code(1e30) == 4_095)
    var amount = 1.5
    while amount < 1e19 {
      let kept = WeekProfile.amount(WeekProfile.code(amount))
      // Half of 1/64 octave.
      #expect(abs(log(kept / amount)) <= log(2) / 128 + 1e-9, "\(amount)")
      amount *= 1.37
    }
  }

  @Test(arguments: [7, 1, 30] as [Int64]) func profileFollowsItsFormula(days: Int64) {
    let rule = SpikeRule(baseline: days * .day)
    if days == 7 { #expect(abs(rule.cellRate - 0.4) < 1e-12 && abs(rule.levelRate - 1 / 168.0) < 1e-12) }
    for seed in Dice.seeds {
      var dice = Dice(seed: seed)
      var week = WeekProfile()
      var reference = ReferenceWeek(cellRate: rule.cellRate, levelRate: rule.levelRate)
      for hour in 0..<168 * 6 {
        let cell = hour % 168
        let isBusy = cell < 120 && 8..<19 ~= cell % 24
        let spent = isBusy ? 3e9 * exp(dice.normal() * 0.4) : dice.one(in: 10) ? 1e8 : 0
        week.learn(spent, cell, cellRate: rule.cellRate, levelRate: rule.levelRate)
        reference.learn(spent, cell)
      }
      #expect(abs(Double(week.level) / reference.s - 1) < 1e-3, "seed \(seed)")
      for cell in 0..<168 {
        #expect(week.visits(cell) == Int(reference.n[cell]))
        // Cells are coarse, and what a step is too small for is not learnt: a few hundredths.
        let expected = reference.expected(cell)
        #expect(abs(week.expected(cell) - expected) <= 0.03 * expected, "seed \(seed) cell \(cell)")
      }
    }
  }

  /// Weekdays speak for weekdays, weekends for weekends.
  @Test func hoursShareTheirKindOfDay() {
    var week = WeekProfile()
    for day in [0, 1, 5] { week.learn(day == 5 ? 8e9 : 1e9, day * 24 + 10, cellRate: 0.4, levelRate: 0.006) }
    let wednesday = week.expected(2 * 24 + 10)
    let sunday = week.expected(6 * 24 + 10)
    let mean = 10e9 / 3
    #expect(abs(wednesday / ((2e9 + mean) / 3) - 1) < 0.01)
    #expect(abs(sunday / ((8e9 + mean) / 2) - 1) < 0.01)
    #expect(abs(week.expected(11) / mean - 1) < 1e-5)
  }

  @Test func slidesAsASumOfEverything() {
    for seed in Dice.seeds {
      var dice = Dice(seed: seed)
      let span: Milliseconds = dice.pick([.minute, 5 * .minute, 61 * .second, .hour])
      let part = SlidingSum.part(of: span)
      var now: Milliseconds = dice.roll(-5_000_000...5_000_000)
      var sum = SlidingSum(at: now, part: part)
      var reference = ReferenceSum(span: part * SlidingSum.count)
      for step in 0..<400 {
        now += dice.one(in: 40) ? dice.roll(0...3 * span) : dice.roll(0...span / 15)
        sum.advance(to: now, part: part)
        let time = dice.one(in: 6) ? now - dice.roll(0...span * 3 / 2) : now
        let amount = dice.roll(0...1_000_000)
        let isHeld = sum.add(amount, at: time, part: part)
        #expect(isHeld || time <= now - reference.span)
        reference.amounts.append((time, amount))
        // The part that slides out does so evenly: never more off than that part's calls.
        let border = now - reference.span
        let edge = reference.amounts.reduce(0) {
          abs($1.time - border) <= part ? $0 + $1.amount : $0
        }
        let exact = Double(reference.spent(at: now))
        let found = sum.spent(at: now, part: part)
        #expect(abs(found - exact) <= Double(edge) + 1e-3, "seed \(seed) step \(step)")
      }
    }
  }

  @Test func sumsSaturateAndStayAboveZero() {
    var sum = SlidingSum(at: 0, part: 1_000)
    for time: Milliseconds in [0, 0, 500, 1_000, 5_000, 12_000] {
      sum.advance(to: time, part: 1_000)
      _ = sum.add(.max, at: time, part: 1_000)
    }
    #expect(sum.spent(at: 12_999, part: 1_000) > 1e17)
    _ = sum.add(.min, at: 12_000, part: 1_000)
    _ = sum.add(-5, at: 5_000, part: 1_000)
    sum.advance(to: 25_000, part: 1_000)
    #expect(sum.spent(at: 25_000, part: 1_000) == 0)
  }
}
