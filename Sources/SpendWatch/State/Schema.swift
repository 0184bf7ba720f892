internal import GRDB

/// The tables, and how older ones become today's. `user_version` is the number of migrations applied.
enum Schema {
  /// "SPFU", at byte 68 of the file.
  static let applicationID: UInt32 = 0x5350_4655
  static let version = 2

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("v1") { db in
      try db.execute(sql: tables1)
      try db.execute(sql: "PRAGMA user_version = 1")
    }
    migrator.registerMigration("v2") { db in
      try db.execute(sql: tables2)
      try SchemaStep2(db).fill()
      try db.execute(sql: "PRAGMA user_version = 2")
    }
    return migrator
  }

  // Sums over all of a row that counts, and the books of forgotten files by their source's pattern: its place in the rules file moves.
  private static let tables2 = """
    ALTER TABLE meta ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE engine_row ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE file ADD COLUMN books_sum INTEGER;
    ALTER TABLE file ADD COLUMN tracked_sum INTEGER;
    ALTER TABLE outbox ADD COLUMN sum INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE forgotten_books RENAME TO forgotten_books_1;
    CREATE TABLE forgotten_books (pattern TEXT PRIMARY KEY, books BLOB NOT NULL, sum INTEGER NOT NULL) STRICT;
    """

  // STRICT: a value of the wrong type is an error when written, and found by quick_check when read. `sum` is the XXH64 of the
  // blob before it, as a signed number. Times are milliseconds since 1970.
  private static let tables1 = """
    CREATE TABLE meta (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      uuid TEXT NOT NULL,
      fingerprint_key BLOB NOT NULL CHECK (length(fingerprint_key) = 16),
      created_at INTEGER NOT NULL,
      version TEXT NOT NULL,          -- of the program that last opened it
      sequence INTEGER NOT NULL,      -- last batch committed
      settled INTEGER NOT NULL,       -- journal rows up to it are in the pages
      highest_file INTEGER NOT NULL,  -- file ids are never reused; -1 = none yet
      committed_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE journal (
      seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, events BLOB NOT NULL, sum INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE names (seq INTEGER PRIMARY KEY, blob BLOB NOT NULL, sum INTEGER NOT NULL) STRICT;
    CREATE TABLE page (
      id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, blob BLOB NOT NULL, sum INTEGER NOT NULL
    ) STRICT;
    -- Alert states, halts, the brake: the engine's small keyed values.
    CREATE TABLE engine_row (
      kind INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY (kind, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE file (
      id INTEGER PRIMARY KEY, source INTEGER, offset INTEGER, books BLOB, tracked BLOB
    ) STRICT;
    CREATE TABLE forgotten_books (source INTEGER PRIMARY KEY, books BLOB NOT NULL) STRICT;
    CREATE TABLE outbox (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      notification_id TEXT NOT NULL,
      receiver TEXT NOT NULL,
      body TEXT NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      next_at INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'dead')),
      reason TEXT,
      UNIQUE (notification_id, receiver)
    ) STRICT;
    CREATE TABLE audit (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL, kind TEXT NOT NULL, rule TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL
    ) STRICT;
    CREATE VIEW audit_utc AS
      SELECT id, strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch') AS at, kind, rule, subject, text FROM audit;
    CREATE TABLE ledger (
      id INTEGER PRIMARY KEY, day INTEGER NOT NULL, blob BLOB NOT NULL, sum INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX ledger_day ON ledger (day);
    """
}
