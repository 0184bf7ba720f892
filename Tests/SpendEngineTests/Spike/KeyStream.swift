import Glibc
import SpendEngine
import Support

/// One made-up call.
struct Call: Equatable {
  var time: EngineTime
  /// Nano-dollars.
  var cost: Int64
}

/// Made-up kinds of keys. Their shapes are those of DETECTION's incident table; rates are modest, so that weeks pass in milliseconds.
enum KeyKind: CaseIterable {
  /// People on weekdays.
  case office
  /// A service around the clock, less at night and on weekends.
  case service
  /// A job every night.
  case nightly
  /// A job once a week.
  case weekly
  /// A few calls a day, dear ones among them.
  case sparse
  /// A service whose calls cost Pareto's way.
  case heavyTailed
  /// A coding tool: sessions of very unlike size.
  case bursty
  /// As regular as a clock.
  case clockwork
  /// An office that grows by 2 % a day.
  case growing
  /// A service with a job every night.
  case mixed
}

/// The calls of one made-up key, in the order of time.
struct KeyStream {
  var calls: [Call] = []
  /// Mean spend of the hours with spend, nano-dollars.
  private(set) var normalHour: Int64 = 0
  /// Median of the calls, nano-dollars.
  private(set) var typicalCall: Int64 = 0

  /// A Monday, 00:00 UTC.
  static let start = EngineTime(milliseconds: 1_767_571_200_000)

  private var dice: Dice
  /// What this key's calls cost more than another's.
  private let scale: Double

  init(_ kind: KeyKind, days: Int64, seed: UInt64) {
    dice = Dice(seed: seed)
    scale = exp(dice.normal() * 0.7)
    for day in 0..<days { addDay(day, kind) }
    finish()
  }

  private mutating func finish() {
    calls.sort { $0.time < $1.time }
    var hours: [Int64: Int64] = [:]
    for call in calls { hours[call.time.milliseconds / .hour, default: 0] += call.cost }
    normalHour = hours.values.reduce(0, +) / Int64(max(1, hours.count))
    typicalCall = calls.isEmpty ? 0 : calls.map(\.cost).sorted()[calls.count / 2]
  }

  private mutating func addDay(_ day: Int64, _ kind: KeyKind) {
    let isWeekend = day % 7 >= 5
    switch kind {
    case .office, .growing:
      if isWeekend { return }
      let growth = kind == .growing ? pow(1.02, Double(day)) : 1
      let mood = exp(dice.normal() * 0.25)
      for hour: Int64 in 8..<19 {
        let busy = hour == 8 || hour == 12 || hour == 18 ? 0.4 : 1
        add(day, hour, rate: 14 * busy * growth * mood, median: 0.06, spread: 0.8)
      }
    case .service:
      addService(day, isWeekend, median: 0.05, spread: 0.6)
    case .nightly:
      addJob(day, hour: 2, calls: 60, median: 0.08)
    case .weekly:
      if day % 7 == 0 { addJob(day, hour: 6, calls: 150, median: 0.1) }
    case .sparse:
      if isWeekend { return }
      for hour: Int64 in 8..<19 { add(day, hour, rate: 0.4, median: 0.3, spread: 1.2) }
    case .heavyTailed:
      for hour: Int64 in 0..<24 {
        for _ in 0..<dice.poisson(hour < 7 ? 3 : 8) {
          add(day, hour, cost: 0.02 / pow(dice.unit(), 1 / 1.3))
        }
      }
    case .bursty:
      for _ in 0..<dice.poisson(isWeekend ? 0.6 : 2.2) {
        var minute = Double(day) * 1_440 + 8 * 60 + dice.unit() * 12 * 60
        let end = minute + 15 + dice.unit() * 100
        let pace = 1.5 / exp(dice.normal() * 0.5)
        let size = exp(dice.normal() * 0.6)
        while minute < end {
          add(at: minute, cost: 0.05 * size * exp(dice.normal() * 0.7))
          minute += pace * -log(dice.unit())
        }
      }
    case .clockwork:
      for hour: Int64 in 0..<24 {
        for call: Int64 in 0..<6 { add(at: Double((day * 24 + hour) * 60 + call * 10), cost: 0.1) }
      }
    case .mixed:
      addService(day, isWeekend, median: 0.04, spread: 0.6)
      addJob(day, hour: 3, calls: 50, median: 0.1)
    }
  }

  private mutating func addService(_ day: Int64, _ isWeekend: Bool, median: Double, spread: Double) {
    for hour: Int64 in 0..<24 {
      let swing = 1 - 0.7 * cos(Double(hour - 3) * .pi / 12)
      add(day, hour, rate: 9 * swing * (isWeekend ? 0.6 : 1), median: median, spread: spread)
    }
  }

  private mutating func addJob(_ day: Int64, hour: Int64, calls: Int, median: Double) {
    let size = exp(dice.normal() * 0.25)
    for _ in 0..<Int(Double(calls) * size) {
      let minute = Double((day * 24 + hour) * 60) + dice.unit() * 45
      add(at: minute, cost: median * exp(dice.normal() * 0.5))
    }
  }

  private mutating func add(_ day: Int64, _ hour: Int64, rate: Double, median: Double, spread: Double) {
    for _ in 0..<dice.poisson(rate) {
      add(day, hour, cost: median * exp(dice.normal() * spread))
    }
  }
  private mutating func add(_ day: Int64, _ hour: Int64, cost: Double) {
    add(at: Double((day * 24 + hour) * 60) + dice.unit() * 60, cost: cost)
  }
  /// - Parameter cost: USD before `scale`.
  private mutating func add(at minute: Double, cost: Double) {
    let time = KeyStream.start + Milliseconds(minute * 60_000)
    calls.append(Call(time: time, cost: Int64(cost * scale * 1e9)))
  }
}

extension KeyStream {
  /// Calls of an incident between those that are there: `perHour` normal hours' spend an hour, in typical calls.
  mutating func addRun(from start: EngineTime, hours: Double, perHour: Double, growing: Bool = false) {
    let budget = Double(normalHour) * perHour
    // At least one call a minute: a loop is many calls.
    let cost = min(Double(typicalCall), budget / 60)
    let gap = 3_600_000 * cost / budget
    var offset = 0.0
    while offset < hours * 3_600_000 {
      let growth = growing ? 2 * offset / (hours * 3_600_000) : 1
      calls.append(Call(time: start + Milliseconds(offset), cost: Int64(cost * growth)))
      offset += gap
    }
    calls.sort { $0.time < $1.time }
  }

  /// Everything costs `times` as much in a stretch of time.
  mutating func multiply(_ times: Int64, from start: EngineTime, hours: Int64) {
    for place in calls.indices where calls[place].time >= start && calls[place].time < start + hours * .hour {
      calls[place].cost *= times
    }
  }

  /// Everything costs `times` as much: a key that matters.
  mutating func scale(_ times: Int64) {
    for place in calls.indices { calls[place].cost *= times }
    normalHour *= times
    typicalCall *= times
  }

  mutating func remove(from start: EngineTime, hours: Int64) {
    calls.removeAll { $0.time >= start && $0.time < start + hours * .hour }
  }
}
