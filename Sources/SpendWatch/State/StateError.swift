internal import GRDB

/// Why a state cannot be opened, read or written: what, where, and the way out.
package struct StateError: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Kind: Sendable, Hashable {
    /// Another process holds the lock; its id, where it could be read.
    case locked(by: Int32?)
    /// The directory cannot be made, entered or written.
    case directory
    /// A file lies where the directory belongs, or a part of its path.
    case notDirectory
    /// Nothing says where the directory is.
    case unknownPlace
    /// The database breaks SQLite's format or our checksums.
    case damaged
    /// The database file has no byte in it.
    case empty
    /// Some other file lies where the database belongs.
    case foreign
    /// Written by a later version.
    case newer(found: Int, known: Int)
    /// The database is not there, or another file has taken its place.
    case vanished
    case full
    case inputOutput
    case readOnly
    /// Another process kept the database busy for too long.
    case busy
    /// An earlier commit failed: `Store.reopen` comes first.
    case needsReopen
    /// A batch that does not follow the last one.
    case outOfOrder(expectedAfter: Int64, got: Int64)
    case other
  }

  package var kind: Kind
  /// The file or directory it is about.
  package var path: String
  /// What the system or SQLite said; may be empty.
  package var detail: String

  package init(_ kind: Kind, path: String, detail: String = "") {
    self.kind = kind
    self.path = path
    self.detail = detail.split(whereSeparator: \.isNewline).joined(separator: "; ")
  }

  /// Whether the same commit may succeed later, on a reopened database, without anybody's repair.
  package var isTransient: Bool {
    switch kind {
    case .full, .inputOutput, .readOnly, .busy, .needsReopen: true
    case .locked, .directory, .notDirectory, .unknownPlace, .damaged, .empty, .foreign, .newer, .vanished,
      .outOfOrder, .other:
      false
    }
  }

  /// Whether no later try to open it can succeed before a person has put another program or another file in place. What another
  /// process holds, or a disk or a mount lacks, may come by itself.
  package var needsPerson: Bool {
    switch kind {
    case .notDirectory, .unknownPlace, .damaged, .empty, .foreign, .newer, .vanished: true
    case .locked, .directory, .full, .inputOutput, .readOnly, .busy, .needsReopen, .outOfOrder, .other: false
    }
  }

  /// One line: the fact, then the way out.
  package var description: String {
    let said = detail.isEmpty ? "" : " (\(detail))"
    return switch kind {
    case .locked(let holder):
      "\(path) is in use by another spendfuse\(holder.map { " (pid \($0))" } ?? ""): "
        + "stop it first, or give this one its own directory with --state DIR"
    case .directory:
      "the state \(path) cannot be used\(said): run this as its owner or as root, make it writable for this user, or name another with "
        + "--state DIR"
    case .notDirectory:
      "\(path) is no directory, and a state is one: name another with --state DIR, as in --state ./state"
    case .unknownPlace:
      "no state directory is known\(said): name one with --state DIR"
    case .damaged:
      "the state \(path) is damaged\(said): \(Self.restoreOrStartAnew)"
    case .empty:
      "the state \(path) is an empty file\(said): \(Self.restoreOrStartAnew)"
    case .foreign:
      "\(path) is not a spendfuse state\(said): move it away, or name another directory with --state DIR"
    case .newer(let found, let known):
      "the state \(path) was written by a later spendfuse (schema \(found), this one knows up to \(known)): "
        + "install that version again, or name another directory with --state DIR"
    case .vanished:
      "the state \(path) is gone or was replaced\(said): put it back, or stop spendfuse and move what is left of it "
        + "away to start anew"
    case .full:
      "no space for the state \(path)\(said): free some; what was counted meanwhile is kept in memory"
    case .inputOutput:
      "the state \(path) cannot be read or written\(said): look at the disk"
    case .readOnly:
      "the state \(path) is read-only\(said): make the file and its directory writable for this user"
    case .busy:
      "the state \(path) is kept busy by another process\(said): close other programs that have it open"
    case .needsReopen:
      "the state \(path) must be reopened after an error: it is tried again with the next commit"
    case .outOfOrder(let last, let got):
      "batch \(got) does not follow the last one of the state \(path), \(last): a fault of spendfuse; restart it, and report it"
    case .other:
      "the state \(path) failed\(said): try again; if it stays so, look at the disk, and report it"
    }
  }

  private static let restoreOrStartAnew =
    "restore it from a backup, or move it and its -wal away to count anew from the logs that are still there"
}

extension StateError {
  /// Turns whatever SQLite, GRDB or the system threw into one of ours.
  init(_ error: any Error, path: String) {
    if let error = error as? StateError {
      self = error
      return
    }
    guard let error = error as? DatabaseError else {
      // A value of the wrong type: no statement of ours writes one.
      let kind: Kind = error is RowDecodingError ? .damaged : .other
      self.init(kind, path: path, detail: String(describing: error))
      return
    }
    let kind: Kind =
      switch error.resultCode {
      case .SQLITE_FULL: .full
      case .SQLITE_IOERR: .inputOutput
      case .SQLITE_READONLY:
        error.extendedResultCode == .SQLITE_READONLY_DBMOVED ? .vanished : .readOnly
      case .SQLITE_CORRUPT, .SQLITE_NOTADB: .damaged
      case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
      case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH: .directory
      default: .other
      }
    let code = error.extendedResultCode.rawValue
    self.init(kind, path: path, detail: "SQLite \(code): \(error.message ?? "no message")")
  }
}
