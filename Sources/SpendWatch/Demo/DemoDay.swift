package import SpendEngine

/// A made day of traffic: the same calls at the same times of UTC's day in every run, placed in the 24 hours before the run.
package struct DemoDay: Sendable {
  /// By time.
  package let calls: [DemoCall]
  package let start: EngineTime
  package let end: EngineTime

  /// What a day's window may have dropped while a run goes on: those calls are not made.
  static let margin: Milliseconds = 10 * .minute

  /// - Parameter end: when the day is over; its last call comes before.
  package init(endingAt end: EngineTime, keys: [DemoKey] = DemoKey.all) {
    let start = end + (DemoDay.margin - .day)
    let midnight = EngineTime(milliseconds: end.milliseconds - Self.timeOfDay(end))
    var calls: [DemoCall] = []
    for (number, key) in keys.enumerated() {
      for var call in DemoDay.made(key, seed: UInt64(number) + 11) {
        // Made on 1970-01-01: the last such time of day before the end.
        let today = midnight + call.time.milliseconds
        call.time = today < end ? today : today + -.day
        if call.time >= start { calls.append(call) }
      }
    }
    self.start = start
    self.end = end
    self.calls = calls.sorted { ($0.time, $0.key) < ($1.time, $1.key) }
  }

  private static func timeOfDay(_ time: EngineTime) -> Milliseconds {
    let rest = time.milliseconds % .day
    return rest < 0 ? rest + .day : rest
  }

  /// A key's whole day on 1970-01-01.
  private static func made(_ key: DemoKey, seed: UInt64) -> [DemoCall] {
    var dice = SeededDice(seed: seed)
    let total = key.rhythm.reduce(0, +)
    guard total > 0, key.calls > 0 else { return [] }
    var tasks = 4_000 + Int64(seed) * 97
    var left = 0
    return (0..<key.calls).map { index in
      // The calls are spread over the rhythm's area evenly, each a little off.
      let place = (Double(index) + Double.random(in: 0..<1, using: &dice)) / Double(key.calls)
      if left == 0 {
        tasks += 1
        left = Int.random(in: 1...(2 * key.callsPerTask - 1), using: &dice)
      }
      left -= 1
      return DemoCall(
        time: instant(at: place * Double(total), in: key.rhythm), key: key.name,
        task: "\(key.taskName)-\(tasks)", model: key.model, input: .random(in: key.input, using: &dice),
        cacheRead: .random(in: key.cacheRead, using: &dice), output: .random(in: key.output, using: &dice))
    }
  }

  /// When so much of the rhythm's area is done.
  private static func instant(at area: Double, in rhythm: [Int64]) -> EngineTime {
    var rest = area
    for (hour, weight) in rhythm.enumerated() {
      if rest < Double(weight) {
        let part = rest / Double(weight)
        return EngineTime(milliseconds: Milliseconds(hour) * .hour + Milliseconds(part * Double(Int64.hour)))
      }
      rest -= Double(weight)
    }
    return EngineTime(milliseconds: .day - 1)
  }
}

/// Random numbers that a seed repeats (SplitMix64; Steele, Lea and Flood, 2014).
struct SeededDice: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed &>> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed &>> 31)
  }
}
