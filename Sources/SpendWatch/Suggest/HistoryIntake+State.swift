import SpendEngine

extension HistoryIntake {
  /// Takes in everything that a state has ever folded; a daemon may be running on it.
  /// - Throws: `StateError`.
  package mutating func read(_ directory: StateDirectory) throws {
    let reader = try StateReader(directory)
    var names: [[UInt8]] = []
    var books = Books()
    var blobs: (ledger: [[UInt8]], journal: [[UInt8]]) = ([], [])
    try reader.read { snapshot in
      names = try snapshot.names()
      for file in try snapshot.files() { books += file.books }
      for forgotten in try snapshot.forgottenBooks().values { books += forgotten }
      try snapshot.forEachLedgerBlob { _, blob in blobs.ledger.append(blob) }
      try snapshot.forEachEventBlob { blobs.journal.append($0) }
    }
    for blob in names where !restore(names: blob) {
      throw StateError(.damaged, path: directory.databasePath, detail: "a block of names cannot be read")
    }
    add(books: books)
    for blob in blobs.ledger { try HistoryIntake.each(blob, directory) { add(cell: $0) } }
    var outputs: [UInt64: Int64] = [:]
    for blob in blobs.journal {
      try HistoryIntake.each(blob, directory) { add(journaled: $0, outputs: &outputs) }
    }
  }

  private static func each(_ blob: [UInt8], _ directory: StateDirectory, _ body: (UsageEvent) -> Void)
    throws(StateError)
  {
    guard var events = JournalReader(blob) else {
      throw StateError(.damaged, path: directory.databasePath, detail: "events of another version")
    }
    while let event = events.next() { body(event) }
    if events.failed {
      throw StateError(.damaged, path: directory.databasePath, detail: "events cannot be read")
    }
  }
}
