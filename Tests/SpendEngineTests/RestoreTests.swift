import SpendEngine
import Support
import Testing

/// Engines that are killed against one that never is.
@Suite struct RestoreTests {
  enum Step: Sendable {
    case advance(EngineTime)
    case fold([TestCall], file: UInt32, isCatchUp: Bool)
    case perform(OperatorCommand)
    case reload([Rule])
    case catchUp(Bool)
    case seal
  }

  static let rules: [Rule] = [
    .threshold("cap", limit: 300, overrides: ["ci": 500], halt: .key),
    .threshold("stay", limit: 400, alertAt: [], halt: .key, until: .manual),
    .threshold("budget", per: .task, window: .lifetime, limit: 500, halt: .task),
    .threshold("pair", per: [.key, .model], metric: .requests, limit: 25, alertAt: [40], halt: .key),
    .threshold(
      "all", per: .global, metric: .tokens, limit: 9_000, alertAt: [10, 20, 30, 40, 50, 60, 70, 80, 90]),
    .threshold("ghost", per: .user, window: .lifetime, limit: 600, halt: .global, mode: .shadow),
    .threshold("burst", window: .sliding(5 * .minute), limit: 90, clearAt: 20, halt: .key, hold: 2 * .minute),
    .threshold(
      "hourly", window: .sliding(.hour), limit: 200, halt: .key, until: .after(40 * .minute),
      keepFiring: 20 * .minute),
    .threshold(
      "week", per: [.key, .model], window: .sliding(7 * .day), limit: 700, halt: .key, until: .clear,
      hold: 3 * .hour),
    .threshold(
      "share", metric: .errorRatio, window: .calendar(.day), limit: 400_000_000, clearAt: 30, halt: .key,
      hold: 10 * .minute, keepFiring: .hour, leastCalls: 3),
    .threshold(
      "clock", window: .calendar(.hour), limit: 80, alertAt: [], halt: .key, until: .after(3 * .hour)),
    .ceiling("asked", limit: 100, halt: .task, until: .after(30 * .minute)),
    .ceiling("dear", metric: .spend, limit: 55, halt: .key, until: .clear),
  ]
  static let brake = BrakeSettings(halts: 3, span: 20 * .minute)

  static func call(_ dice: inout Dice, now: EngineTime) -> TestCall {
    let time: EngineTime? =
      switch dice.roll(0...9) {
      case 0: nil
      case 1: now + dice.roll(0...7 * .minute)
      case 2: now + -dice.roll(0...2 * .day)
      case 3: now + -dice.roll(0...40 * .day)
      default: now + -dice.roll(0...(.minute))
      }
    // Few spenders that breach, and many that fill pages.
    let key = dice.one(in: 4) ? "k\(dice.roll(0...700))" : dice.pick(["a", "b", "c", "d", ""])
    return TestCall(dice.roll(0...60), key: key, task: dice.pick(["s", "t", "u", ""]), at: time).with {
      if key == "a" { $0.alias = dice.pick(["ci", "", "other"]) }
      $0.model = dice.pick(["m", "n"])
      $0.user = dice.pick(["ann", "bob"])
      $0.tokens.output = dice.roll(0...50)
      $0.maxTokens = dice.pick([UsageRecord.unstated, 50, 150])
      if dice.one(in: 4) { ($0.requests, $0.errors) = (0, 1) }
      if dice.one(in: 2) { $0.id = "call-\(dice.roll(0...60))" }
      if dice.one(in: 4) { $0.detail = dice.pick(["r1", "r2"]) }
    }
  }

  static func steps(_ dice: inout Dice, count: Int, reloads: Bool) -> [Step] {
    var steps: [Step] = []
    var now = EngineTime.noon
    var isBehind = false
    for _ in 0..<count {
      switch dice.roll(0...19) {
      case 0...5:
        now =
          now
          + dice.pick([1, dice.roll(1...5 * .minute), dice.roll(1...5 * .minute), dice.roll(1...10 * .hour)])
        if dice.one(in: 30) { now = now + 20 * .day }
        steps.append(.advance(now))
      case 6: steps.append(.seal)
      case 7:
        let subject = dice.pick([Subject.key("a"), .key("ci"), .key("b"), .task("t"), .global])
        let headroom = dice.pick([
          Headroom.standard, .untilReset, .span(dice.roll(1...3 * .hour)), .percent(3),
        ])
        let until = dice.one(in: 2) ? nil : now + dice.roll(1...5 * .hour)
        steps.append(
          .perform(
            dice.one(in: 3)
              ? .halt(subject, why: "why", by: dice.pick(["ann", "bob"]), until: until)
              : dice.one(in: 4)
                ? .resumeRule("cap", why: "", by: "ann", headroom: headroom)
                : .resume(subject, rule: nil, why: "", by: "ann", headroom: headroom)))
      case 8 where dice.one(in: 3):
        isBehind.toggle()
        steps.append(.catchUp(isBehind))
      case 9 where reloads && dice.one(in: 4):
        var rules = RestoreTests.rules.shuffled(using: &dice)
        rules.removeLast(Int(dice.roll(0...4)))
        steps.append(.reload(rules))
      default:
        let isCatchUp = isBehind && dice.one(in: 2)
        var calls: [TestCall] = []
        for _ in 0..<dice.roll(1...5) { calls.append(call(&dice, now: isCatchUp ? now + -.hour : now)) }
        steps.append(.fold(calls, file: isCatchUp ? 9 : UInt32(dice.roll(1...3)), isCatchUp: isCatchUp))
      }
    }
    return steps + [.seal]
  }

