package import Foundation
package import SpendEngine

/// Spend by group, from logs or from what a daemon has kept. Counts by the same intake as `watch`: each call once, over all logs.
package struct Report: ~Copyable {
  private let by: [GroupField]
  private let since: EngineTime?
  private let until: EngineTime?
  /// Stands in for a missing event time, and caps one that is ahead.
  private let now: EngineTime
  private var intake: Intake
  private var days: PeriodLabels
  private var hours: PeriodLabels
  private var tally: Tally
  /// The group of the event in hand.
  private var key: [UInt32]
  private var books = Books()
  private var total = Sums()
  /// Requests by model whose price was guessed.
  private var guessed: [NameID: Int64] = [:]

  /// - Parameters:
  ///   - by: none = one row for everything.
  ///   - since: events before it are left out; nil = none.
  ///   - until: events at or after it are left out; nil = none.
  ///   - zone: of days and hours.
  ///   - fingerprintKey: random, so that nobody who writes a log can aim at collisions.
  package init(
    by: [GroupField], since: EngineTime? = nil, until: EngineTime? = nil, zone: TimeZone, prices: PriceTable,
    now: EngineTime, fingerprintKey: (UInt64, UInt64)
  ) {
    self.by = by
    self.since = since
    self.until = until
    self.now = now
    intake = Intake(prices: prices, fingerprintKey: fingerprintKey)
    days = PeriodLabels(isHour: false, zone: zone)
    hours = PeriodLabels(isHour: true, zone: zone)
    tally = Tally(width: by.count)
    key = by.map { _ in 0 }
  }

  // MARK: From logs

  /// Counts one log, from its beginning to its end. What was read before a problem stays counted.
  /// - Parameter progress: called after each slice with the bytes of this log that are done with.
  package mutating func read(_ log: LogPath, parser: LogParser, progress: (Int64) -> Void = { _ in })
    throws(LogProblem)
  {
    let stream = LogStream(path: log.path, parser: parser)
    let source = intake.names.internSource(log.source)
    while try stream.next() {
      count(stream.parsed, source: source)
      progress(stream.bytesRead)
    }
  }

  private mutating func count(_ parsed: borrowing ParsedRecords, source: NameID) {
    for index in parsed.records.indices {
      books.read += 1
      switch parsed.records[index].outcome {
      case .rejected(let why): books.rejected[Int(why.rawValue)] += 1
      case .noUsage: books.noUsage += 1
      case .usage(let record):
        let event = intake.book(record, names: parsed.names, source: source, arrival: now, books: &books)
        guard let event else { continue }
        _ = intake.remember(event)
        add(event)
      }
    }
  }

  // MARK: From a state

  /// Takes in the names that a state's events are about: `Batch.names`, in order. False if they are damaged.
  package mutating func restore(names blob: [UInt8]) -> Bool { intake.names.restore(blob) }

  /// Counts what a state holds: events of its journal, and the cells of its ledger, which are packed alike.
  /// - Parameters:
  ///   - books: of all its files.
  ///   - events: calls its argument with each event.
  package mutating func add(books: Books, events: (_ body: (UsageEvent) -> Void) throws -> Void) rethrows {
    self.books += books
    try events { add($0) }
  }

  // MARK: Both

  private mutating func add(_ event: UsageEvent) {
    if let since, event.time < since { return }
    if let until, event.time >= until { return }
    for (index, field) in by.enumerated() {
      key[index] =
        switch field {
        case .key: event.key
        case .task: event.task
        case .model: event.model
        case .user: event.user
        case .team: event.team
        case .source: event.source
        case .day: days.number(of: event.time)
        case .hour: hours.number(of: event.time)
        }
    }
    tally.add(event, to: key)
    total.add(event)
    if event.pricing == .dearest { guessed[event.model, default: 0] += event.requests }
  }

  /// The report as text and numbers.
  package func result() -> ReportResult {
    let order = (0..<tally.count).sorted { isBefore($0, $1) }
    return ReportResult(
      by: by,
      rows: order.map { group in
        .init(
          labels: zip(by, tally.key(group)).map { label($0, $1) }, sums: tally.sums[group])
      }, totals: total, books: books,
      aliases: Dictionary(
        intake.names.aliases.map {
          (intake.names.keys.string($0.key), String(decoding: $0.value, as: UTF8.self))
        },
        uniquingKeysWith: { first, _ in first }),
      guessed: guessed.filter { $0.value > 0 }.map { (intake.names.models.string($0.key), $0.value) }
        .sorted { ($1.1, $0.0) < ($0.1, $1.0) })
  }

  /// Time ascending, then the dearest first, then as first seen.
  private func isBefore(_ a: Int, _ b: Int) -> Bool {
    for (index, field) in by.enumerated() where field.isTime {
      let (first, second) = (start(field, tally.key(a), index), start(field, tally.key(b), index))
      if first != second { return first < second }
    }
    let (mine, theirs) = (tally.sums[a].cost, tally.sums[b].cost)
    return mine == theirs ? a < b : mine > theirs
  }

  private func start(_ field: GroupField, _ key: ArraySlice<UInt32>, _ index: Int) -> EngineTime {
    let number = Int(key[key.startIndex + index])
    return field == .day ? days.starts[number] : hours.starts[number]
  }

  private func label(_ field: GroupField, _ number: UInt32) -> String {
    switch field {
    case .key: intake.names.keys.string(number)
    case .task: intake.names.tasks.string(number)
    case .model: intake.names.models.string(number)
    case .user: intake.names.users.string(number)
    case .team: intake.names.teams.string(number)
    case .source: intake.names.sources.string(number)
    case .day: days.labels[Int(number)]
    case .hour: hours.labels[Int(number)]
    }
  }
}
