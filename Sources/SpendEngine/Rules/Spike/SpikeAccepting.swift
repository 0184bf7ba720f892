/// What a spike rule expects of a subject in an hour before an `accept` and after it, in nano-dollars.
package struct SpikeStep: Sendable, Hashable {
  package var before: Int64
  package var after: Int64
  package init(before: Int64, after: Int64) {
    self.before = before
    self.after = after
  }
}

extension SpikeState {
  /// The most that an hour is multiplied by; what is missing then is added. Of pennies no multiple says what is to be expected.
  private static let mostTimes = 100.0

  /// An operator's `accept` at `time`: what was spent in the last hour is the new normal. Every hour of the week is expected to cost as much
  /// more as this one did, learning goes on, and the alert ends. Hours that are not as dear are learnt down again.
  /// - Returns: nil where no alert fires.
  package mutating func accept(at time: EngineTime, calendar: HourCalendar, rule: SpikeRule) -> SpikeStep? {
    advance(to: time, calendar: calendar, rule: rule)
    guard isFiring else { return nil }
    let comparisons = comparisons(calendar, rule)
    let hour = comparisons[SpikeHorizon.hour.rawValue]
    let times = min(max(hour.ratio, 1), SpikeState.mostTimes)
    let added = max(0, hour.spent - hour.expected * times)
    week.raise(by: times, adding: added)
    // A step that is younger than an hour goes on for the rest of this one.
    let window = comparisons[SpikeHorizon.window.rawValue].spent / rule.windowHours
    openExpected = min(
      Float(max(Double(openExpected) * times + added, window)), SpikeState.amounts.upperBound)
    day.acceptIncident()
    alertSince = .distantPast
    alertMet = .distantPast
    return SpikeStep(
      before: Int64(min(hour.expected, 9e18)), after: Int64(min(hour.expected * times + added, 9e18)))
  }
}
