package import SpendEngine

/// One generation of a log file, as the state keeps it: a plain row, written in the transaction that holds what was read of it.
///
/// A generation is one life of one inode: a file that is truncated and written anew begins another, with another id.
package struct TrackedFile: Sendable, Hashable {
  package enum State: UInt8, Sendable, Hashable, CaseIterable {
    /// Its name matches a source.
    case active = 1
    /// Renamed out of the pattern, or deleted: read until it has been quiet for the grace, then closed.
    case rotated = 2
    /// Read to its end, and kept to know it again.
    case closed = 3
    /// A copy of another generation (`original`): not read while that one can be.
    case shadow = 4

    /// As `status` has it.
    var name: String {
      switch self {
      case .active: "active"
      case .rotated: "rotated"
      case .closed: "closed"
      case .shadow: "copy"
      }
    }
  }

  package var id: FileID
  /// The pattern of the source that found it.
  package var pattern: String
  /// Where it was last seen.
  package var path: RawPath
  package var identity: FileIdentity
  package var state: State
  /// Everything before it has been handed out and consumed; a record boundary unless `skipsLine`. Bytes.
  package var offset: Int64
  /// Of the bytes from the start: 4, 64, 512 and 4096, as far as they lie before `offset`.
  package var heads: [Marker]
  /// Of the bytes before `offset`.
  package var tail: Marker
  /// In the middle of a line that was given up: bytes up to and with the next `\n` are passed over.
  package var skipsLine: Bool
  /// Size at the start of the daemon: what lies before is catch-up, what lies after is live. Bytes.
  package var catchUpEnd: Int64
  /// Of a shadow: what it is a copy of.
  package var original: FileID?
  /// Of a shadow: how far the original had been read when the copy was first seen. Bytes.
  package var base: Int64
  /// Of a shadow: the size up to which it was found to be a copy. Bytes.
  package var copied: Int64
  /// Since when it has been closed, or could not be found; nil = it is there, as far as was noticed.
  package var goneAt: EngineTime?
  /// Of a compressed file; then `offset`, `heads` and all other places are those of its content.
  package var packed: PackedFile?
  /// Of a document that is read anew at each change.
  package var whole: WholeReading?
  /// What truncations took of it, and of its inode's generations before it.
  package var cuts = Cuts()

  /// How often a file was found rewritten from its beginning, and what was lost by it.
  package struct Cuts: Sendable, Hashable {
    package var count: Int64 = 0
    /// Bytes that were there, were not read, and are in no copy: at least so many.
    package var lost: Int64 = 0
    package init(count: Int64 = 0, lost: Int64 = 0) {
      self.count = count
      self.lost = lost
    }
    static func += (a: inout Cuts, b: Cuts) {
      a.count = a.count.addingSaturating(b.count)
      a.lost = a.lost.addingSaturating(b.lost)
    }
  }

  package init(
    id: FileID, pattern: String, path: RawPath, identity: FileIdentity, state: State = .active,
    offset: Int64 = 0, heads: [Marker] = [],
    tail: Marker = .empty, skipsLine: Bool = false, catchUpEnd: Int64 = 0,
    original: FileID? = nil, base: Int64 = 0, copied: Int64 = 0, goneAt: EngineTime? = nil,
    packed: PackedFile? = nil, whole: WholeReading? = nil
  ) {
    self.id = id
    self.pattern = pattern
    self.path = path
    self.identity = identity
    self.state = state
    self.offset = offset
    self.heads = heads
    self.tail = tail
    self.skipsLine = skipsLine
    self.catchUpEnd = catchUpEnd
    self.original = original
    self.base = base
    self.copied = copied
    self.goneAt = goneAt
    self.packed = packed
    self.whole = whole
  }
}

/// How far a document is read that is written anew with every change, and which one that was.
package struct WholeReading: Sendable, Hashable {
  /// What tells one writing from the next.
  package struct Stamp: Sendable, Hashable {
    /// Bytes.
    package var size: Int64
    /// Nanoseconds since the epoch; 0 and 0 = of no file.
    package var modified: Int64
    package var changed: Int64

    package init(size: Int64 = 0, modified: Int64 = 0, changed: Int64 = 0) {
      self.size = size
      self.modified = modified
      self.changed = changed
    }
  }

  /// Of what `offset` is a place in; of no file where it must be read again whatever it is.
  package var stamp: Stamp
  /// Bytes from the beginning that were ever read: a call that stands there was counted before, or is a correction.
  package var known: Int64

  package init(stamp: Stamp, known: Int64) {
    self.stamp = stamp
    self.known = known
  }
}

