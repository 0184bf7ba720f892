import Testing

@testable import SpendEngine

/// A spike rule over the calls of one subject.
struct SpikeRun {
  struct Episode: Equatable {
    var from: EngineTime
    /// When it was first bad enough to halt.
    var haltedAt: EngineTime?
    var end: EngineTime?
  }

  var state: SpikeState
  var rule: SpikeRule
  var calendar: HourCalendar
  private(set) var episodes: [Episode] = []
  private(set) var levels: [SpikeLevel] = []

  init(_ rule: SpikeRule = SpikeRule(), calendar: HourCalendar = .utc, first: EngineTime = KeyStream.start) {
    self.rule = rule
    self.calendar = calendar
    state = SpikeState(first: first, calendar: calendar, rule: rule)
  }

  init(_ calls: [Call], _ rule: SpikeRule = SpikeRule(), calendar: HourCalendar = .utc) {
    self.init(rule, calendar: calendar, first: calls.first?.time ?? KeyStream.start)
    for call in calls { add(call) }
  }

  @discardableResult
  mutating func add(_ call: Call) -> SpikeVerdict {
    let verdict = state.observe(time: call.time, cost: call.cost, calendar: calendar, rule: rule)
    levels.append(verdict.level)
    if let ended = verdict.ended, !episodes.isEmpty { episodes[episodes.count - 1].end = ended }
    if verdict.level != .none, let since = state.firesSince {
      if episodes.last?.from != since { episodes.append(Episode(from: since)) }
      if verdict.level == .halt, episodes[episodes.count - 1].haltedAt == nil {
        episodes[episodes.count - 1].haltedAt = call.time
      }
    }
    return verdict
  }

  /// Tick, as an engine's clock would.
  mutating func advance(to time: EngineTime) {
    if let ended = state.advance(to: time, calendar: calendar, rule: rule), !episodes.isEmpty {
      episodes[episodes.count - 1].end = ended
    }
  }

  func alerts(from: EngineTime, hours: Int64) -> Int {
    episodes.count { $0.from >= from && $0.from < from + hours * .hour }
  }
  func halts(from: EngineTime, hours: Int64) -> Int {
    episodes.compactMap(\.haltedAt).count { $0 >= from && $0 < from + hours * .hour }
  }
}

extension KeyStream {
  static func at(day: Int64, hour: Int64, minute: Int64 = 0) -> EngineTime {
    start + (day * .day + hour * .hour + minute * .minute)
  }
}
