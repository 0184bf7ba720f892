package import SpendEngine

/// One billed call as a test says it: turned into a parsed record without a parser, its cost as logged.
package struct TestCall: Sendable {
  package var time: EngineTime?
  package var key = ""
  package var alias = ""
  package var task = ""
  package var model = ""
  package var user = ""
  package var team = ""
  /// nil = not logged; the price table is asked.
  package var cost: NanoUSD?
  package var tokens = TokenBuckets()
  package var requests: Int32 = 1
  package var errors: Int32 = 0
  package var maxTokens = UsageRecord.unstated
  package var id = ""
  package var detail = ""
  package var isLoose = false

  /// - Parameter cents: cost as logged, in US cents.
  package init(_ cents: Int64?, key: String = "", task: String = "", at time: EngineTime? = nil) {
    self.key = key
    self.task = task
    self.time = time
    cost = cents.map { NanoUSD(rawValue: $0 * 10_000_000) }
  }

  /// A changed copy.
  package func with(_ change: (inout TestCall) -> Void) -> TestCall {
    var copy = self
    change(&copy)
    return copy
  }
}

/// Owns an engine, feeds it calls, remembers what it said, and keeps what it sealed: the driver's part of SpendWatch without the world.
package struct EngineDriver: ~Copyable {
  package private(set) var rules: RuleSet
  package var engine: Engine
  package var state: MemoryState
  /// Of the batches since the last call of `said` or `takeDecisions`.
  private var committed: [Decision] = []
  /// Bytes a record takes in the made-up files.
  package static let recordLength: Int64 = 100
  private var opened: Set<FileID> = []

  /// An engine on `state`, not yet advanced.
  package init(_ rules: RuleSet, state: MemoryState = MemoryState()) throws {
    self.rules = rules
    self.state = state
    engine = try Engine(rules: rules, prices: EngineDriver.prices, restoring: state.saved)
  }

  /// A new state's engine at `start`, with UTC days.
  package init(
    _ rules: [Rule], brake: BrakeSettings = BrakeSettings(), at start: EngineTime = .noon,
    calendar: CalendarTable = .utcDays, maxSubjects: Int = 1_000_000
  ) throws {
    var set = RuleSet(
      rules: rules, brake: brake, calendars: EngineDriver.calendars(for: rules, day: calendar))
    set.maxSubjects = maxSubjects
    try self.init(set)
    engine.advance(to: start)
  }

  /// Days always; of the others those that rules use.
  private static func calendars(for rules: [Rule], day: CalendarTable) -> [CalendarPeriod: CalendarTable] {
    let all: [CalendarPeriod: CalendarTable] = [
      .day: day, .hour: .utcHours, .week: .utcWeeks, .month: .utcMonths,
    ]
    return all.filter { period, _ in period == .day || rules.contains { $0.calendars.contains(period) } }
  }

  package static let prices = PriceTable(origin: "test", rows: [])

  package mutating func advance(to time: EngineTime) {
    engine.advance(to: time)
  }
  package mutating func advance(by span: Milliseconds) { advance(to: engine.time + span) }

  /// Folds calls at the file's position.
  package mutating func fold(_ calls: [TestCall], file: UInt32 = 1, catchUp: Bool = false) {
    let file = FileID(rawValue: file)
    open(file)
    let base = engine.offset(of: file) ?? 0
    engine.fold(EngineDriver.parsed(calls), file: file, base: base, isCatchUp: catchUp)
  }
  package mutating func fold(_ calls: TestCall..., file: UInt32 = 1, catchUp: Bool = false) {
    fold(calls, file: file, catchUp: catchUp)
  }

  private mutating func open(_ file: FileID) {
    guard opened.insert(file).inserted else { return }
    engine.open(file, source: SourceID(rawValue: 0), pattern: "/var/log/*.jsonl", offset: 0)
  }

  /// What the engine said since the last call, one line a decision: see `Decision.line`.
  package mutating func said() -> [String] { takeDecisions().map(\.line) }

  package mutating func takeDecisions() -> [Decision] {
    defer { committed.removeAll() }
    return committed + engine.drainDecisions()
  }

  /// What switches were told since the last call: `on key a` or `off key a`, with ` until <ms>` where it has an end.
  package mutating func shown() -> [String] {
    engine.drainHaltIntents().map { intent in
      guard let shown = intent.shown else { return "off \(intent.subject.text)" }
      return "on \(intent.subject.text)" + (shown.until.map { " until \($0.milliseconds)" } ?? "")
    }
  }

  @discardableResult
  package mutating func perform(_ command: OperatorCommand) -> OperatorReply {
    engine.perform(command)
  }

  package mutating func reload(
    _ rules: [Rule], brake: BrakeSettings? = nil, calendar: CalendarTable? = nil, maxSubjects: Int? = nil
  ) {
    self.rules.rules = rules
    if let maxSubjects { self.rules.maxSubjects = maxSubjects }
    if let brake { self.rules.brake = brake }
    self.rules.calendars = EngineDriver.calendars(
      for: rules, day: calendar ?? self.rules.calendars[.day] ?? .utcDays)
    engine.reload(rules: self.rules, prices: EngineDriver.prices)
  }

  /// Seals and commits.
  package mutating func commit() {
    if let batch = engine.seal() {
      committed += batch.decisions
      state.commit(batch)
    }
  }

  /// Drops the engine and makes it anew from what was committed, with other rules if given; what it said and did not commit is lost.
  package mutating func restart(_ rules: [Rule]? = nil) throws {
    if let rules {
      self.rules.rules = rules
      self.rules.calendars = EngineDriver.calendars(for: rules, day: self.rules.calendars[.day] ?? .utcDays)
    }
    let sweep = (engine.sweepAfterBatches, engine.pagesPerBatch)
    committed.removeAll()
    opened.removeAll()
    engine = try Engine(rules: self.rules, prices: EngineDriver.prices, restoring: state.saved)
    (engine.sweepAfterBatches, engine.pagesPerBatch) = sweep
  }

  /// The records of `calls`, each `recordLength` bytes long.
  package static func parsed(_ calls: [TestCall]) -> ParsedRecords {
    var parsed = ParsedRecords()
    func name(_ text: String, _ parsed: inout ParsedRecords) -> UsageRecord.Name {
      let offset = parsed.names.count
      parsed.names.append(contentsOf: text.utf8)
      return .init(offset: UInt32(offset), length: UInt32(parsed.names.count - offset))
    }
    for (number, call) in calls.enumerated() {
      var record = UsageRecord()
      record.time = call.time
      record.key = name(call.key, &parsed)
      record.keyAlias = name(call.alias, &parsed)
      record.task = name(call.task, &parsed)
      record.model = name(call.model, &parsed)
      record.user = name(call.user, &parsed)
      record.team = name(call.team, &parsed)
      record.tokens = call.tokens
      record.loggedCost = call.cost
      record.requests = call.requests
      record.errors = call.errors
      record.maxTokens = call.maxTokens
      record.identity = name(call.id, &parsed)
      record.identityDetail = name(call.detail, &parsed)
      record.isLoose = call.isLoose
      let start = number * Int(recordLength)
      parsed.records.append(
        ParsedRecord(outcome: .usage(record), start: start, end: start + Int(recordLength)))
    }
    return parsed
  }
}