  static func apply(_ step: Step, _ driver: inout EngineDriver) {
    switch step {
    case .advance(let time): driver.advance(to: time)
    case .fold(let calls, let file, let isCatchUp): driver.fold(calls, file: file, catchUp: isCatchUp)
    case .perform(let command): driver.perform(command)
    case .reload(let rules): driver.reload(rules)
    case .catchUp(true): driver.engine.beginCatchUp()
    case .catchUp(false): driver.engine.endCatchUp()
    case .seal: driver.commit()
    }
  }

  /// One line a decision with all that must be equal. Equal instants are sorted: after a restart deadlines of one instant are served in
  /// another order.
  static func lines(_ decisions: [Decision]) -> [String] {
    decisions.map {
      "\($0.at.milliseconds) \($0.line) value \($0.value) of \($0.limit) id \($0.alertID) repeats \($0.repeats) "
        + "until \($0.haltUntil?.milliseconds ?? 0) at \($0.file?.rawValue ?? 0):\($0.offset) \($0.note)"
    }.sorted()
  }

  static func driver(_ dice: inout Dice) throws -> EngineDriver {
    var driver = try EngineDriver(rules, brake: brake)
    driver.engine.sweepAfterBatches = dice.roll(1...6)
    driver.engine.pagesPerBatch = Int(dice.roll(1...3))
    driver.commit()
    return driver
  }

