internal import Foundation
internal import GRDB
internal import SpendEngine

/// The statements of a commit, each prepared once a connection.
struct Write {
  let db: Database
  init(_ db: Database) { self.db = db }

  func run(_ sql: String, _ arguments: StatementArguments) throws {
    try db.cachedStatement(sql: sql).execute(arguments: arguments)
  }

  // An empty blob would be bound as NULL: hence coalesce.

  func batch(_ batch: Batch) throws {
    if !batch.events.isEmpty {
      try run(
        "INSERT INTO journal (seq, time, events, sum) VALUES (?, ?, ?, ?)",
        [
          batch.sequence, batch.time.milliseconds, Data(batch.events),
          Checksum.signed(batch.events, batch.sequence, batch.time.milliseconds),
        ])
    }
    if !batch.names.isEmpty {
      try run(
        "INSERT INTO names (seq, blob, sum) VALUES (?, ?, ?)",
        [batch.sequence, Data(batch.names), Checksum.signed(batch.names, batch.sequence)])
    }
    for book in batch.files {
      let id = Int64(book.file.rawValue)
      let source = Int64(book.source.rawValue)
      let books = BooksCodec.encode(book.books, context: book.context)
      try run(
        """
        INSERT INTO file (id, source, offset, books, books_sum) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET source = excluded.source, offset = excluded.offset, books = excluded.books,
          books_sum = excluded.books_sum
        """, [id, source, book.offset, Data(books), Checksum.signed(books, id, source, book.offset)])
    }
    for row in batch.rows { try engineRow(row) }
    for page in batch.pages {
      if let blob = page.blob {
        try run(
          """
          INSERT INTO page (id, seq, blob, sum) VALUES (?, ?, coalesce(?, x''), ?)
          ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, blob = excluded.blob, sum = excluded.sum
          """, [page.id, page.sequence, Data(blob), Checksum.signed(blob, page.id, page.sequence)])
      } else {
        try run("DELETE FROM page WHERE id = ?", [page.id])
      }
    }
  }

  /// The engine's, and standing alarms.
  func engineRow(_ row: StateRow) throws {
    guard let value = row.value else {
      try run(
        "DELETE FROM engine_row WHERE kind = ? AND key = coalesce(?, x'')", [Int64(row.kind), Data(row.key)])
      return
    }
    try run(
      """
      INSERT INTO engine_row (kind, key, value, sum) VALUES (?, coalesce(?, x''), coalesce(?, x''), ?)
      ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value, sum = excluded.sum
      """,
      [Int64(row.kind), Data(row.key), Data(value), Checksum.engineRow(row.kind, row.key, value)])
  }

  func tracked(_ row: TrackedRow, path: String) throws {
    let id = Int64(row.file.rawValue)
    if let tracked = row.tracked {
      try run(
        """
        INSERT INTO file (id, tracked, tracked_sum) VALUES (?, coalesce(?, x''), ?)
        ON CONFLICT (id) DO UPDATE SET tracked = excluded.tracked, tracked_sum = excluded.tracked_sum
        """, [id, Data(tracked), Checksum.signed(tracked, id)])
      return
    }
    let gone = try Data.fetchOne(
      db.cachedStatement(sql: "SELECT books FROM file WHERE id = ? AND books IS NOT NULL"), arguments: [id])
    if let gone {
      guard let books = BooksCodec.decode(gone) else {
        throw StateError(.damaged, path: path, detail: "books of file \(id)")
      }
      try forgotten(books, row.pattern, path: path)
    }
    try run("DELETE FROM file WHERE id = ?", [id])
  }

  /// Adds books to those of a pattern's forgotten files.
  func forgotten(_ books: Books, _ pattern: String, path: String) throws {
    let pattern = Self.stored(pattern)
    let earlier = try Data.fetchOne(
      db.cachedStatement(sql: "SELECT books FROM forgotten_books WHERE pattern = ?"), arguments: [pattern])
    guard var sum = earlier.map({ BooksCodec.decode($0) }) ?? Books() else {
      throw StateError(.damaged, path: path, detail: "forgotten books")
    }
    sum += books
    let stored = BooksCodec.encode(sum)
    try run(
      "INSERT OR REPLACE INTO forgotten_books (pattern, books, sum) VALUES (?, ?, ?)",
      [pattern, Data(stored), Checksum.forgotten(pattern, stored)])
  }

