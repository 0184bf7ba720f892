internal import Foundation
internal import GRDB
internal import SpendEngine

/// Reading the tables, row by row: shared by the writer's `load` and by `StateReader`.
struct StateRows {
  let db: Database
  let path: String
  /// Of a state that no daemon of this version has opened: fewer sums, and forgotten books without their pattern.
  let isOfVersion1: Bool

  init(db: Database, path: String) throws {
    self.db = db
    self.path = path
    isOfVersion1 = try Int.fetchOne(db, sql: "PRAGMA user_version") == 1
  }

  struct Meta {
    var uuid: String
    var fingerprintKey: (UInt64, UInt64)
    var createdAt: EngineTime
    var sequence: Int64
    var settled: Int64
    var highestFile: Int64
    var committedAt: EngineTime
  }

  func meta() throws -> Meta {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT uuid, fingerprint_key, created_at, sequence, settled, highest_file, committed_at\(isOfVersion1 ? "" : ", sum")
        FROM meta WHERE id = 1
        """)
    guard let row else { throw damaged("no meta row") }
    let key = try bytes(row, 1) ?? []
    guard key.count == 16 else { throw damaged("fingerprint key of \(key.count) bytes") }
    let numbers = try (2..<7).map { try row.decode(Int64.self, atIndex: $0) }
    if !isOfVersion1 {
      let sum = Checksum.meta(uuid: try row.decode(String.self, atIndex: 0), key: key, numbers)
      guard sum == (try row.decode(Int64.self, atIndex: 7)) else { throw damaged("checksum of meta") }
    }
    func half(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
    return Meta(
      uuid: try row.decode(String.self, atIndex: 0), fingerprintKey: (half(key[..<8]), half(key[8...])),
      createdAt: EngineTime(milliseconds: numbers[0]), sequence: numbers[1], settled: numbers[2],
      highestFile: numbers[3], committedAt: EngineTime(milliseconds: numbers[4]))
  }

  /// Journal rows above `sequence`, ascending.
  func journal(after sequence: Int64, _ body: (Int64, [UInt8]) throws -> Void) throws {
    try each("SELECT seq, events, sum, time FROM journal WHERE seq > ? ORDER BY seq", [sequence]) { row in
      let seq = try row.decode(Int64.self, atIndex: 0)
      let time = try row.decode(Int64.self, atIndex: 3)
      try body(seq, try checked(row, 1, 2, [seq, time], "journal row \(seq)"))
    }
  }

  func ledger(_ body: (Int64, [UInt8]) throws -> Void) throws {
    try each("SELECT id, day, blob, sum FROM ledger ORDER BY id") { row in
      let id = try row.decode(Int64.self, atIndex: 0)
      let day = try row.decode(Int64.self, atIndex: 1)
      try body(day, try checked(row, 2, 3, [day], "ledger row \(id)"))
    }
  }

  func names() throws -> [[UInt8]] {
    var all: [[UInt8]] = []
    try each("SELECT seq, blob, sum FROM names ORDER BY seq") { row in
      all.append(try checked(row, 1, 2, [try row.decode(Int64.self, atIndex: 0)], "names"))
    }
    return all
  }

  func pages() throws -> [Page] {
    var all: [Page] = []
    try each("SELECT id, seq, blob, sum FROM page ORDER BY id") { row in
      let id = try row.decode(Int64.self, atIndex: 0)
      let sequence = try row.decode(Int64.self, atIndex: 1)
      all.append(
        Page(id: id, sequence: sequence, blob: try checked(row, 2, 3, [id, sequence], "page \(id)")))
    }
    return all
  }

  /// Every row, or those of one kind.
  func engineRows(kind: UInt8? = nil) throws -> [StateRow] {
    var all: [StateRow] = []
    try each(
      "SELECT kind, key, value\(isOfVersion1 ? "" : ", sum") FROM engine_row WHERE ?1 IS NULL OR kind = ?1 ORDER BY kind, key",
      [kind.map(Int64.init)]
    ) { row in
      guard let kind = UInt8(exactly: try row.decode(Int64.self, atIndex: 0)) else { throw damaged("kind") }
      let key = try bytes(row, 1) ?? []
      let value = try bytes(row, 2) ?? []
      if !isOfVersion1 {
        guard Checksum.engineRow(kind, key, value) == (try row.decode(Int64.self, atIndex: 3)) else {
          throw damaged("checksum of an engine row")
        }
      }
      all.append(StateRow(kind: kind, key: key, value: value))
    }
    return all
  }

  /// Engine's and tailer's row of each file; either may be missing.
  func files(_ body: (FileID, FileBook?, [UInt8]?) throws -> Void) throws {
    let sums = isOfVersion1 ? "NULL, NULL" : "books_sum, tracked_sum"
    try each("SELECT id, source, offset, books, tracked, \(sums) FROM file ORDER BY id") { row in
      guard let id = UInt32(exactly: try row.decode(Int64.self, atIndex: 0)) else { throw damaged("file id") }
      let file = FileID(rawValue: id)
      var book: FileBook?
      let tracked = try bytes(row, 4)
      if let stored = try bytes(row, 3) {
        let number = try row.decode(Int64.self, atIndex: 1)
        let offset = try row.decode(Int64.self, atIndex: 2)
        try check(Checksum.signed(stored, Int64(id), number, offset), row, 5, "books of file \(id)")
        guard let source = UInt16(exactly: number), let stored = BooksCodec.decodeBook(stored)
        else { throw damaged("books of file \(id)") }
        book = FileBook(
          file: file, source: SourceID(rawValue: source), offset: offset, books: stored.books,
          context: stored.context)
      } else {
        try check(nil, row, 5, "books of file \(id)")
      }
      try check(tracked.map { Checksum.signed($0, Int64(id)) }, row, 6, "file \(id)")
      try body(file, book, tracked)
    }
  }

  /// Books of the files that the tailer has forgotten, by the pattern of the source that found them; empty = not known.
  func forgottenBooks() throws -> [String: Books] {
    var all: [String: Books] = [:]
    try each("SELECT \(isOfVersion1 ? "'', books, NULL" : "pattern, books, sum") FROM forgotten_books") {
      row in
      let pattern = try row.decode(String.self, atIndex: 0)
      let stored = try bytes(row, 1) ?? []
      try check(Checksum.forgotten(pattern, stored), row, 2, "forgotten books")
      guard let books = BooksCodec.decode(stored) else { throw damaged("forgotten books") }
      all[pattern, default: Books()] += books
    }
    return all
  }

  /// Notifications that wait, in the order in which they were made.
  func pendingOutbox() throws -> [OutboxRow] {
    var all: [OutboxRow] = []
    let sum = isOfVersion1 ? "NULL" : "sum"
    try each("SELECT \(Self.outboxColumns), \(sum) FROM outbox WHERE state = 'pending' ORDER BY id") { row in
      let waiting = try Self.outboxRow(row)
      let text = Checksum.outbox(waiting.notificationID, waiting.receiver, waiting.body)
      try check(text, row, 7, "message \(waiting.id)")
      all.append(waiting)
    }
    return all
  }

  static let outboxColumns = "id, notification_id, receiver, body, attempts, next_at, created_at"

  static func outboxRow(_ row: Row) throws -> OutboxRow {
    OutboxRow(
      id: try row.decode(Int64.self, atIndex: 0), notificationID: try row.decode(String.self, atIndex: 1),
      receiver: try row.decode(String.self, atIndex: 2), body: try row.decode(String.self, atIndex: 3),
      attempts: Int(truncatingIfNeeded: try row.decode(Int64.self, atIndex: 4)),
      nextAt: EngineTime(milliseconds: try row.decode(Int64.self, atIndex: 5)),
      createdAt: EngineTime(milliseconds: try row.decode(Int64.self, atIndex: 6)))
  }

  func outboxCounts() throws -> OutboxCounts {
    var counts = OutboxCounts(pending: 0, dead: 0)
    try each("SELECT state, count(*) FROM outbox GROUP BY state") { row in
      let count = Int(truncatingIfNeeded: try row.decode(Int64.self, atIndex: 1))
      if try row.decode(String.self, atIndex: 0) == "dead" {
        counts.dead = count
      } else {
        counts.pending = count
      }
    }
    return counts
  }

  /// The latest `limit` lines at or after `since`, oldest first.
  func audit(since: EngineTime, limit: Int) throws -> [AuditLine] {
    var lines: [AuditLine] = []
    try each(
      "SELECT at, kind, rule, subject, text FROM audit WHERE at >= ? ORDER BY id DESC LIMIT ?",
      [since.milliseconds, Int64(limit)]
    ) { row in lines.append(try Self.auditLine(row)) }
    return lines.reversed()
  }

  /// The latest `limit` lines of a kind at or after `since`, oldest first.
  func audit(kind: String, since: EngineTime, limit: Int) throws -> [AuditLine] {
    var lines: [AuditLine] = []
    let cursor = try Row.fetchCursor(
      db,
      sql: """
        SELECT at, kind, rule, subject, text FROM audit WHERE kind = ? AND at >= ? ORDER BY id DESC LIMIT ?
        """,
      arguments: [kind, since.milliseconds, limit])
    while let row = try cursor.next() { lines.append(try Self.auditLine(row)) }
    return lines.reversed()
  }

  /// The latest `limit` lines about a rule's subject, and about people's acts on it, oldest first.
  func audit(rule: String, subject: String, until: EngineTime, limit: Int) throws -> [AuditLine] {
    var lines: [AuditLine] = []
    let cursor = try Row.fetchCursor(
      db,
      sql: """
        SELECT at, kind, rule, subject, text FROM audit WHERE subject = ? AND rule IN (?, ?) AND at <= ?
        ORDER BY id DESC LIMIT ?
        """,
      arguments: [subject, rule, Decision.person, until.milliseconds, Int64(limit)])
    while let row = try cursor.next() { lines.append(try Self.auditLine(row)) }
    return lines.reversed()
  }

  private static func auditLine(_ row: Row) throws -> AuditLine {
    AuditLine(
      at: EngineTime(milliseconds: try row.decode(Int64.self, atIndex: 0)),
      kind: try row.decode(String.self, atIndex: 1), rule: try row.decode(String.self, atIndex: 2),
      subject: try row.decode(String.self, atIndex: 3), text: try row.decode(String.self, atIndex: 4))
  }

  // MARK: - Rows

  private func each(_ sql: String, _ arguments: [Int64?] = [], _ body: (Row) throws -> Void) throws {
    let cursor = try Row.fetchCursor(db, sql: sql, arguments: StatementArguments(arguments))
    while let row = try cursor.next() { try body(row) }
  }

  private func bytes(_ row: Row, _ index: Int) throws -> [UInt8]? {
    try row.withUnsafeData(atIndex: index) { data in data.map { [UInt8]($0) } }
  }

  /// The blob at `index`, if the sum beside it is right, with the numbers that it goes with.
  private func checked(
    _ row: Row, _ index: Int, _ sum: Int, _ numbers: [Int64], _ what: @autoclosure () -> String
  ) throws -> [UInt8] {
    let blob = try bytes(row, index) ?? []
    let expected = Checksum.keyed(Checksum.signed(blob), isOfVersion1 ? [] : numbers)
    guard expected == (try row.decode(Int64.self, atIndex: sum)) else {
      throw damaged("checksum of \(what())")
    }
    return blob
  }

  /// Where the state has that sum: whether it is `sum`, or not there where nothing is.
  private func check(_ sum: Int64?, _ row: Row, _ index: Int, _ what: @autoclosure () -> String) throws {
    if isOfVersion1 { return }
    guard sum == (try row.decode(Int64?.self, atIndex: index)) else {
      throw damaged("checksum of \(what())")
    }
  }

  private func damaged(_ what: String) -> StateError { StateError(.damaged, path: path, detail: what) }
}