extension TrackedFile {
  /// With nothing in it that could not have come about: what comes from a disk is not trusted to be in range.
  package var sound: TrackedFile {
    var row = self
    row.offset = max(0, offset)
    row.base = max(0, base)
    row.copied = max(0, copied)
    row.whole?.known = max(0, whole?.known ?? 0)
    if tail.length > Marker.longest || Int64(tail.length) > row.offset { row.tail = .empty }
    row.heads = zip(Marker.headLengths, heads).prefix { $0 <= row.offset && $0 == $1.length }.map(\.1)
    return row
  }
}

/// The engine's book of `file` must stand at `offset`; it is made where it is unknown. So a file begins, and so bytes are passed over that
/// the engine never sees.
package struct FilePosition: Sendable, Hashable {
  package var file: FileID
  package var source: SourceID
  package var offset: Int64
  /// What stands there goes on from this file's records: it is a copy, read on in its place.
  package var original: FileID?
}

/// Some bytes of a file, from a record boundary on. Valid only during the call that hands them out.
package struct FileSlice {
  package var file: FileID
  package var source: SourceID
  /// Of the first byte, from the start of the file.
  package var offset: Int64
  package var bytes: UnsafeRawBufferPointer
  /// No more bytes will come: the file is deleted or replaced, and quiet.
  package var isFinal: Bool
  /// The bytes were there when the daemon started.
  package var isCatchUp: Bool
  /// That part of the file was read before, when it said the same or less: only what it says more counts.
  package var isRepeat = false
  /// As large as a slice may become: what is still no whole record now is too long.
  package var isLongest: Bool
  /// Where the engine's book of the file must be made, or moved to, before the bytes are folded; nil = it stands there.
  package var position: FilePosition?
  /// Which file it is, over restarts too; nil = nobody knows.
  package var identity: FileIdentity?
}

/// What the reader made of a slice.
package enum Consumption: Sendable, Hashable {
  /// This many bytes, up to a record boundary; 0 = no whole record yet, come again with more.
  case bytes(Int)
  /// The record is too long: all of the slice is done with, and so is the rest of its line, unseen.
  case line
}

/// What cannot be read, and why. Looked at again at every scan.
package struct FileProblem: Sendable, Hashable {
  package enum Reason: Sendable, Hashable {
    case directory
    /// A pipe, a socket or a device.
    case notRegular
    case notPermitted
    /// In a way that is not read.
    case compressed
    /// The library that unpacks it is not on this machine.
    case noLibrary(Packing)
    /// What is unpacked finds no place. An `errno`.
    case noRoom(Int32)
    /// Compressed, and ends in the middle, or is damaged: what came before was read.
    case cut
    case damaged
    /// Unpacked it would be larger than is believed of a log.
    case tooLarge
    /// A symbolic link that leads nowhere or in a circle.
    case brokenLink
    case tooManyOpenFiles
    /// Any other `errno`.
    case failed(Int32)
  }
  package var path: RawPath
  package var source: SourceID
  package var reason: Reason
}

/// How one file stands, for `status`.
package struct FileStatus: Sendable, Hashable {
  package var file: FileID
  /// nil: no source of the present rules names it.
  package var source: SourceID?
  package var path: RawPath
  package var size: Int64
  package var offset: Int64
  package var state: TrackedFile.State
  package var isCatchingUp: Bool
  /// Neither open nor to be found; its place is kept.
  package var isMissing: Bool
  package var problem: FileProblem.Reason?
  /// Bytes still to be read; 0 for copies and for what is closed.
  package var unread: Int64
  package var cuts: TrackedFile.Cuts
}

/// What happened to files since the start.
package struct TailCounts: Sendable, Hashable {
  /// Files found rewritten from their beginning.
  package var truncations: Int64 = 0
  /// Bytes that a truncation destroyed unread, at least: those that were seen to be there, and are in no copy.
  package var unreadAtTruncation: Int64 = 0
  /// Full scans because the kernel's queue of events overflowed.
  package var overflows: Int64 = 0
  package var scans: Int64 = 0
  /// Files and directories looked at; a system call each, or a few.
  package var looks: Int64 = 0
  /// Copies of known files, not counted again.
  package var copies: Int64 = 0
  /// Files that were gone for so long that they are not remembered any more.
  package var forgotten: Int64 = 0
}
