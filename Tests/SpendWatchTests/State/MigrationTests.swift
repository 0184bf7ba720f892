import Foundation
import GRDB
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// D13: a state of an earlier version becomes today's, whatever interrupts that; the way back is refused.
@Suite struct MigrationTests {
  /// A state as version 1 wrote it: today's, without what version 2 added.
  static func makeOld(_ database: String) throws {
    let queue = try DatabaseQueue(path: database)
    try queue.write { db in
      func resum(_ table: String, _ key: String, _ blob: String) throws {
        for row in try Row.fetchAll(db, sql: "SELECT \(key) AS k, \(blob) AS b FROM \(table)") {
          let bytes = [UInt8](row["b"] as Data? ?? Data())
          try db.execute(
            sql: "UPDATE \(table) SET sum = ? WHERE \(key) = ?",
            arguments: [Checksum.signed(bytes), row["k"] as Int64])
        }
      }
      try resum("journal", "seq", "events")
      try resum("names", "seq", "blob")
      try resum("page", "id", "blob")
      try resum("ledger", "id", "blob")
      for (table, column) in [
        ("meta", "sum"), ("engine_row", "sum"), ("file", "books_sum"), ("file", "tracked_sum"),
        ("outbox", "sum"),
      ] { try db.execute(sql: "ALTER TABLE \(table) DROP COLUMN \(column)") }
      let books = try Row.fetchAll(db, sql: "SELECT books FROM forgotten_books ORDER BY pattern")
      try db.execute(
        sql: """
          DROP TABLE forgotten_books;
          CREATE TABLE forgotten_books (source INTEGER PRIMARY KEY, books BLOB NOT NULL) STRICT;
          DELETE FROM grdb_migrations WHERE identifier = 'v2';
          PRAGMA user_version = 1;
          """)
      for (source, row) in books.enumerated() {
        try db.execute(
          sql: "INSERT INTO forgotten_books VALUES (?, ?)", arguments: [source, row["books"] as Data])
      }
    }
    try queue.close()
  }

  /// Random contents, and two sources: the first has a file that tells its pattern.
  private func old(_ seed: UInt64) throws -> (fixture: StateFixture, model: StateModel) {
    var maker = CommitMaker(random: Dice(seed: seed))
    let fixture = StateFixture()
    let store = try fixture.open()
    var model = StateModel()
    func commit(_ new: StateCommit) throws { model.apply(new, try store.commit(new)) }
    for _ in 0..<30 { try commit(maker.next(after: model)) }
    var books = Books()
    (books.read, books.folded) = (5, 5)
    for (id, source, pattern) in [(100, 0, "/logs/0/*.jsonl"), (101, 1, "/gone/*.jsonl")]
      as [(UInt32, UInt16, String)]
    {
      var batch = Batch(sequence: model.sequence + 1, time: .at(9_000))
      let file = FileID(rawValue: id)
      batch.files = [FileBook(file: file, source: SourceID(rawValue: source), offset: 7, books: books)]
      let row = TrackedFile(
        id: file, pattern: pattern, path: RawPath("/logs/0/a.jsonl"), identity: RecordPlace.at(0).file)
      try commit(
        StateCommit(batch: batch, time: .at(9_000), files: [TrackedRow(file: file, tracked: row.encoded)]))
    }
    // The second is forgotten: nobody tells its pattern any more.
    try commit(
      StateCommit(
        time: .at(9_100),
        files: [TrackedRow(file: FileID(rawValue: 101), tracked: nil, pattern: "/gone/*.jsonl")]))
    try store.close()
    try Self.makeOld(fixture.database)
    return (fixture, model.visible)
  }

  private func expect(_ loaded: LoadedState, _ model: StateModel, _ comment: Comment) {
    var (found, wanted) = (StateModel(loaded), model)
    // Old rows knew their source's place only.
    #expect(sum(found.forgotten) == sum(wanted.forgotten), comment)
    (found.forgotten, wanted.forgotten) = ([:], [:])
    #expect(found == wanted, comment)
  }
  private func sum(_ books: [String: Books]) -> Books { books.values.reduce(into: Books()) { $0 += $1 } }

  @Test(arguments: 1...3) func d13EverythingIsKept(seed: UInt64) throws {
    let (fixture, model) = try old(seed)
    // A reader does not bring it up to date, and reads it all the same.
    try StateReader(fixture.directory).read { snapshot in
      #expect(sum(try snapshot.forgottenBooks()) == sum(model.forgotten))
      #expect(try snapshot.files().count == model.files.count)
      #expect(try snapshot.sequence() == model.sequence)
      try snapshot.forEachLedgerBlob { _, _ in }
      try snapshot.forEachEventBlob { _ in }
    }
    do {
      let store = try fixture.open()
      let loaded = try store.load()
      expect(loaded, model, "seed \(seed)")
      #expect(loaded.forgotten["/logs/0/*.jsonl"] != nil, "a file of that source tells its pattern")
      try store.close()
    }
    expect(try fixture.open().load(), model, "once more")
  }

  /// Whatever part of the migration had reached the disk when the process died.
  @Test func d13KilledInTheMiddle() throws {
    let (fixture, model) = try old(4)
    let before = try fixture.bytes()
    let store = try fixture.open()
    let log = try fixture.crashed().bytes("state.db-wal")
    try #require(log.count > 10_000)
    var versions: Set<Int> = []
    for part in 0...40 {
      let killed = StateFixture()
      try killed.directory.prepare()
      try killed.write(before)
      try killed.write(Array(log[..<(log.count * part / 40)]), "state.db-wal")
      let version = try DatabaseQueue(path: killed.database).read { db in
        try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
      }
      versions.insert(version)
      expect(try killed.open().load(), model, "\(part) of 40, version \(version)")
    }
    #expect(versions == [1, 2], "whole or not at all")
    try store.close()
  }

  @Test func d13TheWayBackIsRefused() throws {
    let fixture = StateFixture()
    try fixture.open().close()
    let queue = try DatabaseQueue(path: fixture.database)
    try queue.write { db in try db.execute(sql: "PRAGMA user_version = 3") }
    try queue.close()
    let error = try stateError { _ = try fixture.open() }
    #expect(error.kind == .newer(found: 3, known: 2) && error.needsPerson)
    #expect(error.description.contains("install that version again"))
  }

  /// Damage in an old value is not made sound by a new sum.
  @Test func d13DamageIsFoundOnTheWay() throws {
    let (fixture, _) = try old(5)
    let queue = try DatabaseQueue(path: fixture.database)
    try queue.write { db in
      try db.execute(sql: "UPDATE page SET sum = sum + 1 WHERE id = (SELECT max(id) FROM page)")
    }
    try queue.close()
    #expect(try stateError { _ = try fixture.open() }.kind == .damaged)
    #expect(try stateError { _ = try fixture.open() }.kind == .damaged, "it stays as it was")
  }
}
