internal import SpendEngine

extension LedgerCodec {
  /// The engine's ledger.
  package static let engine = LedgerCodec(
    settle: { Ledger.settle($0).map { Entry(day: $0.day, blob: $0.blob) } }, merge: Ledger.merge)
}

extension Report {
  /// Counts everything a state has ever folded; a daemon may be running on it.
  /// - Throws: `StateError`.
  package mutating func add(_ directory: StateDirectory) throws {
    let reader = try StateReader(directory)
    var names: [[UInt8]] = []
    var books = Books()
    var blobs: [[UInt8]] = []
    try reader.read { snapshot in
      names = try snapshot.names()
      for file in try snapshot.files() { books += file.books }
      for forgotten in try snapshot.forgottenBooks().values { books += forgotten }
      try snapshot.forEachLedgerBlob { _, blob in blobs.append(blob) }
      try snapshot.forEachEventBlob { blobs.append($0) }
    }
    for blob in names where !restore(names: blob) {
      throw StateError(.damaged, path: directory.databasePath, detail: "a block of names cannot be read")
    }
    try add(books: books) { body in
      for blob in blobs {
        guard var events = JournalReader(blob) else {
          throw StateError(.damaged, path: directory.databasePath, detail: "events of another version")
        }
        while let event = events.next() { body(event) }
        if events.failed {
          throw StateError(.damaged, path: directory.databasePath, detail: "events cannot be read")
        }
      }
    }
  }
}
