import Glibc
internal import SpendEngine

/// What a key does when all is well.
package enum MadeTraffic: String, CaseIterable, Sendable {
  /// People on weekdays.
  case office
  /// Around the clock, less at night and on weekends.
  case service
  /// A job every night.
  case batch
  /// A few calls a day.
  case sparse
  /// An office that grows by 2 % a day.
  case growing
  /// A coding tool: sessions of very unlike size, whose context grows.
  case coding

  /// The calls of some days, in the order of time.
  func calls(days: Int64, _ dice: inout Dice) -> [MadeCall] {
    // From keys of some dollars a day to those of hundreds.
    let scale = 3 * exp(dice.normal() * 0.8)
    var calls: [MadeCall] = []
    for day in 0..<days { add(day, scale, &dice, to: &calls) }
    return calls.sorted { $0.time < $1.time }
  }

  private func add(_ day: Int64, _ scale: Double, _ dice: inout Dice, to calls: inout [MadeCall]) {
    let isWeekend = day % 7 >= 5
    func hour(_ hour: Int64, rate: Double) {
      for _ in 0..<dice.poisson(rate) {
        let minute = Double((day * 24 + hour) * 60) + dice.unit() * 60
        calls.append(
          MadeCall.normal(
            at: minute, task: "t\(day)-\(hour)-\(dice.roll(0...3))", input: 8_000 * scale, &dice))
      }
    }
    switch self {
    case .office, .growing:
      if isWeekend { return }
      let mood = exp(dice.normal() * 0.25) * (self == .growing ? pow(1.02, Double(day)) : 1)
      for at: Int64 in 8..<19 { hour(at, rate: (at == 8 || at == 12 || at == 18 ? 5 : 14) * mood) }
    case .service:
      for at: Int64 in 0..<24 {
        hour(at, rate: 9 * (1 - 0.7 * cos(Double(at - 3) * .pi / 12)) * (isWeekend ? 0.6 : 1))
      }
    case .batch:
      let size = exp(dice.normal() * 0.25)
      for _ in 0..<Int(90 * size) {
        let minute = Double((day * 24 + 2) * 60) + dice.unit() * 45
        calls.append(MadeCall.normal(at: minute, task: "night-\(day)", input: 12_000 * scale, &dice))
      }
    case .sparse:
      if isWeekend { return }
      for at: Int64 in 8..<19 { hour(at, rate: 0.5) }
    case .coding:
      for session in 0..<dice.poisson(isWeekend ? 0.6 : 2.2) {
        var minute = Double(day) * 1_440 + 8 * 60 + dice.unit() * 12 * 60
        let end = minute + 15 + dice.unit() * 100
        var context = 6_000 * scale
        while minute < end {
          calls.append(
            MadeCall.normal(at: minute, task: "s\(day)-\(session)", input: context, spread: 0.1, &dice))
          // What tools print stays in the context until it is pressed.
          context = context > 60_000 * scale ? 8_000 * scale : context * (1 + dice.unit() * 0.12)
          minute += 1.5 * -log(dice.unit())
        }
      }
    }
  }
}

extension MadeCall {
  fileprivate static func normal(
    at minute: Double, task: String, input: Double, spread: Double = 0.7, _ dice: inout Dice
  ) -> MadeCall {
    MadeCall(
      time: IncidentSet.start + Milliseconds(minute * 60_000), task: task,
      input: Int64(input * exp(dice.normal() * spread)),
      output: Int64(max(1, input / 20 * exp(dice.normal() * 0.8))))
  }
}
