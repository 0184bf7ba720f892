package import SpendEngine

/// One breach of one rule in old logs: when, by whom, and what was spent after it.
package struct BacktestTrip: Sendable, Hashable {
  package var rule: String
  package var subject: Subject
  /// Whose spend it was: the subject's key, or that of the call that moved it; nil where neither names one.
  package var key: String?
  package var metric: Metric
  /// Of the first decision, in the metric's unit.
  package var value: Int64
  package var limit: Int64
  /// When it was told, or halted if that came first.
  package var at: EngineTime
  /// Whom it would have halted, and when; nil where it only tells.
  package var target: Subject?
  package var haltedAt: EngineTime?
  /// When the halt would have ended; nil where the logs end before.
  package var haltEndedAt: EngineTime?
  /// When the alert was over; nil where the logs end before.
  package var resolvedAt: EngineTime?
  /// The log and the offset of the record that moved it.
  package var log: String?
  package var offset: Int64
  /// Spent by the subject from the trip to the end of the alert.
  package var after = NanoUSD.zero
  /// Spent by whom it halts after the halt: until the reaction time is over, and from then to the halt's end.
  package var inReaction = NanoUSD.zero
  package var saved = NanoUSD.zero
  /// Of a halted task: all that it had spent when it was halted, and after that to the end of the logs.
  package var taskBefore = NanoUSD.zero
  package var taskAfter = NanoUSD.zero

  /// What it was above the limit when it was halted, and what went through until the halt worked.
  package var pastLimit: NanoUSD {
    guard haltedAt != nil else { return .zero }
    let above = metric == .spend ? max(0, value.subtractingSaturating(limit)) : 0
    return NanoUSD(rawValue: above) + inReaction
  }

  /// A task that spent less than a tenth more: it was about to end by itself, and would have been halted for nothing.
  package var haltsHealthyTask: Bool {
    guard haltedAt != nil, target?.per == .task else { return false }
    return taskAfter.rawValue < taskBefore.rawValue / 10
  }
}
