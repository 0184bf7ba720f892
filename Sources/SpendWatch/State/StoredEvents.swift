internal import SpendEngine

/// Everything that a state has ever folded, as of one commit: names, books, and events to walk along. A daemon may be running on it.
struct StoredEvents {
  /// For `Names.restore`, in order.
  let names: [[UInt8]]
  /// Of all files, the forgotten ones with them.
  let books: Books
  private let ledger: [[UInt8]]
  private let journal: [[UInt8]]
  private let path: String

  /// - Parameter firstDay: cells of earlier UTC days (since the epoch) are left out.
  /// - Throws: `StateError`.
  init(_ snapshot: borrowing StateSnapshot, firstDay: Int64 = .min) throws {
    names = try snapshot.names()
    var books = Books()
    for file in try snapshot.files() { books += file.books }
    for forgotten in try snapshot.forgottenBooks().values { books += forgotten }
    self.books = books
    var ledger: [[UInt8]] = []
    var journal: [[UInt8]] = []
    try snapshot.forEachLedgerBlob { if $0 >= firstDay { ledger.append($1) } }
    try snapshot.forEachEventBlob { journal.append($0) }
    (self.ledger, self.journal) = (ledger, journal)
    path = snapshot.path
  }

  /// All of a state.
  /// - Throws: `StateError`.
  static func read(_ directory: StateDirectory) throws -> StoredEvents {
    try StateReader(directory).read { try StoredEvents($0) }
  }

  /// Hands every block of names to `restore`, which says whether it could read it.
  func restoreNames(_ restore: ([UInt8]) -> Bool) throws(StateError) {
    for blob in names where !restore(blob) { throw damaged("a block of names cannot be read") }
  }

  /// Sums of an hour each: what is older than the journal.
  func forEachCell(_ body: (UsageEvent) -> Void) throws(StateError) { try walk(ledger, body) }

  /// The newest calls, one by one.
  func forEachCall(_ body: (UsageEvent) -> Void) throws(StateError) { try walk(journal, body) }

  private func walk(_ blobs: [[UInt8]], _ body: (UsageEvent) -> Void) throws(StateError) {
    for blob in blobs {
      guard var events = JournalReader(blob) else { throw damaged("events of another version") }
      while let event = events.next() { body(event) }
      if events.failed { throw damaged("events cannot be read") }
    }
  }

  private func damaged(_ what: String) -> StateError { StateError(.damaged, path: path, detail: what) }
}
