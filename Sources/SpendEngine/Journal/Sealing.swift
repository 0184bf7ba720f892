extension Engine {
  /// Decided since the last drain, in order; for drivers without a state (`replay`).
  package mutating func drainDecisions() -> [Decision] {
    defer { decisions.removeAll(keepingCapacity: true) }
    return decisions
  }

  /// Decisions that the next batch will hold.
  package var pendingDecisions: Int { decisions.count }

  /// What switches must show or lift since the last call. They need not wait for the commit: asserting twice is harmless.
  package mutating func drainHaltIntents() -> [HaltIntent] { halts.drainIntents() }

  /// What every switch must show now, complete.
  package func allHaltIntents() -> [HaltIntent] { halts.allIntents }

  /// Bytes of events and names that no batch holds yet.
  package var unsealedBytes: Int { journal.byteCount + intake.names.undrainedBytes }

  /// Events that no batch holds yet.
  package var unsealedEvents: Int { journal.count }

  /// Whether `seal` would make a batch.
  package var hasUnsealed: Bool {
    journal.count > 0 || !changed.files.isEmpty || !changed.alerts.isEmpty || !changed.rows.isEmpty
      || !changed.droppedPages.isEmpty || changed.hasMeta || !decisions.isEmpty || halts.hasRows
  }

  /// Everything since the last seal as one value; nil where nothing changed.
  /// - Parameter buffer: journal bytes of a committed batch, handed back for its allocation.
  package mutating func seal(reusing buffer: [UInt8]? = nil) -> Batch? {
    guard hasUnsealed else { return nil }
    sequence += 1
    var batch = Batch(sequence: sequence, time: time)
    batch.eventCount = journal.count
    batch.events = journal.take()
    if let buffer { journal = JournalWriter(reusing: buffer) }
    changed.journalBytes += batch.events.count
    batch.names = intake.names.drain()
    batch.files = changed.files.sorted().map { files[$0] }
    batch.rows = changed.rows
    for key in changed.alerts.sorted(by: { ($0.rule, $0.series) < ($1.rule, $1.series) }) {
      batch.rows.append(alertRow(key))
    }
    batch.rows += halts.drainRows()
    batch.rows.append(metaRow())
    batch.decisions = drainDecisions()
    batch.pages = sweep()
    batch.journalSettled = changed.dirty.first.map { $0.since - 1 } ?? sequence
    changed.files.removeAll(keepingCapacity: true)
    changed.alerts.removeAll(keepingCapacity: true)
    changed.rows.removeAll()
    changed.hasMeta = false
    return batch
  }

  /// Pages to write now. All that is due at a clean stop is still in the journal: nothing must be written for safety's sake.
  private mutating func sweep() -> [Page] {
    var pages = changed.droppedPages.map { Page(id: $0, sequence: sequence, blob: nil) }
    changed.droppedPages.removeAll()
    guard let oldest = changed.dirty.first else {
      changed.journalBytes = 0
      return pages
    }
    guard
      sequence - oldest.since >= sweepAfterBatches || changed.journalBytes >= sweepAfterBytes
    else {
      return pages
    }
    for id in changed.takeDirty(pagesPerBatch) {
      pages.append(Page(id: id, sequence: sequence, blob: encoded(id)))
    }
    if changed.dirty.isEmpty { changed.journalBytes = 0 }
    return pages
  }

  private mutating func encoded(_ id: Int64) -> [UInt8]? {
    switch PageKind(page: id) {
    case nil: return nil
    case .seen: return intake.seen.encoded(page: id)
    case .spike: return spikes.encoded(page: id)
    case .series:
      guard let page = SeriesPage(id: id),
        let table = tables.firstIndex(where: { $0.layout.per == page.per })
      else { return nil }
      tables[table].clean(page: page.number)
      return tables[table].encoded(page: page.number)
    }
  }

  // MARK: Rows

  /// An alert's row: rule by name and subject by number, so that it survives a change of the rules.
  func alertRow(_ key: AlertKey) -> StateRow {
    let rule = rules.rules[key.rule]
    var writer = ByteWriter()
    writer.string(rule.name)
    writer.byte(rule.per.rawValue)
    writer.unsigned(UInt64(key.series))
    return StateRow(kind: StateRow.Kind.alert.rawValue, key: writer.bytes, value: alerts[key]?.encoded())
  }

  static let metaVersion: UInt8 = 3

  private func metaRow() -> StateRow {
    var writer = ByteWriter()
    writer.byte(Engine.metaVersion)
    writer.time(time)
    writer.signed(incidents)
    writer.unsigned(UInt64(periods.count))
    for (calendar, period) in zip(CalendarPeriod.allCases, periods) {
      writer.string(calendar.name)
      writer.time(period.previousStart)
      writer.time(period.start)
      writer.time(period.end)
    }
    writer.byte(brake.isPaged ? 1 : 0)
    writer.signed(brake.hold)
    writer.unsigned(UInt64(brake.recent.count))
    for time in brake.recent { writer.time(time) }
    writer.signed(halts.held.next)
    writeBirths(&writer)
    aged.after.write(&writer)
    writer.time(aged.time)
    return StateRow(kind: StateRow.Kind.meta.rawValue, key: Array("engine".utf8), value: writer.bytes)
  }
}
