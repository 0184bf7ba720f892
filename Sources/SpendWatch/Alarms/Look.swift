package import SpendEngine

/// What the reader saw at one moment, as far as it may mean that it does not see all: what a `Blindness` judges by.
package struct Look: Sendable {
  /// Of the clock that never steps (ms), for spans.
  package var steady: Milliseconds
  /// For people.
  package var wall: EngineTime
  package var isCatchingUp = false
  /// In the order of the rules file, as `SourceID` counts them.
  package var sources: [WatchedSource]
  /// Only those that have bytes to read, or cannot be read.
  package var files: [UneasyFile] = []
  /// Of truncations since the last look.
  package var losses: [FileLoss] = []
  /// Grows with every byte that is read of anything.
  package var handed = 0
  /// Number of the oldest batch that is not on disk; nil = all are.
  package var oldestBatch: Int?
  /// Why the last commit failed; nil = it did not.
  package var commitProblem: String?

  package init(steady: Milliseconds, wall: EngineTime, sources: [WatchedSource]) {
    self.steady = steady
    self.wall = wall
    self.sources = sources
  }
}

/// One source at one moment.
package struct WatchedSource: Sendable, Hashable {
  package var pattern: String
  /// After so long without a record people are told (ms); nil = never.
  package var silence: Milliseconds?
  /// What became of all records of its files.
  package var piles: Piles

  package init(_ pattern: String, silence: Milliseconds? = nil, piles: Piles = Piles()) {
    self.pattern = pattern
    self.silence = silence
    self.piles = piles
  }
}

/// A file that has bytes to read, or cannot be read.
package struct UneasyFile: Sendable, Hashable {
  /// nil: it was never opened.
  package var file: FileID?
  package var source: SourceID
  package var path: RawPath
  /// Bytes from its start.
  package var offset: Int64 = 0
  /// Bytes after it.
  package var unread: Int64 = 0
  /// All of them were looked at, and are no whole record: it waits for its end.
  package var isIncomplete = false
  /// Waits until others that were there at the start are read.
  package var isBacklog = false
  /// Why it cannot be read, for people; nil = it can.
  package var problem: String?

  package init(_ file: FileID?, source: SourceID, path: RawPath) {
    self.file = file
    self.source = source
    self.path = path
  }
}

/// What a truncation destroyed.
package struct FileLoss: Sendable, Hashable {
  package var source: SourceID
  package var path: RawPath
  /// Unread, at least.
  package var bytes: Int64

  package init(source: SourceID, path: RawPath, bytes: Int64) {
    self.source = source
    self.path = path
    self.bytes = bytes
  }
}
