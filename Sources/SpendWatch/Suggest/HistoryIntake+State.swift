import SpendEngine

extension HistoryIntake {
  /// Takes in everything that a state has ever folded; a daemon may be running on it.
  /// - Throws: `StateError`.
  package mutating func read(_ directory: StateDirectory) throws {
    let stored = try StoredEvents.read(directory)
    try stored.restoreNames { restore(names: $0) }
    add(books: stored.books)
    try stored.forEachCell { add(cell: $0) }
    var outputs: [UInt64: Int64] = [:]
    try stored.forEachCall { add(journaled: $0, outputs: &outputs) }
  }
}
