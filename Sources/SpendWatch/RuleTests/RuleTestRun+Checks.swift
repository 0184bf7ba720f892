import SpendEngine

extension RuleTestRun {
  mutating func check(_ expectation: Expectation) {
    for claim in expectation.claims {
      switch claim {
      case .standing(let standing): check(standing, expectation)
      case .isStopped(let subject, let isStopped): check(subject, isStopped: isStopped, expectation)
      case .halted(let names): check("halted", names, isHeld: false, expectation)
      case .held(let names): check("held", names, isHeld: true, expectation)
      case .decisions(let expected): check(expected, expectation)
      }
    }
  }

  private mutating func fail(
    _ expectation: Expectation, _ what: String, _ differences: [RuleTestResult.Difference],
    near: DecisionFilter? = nil
  ) {
    failures.append(
      .init(line: expectation.line, at: expectation.at, what: what, differences: differences, near: near))
  }

  // MARK: A rule's view of a subject

  private mutating func check(_ expected: ExpectedStanding, _ expectation: Expectation) {
    let status = dry.engine.status(top: 1 << 20)
    guard let rule = status.rules.first(where: { $0.rule.name == expected.rule }) else { return }
    let metric = rule.rule.metric
    let standing = standing(of: expected.subject, rule)
    var differences: [RuleTestResult.Difference] = []
    func compare(_ field: String, _ expected: String, _ actual: String) {
      if expected != actual { differences.append(.field(field, expected: expected, actual: actual)) }
    }
    func amount(_ value: Int64) -> String { DecisionYAML.amount(value, metric) }
    if let level = expected.level { compare("level", level, standing?.level ?? "none") }
    if let value = expected.value { compare("value", amount(value), amount(standing?.value ?? 0)) }
    // Of a subject without a sum the limit is not known: it has no series.
    if let limit = expected.limit {
      compare("limit", amount(limit), standing.map { amount($0.limit) } ?? "nothing spent")
    }
    if let isHalted = expected.isHalted {
      let isStopped = status.halts.contains { !$0.isHeld && stops($0, expected.subject, rule.rule) }
      compare("halted", String(isHalted), String(isStopped))
    }
    let filter = DecisionFilter(rule: expected.rule, subject: expected.subject)
    if !differences.isEmpty {
      if let standing, expected.value == nil {
        differences.append(
          .note("the value was \(amount(standing.value)) of \(amount(standing.limit))"))
      }
      fail(expectation, "rule \(expected.rule), \(expected.subject.text)", differences, near: filter)
    }
    if !differences.isEmpty || expected.level == Decision.Level.firing.name || expected.isHalted == true {
      halts.speak { filter.matches($0) }
    }
  }

  private struct Standing {
    var level: String
    var value: Int64
    var limit: Int64
  }

  /// Where a subject stands by the engine's status. Of one without a sum (nothing is in its window any more, or the rule looks at single
  /// calls) the last that was told holds until it is resolved.
  private func standing(of subject: SubjectName, _ rule: EngineStatus.RuleStanding) -> Standing? {
    if let standing = rule.top.first(where: { subject.isWhole($0.subject) }) {
      return Standing(level: standing.levelName, value: standing.value, limit: standing.limit)
    }
    let last = decisions.last { decision in
      decision.rule == rule.rule.name && (decision.kind == .alert || decision.kind == .resolve)
        && subject.isWhole(decision.subject)
    }
    guard let last, last.kind == .alert else { return nil }
    return Standing(
      level: last.level.name, value: last.window == .request ? last.value : 0, limit: last.limit)
  }

  /// Whether a halt is of this rule, and stops the subject. Whom a rule stops may only be known to the record that tripped it.
  private func stops(_ halt: Halt, _ subject: SubjectName, _ rule: Rule) -> Bool {
    guard halt.origin == .rule(rule.name) else { return false }
    return halt.subject.per.dimensions.allSatisfy { dimension in
      subject.names[dimension] == nil
        || SubjectName(names: [dimension: subject.names[dimension] ?? ""]).matches(halt.subject)
    }
  }

  // MARK: Who is halted

