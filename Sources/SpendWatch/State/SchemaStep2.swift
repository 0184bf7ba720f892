internal import Foundation
internal import GRDB
internal import SpendEngine

/// What version 1 wrote, with the sums of version 2. What version 1 had a sum of is checked on the way: a damaged value must not become
/// a sound one.
struct SchemaStep2 {
  private let db: Database
  private let write: Write

  init(_ db: Database) {
    self.db = db
    write = Write(db)
  }

  func fill() throws {
    try key("journal", "seq", ["seq", "time"], blob: "events")
    try key("names", "seq", ["seq"], blob: "blob")
    try key("page", "id", ["id", "seq"], blob: "blob")
    try key("ledger", "id", ["day"], blob: "blob")
    try each("SELECT kind, key, value FROM engine_row") { row in
      let kind = try row.decode(Int64.self, atIndex: 0)
      let key = try bytes(row, 1)
      let sum = Checksum.engineRow(UInt8(truncatingIfNeeded: kind), key, try bytes(row, 2))
      try write.run(
        "UPDATE engine_row SET sum = ? WHERE kind = ? AND key = coalesce(?, x'')", [sum, kind, Data(key)])
    }
    try each("SELECT id, source, offset, books FROM file WHERE books IS NOT NULL") { row in
      let numbers = try (0..<3).map { try row.decode(Int64.self, atIndex: $0) }
      let sum = Checksum.keyed(Checksum.signed(try bytes(row, 3)), numbers)
      try write.run("UPDATE file SET books_sum = ? WHERE id = ?", [sum, numbers[0]])
    }
    var patterns: [Int64: String] = [:]
    try each("SELECT id, tracked, source FROM file WHERE tracked IS NOT NULL ORDER BY id") { row in
      let id = try row.decode(Int64.self, atIndex: 0)
      let tracked = try bytes(row, 1)
      try write.run("UPDATE file SET tracked_sum = ? WHERE id = ?", [Checksum.signed(tracked, id), id])
      // The latest file that a source found tells its pattern.
      if let source = try row.decode(Int64?.self, atIndex: 2), let file = TrackedFile(encoded: tracked) {
        patterns[source] = file.pattern
      }
    }
    try each("SELECT id, notification_id, receiver, body FROM outbox") { row in
      let text = try (1..<4).map { try row.decode(String.self, atIndex: $0) }
      try write.run(
        "UPDATE outbox SET sum = ? WHERE id = ?",
        [Checksum.outbox(text[0], text[1], text[2]), try row.decode(Int64.self, atIndex: 0)])
    }
    try each("SELECT source, books FROM forgotten_books_1") { row in
      guard let books = BooksCodec.decode(try bytes(row, 1)) else { throw damaged("forgotten books") }
      // Where nobody tells it, they belong to the totals all the same.
      try write.forgotten(books, patterns[try row.decode(Int64.self, atIndex: 0)] ?? "", path: "state.db")
    }
    try db.execute(sql: "DROP TABLE forgotten_books_1")
    try write.sumMeta()
  }

  /// The sum of a blob takes in the numbers beside it.
  private func key(_ table: String, _ primary: String, _ numbers: [String], blob: String) throws {
    try each("SELECT \(primary), sum, \(blob), \(numbers.joined(separator: ", ")) FROM \(table)") { row in
      let id = try row.decode(Int64.self, atIndex: 0)
      let sum = try row.decode(Int64.self, atIndex: 1)
      guard sum == Checksum.signed(try bytes(row, 2)) else { throw damaged("checksum of \(table) \(id)") }
      let values = try numbers.indices.map { try row.decode(Int64.self, atIndex: 3 + $0) }
      try write.run("UPDATE \(table) SET sum = ? WHERE \(primary) = ?", [Checksum.keyed(sum, values), id])
    }
  }

  private func each(_ sql: String, _ body: (Row) throws -> Void) throws {
    let cursor = try Row.fetchCursor(db, sql: sql)
    while let row = try cursor.next() { try body(row) }
  }

  private func bytes(_ row: Row, _ index: Int) throws -> [UInt8] {
    [UInt8](try row.decode(Data?.self, atIndex: index) ?? Data())
  }

  private func damaged(_ what: String) -> StateError { StateError(.damaged, path: "state.db", detail: what) }
}
