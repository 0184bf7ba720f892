import Support
import Testing

@testable import SpendEngine

/// Random rules of every kind on random streams: what must hold of all of them.
@Suite struct RulePropertyTests {
  static let calm = BrakeSettings(halts: 1_000_000, span: .minute)

  enum Step {
    case advance(Milliseconds)
    case fold(TestCall)
  }

  /// - Parameter pers: what rules may count by.
  static func rules(_ dice: inout Dice, pers: [Per]) -> [Rule] {
    (0..<7).map { number in
      if dice.one(in: 6) {
        let metric = dice.pick([Metric.maxTokens, .spend, .outputTokens])
        return .ceiling(
          "rule-\(number)", metric: metric, limit: metric == .spend ? 50 : 80,
          halt: dice.pick([nil, .key]), until: dice.pick([.manual, .clear, .after(20 * .minute)]))
      }
      let window = dice.pick([
        Window.sliding(.minute), .sliding(5 * .minute), .sliding(.hour), .sliding(.day), .calendar(.hour),
        .calendar(.day), .lifetime,
      ])
      let metric = dice.pick([Metric.spend, .spend, .requests, .tokens, .errors, .errorRatio])
      let limit: Int64 =
        switch metric {
        case .spend: dice.roll(60...400)
        case .tokens: dice.roll(100...900)
        case .errorRatio: dice.roll(100_000_000...900_000_000)
        default: dice.roll(3...20)
        }
      let per = dice.pick(pers)
      let canFall = window.slides || metric == .errorRatio
      let alertAt: [Int64] = dice.pick([[], [50], [50, 80]])
      var ends: [HaltEnd] = [.manual, .after(dice.roll(1...40) * .minute)]
      if window.resets { ends.append(.reset) }
      if canFall { ends.append(.clear) }
      return .threshold(
        "rule-\(number)", per: per, metric: metric, window: window, limit: limit, alertAt: alertAt,
        clearAt: canFall && dice.one(in: 2) ? dice.roll(5...(alertAt.first ?? 90)) : nil,
        halt: dice.pick([nil, per == .task ? .task : per == .global ? .global : .key]),
        until: dice.pick(ends),
        hold: dice.pick([0, 0, dice.roll(1...20) * .minute]),
        keepFiring: canFall ? dice.pick([0, 0, dice.roll(1...20) * .minute]) : 0, leastCalls: dice.roll(1...8)
      )
    }
  }

  static func steps(_ dice: inout Dice, count: Int) -> [Step] {
    var now = EngineTime.noon
    return (0..<count).map { _ in
      if dice.one(in: 3) {
        let span = dice.pick([
          dice.roll(0...5_000), dice.roll(0...(.minute)), dice.roll(0...10 * .minute),
          dice.roll(0...3 * .hour),
        ])
        now = now + span
        return .advance(span)
      }
      let time: EngineTime? =
        switch dice.roll(0...7) {
        case 0: nil
        case 1: now + dice.roll(0...6 * .minute)
        case 2: now + -dice.roll(0...2 * .day)
        default: now + -dice.roll(0...(.minute))
        }
      return .fold(
        TestCall(dice.roll(0...60), key: dice.pick(["a", "b", "c"]), task: dice.pick(["s", "t"]), at: time)
          .with {
            $0.model = dice.pick(["m", "n"])
            $0.tokens.output = dice.roll(0...100)
            $0.maxTokens = dice.pick([UsageRecord.unstated, 50, 81, -1])
            if dice.one(in: 3) { ($0.requests, $0.errors) = (0, 1) }
          })
    }
  }

  // MARK: An independent look at sums

  struct Folded {
    var call: TestCall
    /// Believed, and as sliding windows count it.
    var time: EngineTime
    var counted: EngineTime

    init(_ call: TestCall, at now: EngineTime) {
      self.call = call
      time = call.time ?? now
      if time > now + 5 * .minute { time = now }
      counted = min(time, now)
    }

