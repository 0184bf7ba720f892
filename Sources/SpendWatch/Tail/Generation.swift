import SpendEngine

/// A generation in memory: its row, and what needs not outlive the process.
struct Generation {
  var row: TrackedFile
  /// nil: no source of the present rules names it; it is kept, and not read.
  var source: SourceID?

  /// As last seen, in bytes.
  var size: Int64 = 0
  /// The size at the last look that found what was read before still in place. Bytes.
  var trusted: Int64 = 0
  /// Nanoseconds since the epoch, as last seen.
  var modified: Int64 = 0
  /// (modified, changed) when `row.tail` was last found true; nil = not yet.
  var verified: Stamp?
  /// When the size last changed; the scan's clock, in milliseconds.
  var grown: Milliseconds = 0
  /// The scan that last saw it under its path.
  var scan: Int = 0

  /// Waits in the queue of live files.
  var isQueued = false
  /// Waits in the backlog.
  var isBacklog = false
  /// None of it was consumed: before that it is compared with the files we know.
  var needsKinship: Bool
  /// Whose path it took.
  var replaces: FileID?
  /// The engine's book does not stand at the offset yet.
  var isUntold = true
  /// It is read on from where this one stood, of which it is a copy; until the engine was told.
  var follows: FileID?
  /// Neither open nor to be found.
  var isMissing = false
  /// Quiet for long enough: what is left over is the last.
  var isFinishing = false
  var problem: FileProblem.Reason?

  /// Of a compressed file: as last seen; when that was unpacked in vain; what the open content is of.
  var packedSeen: PackedStamp?
  var packedTried: PackedStamp?
  var content: (stamp: PackedStamp, ending: PackedFile.Ending)?
  /// It was there at the start: its content is catch-up.
  var isFromBefore = false
  /// Not to be unpacked again before this; the scan's clock, in milliseconds.
  var retryAt: Milliseconds = 0
  /// Of a file that begins like compressed ones: those that it was compared with, and is no copy of.
  var differs: Set<FileID> = []
  /// Bytes that were destroyed unread when it was truncated, unless a compressed copy has them.
  var destroyed: Int64 = 0

  /// Bytes after the offset that were offered and held no whole record.
  var offered: Int64 = 0
  /// Bytes after those that are NUL up to the end: a hole, or room that a writer made for what it writes next. Not passed over before
  /// something follows.
  var blank: Int64 = 0
  /// Bytes after the offset that are known to hold no `\n`.
  var searched: Int64 = 0
  /// Of a document that is read anew at each change: which one is being read, or was.
  var pass: WholePass?
  /// A scan passed since the last offer.
  var mayOfferAgain = false

  /// Stands in the slot of a generation that was forgotten.
  static let vacant = {
    let nothing = FileIdentity(device: 0, inode: 0, birthSeconds: 0, birthNanoseconds: 0)
    let row = TrackedFile(
      id: FileID(rawValue: 0), pattern: "", path: RawPath(bytes: []), identity: nothing, state: .closed)
    var generation = Generation(row: row, source: nil)
    generation.isVacant = true
    generation.isUntold = false
    return generation
  }()
  private(set) var isVacant = false

  struct Stamp: Hashable {
    var modified: Int64
    var changed: Int64
    init(_ facts: FileFacts) {
      modified = facts.modified
      changed = facts.changed
    }
  }

  init(row: TrackedFile, source: SourceID?) {
    self.row = row
    self.source = source
    needsKinship = row.offset == 0 && row.state != .closed && row.state != .shadow
  }

  /// Takes in what a look told.
  mutating func note(_ facts: FileFacts, now: Milliseconds) {
    if size != facts.size { grown = now }
    size = facts.size
    modified = facts.modified
    if row.offset == 0 { trusted = facts.size }
  }

  /// The tail was found in place at that look.
  mutating func trust(_ facts: FileFacts) {
    verified = Stamp(facts)
    trusted = facts.size
  }

  /// Handed out now or later: it has a place in some queue.
  var isRead: Bool { source != nil && (row.state == .active || row.state == .rotated) }
  var isCatchUp: Bool { row.offset < row.catchUpEnd }
  var unread: Int64 { isRead ? max(0, size - row.offset - blank) : 0 }
}