  func outcome(_ outcome: DeliveryOutcome) throws {
    switch outcome.result {
    case .delivered:
      try run("DELETE FROM outbox WHERE id = ?", [outcome.row])
    case .retry(let at):
      try run(
        "UPDATE outbox SET attempts = attempts + 1, next_at = ? WHERE id = ?", [at.milliseconds, outcome.row])
    case .dead(let reason):
      try run(
        "UPDATE outbox SET attempts = attempts + 1, state = 'dead', reason = ? WHERE id = ?",
        [Self.stored(reason), outcome.row])
    }
  }

  /// The row that waits now; nil if the same was waiting already. One that was given up begins anew.
  func notification(_ new: NewNotification, now: EngineTime) throws -> OutboxRow? {
    let (id, receiver) = (Self.stored(new.notificationID), Self.stored(new.receiver))
    let body = Self.stored(new.body)
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          INSERT INTO outbox (notification_id, receiver, body, next_at, created_at, sum) VALUES (?1, ?2, ?3, ?4, ?4, ?5)
          ON CONFLICT (notification_id, receiver) DO UPDATE SET body = excluded.body, sum = excluded.sum, attempts = 0,
            next_at = excluded.next_at, created_at = excluded.created_at, state = 'pending', reason = NULL
            WHERE state = 'dead'
          RETURNING \(StateRows.outboxColumns)
          """),
      arguments: [id, receiver, body, now.milliseconds, Checksum.outbox(id, receiver, body)])
    return try row.map(StateRows.outboxRow)
  }

  func pending(_ new: NewNotification) throws -> OutboxRow? {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT \(StateRows.outboxColumns) FROM outbox
          WHERE notification_id = ? AND receiver = ? AND state = 'pending'
          """),
      arguments: [Self.stored(new.notificationID), Self.stored(new.receiver)])
    return try row.map(StateRows.outboxRow)
  }

  func audit(_ line: AuditLine) throws {
    try run(
      "INSERT INTO audit (at, kind, rule, subject, text) VALUES (?, ?, ?, ?, ?)",
      [
        line.at.milliseconds, Self.stored(line.kind), Self.stored(line.rule), Self.stored(line.subject),
        Self.stored(line.text),
      ])
  }

  func ledger(_ entry: LedgerCodec.Entry) throws {
    try run(
      "INSERT INTO ledger (day, blob, sum) VALUES (?, coalesce(?, x''), ?)",
      [entry.day, Data(entry.blob), Checksum.signed(entry.blob, entry.day)])
  }

  func meta(sequence: Int64, settled: Int64, highestFile: Int64, now: EngineTime) throws {
    try run(
      "UPDATE meta SET sequence = ?, settled = ?, highest_file = ?, committed_at = ? WHERE id = 1",
      [sequence, settled, highestFile, now.milliseconds])
    try sumMeta()
  }

  /// After any change of the row.
  func sumMeta() throws {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql:
          "SELECT uuid, fingerprint_key, created_at, sequence, settled, highest_file, committed_at FROM meta")
    )
    guard let row else { return }
    let numbers = try (2..<7).map { try row.decode(Int64.self, atIndex: $0) }
    let key = [UInt8](try row.decode(Data.self, atIndex: 1))
    let sum = Checksum.meta(uuid: try row.decode(String.self, atIndex: 0), key: key, numbers)
    try run("UPDATE meta SET sum = ? WHERE id = 1", [sum])
  }

  /// Lets audit lines and given-up notifications over 90 days go, and audit lines beyond the newest million; a bounded number
  /// a call. Returns whether it got to the end.
  func purge(now: EngineTime) throws -> Bool {
    let oldest = (now + -90 * Milliseconds.day).milliseconds
    let bound = 2_000
    // The oldest lines have the lowest ids: no index is needed to find them.
    try run(
      """
      DELETE FROM audit WHERE id IN (SELECT id FROM (SELECT id, at FROM audit ORDER BY id LIMIT ?1)
        WHERE at < ?2 OR id <= (SELECT max(id) FROM audit) - 1000000)
      """, [bound, oldest])
    let purged = db.changesCount
    try run("DELETE FROM outbox WHERE state = 'dead' AND created_at < ?", [oldest])
    return purged < bound
  }

  /// SQLite ends a text at NUL.
  private static func stored(_ text: String) -> String {
    text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
  }
}
