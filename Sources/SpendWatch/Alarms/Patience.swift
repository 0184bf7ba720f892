package import SpendEngine

/// How long a trouble must last before people are told, and how long it must be gone before it is over.
package struct Patience: Sendable {
  /// A file has bytes to read, and its offset stands still.
  package var stuck: Milliseconds = .minute
  /// All that it has is the beginning of a record: a writer with a buffer leaves one there for hours, but not one this long (bytes).
  package var incomplete: Milliseconds = 10 * .minute
  package var incompleteBytes: Int64 = 1 << 20
  /// A file cannot be read. Rotation takes permissions away for a moment.
  package var unreadable: Milliseconds = .minute / 2
  /// The oldest batch is not on disk.
  package var unwritten: Milliseconds = 10 * .second
  /// A source is judged by so many records at least, ...
  package var records: Int64 = 100
  /// ... or by these few once they took so long.
  package var fewRecords: Int64 = 10
  package var few: Milliseconds = 10 * .minute
  /// What is lost is lost: the alarm is over when nothing more was for so long.
  package var memory: Milliseconds = .hour
  /// What comes back within this was not over.
  package var calm: Milliseconds = .minute
  /// A look vouches for so much of the time before it: a process that was stopped did not watch.
  package var gap: Milliseconds = .minute / 2
  /// Between two looks, at least.
  package var period: Milliseconds = 2 * .second

  package init() {}

  /// How long a condition of that kind must be gone.
  func calm(_ kind: AlarmKind) -> Milliseconds {
    switch kind {
    // At its edge a file is stuck, moves, and is stuck again a `stuck` later.
    case .fileStuck: stuck + calm
    case .filesUnreadable, .stateUnwritten: min(calm, unreadable)
    case .switchFailing, .recordsRefused, .sourceSilent, .bytesLost, .recordQuarantined: 0
    }
  }

  /// How long it must last, where its condition does not say so itself.
  func wait(_ kind: AlarmKind) -> Milliseconds {
    switch kind {
    case .filesUnreadable: unreadable
    case .stateUnwritten: unwritten
    case .switchFailing, .fileStuck, .recordsRefused, .sourceSilent, .bytesLost, .recordQuarantined: 0
    }
  }
}
