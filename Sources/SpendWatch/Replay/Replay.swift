package import SpendEngine

/// The decisions that rules would have made on old logs: the engine that `watch` runs, with the logs' own time for its clock.
package struct Replay: Sendable {
  private let rules: RuleSet
  private let prices: PriceTable
  private let now: EngineTime
  private let calendar: @Sendable (CalendarPeriod, EngineTime) -> CalendarTable?

  /// What a replay counted.
  package struct Summary: Sendable {
    package var books = Books()
    package var cost = NanoUSD.zero
    package var decisions: [Decision.Kind: Int] = [:]
    /// Logs that could not be read, or not to their end.
    package var problems: [LogProblem] = []
    package init() {}
  }

  /// Journal bytes after which they are dropped: by volume, so that nothing depends on how logs are cut into reads.
  private static let journalBytes = 1 << 20

  /// - Parameters:
  ///   - now: the real clock, which engine time never passes.
  ///   - calendar: edges of a period in the rules' time zone around an instant, for logs older than the rules' own tables.
  package init(
    rules: RuleSet, prices: PriceTable, now: EngineTime,
    calendar: @escaping @Sendable (CalendarPeriod, EngineTime) -> CalendarTable?
  ) {
    self.rules = rules
    self.prices = prices
    self.now = now
    self.calendar = calendar
  }

  package init(
    configuration: Configuration, now: EngineTime,
    calendar: @escaping @Sendable (CalendarPeriod, EngineTime) -> CalendarTable?
  ) {
    self.init(rules: configuration.rules, prices: configuration.prices, now: now, calendar: calendar)
  }

  /// Replays the logs.
  /// - Parameters:
  ///   - fingerprintKey: random, so that nobody who writes a log can aim at collisions.
  ///   - progress: called now and then with the bytes that are done with.
  ///   - decide: called with each decision as it comes, and the log whose record moved it (nil for the clock).
  package func run(
    _ paths: [LogPath], format: Format, fingerprintKey: (UInt64, UInt64),
    progress: (Int64) -> Void = { _ in },
    decide: (Decision, _ log: String?) -> Void
  ) throws(EngineError) -> Summary {
    let parser = LogParser(format)
    let slice = MergedLogs.slice(for: paths.count)
    let logs = paths.map { LogStream(path: $0.path, parser: parser, slice: slice) }
    var merged = MergedLogs(logs)
    var time = min(now, merged.firstTime ?? now)
    var rules = rules
    rules.calendars = calendars(from: time)
    var engine = try Engine(
      rules: rules, prices: prices, restoring: SavedState(fingerprintKey: fingerprintKey))
    for (number, path) in paths.enumerated() {
      engine.open(
        FileID(rawValue: UInt32(number)), source: SourceID(rawValue: 0), pattern: path.source, offset: 0)
    }
    var summary = Summary()
    var journal: [UInt8]?
    var records = 0
    while let item = merged.next() {
      if let claimed = item.time { time = max(time, min(claimed, now)) }
      engine.advance(to: time)
      engine.fold(
        item.log.parsed, range: item.index..<item.index + 1, file: FileID(rawValue: UInt32(item.number)),
        base: item.log.base)
      if engine.pendingDecisions > 0 {
        for decision in engine.drainDecisions() {
          summary.decisions[decision.kind, default: 0] += 1
          decide(decision, decision.file.map { logs[Int($0.rawValue)].path })
        }
      }
      if engine.unsealedBytes > Replay.journalBytes { journal = settle(&engine, reusing: journal, &summary) }
      records += 1
      if records % 4_096 == 0 { progress(logs.reduce(0) { $0 + $1.bytesRead }) }
    }
    _ = settle(&engine, reusing: journal, &summary)
    summary.books = engine.status(top: 0).books
    summary.problems = merged.problems
    return summary
  }

  /// Takes what would go to the state and to the switches out of the engine, and sums what was spent.
  private func settle(_ engine: inout Engine, reusing buffer: [UInt8]?, _ summary: inout Summary) -> [UInt8]?
  {
    _ = engine.drainHaltIntents()
    guard let batch = engine.seal(reusing: buffer) else { return buffer }
    if var reader = JournalReader(batch.events) {
      while let event = reader.next() { summary.cost += event.cost }
    }
    return batch.events
  }

  /// The rules' calendars, begun early enough for the first record.
  private func calendars(from first: EngineTime) -> [CalendarPeriod: CalendarTable] {
    var calendars = rules.calendars
    for (period, table) in rules.calendars {
      // The period before the first record's is looked at too.
      let wanted = first + -32 * .day
      var edges = Set(table.edges)
      var earliest = table.edges[0]
      while earliest > wanted, let older = calendar(period, earliest), older.edges[0] < earliest {
        edges.formUnion(older.edges)
        earliest = older.edges[0]
      }
      if edges.count > table.edges.count { calendars[period] = CalendarTable(edges: edges.sorted()) }
    }
    return calendars
  }
}
