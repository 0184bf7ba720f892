internal import Foundation
internal import GRDB
internal import SpendEngine

extension Store {
  /// Writes `commit` in one transaction. Batches come in the order of their sequence; one that failed is given again as it was,
  /// and is not written twice if it had reached the disk after all.
  package func commit(_ commit: StateCommit) throws(StateError) -> Committed {
    // Readers have been kept out since the disk was full: perhaps it is not any more.
    if isAlone { try reopen() }
    if let batch = commit.batch {
      guard batch.sequence > progress.sequence || batch.sequence == attempted else {
        throw StateError(
          .outOfOrder(expectedAfter: progress.sequence, got: batch.sequence), path: path)
      }
      attempted = batch.sequence
      if batch.sequence <= progress.sequence {
        let queued = try read { rows in try commit.notifications.compactMap { try Write(rows.db).pending($0) }
        }
        return Committed(sequence: progress.sequence, queued: queued)
      }
    }
    let now = commit.time
    let settled = max(progress.settled, commit.batch?.journalSettled ?? 0)
    progress.journal.settle(through: settled)
    let due = progress.journal.due(now: now, limits: limits)
    let isPurgeDue = now - progress.lastPurge >= .hour

    let done = try transact { db in
      let write = Write(db)
      if let batch = commit.batch { try write.batch(batch) }
      for row in commit.files { try write.tracked(row, path: path) }
      for outcome in commit.outcomes { try write.outcome(outcome) }
      let queued = try commit.notifications.compactMap { try write.notification($0, now: now) }
      for line in commit.audit { try write.audit(line) }
      for alarm in commit.alarms { try write.alarm(alarm) }
      var ledgerRows = progress.smallLedgerRows
      if let due { try settle(db, through: due, rows: &ledgerRows) }
      let isPurged = try isPurgeDue && write.purge(now: now)
      let sequence = commit.batch?.sequence ?? progress.sequence
      let highestFile = commit.highestFile(progress.highestFile)
      try write.meta(sequence: sequence, settled: settled, highestFile: highestFile, now: now)
      return (sequence, highestFile, queued, ledgerRows, isPurged)
    }

    progress.sequence = done.0
    progress.highestFile = done.1
    progress.smallLedgerRows = done.3
    progress.settled = settled
    if done.4 { progress.lastPurge = now }
    if let due { progress.journal.drop(through: due) }
    if let batch = commit.batch, !batch.events.isEmpty {
      progress.journal.append(
        SettlingQueue.Entry(sequence: batch.sequence, time: batch.time, bytes: batch.events.count))
    }
    return Committed(sequence: done.0, queued: done.2)
  }

  /// Moves journal rows up to `sequence` into the ledger, and joins a day's small rows when there are many.
  private func settle(_ db: Database, through sequence: Int64, rows: inout [Int64: Int]) throws {
    var events: [[UInt8]] = []
    let cursor = try Data.fetchCursor(
      db.cachedStatement(sql: "SELECT events FROM journal WHERE seq <= ? ORDER BY seq"), arguments: [sequence]
    )
    while let blob = try cursor.next() { events.append([UInt8](blob)) }
    let write = Write(db)
    let entries = ledger.settle(events)
    for entry in entries {
      try write.ledger(entry)
      if entry.blob.count <= limits.mergedBytes { rows[entry.day, default: 0] += 1 }
    }
    try write.run("DELETE FROM journal WHERE seq <= ?", [sequence])
    guard let merge = ledger.merge,
      let day = entries.map(\.day).first(where: { rows[$0, default: 0] >= limits.mergedRows })
    else { return }
    var ids: [Int64] = []
    var blobs: [[UInt8]] = []
    var bytes = 0
    let small = try Row.fetchCursor(
      db.cachedStatement(
        sql: "SELECT id, blob FROM ledger WHERE day = ? AND length(blob) <= ? ORDER BY id"),
      arguments: [day, limits.mergedBytes])
    while let row = try small.next() {
      let blob = [UInt8](try row.decode(Data.self, atIndex: 1))
      bytes += blob.count
      if bytes > limits.mergedBytes * 16 { break }
      ids.append(try row.decode(Int64.self, atIndex: 0))
      blobs.append(blob)
    }
    guard ids.count > 1 else { return }
    let merged = LedgerCodec.Entry(day: day, blob: merge(blobs))
    for id in ids { try write.run("DELETE FROM ledger WHERE id = ?", [id]) }
    try write.ledger(merged)
    rows[day, default: 0] -= ids.count - (merged.blob.count <= limits.mergedBytes ? 1 : 0)
  }
}

extension StateCommit {
  fileprivate func highestFile(_ known: Int64) -> Int64 {
    let books = (batch?.files ?? []).map { Int64($0.file.rawValue) }
    return (books + files.map { Int64($0.file.rawValue) }).reduce(known, max)
  }
}
