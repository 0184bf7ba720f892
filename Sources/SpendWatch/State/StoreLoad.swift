package import SpendEngine

/// Everything that the threads start from.
package struct LoadedState: Sendable {
  /// For the engine.
  package var saved: SavedState
  /// For the tailer.
  package var tracked: [TrackedRow] = []
  /// The highest file id ever used, by forgotten files too; nil = none. New files go on from it.
  package var highestFile: FileID?
  /// For the alerts thread.
  package var outbox: [OutboxRow] = []
  /// Told, and not over when the last run ended.
  package var alarms: [Alarm] = []
  /// Books of the files that the tailer has forgotten, by their source's pattern: they belong to the totals.
  package var forgotten: [String: Books] = [:]
  /// Records that were passed over unread in the last days.
  package var quarantined: [AuditLine] = []
  /// Names this state, for as long as it lives.
  package var uuid: String
  package var createdAt: EngineTime
  /// The time of the last commit.
  package var committedAt: EngineTime
}

extension Store {
  /// Reads the whole state. Throws `.damaged` where a checksum or a number does not fit.
  package func load() throws(StateError) -> LoadedState {
    try read { rows in
      let meta = try rows.meta()
      var saved = SavedState(fingerprintKey: meta.fingerprintKey)
      saved.sequence = meta.sequence
      saved.names = try rows.names()
      saved.pages = try rows.pages()
      saved.rows = try rows.engineRows().filter { $0.kind != Alarm.rowKind }
      // What is settled is in the pages, and waits only for the ledger.
      try rows.journal(after: meta.settled) { saved.journal.append((sequence: $0, events: $1)) }
      if let last = saved.journal.last?.sequence, last > meta.sequence {
        throw StateError(.damaged, path: path, detail: "journal row \(last) after the last, \(meta.sequence)")
      }
      if let page = saved.pages.first(where: { $0.sequence > meta.sequence }) {
        throw StateError(
          .damaged, path: path, detail: "page \(page.id) is of \(page.sequence), the last is \(meta.sequence)"
        )
      }
      var tracked: [TrackedRow] = []
      try rows.files { file, book, row in
        if let book { saved.files.append(book) }
        if let row { tracked.append(TrackedRow(file: file, tracked: row)) }
      }
      return LoadedState(
        saved: saved, tracked: tracked,
        highestFile: UInt32(exactly: meta.highestFile).map(FileID.init(rawValue:)),
        outbox: try rows.pendingOutbox(),
        alarms: try rows.engineRows(kind: Alarm.rowKind).compactMap(Alarm.init),
        forgotten: try rows.forgottenBooks(), quarantined: try rows.quarantined(before: meta.committedAt),
        uuid: meta.uuid,
        createdAt: meta.createdAt, committedAt: meta.committedAt)
    }
  }

  /// For `status`.
  package func outboxCounts() throws(StateError) -> OutboxCounts { try read { try $0.outboxCounts() } }
}
