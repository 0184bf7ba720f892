package import SpendEngine

/// Runs one test: the calls go through the engine that `watch` and `replay` run, and each expectation is looked at in its turn.
package struct RuleTestRun: ~Copyable {
  let test: RuleTest
  let yaml: DecisionYAML
  private(set) var dry: DryEngine
  private var parser = EventParser()
  private var feed: EventFeed
  private var read = 0
  /// All of them, in order.
  private(set) var decisions: [Decision] = []
  var halts = HaltWatch()
  var failures: [RuleTestResult.Failure] = []
  /// Where the last list of decisions with a filter ended.
  var listed: [DecisionFilter: EngineTime] = [:]

  /// Decisions of a test: more are a slip in it, and would take the machine's memory.
  static let maxDecisions = 100_000

  /// - Parameter calendar: edges of a period around an instant, in the rules' time zone.
  package init(
    _ test: RuleTest, _ configuration: Configuration,
    calendar: (CalendarPeriod, EngineTime) -> CalendarTable?
  ) throws(EngineError) {
    self.test = test
    yaml = DecisionYAML(start: test.start)
    feed = EventFeed(test.events)
    var rules = configuration.rules
    // Made around the test, and not around today: it must come out alike whenever it is run.
    for period in rules.calendars.keys {
      if let table = calendar(period, test.start) { rules.calendars[period] = table }
    }
    rules.calendars = withoutActuallyEscaping(calendar) { calendar in
      CalendarReach(table: calendar).covering(rules.calendars, from: test.start, to: test.end)
    }
    dry = try DryEngine(rules: rules, prices: configuration.prices, fingerprintKey: (1, 2))
    dry.open(0, pattern: "events")
  }

  package consuming func run() -> RuleTestResult {
    advance(to: test.start)
    for expectation in test.expectations {
      play(to: expectation.at)
      advance(to: expectation.at)
      guard !isTooMuch else { break }
      check(expectation)
    }
    play(to: test.end)
    if isTooMuch { stop() } else if !test.allowsOtherHalts { surprises() }
    for number in failures.indices { failures[number].around = around(failures[number]) }
    let fired = decisions.filter { $0.kind == .alert || $0.kind == .halt }.map(\.rule)
    return RuleTestResult(name: test.name, events: read, failures: failures, fired: Set(fired))
  }

  private var isTooMuch: Bool { decisions.count > RuleTestRun.maxDecisions }

  /// Calls up to `time`, that instant included.
  private mutating func play(to time: EngineTime) {
    while let next = feed.time, next <= time, !isTooMuch, let record = feed.next() {
      advance(to: next)
      parser.parse(record)
      dry.fold(parser.parsed, 0, of: 0, base: 0)
      read += 1
      take()
    }
  }

  private mutating func advance(to time: EngineTime) {
    dry.advance(to: time)
    take()
  }

  private mutating func take() {
    for decision in dry.drainDecisions() {
      halts.note(decision, decisions.count)
      decisions.append(decision)
    }
  }

  // MARK: What no expectation says

  private mutating func surprises() {
    let surprises = halts.surprises
    if surprises.isEmpty { return }
    let count = surprises.count
    var differences = surprises.prefix(RuleTestRun.maxShown).map {
      RuleTestResult.Difference.unexpected(yaml.text($0))
    }
    if count > RuleTestRun.maxShown {
      differences.append(.note("... and \(count - RuleTestRun.maxShown) more"))
    }
    let hint =
      "mention \(count == 1 ? "it" : "them") in 'halted', 'level: firing' or 'decisions', or write 'other_halts: allow'"
    failures.append(
      .init(
        line: test.line, what: "\(count == 1 ? "a halt" : "\(count) halts") that no expectation mentions",
        differences: differences + [.note(hint)]))
  }

  private mutating func stop() {
    let most = Int64(RuleTestRun.maxDecisions).grouped
    failures.append(
      .init(
        line: test.line, at: decisions.last?.at, what: "more than \(most) decisions: the test was stopped",
        differences: []))
  }

  /// Entries of a list that are shown.
  static let maxShown = 20

  /// The last two decisions up to a failure, and the one after it.
  private func around(_ failure: RuleTestResult.Failure) -> [String] {
    guard let near = failure.near, let at = failure.at else { return [] }
    let before = decisions.filter { $0.at <= at && near.matches($0) }.suffix(2)
    let after = decisions.first { $0.at > at && near.matches($0) }
    return before.map { "before  " + yaml.text($0) }
      + [after.map { "after   " + yaml.text($0) }].compactMap { $0 }
  }
}
