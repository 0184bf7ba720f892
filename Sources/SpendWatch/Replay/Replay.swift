package import SpendEngine

/// The decisions that rules would have made on old logs: the engine that `watch` runs, with the logs' own time for its clock.
package struct Replay: Sendable {
  private let rules: RuleSet
  private let prices: PriceTable
  private let now: EngineTime
  /// How logs are written, where the user does not say: as the first source does that names them.
  private let sources: [Source]
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

  /// - Parameters:
  ///   - now: the real clock, which engine time never passes.
  ///   - sources: whose format or mapping holds for the logs that they name; others are read as `auto`.
  ///   - calendar: edges of a period in the rules' time zone around an instant, for logs older than the rules' own tables.
  package init(
    rules: RuleSet, prices: PriceTable, sources: [Source] = [], now: EngineTime,
    calendar: @escaping @Sendable (CalendarPeriod, EngineTime) -> CalendarTable?
  ) {
    self.rules = rules
    self.prices = prices
    self.now = now
    self.sources = sources
    self.calendar = calendar
  }

  package init(
    configuration: Configuration, now: EngineTime,
    calendar: @escaping @Sendable (CalendarPeriod, EngineTime) -> CalendarTable?
  ) {
    self.init(
      rules: configuration.rules, prices: configuration.prices, sources: configuration.sources, now: now,
      calendar: calendar)
  }

  /// Replays the logs.
  /// - Parameters:
  ///   - format: of all of them; nil = as their sources say.
  ///   - fingerprintKey: random, so that nobody who writes a log can aim at collisions.
  ///   - until: records that are later than that are left out, and time ends there; nil = the end of the logs.
  ///   - recorder: keeps the calls of a subject.
  ///   - progress: called now and then with the bytes that are done with.
  ///   - decide: called with each decision as it comes, and the log whose record moved it (nil for the clock).
  package func run(
    _ paths: [LogPath], format: Format?, fingerprintKey: (UInt64, UInt64), until: EngineTime? = nil,
    recorder: CallRecorder? = nil, progress: (Int64) -> Void = { _ in },
    decide: (Decision, _ log: String?) -> Void
  ) throws(EngineError) -> Summary {
    var layouts = LogLayouts(sources, format: format)
    let slice = MergedLogs.slice(for: paths.count)
    let logs = paths.map { path in
      LogStream(path: path.path, parser: layouts.parser(for: path.path), slice: slice)
    }
    var merged = MergedLogs(logs)
    var time = min(now, merged.firstTime ?? now)
    var rules = rules
    // The rules' calendars, begun early enough for the first record; nothing comes after now.
    rules.calendars = CalendarReach(table: calendar).covering(rules.calendars, from: time, to: .distantPast)
    var engine = try DryEngine(rules: rules, prices: prices, fingerprintKey: fingerprintKey)
    for (number, path) in paths.enumerated() { engine.open(number, pattern: path.source) }
    recorder?.begin(rules, logs: paths)
    engine.recorder = recorder
    var summary = Summary()
    func tell(_ decisions: [Decision]) {
      for decision in decisions {
        summary.decisions[decision.kind, default: 0] += 1
        decide(decision, decision.file.map { logs[Int($0.rawValue)].path })
      }
    }
    var records = 0
    while let item = merged.next() {
      if let until, let claimed = item.time, claimed > until { break }
      if let claimed = item.time { time = max(time, min(claimed, now)) }
      engine.advance(to: time)
      engine.fold(item.log.parsed, item.index, of: item.number, base: item.log.base)
      tell(engine.drainDecisions())
      records += 1
      if records % 4_096 == 0 { progress(logs.reduce(0) { $0 + $1.bytesRead }) }
    }
    if let until {
      engine.advance(to: min(until, now))
      tell(engine.drainDecisions())
    }
    engine.settle()
    recorder?.end(engine.engine)
    summary.cost = engine.cost
    summary.books = engine.engine.status(top: 0).books
    summary.problems = merged.problems
    return summary
  }
}
