internal import GRDB
package import SpendEngine

/// A state as a command reads it, beside a running daemon or without one. Takes no lock and writes nothing.
package final class StateReader {
  private let queue: DatabaseQueue
  private let path: String

  /// Throws `.vanished` where no state was ever made.
  package init(_ directory: StateDirectory) throws(StateError) {
    path = directory.databasePath
    guard try DatabaseFile.isPresent(path) else {
      throw StateError(.vanished, path: path, detail: "no state was made in \(directory.path)")
    }
    do { queue = try DatabaseFile.openForReading(path) } catch { throw StateError(error, path: path) }
  }

  /// Everything that `body` reads belongs to one commit.
  package func read<T>(_ body: (borrowing StateSnapshot) throws -> T) throws -> T {
    do {
      return try queue.read { db in try body(StateSnapshot(rows: try StateRows(db: db, path: path))) }
    } catch  where error is DatabaseError || error is RowDecodingError {
      throw StateError(error, path: path)
    }
  }
}

/// One commit's view of a state. Every method throws `StateError`, or what its closure throws.
package struct StateSnapshot: ~Copyable {
  let rows: StateRows

  var path: String { rows.path }
  package func names() throws -> [[UInt8]] { try rows.names() }
  package func files() throws -> [FileBook] {
    var books: [FileBook] = []
    try rows.files { _, book, _ in if let book { books.append(book) } }
    return books
  }
  package func forgottenBooks() throws -> [String: Books] { try rows.forgottenBooks() }
  package func engineRows(kind: UInt8? = nil) throws -> [StateRow] { try rows.engineRows(kind: kind) }
  package func outboxCounts() throws -> OutboxCounts { try rows.outboxCounts() }
  /// The last batch committed.
  package func sequence() throws -> Int64 { try rows.meta().sequence }
  package func committedAt() throws -> EngineTime { try rows.meta().committedAt }

  /// Journal blobs that are not in the ledger yet, in order: ledger and journal together are all that was ever folded.
  package func forEachEventBlob(_ body: ([UInt8]) throws -> Void) throws {
    try rows.journal(after: 0) { _, events in try body(events) }
  }
  package func forEachLedgerBlob(_ body: (_ day: Int64, _ blob: [UInt8]) throws -> Void) throws {
    try rows.ledger(body)
  }
  /// The latest `limit` audit lines at or after `since`, oldest first.
  package func audit(since: EngineTime = .distantPast, limit: Int = 1_000) throws -> [AuditLine] {
    try rows.audit(since: since, limit: limit)
  }
  /// The latest `limit` audit lines about one rule and subject, and about people's acts on the subject; oldest first.
  package func audit(rule: String, subject: String, until: EngineTime?, limit: Int) throws -> [AuditLine] {
    try rows.audit(rule: rule, subject: subject, until: until ?? .distantFuture, limit: limit)
  }
}
