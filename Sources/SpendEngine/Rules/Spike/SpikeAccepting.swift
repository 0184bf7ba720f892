extension SpikeState {
  /// The most that an `accept` raises what is expected by: what ran away a hundredfold is nobody's new normal.
  static let mostRaised = 100.0

  /// An operator's `accept` at `time`: what is spent now is the new normal. Every hour of the week is expected to cost as much more as this
  /// one did, learning goes on, and the alert ends. Hours that are not as dear are learnt down again.
  /// - Returns: how many times the expected spend was accepted; nil where no alert fires.
  package mutating func accept(at time: EngineTime, calendar: HourCalendar, rule: SpikeRule) -> Double? {
    advance(to: time, calendar: calendar, rule: rule)
    guard isFiring else { return nil }
    let comparisons = comparisons(calendar, rule)
    // The last hour, or the window where the step is younger than that.
    let ratio = max(comparisons[0].ratio, comparisons[1].ratio)
    let raised = min(max(ratio, 1), SpikeState.mostRaised)
    week.raise(by: raised)
    openExpected = min(Float(Double(openExpected) * raised), SpikeState.amounts.upperBound)
    day.acceptIncident()
    alertSince = .distantPast
    alertMet = .distantPast
    return raised
  }
}
