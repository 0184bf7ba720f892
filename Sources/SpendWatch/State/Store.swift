internal import Foundation
internal import GRDB
package import SpendEngine

/// The state on disk: one SQLite database that one process writes, held by a lock. Used by one thread at a time.
///
/// `commit` is all or nothing. After it has thrown, the caller keeps its commit, calls `reopen` until that succeeds, and
/// commits the same again: after a failed fsync the old connection's word is worth nothing.
package final class Store {
  package let lock: StateLock
  /// Whether this opening made the database.
  package let isNew: Bool
  let path: String
  let ledger: LedgerCodec
  let limits: SettlingQueue.Limits
  var queue: DatabaseQueue
  var progress = Progress()
  /// The batch of the last commit that was begun, which may have reached the disk although it failed.
  var attempted: Int64?
  private var identity: DatabaseFile.Identity?
  private var isBroken = false
  /// Opened in a way that keeps readers out, since the disk was full.
  private(set) var isAlone = false

  /// What the database holds, as far as the next commit must know.
  struct Progress {
    var sequence: Int64 = 0
    var settled: Int64 = 0
    var highestFile: Int64 = -1
    var journal = SettlingQueue()
    /// Ledger rows that may still be joined, by day.
    var smallLedgerRows: [Int64: Int] = [:]
    var lastPurge = EngineTime.distantPast
  }

  /// Opens the database of the locked directory, or makes one where there is none. `now` is written into a new one.
  package convenience init(
    lock: StateLock, now: EngineTime, ledger: LedgerCodec
  ) throws(StateError) {
    try self.init(lock: lock, now: now, ledger: ledger, limits: SettlingQueue.Limits())
  }

  init(
    lock: StateLock, now: EngineTime, ledger: LedgerCodec, limits: SettlingQueue.Limits
  ) throws(StateError) {
    self.lock = lock
    self.ledger = ledger
    self.limits = limits
    let path = lock.directory.databasePath
    self.path = path
    isNew = try !DatabaseFile.isPresent(path)
    do {
      if isNew { try DatabaseFile.create(path, in: lock.directory, now: now) }
      (queue, isAlone) = try Self.connect(path, isFirst: true)
      progress = try Self.readProgress(queue, path: path, limits: limits)
    } catch { throw StateError(error, path: path) }
    identity = DatabaseFile.Identity(path: path)
  }

  /// Gives up the connection of a failed commit and opens the database anew; everything that SQLite's log held is written
  /// into the database and synced first, since a failed fsync may have lost pages that still read well from memory.
  package func reopen() throws(StateError) {
    isBroken = true
    // Its errors are those that brought us here.
    try? queue.close()
    guard try DatabaseFile.isPresent(path), DatabaseFile.Identity(path: path) == identity else {
      throw StateError(.vanished, path: path)
    }
    do {
      (queue, isAlone) = try Self.connect(path, isFirst: false)
      try queue.writeWithoutTransaction { db in _ = try db.checkpoint(.passive) }
      progress = try Self.readProgress(queue, path: path, limits: limits)
    } catch { throw StateError(error, path: path) }
    isBroken = false
  }

  /// A disk without space for the file that readers share must not keep the daemon from starting: it halts from memory meanwhile.
  private static func connect(_ path: String, isFirst: Bool) throws -> (DatabaseQueue, isAlone: Bool) {
    do { return (try DatabaseFile.openForWriting(path, isFirst: isFirst), false) } catch {
      switch StateError(error, path: path).kind {
      case .full, .inputOutput, .directory:
        return (try DatabaseFile.openForWriting(path, isFirst: isFirst, isAlone: true), true)
      default: throw error
      }
    }
  }

  /// Writes the log into the database and closes it. Later calls throw `.needsReopen`.
  package func close() throws(StateError) {
    isBroken = true
    do { try queue.close() } catch { throw StateError(error, path: path) }
  }

  /// Runs `body` in one transaction; any error makes the connection unusable.
  func transact<T>(_ body: (Database) throws -> T) throws(StateError) -> T {
    guard !isBroken else { throw StateError(.needsReopen, path: path) }
    guard DatabaseFile.Identity(path: path) == identity else {
      isBroken = true
      throw StateError(.vanished, path: path)
    }
    do {
      return try queue.writeWithoutTransaction { db in
        var result: T?
        try db.inTransaction(.immediate) {
          result = try body(db)
          return .commit
        }
        guard let result else { throw StateError(.other, path: path, detail: "no result") }
        return result
      }
    } catch {
      isBroken = true
      throw StateError(error, path: path)
    }
  }

  /// Runs `body` on one snapshot.
  func read<T>(_ body: (StateRows) throws -> T) throws(StateError) -> T {
    guard !isBroken else { throw StateError(.needsReopen, path: path) }
    do { return try queue.read { db in try body(try StateRows(db: db, path: path)) } } catch {
      throw StateError(error, path: path)
    }
  }

  private static func readProgress(
    _ queue: DatabaseQueue, path: String, limits: SettlingQueue.Limits
  ) throws -> Progress {
    try queue.read { db in
      let meta = try StateRows(db: db, path: path).meta()
      var progress = Progress()
      progress.sequence = meta.sequence
      progress.settled = meta.settled
      progress.highestFile = meta.highestFile
      var cursor = try Row.fetchCursor(db, sql: "SELECT seq, time, length(events) FROM journal ORDER BY seq")
      while let row = try cursor.next() {
        progress.journal.append(
          SettlingQueue.Entry(
            sequence: try row.decode(Int64.self, atIndex: 0),
            time: EngineTime(milliseconds: try row.decode(Int64.self, atIndex: 1)),
            bytes: Int(truncatingIfNeeded: try row.decode(Int64.self, atIndex: 2))))
      }
      progress.journal.settle(through: meta.settled)
      cursor = try Row.fetchCursor(
        db, sql: "SELECT day, count(*) FROM ledger WHERE length(blob) <= ? GROUP BY day",
        arguments: [limits.mergedBytes])
      while let row = try cursor.next() {
        progress.smallLedgerRows[try row.decode(Int64.self, atIndex: 0)] =
          Int(truncatingIfNeeded: try row.decode(Int64.self, atIndex: 1))
      }
      return progress
    }
  }
}
