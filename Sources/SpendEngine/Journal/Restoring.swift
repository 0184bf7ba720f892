extension Engine {
  /// Takes in what an earlier run committed: names, pages, then each journal event that is newer than its page by the same fold as live.
  mutating func restore(_ saved: consuming SavedState) throws(EngineError) {
    sequence = saved.sequence
    for blob in saved.names {
      guard intake.names.restore(blob) else { throw .damagedState("a block of names cannot be read") }
    }
    for book in saved.files {
      fileIndex[book.file] = files.count
      files.append(book)
      sourceNames.append(NameTable.none)
    }
    for row in saved.rows where row.kind == StateRow.Kind.meta.rawValue { try restoreMeta(row) }
    registerSums(at: Birth(sequence: sequence, events: .max))
    for page in saved.pages { try restore(page) }
    // What has no number by now was counted as `(other)`, whatever room there is today.
    intake.names.cap = 0
    var mustAge = aged.time != .distantPast
    for (sequence, events) in saved.journal { try restore(events, sequence, &mustAge) }
    if mustAge { ageAgain() }
    intake.names.cap = rules.maxNames
    for row in saved.rows where row.kind != StateRow.Kind.meta.rawValue { try restore(row) }
    for (key, state) in alerts where state.told < state.level { digest.insert(key) }
    brake.settings = rules.brake
    closeOpenPeriods()
    rescheduleAll()
  }

  private mutating func restore(_ page: Page) throws(EngineError) {
    guard let blob = page.blob else { return }
    switch PageKind(page: page.id) {
    case nil: throw .damagedState("a page is of a kind that this version does not know")
    case .seen:
      guard intake.restoreSeen(page: page.id, blob) else {
        throw .damagedState("a page of request ids cannot be read")
      }
      seenSequence[page.id] = page.sequence
    case .series: try restoreSeries(page, blob)
    case .spike: try restoreSpikes(page, blob)
    }
  }

  private mutating func restoreSpikes(_ page: Page, _ blob: [UInt8]) throws(EngineError) {
    let births = births
    let counts = Dictionary(
      spikes.columns.values.map { ($0.per, intake.names.count(of: $0.per)) }, uniquingKeysWith: max)
    let restored = spikes.restore(
      page: page.id, sequence: page.sequence, blob, subjects: { counts[$0] ?? 0 }
    ) { column in
      !(births[SumName(per: column.per, spike: column.name)]?.isAfter(event: .max, of: page.sequence) ?? false)
    }
    switch restored {
    case .taken: break
    case .foreign: changed.droppedPages.append(page.id)
    case .damaged: throw .damagedState("a page of a spike rule cannot be read")
    }
  }

  private mutating func restoreSeries(_ page: Page, _ blob: [UInt8]) throws(EngineError) {
    guard let (per, number) = SeriesPage(id: page.id).map({ ($0.per, $0.number) }) else {
      throw .damagedState("a page counts by what this version does not know")
    }
    guard let table = tables.firstIndex(where: { $0.layout.per == per }) else {
      // No rule counts by this any more: the page would be stale if one did again.
      changed.droppedPages.append(page.id)
      return
    }
    if isUnborn(table, event: .max, of: page.sequence) { return changed.droppedPages.append(page.id) }
    let unborn = unborn(table, event: .max, of: page.sequence)
    let subjects = intake.names.count(of: per)
    guard
      tables[table].restore(
        page: number, sequence: page.sequence, blob, without: unborn,
        subjects: subjects)
    else {
      throw .damagedState("a page of sums per \(per.name) cannot be read")
    }
    cool(Cooling.aTurn)
  }

  /// Presses what had been pressed when the last run ended: pages from before do not show it, and what the journal has since is exact.
  private mutating func ageAgain() {
    let known = (pages: seenSequence, after: aged.after.sequence)
    for page in intake.ageSeen(to: aged.time, where: { known.pages[$0] ?? 0 < known.after }) {
      changed.touch(page, sequence: aged.after.sequence)
    }
  }

  /// - Parameter mustAge: the request ids must be aged once, when the events before that are in.
  private mutating func restore(_ events: [UInt8], _ number: Int64, _ mustAge: inout Bool) throws(EngineError)
  {
    guard var reader = JournalReader(events) else { throw .damagedState("the journal is of another version") }
    let newest = births.values.map(\.sequence).max() ?? 0
    var index = -1
    while let event = reader.next() {
      index += 1
      if mustAge, !aged.after.isAfter(event: index, of: number) {
        mustAge = false
        ageAgain()
      }
      guard intake.names.knows(event) else { throw .damagedState("a journal row names nobody that is known") }
      if event.fingerprint != 0, number > seenSequence[SeenTable.page(of: event)] ?? 0,
        let page = intake.remember(event)
      {
        changed.touch(page, sequence: number)
      }
      for table in tables.indices {
        if number <= newest, isUnborn(table, event: index, of: number) { continue }
        let series = subject(of: event, table)
        let page = Int(series) / SeriesTable.pageSize
        restoreSpikes(event, table, series, index: index, of: number, newest: newest)
        if page < tables[table].pages.count, number <= tables[table].pages[page].sequence { continue }
        _ = tables[table].fold(event, into: series, clock)
        if number <= newest { tables[table].clear(series, unborn(table, event: index, of: number)) }
        if tables[table].touch(series) { changed.touch(pageID(table, page: page), sequence: number) }
      }
      cool(tables.count + 1)
    }
    changed.journalBytes += events.count
    if reader.isForeign {
      throw .damagedState("a journal row holds records of a kind that this version does not know")
    }
    if reader.failed { throw .damagedState("a journal row cannot be read") }
  }

  /// Shows a journal event to the spike rules whose pages do not hold it yet.
  private mutating func restoreSpikes(
    _ event: UsageEvent, _ table: Int, _ series: SeriesID, index: Int, of number: Int64, newest: Int64
  ) {
    for rule in tables[table].layout.watchers {
      guard case .spike(let spike) = rules.rules[rule].kind, let column = spikes.columns[rule] else {
        continue
      }
      if number <= newest, isUnborn(column, event: index, of: number) { continue }
      if spikes.holds(rule, series, number) { continue }
      _ = observe(event, rule, series, spike, sequence: number)
    }
  }

  private mutating func restore(_ row: StateRow) throws(EngineError) {
    guard let value = row.value else { return }
    switch StateRow.Kind(rawValue: row.kind) {
    case nil: throw .damagedState("a row is of a kind that this version does not know")
    case .meta: break
    case .halt:
      guard halts.restore(value) else { throw .damagedState("a halt cannot be read") }
    case .alert:
      guard let state = AlertState(value) else { throw .damagedState("an alert cannot be read") }
      guard let (name, per, series) = alertName(row.key) else {
        throw .damagedState("an alert cannot be read")
      }
      if let key = alertKey(row.key) {
        alerts[key] = state
      } else {
        let subject = intake.names.subject(per, series)
        orphans.append(Orphan(row: row.key, rule: name, subject: subject, state: state))
      }
    }
  }

  private func alertName(_ bytes: [UInt8]) -> (rule: String, per: Per, series: SeriesID)? {
    var reader = ByteReader(bytes)
    let name = reader.string()
    let per = Per(stored: reader.byte())
    let series = reader.number(SeriesID.self)
    guard let per, !reader.failed, reader.isAtEnd else { return nil }
    return (name, per, series)
  }

  /// The rule and subject of a stored key; nil where the rule is gone or counts by something else now.
  private func alertKey(_ bytes: [UInt8]) -> AlertKey? {
    guard let (name, per, series) = alertName(bytes),
      let rule = rules.rules.firstIndex(where: { $0.name == name && $0.per == per })
    else { return nil }
    return AlertKey(rule: rule, series: series)
  }

  private mutating func restoreMeta(_ row: StateRow) throws(EngineError) {
    guard let value = row.value else { return }
    var reader = ByteReader(value)
    guard reader.byte() == Engine.metaVersion else {
      throw .damagedState("the engine's own row is of another version")
    }
    restoreTime(reader.time() ?? .distantPast)
    incidents = reader.signed()
    let stored = reader.number(Int.self)
    for _ in 0..<min(stored, 64) {
      let calendar = CalendarPeriod(name: reader.string())
      let previous = reader.time() ?? .distantPast
      let start = reader.time() ?? .distantPast
      let end = reader.time() ?? .distantPast
      // A later build may know more calendars: their periods are nobody's here.
      guard let index = calendar.map({ Int($0.rawValue) }) else { continue }
      (periods[index].previousStart, periods[index].start, periods[index].end) = (previous, start, end)
    }
    let isPaged = reader.byte() != 0
    let hold = reader.signed()
    let recent = (0..<min(reader.number(Int.self), 100_000)).compactMap { _ in reader.time() }
    halts.held.restore(next: reader.signed())
    readBirths(&reader)
    let after = Birth(&reader)
    aged = (after, reader.time() ?? .distantPast)
    guard !reader.failed, reader.isAtEnd else { throw .damagedState("the engine's own row cannot be read") }
    brake.restore(recent: recent, isPaged: isPaged, hold: hold)
  }
}