  private mutating func check(_ subject: SubjectName, isStopped: Bool, _ expectation: Expectation) {
    let stopping = dry.engine.status(top: 0).halts.filter { halt in
      guard !halt.isHeld else { return false }
      // Everything, or one of those that are named.
      return halt.subject.per == .global
        || halt.subject.per.dimensions.allSatisfy { dimension in
          subject.names[dimension].map { SubjectName(names: [dimension: $0]).matches(halt.subject) } ?? false
        }
    }
    if stopping.isEmpty == isStopped {
      let differences =
        [.field("halted", expected: String(isStopped), actual: String(!isStopped))]
        + stopping.map { RuleTestResult.Difference.note("\($0.subject.haltedText): \($0.why)") }
      fail(expectation, subject.text, differences, near: isStopped ? DecisionFilter(subject: subject) : nil)
    }
    let targets = Set(stopping.map(\.subject))
    halts.speak { !$0.isHeld && $0.target.map(targets.contains) ?? false }
  }

  private mutating func check(
    _ field: String, _ names: [SubjectName], isHeld: Bool, _ expectation: Expectation
  ) {
    var there: [Subject] = []
    for halt in dry.engine.status(top: 0).halts where halt.isHeld == isHeld && !there.contains(halt.subject) {
      there.append(halt.subject)
    }
    let missing = names.filter { name in !there.contains(where: name.isWhole) }
    let unexpected = there.filter { subject in !names.contains { $0.isWhole(subject) } }
    if !missing.isEmpty || !unexpected.isEmpty {
      let same = there.filter { subject in names.contains { $0.isWhole(subject) } }
      let differences =
        same.map { RuleTestResult.Difference.same(DecisionYAML.scalar($0.haltedText)) }
        + missing.map { .missing(DecisionYAML.scalar($0.text)) }
        + unexpected.map { .unexpected(DecisionYAML.scalar($0.haltedText)) }
      fail(expectation, isHeld ? "held by the brake" : "halted", shown(differences), near: DecisionFilter())
    }
    let subjects = Set(there)
    halts.speak { $0.isHeld == isHeld && $0.target.map(subjects.contains) ?? false }
  }

  // MARK: What was decided

  private mutating func check(_ expected: ExpectedDecisions, _ expectation: Expectation) {
    let since = expected.since ?? listed[expected.filter]
    listed[expected.filter] = expectation.at
    let meant = decisions.indices.filter { index in
      since.map { decisions[index].at > $0 } ?? true && expected.filter.matches(decisions[index])
    }
    halts.speak(ofDecisions: Set(meant))
    let steps = ListDifference.steps(expected.list.count, meant.count) {
      expected.list[$0].matches(decisions[meant[$1]])
    }
    let isFine = steps.allSatisfy { if case .same = $0 { true } else { false } }
    guard !isFine else { return }
    let differences = steps.map { step -> RuleTestResult.Difference in
      switch step {
      case .same(_, let index): .same(yaml.text(decisions[meant[index]]))
      case .unexpected(let index): .unexpected(yaml.text(decisions[meant[index]]))
      case .missing(let index):
        .missing(
          yaml.text(expected.list[index], metric(of: expected.list[index].rule ?? expected.filter.rule)))
      }
    }
    let from = since.map { " since \(TestTime.text($0, from: test.start))" } ?? ""
    fail(expectation, "decisions\(expected.filter.text)\(from)", shown(differences))
  }

  private func metric(of rule: String?) -> Metric {
    dry.engine.status(top: 0).rules.first { $0.rule.name == rule }?.rule.metric ?? .requests
  }

  /// The first of them, and how many there are beyond.
  private func shown(_ differences: [RuleTestResult.Difference]) -> [RuleTestResult.Difference] {
    guard differences.count > RuleTestRun.maxShown else { return differences }
    // What is as it should be makes room first.
    let wrong = differences.filter { if case .same = $0 { false } else { true } }
    let rest = wrong.count - RuleTestRun.maxShown
    return wrong.prefix(RuleTestRun.maxShown) + (rest > 0 ? [.note("... and \(rest) more")] : [])
  }
}

extension EngineStatus.Standing {
  /// `none`, `pending`, `50%`, `firing`: `for` makes one that waits for its first step.
  fileprivate var levelName: String {
    switch level {
    case nil: pending == nil ? "none" : "pending"
    case .some(let level): level.name
    }
  }
}
