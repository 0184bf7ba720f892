internal import SpendEngine

/// Which journal rows may leave for the ledger, and how many at once. Holds one entry for each row of the journal.
struct SettlingQueue {
  struct Entry: Hashable {
    var sequence: Int64
    var time: EngineTime
    var bytes: Int
  }

  /// When rows go, and how many: rarely enough that the ledger's rows are worth their while, and never so many that a commit
  /// grows long.
  struct Limits: Sendable {
    /// Rows wait until there are so many of them, ...
    var rows = 512
    /// ... or so many bytes, ...
    var bytes = 1 << 20
    /// ... or the oldest is so old.
    var age: Milliseconds = 10 * .minute
    /// At most so many bytes a commit, but always one row.
    var bytesAtOnce = 4 << 20
    /// A day's ledger rows of up to `mergedBytes` each are joined when there are so many of them; at most 16 times
    /// `mergedBytes` at once.
    var mergedRows = 64
    var mergedBytes = 256 << 10
  }

  /// Ascending; those before `head` are gone.
  private var entries: [Entry] = []
  private var head = 0
  /// Entries in head..<ripe are settled.
  private var ripe = 0
  private var ripeBytes = 0

  mutating func append(_ entry: Entry) { entries.append(entry) }

  var count: Int { entries.count - head }

  /// Rows up to `sequence` are in the pages.
  mutating func settle(through sequence: Int64) {
    while ripe < entries.count, entries[ripe].sequence <= sequence {
      ripeBytes += entries[ripe].bytes
      ripe += 1
    }
  }

  /// The last sequence that should leave now; nil = none yet.
  func due(now: EngineTime, limits: Limits) -> Int64? {
    guard ripe > head else { return nil }
    guard
      ripe - head >= limits.rows || ripeBytes >= limits.bytes || now - entries[head].time >= limits.age
    else { return nil }
    var last = entries[head]
    var bytes = last.bytes
    for entry in entries[head..<ripe].dropFirst() {
      bytes += entry.bytes
      if bytes > limits.bytesAtOnce { break }
      last = entry
    }
    return last.sequence
  }

  /// Rows up to `sequence`, as `due` gave it, have left.
  mutating func drop(through sequence: Int64) {
    while head < ripe, entries[head].sequence <= sequence {
      ripeBytes -= entries[head].bytes
      head += 1
    }
    if head > 1024, head * 2 > entries.count {
      entries.removeFirst(head)
      ripe -= head
      head = 0
    }
  }
}
