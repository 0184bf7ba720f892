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
    let stored = try StoredEvents.read(directory)
    try stored.restoreNames { restore(names: $0) }
    try add(books: stored.books) { body in
      try stored.forEachCell(body)
      try stored.forEachCall(body)
    }
  }
}
