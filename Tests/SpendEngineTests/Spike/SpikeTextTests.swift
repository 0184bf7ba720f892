import Support
import Testing

@testable import SpendEngine

private let dollar = NanoUSD.dollar.rawValue

@Suite struct SpikeTextTests {
  private func part(_ horizon: SpikeHorizon, _ span: Milliseconds, _ money: (Int64, Int64), _ rest: [Double])
    -> SpikeReading.Part
  {
    SpikeReading.Part(
      horizon: horizon, span: span, spent: money.0 * dollar / 100, expected: money.1 * dollar / 100,
      ratio: rest[0], usualTop: rest[1], enough: rest[2], score: rest[3])
  }

  private func reading(_ quiet: SpikeReading.Quiet?) -> SpikeReading {
    SpikeReading(
      parts: [
        part(.window, 5 * .minute, (310, 21), [9.14, 4.0, 5, 1.9]),
        part(.hour, .hour, (2_240, 250), [8.6, 2.2, 3.9, 2.7]),
        part(.day, .day, (4_010, 3_100), [1.3, 1.6, 1.9, 0]),
      ], level: quiet == nil ? .alert : .none, score: 4.6, bar: 4, haltBar: 5, minimum: 2 * dollar,
      age: 12 * .day + 12 * .hour, quiet: quiet)
  }

  private static let numbers =
    "score 4.6 of 4.0 (halt at 5.0): 5m 3.10 against 0.21 (9.1x, usual top 4.0x, +1.9); 1h 22.40 against 2.50 (8.6x, usual top 2.2x, +2.7); 24h 40.10 against 31.00 (1.3x, usual top 1.6x, 0); floor 2.00; 12.5 days old; learning"

  @Test func firing() throws {
    var firing = reading(nil)
    #expect(firing.text == Self.numbers)
    firing.frozenSince = EngineTime(rfc3339: "2026-11-24T10:00:00Z")
    firing.age = 5 * .day
    #expect(
      firing.text
        == Self.numbers.replacing("halt at 5.0", with: "no halt before 8 days").replacing("12.5", with: "5.0")
        + " frozen since 2026-11-24T10:00:00.000Z")
  }

  @Test(
    arguments: [
      (.age(90 * .minute), "quiet, as nothing is said in the first 24 hours (1.5 hours left)"),
      (.age(0), "quiet, as fewer than 24 hours are learnt"),
      (.unknown, "quiet, as fewer than 20 active stretches are learnt"),
      (.floor(120 * dollar / 100), "quiet, as no more than 1.20 above the expected, of 2.00"),
      (.floor(-5), "quiet, as nothing is above the expected"),
      (.factor(.hour), "quiet, as the ratio of 1h is 8.6x of 3.9x"),
      (.score(1.96), "quiet, as the score is 1.9 short"), (.score(0.01), "quiet, as the score is 0.1 short"),
    ] as [(SpikeReading.Quiet, String)])
  func quiet(_ quiet: SpikeReading.Quiet, _ reason: String) {
    #expect(reading(quiet).text == reason + ": " + Self.numbers)
  }

  /// A key's life: each test that fails is named in its turn, and the numbers add up.
  @Test func namesTheTestThatFails() throws {
    let calls = KeyStream(.service, days: 12, seed: 3).calls
    var run = SpikeRun(first: calls[0].time)
    var reasons: Set<String> = []
    for call in calls {
      run.add(call)
      let reading = run.state.reading(at: call.time, calendar: .utc, rule: run.rule)
      switch reading.quiet {
      case .age: reasons.insert("age")
      case .floor: reasons.insert("floor")
      default: break
      }
    }
    #expect(reasons == ["age", "floor"])
    let start = KeyStream.at(day: 12, hour: 13)
    var last: SpikeReading?
    for minute: Int64 in 0..<90 {
      let verdict = run.add(Call(time: start + minute * .minute, cost: dollar / 4))
      let reading = run.state.reading(at: run.state.now, calendar: .utc, rule: run.rule)
      #expect(reading.level == verdict.level)
      #expect(abs(reading.score - reading.parts.reduce(0) { $0 + $1.score }) < 1e-9)
      if verdict.score > 0 { #expect(abs(reading.score - verdict.score) < 1e-9) }
      #expect((reading.quiet == nil) == (reading.score >= reading.bar && verdict.level != .none))
      if case .score(let lack) = reading.quiet {
        #expect(lack > 0)
        reasons.insert("score")
      }
      last = reading
    }
    #expect(reasons == ["age", "floor", "score"])
    // The same spend is no spike to a rule that asks for a thousand times the usual.
    let strict = run.state.reading(
      at: run.state.now, calendar: .utc, rule: SpikeRule(factor: 1_000_000_000_000))
    guard case .factor(let nearest) = strict.quiet else {
      Issue.record("\(strict.text)")
      return
    }
    #expect(strict.parts.allSatisfy { $0.horizon != nearest || $0.ratio < $0.enough } && strict.score > 4)
    let reading = try #require(last)
    #expect(reading.quiet == nil && reading.firesSince != nil && reading.frozenSince == reading.firesSince)
    #expect(reading.parts.map(\.span) == [5 * .minute, .hour, .day])
    #expect(reading.text.hasPrefix("score ") && reading.text.contains("learning frozen since 2026-"))
  }

  /// Horizons near the window, or inside it, are not judged.
  @Test(
    arguments: [
      (5 * Milliseconds.minute, [.window, .hour, .day]), (30 * .minute, [.window, .day]),
      (11 * .hour, [.window, .day]), (12 * .hour, [.window]),
    ] as [(Milliseconds, [SpikeHorizon])])
  func horizons(window: Milliseconds, judged: [SpikeHorizon]) {
    let calls = KeyStream(.service, days: 6, seed: 3).calls
    let run = SpikeRun(calls, SpikeRule(window: window))
    let reading = run.state.reading(at: run.state.now, calendar: .utc, rule: run.rule)
    #expect(reading.parts.map(\.horizon) == judged)
    // A longer window is expected to cost what its hours do.
    #expect(reading.parts[0].expected > 0)
  }
}
