package import SpendEngine

/// What the state's database does with batches, in memory: names appended, pages replaced, rows upserted or deleted, files upserted,
/// journal rows kept until they are settled.
package struct MemoryState: Sendable {
  private struct RowKey: Hashable {
    var kind: UInt8
    var key: [UInt8]
  }
  private var names: [[UInt8]] = []
  private var pages: [Int64: Page] = [:]
  private var rows: [RowKey: [UInt8]] = [:]
  private var files: [FileID: FileBook] = [:]
  private var journal: [(sequence: Int64, events: [UInt8])] = []
  package private(set) var sequence: Int64 = 0
  package static let fingerprintKey: (UInt64, UInt64) = (0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210)

  package init() {}

  package mutating func commit(_ batch: Batch) {
    precondition(batch.sequence == sequence + 1, "batches come in order, each once")
    sequence = batch.sequence
    if !batch.names.isEmpty { names.append(batch.names) }
    if !batch.events.isEmpty { journal.append((batch.sequence, batch.events)) }
    for page in batch.pages { pages[page.id] = page.blob == nil ? nil : page }
    for row in batch.rows { rows[RowKey(kind: row.kind, key: row.key)] = row.value }
    for file in batch.files { files[file.file] = file }
    journal.removeAll { $0.sequence <= batch.journalSettled }
  }

  package var pageCount: Int { pages.count }
  package var journalCount: Int { journal.count }
  package func rowCount(_ kind: StateRow.Kind) -> Int { rows.keys.count { $0.kind == kind.rawValue } }

  package var saved: SavedState {
    var saved = SavedState(fingerprintKey: MemoryState.fingerprintKey)
    saved.names = names
    // In no particular order, as from a database without ORDER BY.
    saved.pages = Array(pages.values)
    saved.rows = rows.map { StateRow(kind: $0.key.kind, key: $0.key.key, value: $0.value) }
    saved.files = files.values.sorted { $0.file.rawValue < $1.file.rawValue }
    saved.journal = journal
    saved.sequence = sequence
    return saved
  }
}
