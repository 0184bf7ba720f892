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
  /// Of each field that is a time.
  private var periods: [PeriodLabels?]
  private var tally: Tally
  /// What the rows' bars are made from; nil where nobody looks at them.
  private var sparks: (rows: SparkRows, time: SparkTime)?
  /// The group of the event in hand.
  private var key: [UInt32]
  private var books = Books()
  private var total = Sums()
  /// Requests by model whose price was guessed.
  private var guessed: [NameID: Int64] = [:]
  /// Calls that are earlier than `since`, or not before `until`; of logs only.
  private var outside: Int64 = 0
  /// Of the earliest and the latest call, those outside too.
  private var span: ClosedRange<EngineTime>?
  private let zone: TimeZone
  /// What the price table calls itself; nil where costs were settled by somebody else.
  private var priceOrigin: String?

  /// - Parameters:
  ///   - by: none = one row for everything.
  ///   - since: events before it are left out; nil = none.
  ///   - until: events at or after it are left out; nil = none.
  ///   - zone: of hours, days, weeks and months.
  ///   - sparks: whether rows get the values of their bars.
  ///   - fingerprintKey: random, so that nobody who writes a log can aim at collisions.
  package init(
    by: [GroupField], since: EngineTime? = nil, until: EngineTime? = nil, zone: TimeZone,
    weekStart: CalendarSettings.Weekday = .monday, prices: PriceTable, now: EngineTime,
    fingerprintKey: (UInt64, UInt64), sparks: Bool = false
  ) {
    self.by = by
    self.since = since
    self.until = until
    self.now = now
    intake = Intake(prices: prices, fingerprintKey: fingerprintKey)
    self.zone = zone
    priceOrigin = prices.origin
    periods = by.map { field in field.period.map { PeriodLabels($0, zone: zone, weekStart: weekStart) } }
    if sparks {
      // The finest: its bars are the finest too.
      let finest = [CalendarPeriod.hour, .day, .week, .month].first { by.compactMap(\.period).contains($0) }
      self.sparks = (SparkRows(), SparkTime(finest, zone: zone, weekStart: weekStart))
    }
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
        if !add(event), !event.isCorrection { outside += 1 }
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
    priceOrigin = nil
    try events { _ = add($0) }
  }

  // MARK: Both

  /// False where the event is outside.
  private mutating func add(_ event: UsageEvent) -> Bool {
    let (first, last) = (span?.lowerBound ?? event.time, span?.upperBound ?? event.time)
    span = min(first, event.time)...max(last, event.time)
    if let since, event.time < since { return false }
    if let until, event.time >= until { return false }
    for (index, field) in by.enumerated() {
      key[index] =
        switch field {
        case .key: event.key
        case .task: event.task
        case .model: event.model
        case .user: event.user
        case .team: event.team
        case .source: event.source
        case .hour, .day, .week, .month: periods[index]?.number(of: event.time) ?? 0
        }
    }
    let group = tally.add(event, to: key)
    total.add(event)
    if event.pricing == .dearest { guessed[event.model, default: 0] += event.requests }
    if sparks != nil { draw(event, group) }
    return true
  }

  private mutating func draw(_ event: UsageEvent, _ group: Int) {
    guard var sparks = sparks.take() else { return }
    let cell = sparks.time.cell(of: event.time, &sparks.rows)
    sparks.rows.add(event.cost.rawValue, to: group, cell: cell) { tally.sums[$0].cost.rawValue }
    self.sparks = sparks
  }

  /// The report as text and numbers.
  package func result() -> ReportResult {
    let order = (0..<tally.count).sorted { isBefore($0, $1) }
    return ReportResult(
      by: by,
      rows: order.map { group in
        .init(
          labels: tally.key(group).enumerated().map { label($0, $1) }, sums: tally.sums[group],
          spark: sparks.flatMap { sparks in sparks.rows[group].map { sparks.time.values($0) } } ?? [])
      }, totals: total, books: books, outside: outside, span: span, priceOrigin: priceOrigin,
      spark: sparks.flatMap { $0.time.spark($0.rows.total) },
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
      let (first, second) = (start(tally.key(a), index), start(tally.key(b), index))
      if first != second { return first < second }
    }
    let (mine, theirs) = (tally.sums[a].cost, tally.sums[b].cost)
    return mine == theirs ? a < b : mine > theirs
  }

  private func start(_ key: ArraySlice<UInt32>, _ index: Int) -> EngineTime {
    periods[index]?.starts[Int(key[key.startIndex + index])] ?? .distantPast
  }

  private func label(_ index: Int, _ number: UInt32) -> String {
    switch by[index] {
    case .key: intake.names.keys.string(number)
    case .task: intake.names.tasks.string(number)
    case .model: intake.names.models.string(number)
    case .user: intake.names.users.string(number)
    case .team: intake.names.teams.string(number)
    case .source: intake.names.sources.string(number)
    case .hour, .day, .week, .month: periods[index]?.labels[Int(number)] ?? ""
    }
  }
}
