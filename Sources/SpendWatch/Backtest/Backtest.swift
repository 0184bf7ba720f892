package import SpendEngine

/// What rules would have done on old logs: when each would have tripped and for whom, and the dollars that go with it.
package struct Backtest: Sendable {
  /// What one rules file would have done.
  package struct Result: Sendable {
    /// The rules, as the file has them.
    package var rules: [Rule]
    /// In the order of time.
    package var trips: [BacktestTrip]
    package var summary: Replay.Summary
    package var spent: NanoUSD
    /// Spent while some halt would have worked, each call once, whatever rules halted.
    package var saved: NanoUSD
    package var reaction: Milliseconds
    /// First and last call of each key.
    package var keys: [String: ClosedRange<EngineTime>]
    /// Where there are labels.
    package var score: IncidentScore?
    package var outcomes: [IncidentScorer.Outcome]
  }

  private let replay: Replay
  private let rules: [Rule]
  private let reaction: Milliseconds
  private let labels: [IncidentLabel]

  /// - Parameter reaction: from the record that trips a rule until the halt works: the log must be written and read, and the caller must ask.
  package init(_ replay: Replay, rules: [Rule], reaction: Milliseconds, labels: [IncidentLabel] = []) {
    self.labels = labels
    self.replay = replay
    self.rules = rules
    self.reaction = reaction
  }

  package func run(
    _ paths: [LogPath], format: Format?, fingerprintKey: (UInt64, UInt64),
    progress: (Int64) -> Void = { _ in }
  ) throws(EngineError) -> Result {
    let ledger = BacktestLedger(reaction: reaction, labels: labels)
    let summary = try replay.run(
      paths, format: format, fingerprintKey: fingerprintKey, ledger: ledger, progress: progress,
      decide: { _, _ in })
    return Result(
      rules: rules, trips: ledger.trips, summary: summary, spent: ledger.spent, saved: ledger.saved,
      reaction: reaction, keys: ledger.named,
      score: ledger.scorer.map { IncidentScore($0, keys: ledger.named) },
      outcomes: ledger.scorer?.outcomes ?? [])
  }
}
