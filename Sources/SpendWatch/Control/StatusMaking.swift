package import SpendEngine

extension StatusMessage {
  /// What the engine knows; the caller adds what the other threads know (switches, sources, files, outbox, commits, warnings).
  package init(_ engine: EngineStatus, state: String, pid: Int32, startedAt: EngineTime) {
    version = spendfuseVersion
    self.pid = pid
    self.state = state
    time = engine.time
    self.startedAt = startedAt
    isCatchingUp = engine.isCatchingUp
    rules = engine.rules.map(RuleMessage.init)
    let ends = Dictionary(engine.rules.map { ($0.rule.name, $0.rule.until.name) }) { first, _ in first }
    halts = engine.halts.map { HaltMessage($0, ends: ends) }
    brakeHeld = engine.brakeHeld
    switches = []
    sources = []
    files = []
    books = BooksMessage(engine.books)
    names = [:]
    for (dimension, count) in engine.names { names[dimension.name] = count }
    let subjects = engine.subjects
    self.subjects = SubjectsMessage(
      hot: subjects.hot, cold: subjects.cold, maxSubjects: subjects.most, full: subjects.full.map(\.name))
    outbox = OutboxMessage()
    commits = CommitMessage()
    warnings = subjects.full.map { per in
      "there is no room for another \(per.name): \(subjects.mostNames) are known (ten times 'max_subjects'), and new ones are counted "
        + "together as '(other)', which alerts and cannot be halted"
    }
  }
}

extension StatusMessage.RuleMessage {
  init(_ standing: EngineStatus.RuleStanding) {
    let rule = standing.rule
    name = rule.name
    per = rule.per.name
    mode = rule.mode.name
    subjects = standing.subjects
    metric = rule.metric.rawValue
    window = rule.window.name
    kind = rule.kind.name.rawValue
    top = standing.top.map { StatusMessage.Standing($0, isMoney: rule.metric == .spend) }
    accepted =
      standing.accepted.isEmpty
      ? nil
      : standing.accepted.map {
        .init(
          subject: SubjectMessage($0.subject), alias: $0.subject.alias, at: $0.acceptance.at,
          by: $0.acceptance.by, why: $0.acceptance.why, after: $0.acceptance.step.after,
          before: $0.acceptance.step.before)
      }
  }
}

extension StatusMessage.Standing {
  init(_ standing: EngineStatus.Standing, isMoney: Bool) {
    subject = SubjectMessage(standing.subject)
    alias = standing.subject.alias
    value = standing.value
    limit = standing.limit
    valueUsd = isMoney ? NanoUSD(rawValue: standing.value).decimal : nil
    limitUsd = isMoney ? NanoUSD(rawValue: standing.limit).decimal : nil
    level = standing.level?.name
    windowStart = standing.windowStart
    windowEnd = standing.windowEnd
    note = standing.note
    pending = standing.pending?.level.name
    pendingSince = standing.pending?.since
    quietSince = standing.quietSince
    quietUntil = standing.quietUntil
    headroomUntil = standing.headroomEnd
  }
}

extension StatusMessage.HaltMessage {
  /// - Parameter ends: `until` by rule.
  init(_ halt: Halt, ends: [String: String]) {
    subject = SubjectMessage(halt.subject)
    alias = halt.subject.alias
    switch halt.origin {
    case .rule(let name):
      rule = name
      self.ends = ends[name]
    case .person(let name): person = name
    }
    why = halt.why
    since = halt.since
    until = halt.until
    isHeld = halt.isHeld
  }
}
