import Support
import Testing

@testable import SpendEngine

@Suite struct SpikeCodingTests {
  /// Saved anywhere and gone on from, bit for bit.
  @Test(arguments: KeyKind.allCases) func goesOnFromWhatIsStored(_ kind: KeyKind) throws {
    var stream = KeyStream(kind, days: 16, seed: 11)
    stream.addRun(from: KeyStream.at(day: 13, hour: 10), hours: 2, perHour: 30)
    var dice = Dice(seed: 7)
    var straight = SpikeRun(first: stream.calls[0].time)
    var saved = straight
    for (index, call) in stream.calls.enumerated() {
      straight.add(call)
      saved.add(call)
      guard dice.one(in: 60) || saved.state.isFiring && dice.one(in: 4) else { continue }
      let bytes = saved.state.encoded()
      #expect(bytes == straight.state.encoded(), "call \(index)")
      #expect(bytes.count < 800)
      saved.state = try #require(SpikeState(bytes), "call \(index)")
    }
    let isSame = straight.levels == saved.levels && straight.state.encoded() == saved.state.encoded()
    #expect(isSame && !straight.episodes.isEmpty)
  }

  @Test func shortOrLongBytesAreRefused() {
    let run = SpikeRun(KeyStream(.service, days: 3, seed: 1).calls)
    let bytes = run.state.encoded()
    #expect(SpikeState(bytes) != nil)
    for count in 0..<bytes.count { #expect(SpikeState(Array(bytes[..<count])) == nil, "\(count)") }
    #expect(SpikeState(bytes + [0]) == nil)
    #expect(SpikeState([2] + bytes.dropFirst()) == nil)
  }

  /// Damage is refused, or leaves a state that goes on without a fault.
  @Test func damagedBytes() {
    let stream = KeyStream(.service, days: 5, seed: 1)
    var run = SpikeRun(stream.calls)
    for minute: Int64 in 0..<20 {
      run.add(Call(time: KeyStream.at(day: 5, hour: 1, minute: minute), cost: 2_000_000_000))
    }
    #expect(run.state.isFiring)
    let bytes = run.state.encoded()
    var refused = 0
    for seed in Dice.seeds {
      var dice = Dice(seed: seed)
      for _ in 0..<500 {
        var damaged = bytes
        for _ in 0..<dice.roll(1...3) {
          damaged[Int(dice.roll(0...Int64(bytes.count - 1)))] = UInt8(dice.roll(0...255))
        }
        guard let state = SpikeState(damaged) else {
          refused += 1
          continue
        }
        run.state = state
        for hours: Int64 in [0, 1, 30, 400] {
          run.add(Call(time: state.now + hours * .hour, cost: 5_000_000_000))
          let reading = run.state.reading(at: run.state.now, calendar: .utc, rule: run.rule)
          #expect(reading.score.isFinite && reading.parts.allSatisfy { $0.ratio.isFinite }, "seed \(seed)")
        }
        #expect(SpikeState(run.state.encoded()) != nil, "seed \(seed)")
      }
    }
    #expect(refused > 200)
  }
}
