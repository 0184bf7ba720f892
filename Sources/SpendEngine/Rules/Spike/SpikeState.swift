/// What a spike rule knows of one subject. Its size is fixed, whatever happens; what is kept is what is stored (`encoded`).
///
/// Times are event times, each taken as within `EngineTime.calendar`. Its own clock, `now`, is the latest event or tick and never goes back.
package struct SpikeState: Sendable {
  // Of the rule it was last used with; a new window begins its sums and its tail anew.
  var windowLength: Milliseconds

  /// The first event: its age counts from here.
  package internal(set) var first: EngineTime
  package internal(set) var now: EngineTime
  /// The latest event. What is learnt of silence is learnt within two days of it.
  package internal(set) var lastSeen: EngineTime
  /// The first event that met the condition, and the last; `.distantPast` while no alert fires.
  var alertSince = EngineTime.distantPast
  var alertMet = EngineTime.distantPast
  /// A person has said that this is the new normal: the alert stops no learning.
  package internal(set) var isAccepted = false

  var windowSum: SlidingSum
  var hourSum: SlidingSum
  /// The number of the open stretch as long as the window, and of the open clock hour.
  var bucket: Int64
  var openHour: Int64
  /// The dearest call of the open stretch and of the one before; of the open hour and of the one before. In nano-dollars.
  var bucketDearest: Int64 = 0
  var lastBucketDearest: Int64 = 0
  var hourDearest: Int64 = 0
  var lastHourDearest: Int64 = 0
  /// Of the open hour, with its dearest call; 0...`SlidingSum.largest`.
  var openSpent: Int64 = 0
  /// E: what the open hour should cost, in nano-dollars; set when it opens.
  var openExpected: Float = 0

  /// The largest ratio of the open stretch at each horizon; 0 while it has had no event that may be learnt.
  var largest: InlineArray<3, Float> = InlineArray(repeating: 0)
  var tails: InlineArray<3, TailCalibrator> = [
    TailCalibrator(.window), TailCalibrator(.hour), TailCalibrator(.day),
  ]
  var week = WeekProfile()
  var day = DayRing()

  /// Of a subject whose first event is at `time`; `observe` it next.
  package init(first time: EngineTime, calendar: HourCalendar, rule: SpikeRule) {
    let time = time.inCalendar
    first = time
    now = time
    lastSeen = time
    windowLength = rule.window
    windowSum = SlidingSum(at: time.milliseconds, part: rule.windowPart)
    hourSum = SlidingSum(at: time.milliseconds, part: SpikeState.hourPart)
    bucket = time.milliseconds.dividedDown(by: rule.window)
    openHour = calendar.hour(of: time)
  }

  static let hourPart = SlidingSum.part(of: .hour)
  /// An alert ends so long after the last event that met it.
  package static let alertTail: Milliseconds = 30 * .minute
  /// An alert stops learning for so long; then a launch becomes normal.
  static let longestFreeze: Milliseconds = 3 * .day
  /// Longer silence teaches nothing: a holiday does not make the first day back an alert.
  static let taughtSilence: Milliseconds = 48 * .hour
  /// No alert before the subject is so old, nor before as many hours are learnt.
  package static let infancy: Milliseconds = .day
  static let leastHours: UInt32 = 24
  /// Until then no 24-hour part, and wider tails.
  package static let youth: Milliseconds = 4 * .day
  /// Active stretches that a horizon needs in its youth.
  static let leastSeen: UInt32 = 20
  /// No halt before: every weekday was seen.
  package static let haltAge: Milliseconds = 8 * .day

  package var age: Milliseconds { now - first }

  package var isFiring: Bool { alertSince != .distantPast }
  /// When the firing alert began.
  package var firesSince: EngineTime? { isFiring ? alertSince : nil }
  /// When the firing alert ends if no further event meets it.
  package var alertEnds: EngineTime? { isFiring ? alertMet + SpikeState.alertTail : nil }

  /// Whether an alert stops learning at `time`: an anomaly must not become the baseline.
  func isFrozen(at time: EngineTime) -> Bool {
    isFiring && !isAccepted && time - alertSince < SpikeState.longestFreeze
  }
  /// Since when nothing is learnt; nil while learning.
  package var frozenSince: EngineTime? { isFrozen(at: now) ? alertSince : nil }

  /// Folds one call, or the correction of one, and judges. What is learnt of it is learnt later, when its hour and its stretch close.
  /// - Parameters:
  ///   - time: the event's; one that is late counts in the sums it belongs to, if they still hold it.
  ///   - cost: nano-dollars; of a request seen again the difference, which may be negative.
  ///   - call: the whole cost of the call, where `cost` is a difference.
  package mutating func observe(
    time: EngineTime, cost: Int64, call: Int64? = nil, calendar: HourCalendar, rule: SpikeRule
  ) -> SpikeVerdict {
    let time = time.inCalendar
    let ended = advance(to: time, calendar: calendar, rule: rule)
    guard fold(cost, of: call ?? cost, at: time, calendar, rule) else {
      return SpikeVerdict(level: .none, score: 0, ended: ended)
    }
    if lastSeen < time { lastSeen = time }
    let comparisons = comparisons(calendar, rule)
    let (level, score) = judge(comparisons, rule)
    if level != .none {
      if !isFiring { alertSince = now }
      alertMet = now
    }
    if isFrozen(at: now) {
      // Also what came before in the same stretch: it may have been the spike's beginning.
      largest = InlineArray(repeating: 0)
    } else {
      for place in 0..<3 { largest[place] = max(largest[place], Float(comparisons[place].ratio)) }
    }
    return SpikeVerdict(level: level, score: score, ended: ended)
  }

  /// - Returns: false where no sum holds `time` any more.
  private mutating func fold(
    _ cost: Int64, of call: Int64, at time: EngineTime, _ calendar: HourCalendar, _ rule: SpikeRule
  ) -> Bool {
    let instant = time.milliseconds
    if time >= now {
      _ = windowSum.add(cost, at: instant, part: rule.windowPart)
      _ = hourSum.add(cost, at: instant, part: SpikeState.hourPart)
      openSpent = min(max(openSpent.addingSaturating(cost), 0), SlidingSum.largest)
      bucketDearest = max(bucketDearest, call)
      hourDearest = max(hourDearest, call)
      return true
    }
    let hour = calendar.hour(of: time)
    guard hour >= openHour - 24 else { return false }
    _ = windowSum.add(cost, at: instant, part: rule.windowPart)
    _ = hourSum.add(cost, at: instant, part: SpikeState.hourPart)
    switch instant.dividedDown(by: rule.window) {
    case bucket: bucketDearest = max(bucketDearest, call)
    case bucket - 1: lastBucketDearest = max(lastBucketDearest, call)
    default: break
    }
    if hour >= openHour {
      openSpent = min(max(openSpent.addingSaturating(cost), 0), SlidingSum.largest)
      hourDearest = max(hourDearest, call)
    } else if hour == openHour - 1 {
      let dearest = max(lastHourDearest, call)
      // The hour counts without its dearest call, which may be another now.
      day.add(Double(cost) - Double(dearest - lastHourDearest), to: hour)
      lastHourDearest = dearest
    } else {
      day.add(Double(cost), to: hour)
    }
    return true
  }

  /// An operator's `accept`: what fires now is the new normal. It is learnt from here on, clipped as always; the alert goes on until it ends.
  package mutating func accept() {
    guard isFiring else { return }
    isAccepted = true
    day.keepIncident()
  }
}

/// What one event led to.
package struct SpikeVerdict: Sendable, Hashable {
  package var level: SpikeLevel
  /// What was compared with the bar; 0 where the money floor already failed.
  package var score: Double
  /// When the alert that fired before the event had ended, if it had by then.
  package var ended: EngineTime?
}

/// What a spike asks for.
package enum SpikeLevel: Int, Comparable, CaseIterable, Sendable, Hashable {
  case none = 0
  case alert = 1
  case halt = 2
  package static func < (a: SpikeLevel, b: SpikeLevel) -> Bool { a.rawValue < b.rawValue }
}
