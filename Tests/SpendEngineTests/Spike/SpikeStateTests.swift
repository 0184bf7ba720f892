import Support
import Testing

@testable import SpendEngine

private let dollar = NanoUSD.dollar.rawValue

/// What a spike rule keeps and learns: ages, freezing, late and corrected events, gaps.
@Suite struct SpikeStateTests {
  /// A steady key for `days`, then ready for what a test does with it.
  private func steady(days: Int64, seed: UInt64 = 3) -> SpikeRun {
    SpikeRun(KeyStream(.service, days: days, seed: seed).calls)
  }

  /// A loop of a dollar a minute; returns what its calls led to.
  @discardableResult
  private func loop(_ run: inout SpikeRun, from: EngineTime, minutes: Int64, cost: Int64 = dollar)
    -> [SpikeVerdict]
  {
    (0..<minutes).map { run.add(Call(time: from + $0 * .minute, cost: cost)) }
  }

  @Test(
    arguments: [(0, .none), (1, .alert), (3, .alert), (6, .alert), (8, .halt), (20, .halt)]
      as [(Int64, SpikeLevel)])
  func ages(days: Int64, level: SpikeLevel) {
    // From 02:00 on, so that a day is over by then.
    var run = steady(days: max(1, days))
    let start = KeyStream.at(day: max(1, days), hour: days == 0 ? -2 : 2)
    if days == 0 { run = SpikeRun(KeyStream(.service, days: 1, seed: 3).calls.filter { $0.time < start }) }
    let verdicts = loop(&run, from: start, minutes: days == 0 ? 100 : 120)
    #expect(verdicts.map(\.level).max() == level)
    if days >= 3 { #expect(verdicts.prefix(30).contains { $0.level != .none }) }
  }

  @Test func alertsEndHalfAnHourAfterTheLastThatMet() throws {
    var run = steady(days: 12)
    let start = KeyStream.at(day: 12, hour: 2)
    loop(&run, from: start, minutes: 60)
    let from = try #require(run.episodes.first?.from)
    #expect(run.state.firesSince == from && run.state.frozenSince == from && from < start + 30 * .minute)
    let end = try #require(run.state.alertEnds)
    #expect(end == start + 59 * .minute + 30 * .minute)
    run.advance(to: end + -1)
    #expect(run.state.isFiring)
    #expect(run.state.advance(to: end, calendar: .utc, rule: run.rule) == end)
    #expect(!run.state.isFiring && run.state.frozenSince == nil && run.state.alertEnds == nil)
  }

  /// The same without a tick: the next call says when it had ended.
  @Test func nextCallSaysWhenItEnded() {
    var run = steady(days: 12)
    loop(&run, from: KeyStream.at(day: 12, hour: 2), minutes: 60)
    let end = run.state.alertEnds
    let verdict = run.add(Call(time: KeyStream.at(day: 12, hour: 9), cost: 1))
    #expect(end != nil && verdict.ended == end && verdict.level == .none)
  }

  @Test func learnsNothingWhileFiring() throws {
    var run = steady(days: 12)
    let start = KeyStream.at(day: 12, hour: 2, minute: 30)
    loop(&run, from: start, minutes: 26)
    #expect(run.state.isFiring)
    let before = run.state
    loop(&run, from: start + 26 * .minute, minutes: 60 * 20)
    #expect(run.state.week.hours == before.week.hours && run.state.week.level == before.week.level)
    for cell in 0..<168 { #expect(run.state.week.usual(cell) == before.week.usual(cell)) }
    for place in 0..<3 {
      #expect(run.state.tails[place].seen == before.tails[place].seen)
      #expect(run.state.tails[place].top == before.tails[place].top)
    }
    // Its hours take their expected value: the day after is like any.
    #expect(run.state.day.spentSum > 1_000 * Float(dollar))
    run.advance(to: try #require(run.state.alertEnds))
    #expect(run.state.day.spentSum < 300 * Float(dollar))
  }

  @Test func learnsAgainAfterThreeDays() {
    var run = steady(days: 12)
    let start = KeyStream.at(day: 12, hour: 2)
    loop(&run, from: start, minutes: 60 * 71)
    let hours = run.state.week.hours
    loop(&run, from: start + 71 * .hour, minutes: 60 * 9)
    #expect(run.state.isFiring && run.state.frozenSince == nil)
    #expect(run.state.week.hours >= hours + 6)
    #expect(run.episodes.count == 1)
  }

  private func accept(_ run: inout SpikeRun, at time: EngineTime) -> SpikeStep? {
    run.state.accept(at: time, calendar: run.calendar, rule: run.rule)
  }

  @Test func acceptEndsTheAlertAndTheFreeze() throws {
    var run = steady(days: 12)
    let start = KeyStream.at(day: 12, hour: 2)
    #expect(accept(&run, at: start) == nil)
    loop(&run, from: start, minutes: 90)
    let hours = run.state.week.hours
    let level = run.state.week.level
    let step = try #require(accept(&run, at: start + 90 * .minute))
    #expect((55 * dollar...60 * dollar).contains(step.after) && step.before < step.after / 5)
    #expect(run.state.week.level > level)
    #expect(!run.state.isFiring && run.state.frozenSince == nil)
    let episodes = run.episodes.count
    loop(&run, from: start + 90 * .minute, minutes: 60 * 30)
    #expect(run.episodes.count == episodes)
    #expect(run.state.week.hours >= hours + 30)
    // What goes far beyond that is a spike again.
    loop(&run, from: start + 32 * .hour, minutes: 60, cost: 100 * dollar)
    #expect(run.episodes.count == episodes + 1)
  }

  /// A window of an hour and more: the alert may end before the stretch that holds the spike does.
  @Test func longStretchesDoNotTeachASpike() {
    var run = SpikeRun(KeyStream(.service, days: 14, seed: 4).calls, SpikeRule(window: 4 * .hour))
    let start = KeyStream.at(day: 14, hour: 4)
    loop(&run, from: start, minutes: 60, cost: 10 * dollar)
    #expect(run.state.isFiring)
    let seen = run.state.tails[0].seen
    run.advance(to: start + 5 * .hour)
    #expect(run.state.tails[0].seen == seen && !run.state.isFiring)
  }

  @Test func oneDearCallIsNotASpike() {
    var run = steady(days: 12)
    let start = KeyStream.at(day: 12, hour: 2)
    #expect(run.add(Call(time: start, cost: 500 * dollar)).level == .none)
    #expect(run.add(Call(time: start + 1_000, cost: dollar / 100)).level == .none)
    // Nor in the next stretch, nor the next hour.
    for minutes: Int64 in [4, 5, 9, 40, 61, 100] {
      #expect(run.add(Call(time: start + minutes * .minute, cost: dollar / 100)).level == .none)
    }
  }

  @Test func lateCallsCountWhereTheyBelong() {
    let start = KeyStream.at(day: 12, hour: 10)
    let calls = (0..<30).map { Call(time: start + $0 * 40 * .second, cost: dollar / 10 + $0) }
    var straight = steady(days: 12)
    for call in calls { straight.add(call) }
    var late = steady(days: 12)
    late.add(calls[0])
    late.add(calls[29])
    for call in calls[1..<29].reversed() { late.add(call) }
    let a = straight.state.reading(at: start, calendar: .utc, rule: straight.rule)
    let b = late.state.reading(at: start, calendar: .utc, rule: late.rule)
    #expect(a.parts.map(\.spent) == b.parts.map(\.spent) && a.parts.count == 3)
    #expect(a.parts.allSatisfy { $0.spent > 0 })
  }

  @Test func hoursThatAreClosedDoNotReopen() {
    var run = steady(days: 12)
    run.advance(to: KeyStream.at(day: 12, hour: 10, minute: 30))
    let before = run.state
    let lastDay = before.reading(at: before.now, calendar: .utc, rule: run.rule).parts[2].spent
    // An hour and a half ago: of the ring, not of the profile. Its dearest call is not known any more.
    run.add(Call(time: KeyStream.at(day: 12, hour: 8, minute: 30), cost: dollar))
    let after = run.state.reading(at: run.state.now, calendar: .utc, rule: run.rule).parts[2].spent
    #expect(abs(after - lastDay - dollar) < dollar / 1_000)
    for cell in 0..<168 { #expect(run.state.week.usual(cell) == before.week.usual(cell)) }
    // Older than the ring: nothing.
    let bytes = run.state.encoded()
    let verdict = run.add(Call(time: KeyStream.at(day: 11, hour: 8), cost: 1_000 * dollar))
    #expect(verdict.level == .none && run.state.encoded() == bytes)
  }

  @Test func previousHourLosesItsDearestCallWhenLate() {
    var run = steady(days: 12)
    let eleven = KeyStream.at(day: 12, hour: 11)
    run.add(Call(time: eleven, cost: dollar))
    run.add(Call(time: eleven + .minute, cost: dollar))
    run.advance(to: KeyStream.at(day: 12, hour: 12, minute: 10))
    let hour = run.state.openHour - 1
    let before = run.state.day.spent(hour)
    run.add(Call(time: eleven + 30 * .minute, cost: 5 * dollar))
    #expect(abs(run.state.day.spent(hour) - before - Double(dollar)) < 1e6)
  }

  @Test func correctionsAddOnlyTheirDifference() {
    let time = KeyStream.at(day: 12, hour: 10)
    func run(_ steps: [(cost: Int64, call: Int64)]) -> SpikeReading {
      var run = steady(days: 12)
      for step in steps {
        _ = run.state.observe(
          time: time, cost: step.cost, call: step.call, calendar: .utc, rule: run.rule)
      }
      _ = run.state.observe(
        time: time + .minute, cost: dollar / 2, calendar: .utc, rule: run.rule)
      return run.state.reading(at: time + .minute, calendar: .utc, rule: run.rule)
    }
    #expect(run([(dollar, dollar)]) == run([(dollar / 4, dollar / 4), (dollar * 3 / 4, dollar)]))
    // Down again: the sums follow, the dearest call does not; never below 0.
    let fallen = run([(dollar, dollar), (-dollar, 0)])
    #expect(fallen.parts.allSatisfy { $0.spent >= 0 })
    let emptied = run([(dollar, dollar), (.min, 0)])
    #expect(emptied.parts.allSatisfy { $0.spent >= 0 && $0.ratio.isFinite })
  }

  /// Looking more often changes nothing, whatever the silences.
  @Test func ticksChangeNothing() {
    for seed in Dice.seeds {
      var dice = Dice(seed: seed)
      let rule = SpikeRule(window: dice.pick([.minute, 5 * .minute, 7 * .minute, 2 * .hour, .day]))
      var quiet = SpikeRun(rule)
      var ticked = SpikeRun(rule)
      var time = KeyStream.start
      for step in 0..<400 {
        let gap =
          dice.one(in: 25) ? dice.roll(0...400 * .hour) : dice.one(in: 3) ? dice.roll(0...3 * .hour) : .minute
        for _ in 0..<dice.roll(0...4) { ticked.advance(to: time + dice.roll(0...gap)) }
        time = time + gap
        let call = Call(time: time, cost: dice.roll(0...dollar * (dice.one(in: 9) ? 60 : 1)))
        quiet.add(call)
        ticked.add(call)
        #expect(quiet.state.encoded() == ticked.state.encoded(), "seed \(seed) step \(step)")
      }
      #expect(quiet.episodes == ticked.episodes, "seed \(seed)")
    }
  }

  /// A silence of years costs no more than one of days, and teaches two days of zeros.
  @Test func longSilences() {
    var run = steady(days: 12)
    let hours = run.state.week.hours
    run.advance(to: run.state.now + 40 * 365 * .day)
    #expect(run.state.week.hours - hours <= 49 && run.state.week.hours - hours >= 47)
    #expect(run.state.day.spentSum == 0 && run.state.day.expectedSum > 0)
    run.advance(to: .distantFuture)
    #expect(run.add(Call(time: .distantPast, cost: .max)).level == .none)
  }

  @Test func newWindowKeepsTheProfile() {
    var run = steady(days: 12)
    let week = run.state.week
    run.rule = SpikeRule(window: 10 * .minute)
    loop(&run, from: KeyStream.at(day: 12, hour: 2), minutes: 30)
    #expect(run.state.windowLength == 10 * .minute && run.state.isFiring)
    // Besides the hours that have gone by.
    let kept = (0..<168).count { run.state.week.usual($0) == week.usual($0) }
    #expect(kept >= 165)
  }

  /// No reference, no growing: its memory is its stride, whatever happens.
  @Test func sizeIsFixed() {
    #expect(_isPOD(SpikeState.self))
    #expect(MemoryLayout<SpikeState>.stride <= 960)
  }
}