    func amount(_ metric: Metric) -> Int64 {
      switch metric {
      case .spend: call.cost?.rawValue ?? 0
      case .requests: Int64(call.requests)
      case .tokens, .outputTokens: call.tokens.output
      case .errors: Int64(call.errors)
      default: 0
      }
    }
    func isOf(_ subject: Subject) -> Bool {
      zip(subject.per.dimensions, subject.names).allSatisfy { dimension, name in
        switch dimension {
        case .key: call.key == name
        case .task: call.task == name
        default: call.model == name
        }
      }
    }
  }

  static func value(_ rule: ThresholdRule, _ subject: Subject, _ list: [Folded], at now: EngineTime) -> Int64
  {
    func isIn(_ entry: Folded) -> Bool {
      switch rule.window {
      case .sliding(let span): return SlidingTests.Cut(span).counts(entry.counted, at: now)
      case .calendar(let period):
        let table = period == .hour ? CalendarTable.utcHours : .utcDays
        let (start, end) = table.period(of: now)
        return entry.time >= start && entry.time < end
      case .lifetime, .request: return true
      }
    }
    func sum(_ metric: Metric) -> Int64 {
      list.reduce(0) { $1.isOf(subject) && isIn($1) ? $0 + $1.amount(metric) : $0 }
    }
    guard rule.metric == .errorRatio else { return sum(rule.metric) }
    let errors = sum(.errors)
    let calls = errors + sum(.requests)
    return calls < max(1, rule.leastCalls) ? 0 : errors * 1_000_000_000 / calls
  }

  /// Nobody is halted, and nobody told of a step, without the breach at that instant; an alert of a sum that falls is over only below
  /// `clear_at`. The sums are made from the list of calls, not by the engine.
  @Test(arguments: Dice.seeds) func nothingWithoutABreach(seed: UInt64) throws {
    for round in 0..<4 as Range<UInt64> {
      var dice = Dice(seed: seed &* 100 &+ round)
      let rules = RulePropertyTests.rules(&dice, pers: [.key, .key, .task, .global, [.key, .model]])
      var driver = try EngineDriver(rules, brake: RulePropertyTests.calm)
      var list: [Folded] = []
      var seen = 0
      for step in RulePropertyTests.steps(&dice, count: 300) {
        var last: TestCall?
        switch step {
        case .advance(let span): driver.advance(by: span)
        case .fold(let call):
          list.append(Folded(call, at: driver.engine.time))
          driver.fold(call)
          last = call
        }
        for decision in driver.takeDecisions() {
          let rule = try #require(rules.first { $0.name == decision.rule })
          let label: Comment = "seed \(seed) round \(round): \(decision.line) of \(rule)"
          if decision.kind == .halt || decision.kind == .alert { seen += 1 }
          guard case .threshold(let threshold) = rule.kind else {
            if decision.kind == .alert {
              let call = try #require(last, label)
              let value: Int64 =
                switch rule.metric {
                case .spend: call.cost?.rawValue ?? 0
                case .maxTokens: call.maxTokens
                default: call.tokens.output
                }
              let isPast = rule.metric == .maxTokens ? value > 80 || value == -1 : value >= decision.limit
              #expect(value == decision.value && isPast, label)
            }
            continue
          }
          let value = RulePropertyTests.value(threshold, decision.subject, list, at: decision.at)
          switch decision.kind {
          case .halt: #expect(decision.value == value && value >= threshold.limit.amount, label)
          case .alert:
            let percent: Int64 = if case .step(let step) = decision.level { step } else { 100 }
            #expect(decision.value == value, label)
            #expect(Int128(value) * 100 >= Int128(threshold.limit.amount) * Int128(percent), label)
          case .resume: break
          case .resolve where decision.windowEnd == decision.at: break
          case .resolve:
            let clear = threshold.clearAt ?? threshold.alertAt.first ?? 100
            #expect(decision.value == value && threshold.canFall, label)
            #expect(Int128(value) * 100 < Int128(threshold.limit.amount) * Int128(clear), label)
          }
        }
      }
      #expect(seen > 3, "seed \(seed) round \(round)")
      // And what is past its limit, with nothing to wait for, has been told.
      for rule in rules where rule.hold == 0 {
        guard case .threshold(let threshold) = rule.kind, threshold.metric != .errorRatio else { continue }
        for subject in Set(list.map { Subject.key($0.call.key) }) where rule.per == .key {
          let value = RulePropertyTests.value(threshold, subject, list, at: driver.engine.time)
          #expect(driver.value(rule.name, subject) == value)
          guard value >= threshold.limit.amount else { continue }
          #expect(driver.standing(rule.name, subject)?.level == .firing, "seed \(seed) \(rule.name)")
        }
      }
    }
  }

