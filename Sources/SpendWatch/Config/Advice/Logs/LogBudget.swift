/// How much of the logs `check` may look at: it must stay quick, however many there are.
package struct LogBudget: Sendable {
  /// Of the newest files of a source, in bytes.
  package var bytesPerSource: Int64
  /// Directory entries that are looked at for a source.
  package var entries: Int
  /// Asked before each file; true = what was seen so far must do.
  package var isSpent: @Sendable () -> Bool

  package init(
    bytesPerSource: Int64 = 4 << 20, entries: Int = 50_000, isSpent: @escaping @Sendable () -> Bool
  ) {
    self.bytesPerSource = bytesPerSource
    self.entries = entries
    self.isSpent = isSpent
  }

  /// About a second in all.
  package static func second() -> LogBudget {
    let end = ContinuousClock.now + .seconds(1)
    return LogBudget { ContinuousClock.now >= end }
  }
}