  /// `kill -9` at any moment: what was committed stands, what was not is read again from the committed offsets, and at the end totals,
  /// alerts, halts, positions and what people were told are those of an engine that never died.
  @Test(arguments: Dice.seeds, [false, true]) func aKilledEngineEndsWhereTheOtherDoes(
    seed: UInt64, reloads: Bool
  ) throws {
    for round in 0..<3 {
      var dice = Dice(seed: seed &* 1_000 &+ UInt64(round))
      let steps = RestoreTests.steps(&dice, count: 220, reloads: reloads)

      var whole = try RestoreTests.driver(&dice)
      var told: [Decision] = []
      var sums: [[String]] = []
      for step in steps {
        RestoreTests.apply(step, &whole)
        guard case .seal = step else { continue }
        told += whole.takeDecisions()
        sums.append(RestoreTests.sums(whole.engine.status(top: 2_000)))
      }

      var killed = try RestoreTests.driver(&dice)
      var toldByKilled: [Decision] = []
      var redo = 0
      var next = 0
      var (isBehind, wasBehind) = (false, false)
      var (rulesThen, timeThen) = (killed.rules.rules, killed.engine.time)
      while next < steps.count {
        let step = steps[next]
        if case .catchUp(let now) = step { isBehind = now }
        RestoreTests.apply(step, &killed)
        next += 1
        if case .seal = step {
          toldByKilled += killed.takeDecisions()
          let found = RestoreTests.sums(killed.engine.status(top: 2_000))
          try #require(
            difference(sums.removeFirst(), found) == nil, "seed \(seed) round \(round) step \(next)")
          (redo, wasBehind) = (next, isBehind)
          (rulesThen, timeThen) = (killed.rules.rules, killed.engine.time)
        }
        if dice.one(in: 12) {
          try killed.restart(rulesThen)
          if wasBehind { killed.engine.beginCatchUp() }
          killed.advance(to: timeThen)
          (next, isBehind) = (redo, wasBehind)
          // A kill must not come back to the same place for ever.
          if dice.one(in: 2) {
            while next < steps.count {
              if case .seal = steps[next] { break }
              if case .catchUp(let now) = steps[next] { isBehind = now }
              RestoreTests.apply(steps[next], &killed)
              next += 1
            }
          }
        }
      }
      let label: Comment = "seed \(seed) round \(round)"
      try #require(difference(RestoreTests.lines(told), RestoreTests.lines(toldByKilled)) == nil, label)
      #expect(killed.state.saved.files == whole.state.saved.files, label)
      #expect(killed.halts == whole.halts, label)
      #expect(RestoreTests.rows(killed.state) == RestoreTests.rows(whole.state), label)
    }
  }

  /// Alert and halt rows as stored: states, headroom, ends, whoever waits.
  static func rows(_ state: MemoryState) -> Set<StateRow> {
    Set(state.saved.rows.filter { $0.kind != StateRow.Kind.meta.rawValue })
  }
  static func sums(_ status: EngineStatus) -> [String] { status.rules.flatMap(text) }
  static func text(_ standing: EngineStatus.RuleStanding) -> [String] {
    [standing.rule.name + " \(standing.subjects)"]
      + standing.top.map { "\($0.subject.text) \($0.value) of \($0.limit) \($0.note)" }.sorted()
  }

  /// The same sequence of advance and record, folded one by one and folded in random runs between random seals.
  @Test(arguments: Dice.seeds) func anyCutGivesTheSameDecisions(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let steps = RestoreTests.steps(&dice, count: 400, reloads: true)
    var oneByOne = try RestoreTests.driver(&dice)
    var decisions: [Decision] = []
    for step in steps {
      switch step {
      case .seal: break
      case .fold(let calls, let file, let isCatchUp):
        for call in calls { oneByOne.fold([call], file: file, catchUp: isCatchUp) }
      default: RestoreTests.apply(step, &oneByOne)
      }
      decisions += oneByOne.takeDecisions()
    }
    for _ in 0..<3 {
      var cut = try RestoreTests.driver(&dice)
      var found: [Decision] = []
      for step in steps {
        if case .fold(let calls, let file, let isCatchUp) = step {
          var rest = calls[...]
          while !rest.isEmpty {
            let run = rest.prefix(Int(dice.roll(1...4)))
            rest = rest.dropFirst(run.count)
            cut.fold(Array(run), file: file, catchUp: isCatchUp)
            if dice.one(in: 3) { cut.commit() }
          }
        } else {
          RestoreTests.apply(step, &cut)
        }
      }
      found += cut.takeDecisions()
      #expect(difference(decisions.map { "\($0)" }, found.map { "\($0)" }) == nil)
    }
    #expect(decisions.count > 20)
  }

  /// Part of a slice, by `range`, as the reader does when live records come between.
  @Test func aSliceMayBeFoldedInParts() throws {
    var driver = try EngineDriver(RestoreTests.rules)
    let parsed = EngineDriver.parsed((1...9).map { TestCall(10, key: "a", task: "t\($0)") })
    let file = FileID(rawValue: 1)
    driver.engine.open(file, source: SourceID(rawValue: 0), pattern: "p", offset: 40)
    for range in [0..<2, 2..<2, 2..<9] {
      driver.engine.fold(parsed, range: range, file: file, base: 40)
      #expect(driver.engine.offset(of: file) == 40 + Int64(range.upperBound) * EngineDriver.recordLength)
    }
    #expect(driver.value("cap", .key("a")) == 900_000_000)
    #expect(driver.engine.status().books.read == 9)
  }

  @Test func nothingIsSealedWhereNothingChanged() throws {
    var driver = try EngineDriver(RestoreTests.rules)
    driver.commit()
    #expect(driver.state.sequence == 0)
    driver.fold(TestCall(1, key: "a"))
    driver.commit()
    let sequence = driver.state.sequence
    driver.advance(by: .hour)
    driver.commit()
    #expect(driver.state.sequence == sequence && !driver.engine.hasUnsealed)
  }

  /// The journal does not grow for ever: pages take over, whatever the order of the sweep.
  @Test func theJournalIsSettled() throws {
    var driver = try EngineDriver(RestoreTests.rules)
    driver.engine.sweepAfterBatches = 10
    driver.engine.pagesPerBatch = 4
    var dice = Dice(seed: 5)
    var longest = 0
    for _ in 0..<300 {
      driver.advance(by: .second)
      driver.fold(
        (0..<5).map { _ in TestCall(1, key: "k\(dice.roll(0...2_000))").with { $0.id = "\(dice.next())" } })
      driver.commit()
      longest = max(longest, driver.state.journalCount)
    }
    #expect(longest < 100 && driver.state.pageCount > 20)
    let value = driver.value("all", .global)
    let standing = RestoreTests.text(driver.engine.status(top: 5_000).rules[0])
    try driver.restart()
    driver.advance(by: 1)
    #expect(driver.value("all", .global) == value)
    #expect(RestoreTests.text(driver.engine.status(top: 5_000).rules[0]) == standing)
  }
}

/// The first place where two lists part, for people; nil where they are equal.
private func difference(_ expected: [String], _ found: [String]) -> String? {
  for (index, pair) in zip(expected, found).enumerated() where pair.0 != pair.1 {
    return "at \(index) of \(expected.count) and \(found.count): expected \(pair.0)\nfound \(pair.1)"
  }
  if expected.count == found.count { return nil }
  let rest = expected.count > found.count ? expected[found.count] : found[expected.count]
  return "\(expected.count) expected, \(found.count) found; the next is \(rest)"
}