  /// However the sequence is cut into runs and seals, and however often the clock ticks in between without anything being due.
  @Test(arguments: Dice.seeds) func anyCutGivesTheSameDecisions(seed: UInt64) throws {
    for round in 0..<4 as Range<UInt64> {
      var dice = Dice(seed: seed &* 100 &+ round)
      let rules = RulePropertyTests.rules(&dice, pers: [.key, .task, .global, [.key, .model]])
      let steps = RulePropertyTests.steps(&dice, count: 300)
      var whole = try EngineDriver(rules, brake: RestoreTests.brake)
      for step in steps {
        switch step {
        case .advance(let span): whole.advance(by: span)
        case .fold(let call): whole.fold(call)
        }
      }
      let expected = whole.takeDecisions().map { "\($0)" }
      var cut = try EngineDriver(rules, brake: RestoreTests.brake)
      var run: [TestCall] = []
      for step in steps {
        switch step {
        case .fold(let call):
          run.append(call)
          if dice.one(in: 3) { cut.fold(run.splice()) }
        case .advance(let span):
          cut.fold(run.splice())
          // The driver may stop at each deadline, or not.
          let end = cut.engine.time + span
          while let next = cut.engine.nextDeadline, next <= end, !dice.one(in: 3) { cut.advance(to: next) }
          cut.advance(to: end)
        }
        if dice.one(in: 5) { cut.commit() }
      }
      cut.fold(run.splice())
      #expect(cut.takeDecisions().map { "\($0)" } == expected, "seed \(seed) round \(round)")
    }
  }

  /// One key's decisions are the same with and without all the others.
  @Test(arguments: Dice.seeds) func subjectsDoNotInfluenceEachOther(seed: UInt64) throws {
    for round in 0..<3 as Range<UInt64> {
      var dice = Dice(seed: seed &* 100 &+ round)
      let rules = RulePropertyTests.rules(&dice, pers: [.key, .key, [.key, .model]])
      let steps = RulePropertyTests.steps(&dice, count: 300)
      func run(only key: String?) throws -> [Decision] {
        var driver = try EngineDriver(rules, brake: RulePropertyTests.calm)
        for step in steps {
          switch step {
          case .advance(let span): driver.advance(by: span)
          case .fold(let call): if key == nil || call.key == key { driver.fold(call) }
          }
        }
        return driver.takeDecisions()
      }
      // Deadlines of one instant are served in the order of numbers, which follow who came first.
      func lines(_ decisions: [Decision]) -> [String] {
        decisions.map {
          "\($0.at.milliseconds) \($0.line) \($0.value) of \($0.limit) until \($0.haltUntil?.milliseconds ?? 0) \($0.note)"
        }.sorted()
      }
      let together = try run(only: nil)
      #expect(together.count > 5)
      for key in ["a", "b", "c"] {
        #expect(
          lines(try run(only: key)) == lines(together.filter { $0.subject.names.first == key }),
          "seed \(seed) round \(round) key \(key)")
      }
    }
  }
}

extension Array {
  /// All of it; nothing is left.
  fileprivate mutating func splice() -> [Element] {
    defer { removeAll() }
    return self
  }
}