extension EngineDriver {
  /// The sum that a rule sees for a subject, as `status` shows it; 0 where it shows none.
  package func value(_ rule: String, _ subject: Subject) -> Int64 {
    standing(rule, subject)?.value ?? 0
  }
  package func standing(_ rule: String, _ subject: Subject) -> EngineStatus.Standing? {
    engine.status(top: .max / 8).rules.first { $0.rule.name == rule }?.top.first { $0.subject == subject }
  }
  /// Halts that stand, as text: `key a by cap`, ` held` behind those that wait.
  package var halts: [String] {
    engine.status(top: 0).halts.map { halt in
      let origin =
        switch halt.origin {
        case .rule(let name), .person(let name): name
        }
      return "\(halt.subject.text) by \(origin)" + (halt.isHeld ? " held" : "")
    }
  }
}

extension Decision {
  /// `alert cap key a 80%`, `halt cap key a` with ` -> task t` where another is halted, then ` held`, ` shadow`, ` digest`.
  package var line: String {
    var line = "\(kind.rawValue) \(rule) \(subject.text)"
    if kind == .alert { line += " \(level.name)" }
    if kind == .halt || kind == .resume, let target, target != subject { line += " -> \(target.text)" }
    if isHeld { line += " held" }
    if mode == .shadow { line += " shadow" }
    if isDigest { line += " digest" }
    return line
  }
}

