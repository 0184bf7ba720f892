// Time passes: stretches, hours and alerts end, in the order of time, so that it does not matter when somebody looks.
extension SpikeState {
  /// Closes what ends up to `time`. Nothing happens where it is not ahead of `now`; two steps come to the same as one.
  /// - Returns: when the alert that fired had ended; nil where none has.
  @discardableResult
  package mutating func advance(to time: EngineTime, calendar: HourCalendar, rule: SpikeRule) -> EngineTime? {
    if windowLength != rule.window { fit(rule) }
    let time = time.inCalendar
    guard time > now else { return nil }
    var ended: EngineTime?
    while true {
      let bucketEnd = EngineTime(milliseconds: (bucket + 1) * rule.window)
      let hourEnd = calendar.start(ofHour: openHour + 1)
      let alertEnd = alertEnds ?? .distantFuture
      let next = min(bucketEnd, hourEnd, alertEnd)
      guard next <= time else { break }
      // In this order: what is learnt of an hour is clipped by what its last stretch taught, and an alert that ends with an hour does not
      // fire at its end.
      if bucketEnd == next {
        closeBucket(next: time.milliseconds.dividedDown(by: rule.window))
      } else if alertEnd == next {
        endAlert()
        ended = alertEnd
      } else {
        closeHour(at: hourEnd, calendar, rule)
        skipSilence(to: time, calendar)
      }
    }
    windowSum.advance(to: time.milliseconds, part: rule.windowPart)
    hourSum.advance(to: time.milliseconds, part: SpikeState.hourPart)
    now = time
    return ended
  }

  /// Ends the firing alert now, whatever the clock says: what it froze takes its expected value.
  package mutating func endAlert() {
    guard isFiring else { return }
    day.forgetIncident()
    alertSince = .distantPast
    alertMet = .distantPast
    isAccepted = false
  }
}

extension SpikeState {
  /// - Parameter next: the stretch that is open next. Those between had no event and teach nothing.
  private mutating func closeBucket(next: Int64) {
    if largest[0] > 0 {
      for horizon in SpikeHorizon.allCases {
        let place = horizon.rawValue
        tails[place].learn(Logarithm.natural(Double(largest[place])), horizon)
      }
      largest = InlineArray(repeating: 0)
    }
    lastBucketDearest = next == bucket + 1 ? bucketDearest : 0
    bucketDearest = 0
    bucket = next
  }

  private mutating func closeHour(at end: EngineTime, _ calendar: HourCalendar, _ rule: SpikeRule) {
    let isFrozen = isFrozen(at: end)
    let spent = Double(max(0, openSpent - hourDearest))
    day.close(openHour, spent: spent, expected: openExpected, isFrozen: isFrozen)
    if !isFrozen, end - lastSeen <= SpikeState.taughtSilence {
      var learnt = spent
      if end - first >= SpikeState.infancy { learnt = min(learnt, clip(rule)) }
      week.learn(
        learnt, calendar.cell(ofHour: openHour), cellRate: rule.cellRate, levelRate: rule.levelRate)
    }
    lastHourDearest = hourDearest
    hourDearest = 0
    openSpent = 0
    open(openHour + 1, calendar)
  }

  private mutating func open(_ hour: Int64, _ calendar: HourCalendar) {
    openHour = hour
    openExpected = Float(week.expected(calendar.cell(ofHour: hour)))
  }

  /// The most that an hour teaches, in nano-dollars.
  private func clip(_ rule: SpikeRule) -> Double {
    let tail = tails[SpikeHorizon.hour.rawValue]
    let ratio = max(Double(tail.top) + 5 * tail.scale, 0.85 * rule.logFactor)
    return (Double(openExpected) + rule.cushion) * Logarithm.exp(min(ratio, 100))
  }

  /// Hours of which nothing is learnt only pass through the ring, which holds 24: of a longer silence the last day is enough.
  private mutating func skipSilence(to time: EngineTime, _ calendar: HourCalendar) {
    let target = calendar.hour(of: time) - 25
    let end = calendar.start(ofHour: openHour + 1)
    guard target > openHour, !isFiring, end - lastSeen > SpikeState.taughtSilence else { return }
    open(target, calendar)
  }

  /// The rule's window was changed: its sum and its tail begin anew, the rest is kept.
  private mutating func fit(_ rule: SpikeRule) {
    windowLength = rule.window
    windowSum = SlidingSum(at: now.milliseconds, part: rule.windowPart)
    bucket = now.milliseconds.dividedDown(by: rule.window)
    bucketDearest = 0
    lastBucketDearest = 0
    largest = InlineArray(repeating: 0)
    tails[SpikeHorizon.window.rawValue] = TailCalibrator(.window)
  }
}
