import Glibc
internal import SpendEngine

/// What goes wrong with a key. Each is of the stated size: at least 3 normal hours' spend and 5 USD above the usual within two hours; a normal
/// hour is the mean of the hours with spend. The drift alone is slower.
package enum MadeIncident: String, CaseIterable, Sendable {
  /// One task repeats near-identical calls, some of which fail.
  case retryLoop = "retry_loop"
  /// One task whose input grows call by call.
  case growingContext = "growing_context"
  /// Somebody else's calls under the key, half a day long.
  case leakedKey = "leaked_key"
  /// A job that does not stop, from a Saturday on.
  case weekendRunaway = "weekend_runaway"
  /// The same calls at ten times the price, for two days.
  case mispricedModel = "mispriced_model"
  /// Each call is made ten times, for six hours.
  case deployBug = "deploy_bug"
  /// 15 % more every day.
  case slowDrift = "slow_drift"

  /// Makes it happen to a key's calls.
  /// - Returns: from when to when.
  func strike(_ calls: inout [MadeCall], _ dice: inout Dice) -> ClosedRange<EngineTime> {
    let day = IncidentSet.start + dice.roll(15...25) * .day
    let normal = MadeIncident.normalHour(calls)
    // An hour's spend, as the stated size asks for at the least.
    let least = max(2.5e9, 1.5 * Double(normal))
    switch self {
    case .retryLoop:
      let from = day + dice.roll(0...1_439) * .minute
      let size = max(least, Double(normal) * exp(log(4) + dice.unit() * log(10)))
      return run(from, hours: 2, perHour: size, into: &calls) { _ in
        var call = MadeCall(time: from, task: "retry", input: 21_000 + dice.roll(0...60), output: 310)
        call.isError = dice.one(in: 4)
        return call
      }
    case .growingContext:
      let from = day + dice.roll(0...1_439) * .minute
      let size = max(least, Double(normal) * exp(log(4) + dice.unit() * log(6)))
      return run(from, hours: 2, perHour: size, into: &calls) { share in
        MadeCall(
          time: from, task: "agent", input: 8_000 + Int64(160_000 * share), output: dice.roll(200...800))
      }
    case .leakedKey:
      let from = day + dice.roll(0...1_439) * .minute
      return run(from, hours: 12, perHour: max(least, Double(normal) * 6), into: &calls) { _ in
        MadeCall(time: from, task: "", input: dice.roll(500...30_000), output: dice.roll(100...4_000))
      }
    case .weekendRunaway:
      let from = IncidentSet.start + 19 * .day + dice.roll(0...1_200) * .minute
      return run(from, hours: 10, perHour: max(least, Double(normal) * 2), into: &calls) { _ in
        MadeCall(time: from, task: "crawl", input: dice.roll(4_000...12_000), output: dice.roll(200...800))
      }
    case .mispricedModel:
      return change(&calls, from: day + 9 * .hour, hours: 48, least: 3 * least)
    case .deployBug:
      return change(&calls, from: day + 9 * .hour, hours: 6, least: 3 * least)
    case .slowDrift:
      let from = day
      for place in calls.indices where calls[place].time >= from {
        let days = Double(calls[place].time - from) / Double(Milliseconds.day)
        let growth = pow(1.15, min(days, 12))
        calls[place].input = Int64(Double(calls[place].input) * growth)
        calls[place].output = Int64(Double(calls[place].output) * growth)
      }
      return from...from + 12 * .day
    }
  }

  static func normalHour(_ calls: [MadeCall]) -> Int64 {
    var hours: [Int64: Int64] = [:]
    for call in calls { hours[call.time.milliseconds / .hour, default: 0] += call.cost }
    return hours.values.reduce(0, +) / Int64(max(1, hours.count))
  }

  /// Calls between those that are there.
  /// - Parameter make: one of them, at a share of the time; its own time does not matter.
  private func run(
    _ from: EngineTime, hours: Double, perHour: Double, into calls: inout [MadeCall],
    make: (Double) -> MadeCall
  ) -> ClosedRange<EngineTime> {
    let span = hours * 3_600_000
    var offset = 0.0
    var last = from
    while offset < span {
      var call = make(offset / span)
      call.time = from + Milliseconds(offset)
      last = call.time
      calls.append(call)
      // At the pace of the money: a loop is many calls, of whatever price.
      offset += max(500, Double(call.cost) / perHour * 3_600_000)
    }
    calls.sort { $0.time < $1.time }
    return from...last
  }

  /// Changes the calls that are there, from the first stretch of two hours on that is as large as was stated then; of seldom calls from the
  /// largest of the week, and by more.
  private func change(
    _ calls: inout [MadeCall], from earliest: EngineTime, hours: Int64, least: Double
  ) -> ClosedRange<EngineTime> {
    var (from, most) = (earliest, 0.0)
    for step in 0..<Int64(84) {
      let start = earliest + step * 2 * .hour
      let cost = calls.filter { $0.time >= start && $0.time < start + 2 * .hour }.reduce(0) { $0 + $1.cost }
      if Double(cost) > most { (from, most) = (start, Double(cost)) }
      if most * 9 >= least { break }
    }
    let times = max(10, 1 + Int64((least / max(most, 1)).rounded(.up)))
    let end = from + hours * .hour
    var more: [MadeCall] = []
    for place in calls.indices where calls[place].time >= from && calls[place].time < end {
      if self == .deployBug {
        for copy in 1..<times {
          var call = calls[place]
          call.time = call.time + copy * 1_000
          more.append(call)
        }
      } else {
        calls[place].times = times
      }
    }
    calls = (calls + more).sorted { $0.time < $1.time }
    return from...end
  }
}