extension EngineTime {
  /// 2026-03-10 00:00 UTC, a Tuesday.
  package static let midnight = EngineTime(milliseconds: 1_773_100_800_000)
  /// 2026-03-10 12:00 UTC.
  package static let noon = midnight + 12 * .hour
  /// 2026-03-11 00:00 UTC.
  package static let nextMidnight = midnight + .day
}

extension CalendarTable {
  /// Days of UTC, 400 before and 400 after 2026-03-10.
  package static let utcDays = CalendarTable(
    edges: (-400...400).map { EngineTime.midnight + $0 * .day })
  package static let utcHours = CalendarTable(
    edges: (-9_600...9_600).map { EngineTime.midnight + $0 * .hour })
  /// From Monday, 2026-03-09, on.
  package static let utcWeeks = CalendarTable(
    edges: (-57...57).map { EngineTime.midnight + ($0 * 7 - 1) * .day })
  package static let utcMonths = CalendarTable(
    edges: (0..<26).map { index in
      let date = CivilDate(year: 2025 + Int64(index) / 12, month: Int64(index) % 12 + 1, day: 1)
      return EngineTime(milliseconds: date.days * .day)
    })
}

extension Rule {
  /// - Parameter limit: in cents for `spend`, else a count.
  package static func threshold(
    _ name: String, per: Per = .key, metric: Metric = .spend, window: Window = .calendar(.day), limit: Int64,
    alertAt: [Int64] = [50, 80], overrides: [String: Int64] = [:], clearAt: Int64? = nil,
    halt: HaltTarget? = nil,
    until: HaltEnd? = nil, hold: Milliseconds = 0, keepFiring: Milliseconds = 0, mode: Mode? = nil,
    leastCalls: Int64 = ThresholdRule.standardLeastCalls
  ) -> Rule {
    let unit: Int64 = metric == .spend ? 10_000_000 : 1
    var rule = Rule(
      name: name, per: per,
      kind: .threshold(
        ThresholdRule(
          metric: metric, window: window, limit: limit * unit, alertAt: alertAt,
          overrides: overrides.mapValues { $0 * unit }, clearAt: clearAt, leastCalls: leastCalls)),
      mode: mode ?? (halt == nil ? .warn : .enforce), halt: halt,
      until: until ?? (window.resets ? .reset : window.slides ? .clear : .manual))
    (rule.hold, rule.keepFiring) = (hold, keepFiring)
    return rule
  }

  /// A spike in the spend of one subject.
  package static func spike(
    _ name: String, per: Per = .key, _ spike: SpikeRule = SpikeRule(), halt: HaltTarget? = nil,
    until: HaltEnd = .manual, hold: Milliseconds = 0, mode: Mode? = nil
  ) -> Rule {
    var rule = Rule(
      name: name, per: per, kind: .spike(spike), mode: mode ?? (halt == nil ? .warn : .enforce), halt: halt,
      until: until)
    (rule.hold, rule.keepFiring) = (hold, SpikeState.alertTail)
    return rule
  }

  /// A ceiling on single calls.
  /// - Parameter limit: in cents for `spend`, else a count.
  package static func ceiling(
    _ name: String, metric: Metric = .maxTokens, limit: Int64, halt: HaltTarget? = nil,
    until: HaltEnd = .manual, overrides: [String: Int64] = [:], mode: Mode? = nil
  ) -> Rule {
    var rule = Rule(
      name: name, per: halt == .task ? .task : .key,
      kind: .ceiling(
        CeilingRule(
          metric: metric, limit: limit * (metric == .spend ? 10_000_000 : 1), overrides: overrides)),
      mode: mode ?? (halt == nil ? .warn : .enforce), halt: halt, until: until)
    rule.keepFiring = .hour
    return rule
  }
}
