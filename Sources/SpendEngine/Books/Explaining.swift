extension Engine {
  /// Where one subject of one rule stands, and what that depends on.
  /// - Parameters:
  ///   - subject: as `Per.subjects(written:)` reads it; a key may be called by its alias.
  package func explain(rule name: String, subject text: String) -> ExplainAnswer {
    guard let index = rules.rules.firstIndex(where: { $0.name == name }) else {
      return .noRule(known: rules.rules.map(\.name))
    }
    let per = rules.rules[index].per
    let meant = per.subjects(written: text)
    if meant.isEmpty { return .notSubject(per) }
    guard let series = number(of: meant) else { return .noSubject(per, near(text, index)) }
    return .found(explanation(AlertKey(rule: index, series: series)))
  }

  /// The number of the first of `subjects` that was seen.
  package func number(of subjects: [Subject]) -> SeriesID? {
    for subject in subjects {
      if let number = intake.names.number(of: subject) { return number }
    }
    return nil
  }

  /// Whether an event counts for the subject with this number.
  package func isOf(_ per: Per, _ series: SeriesID, _ event: UsageEvent) -> Bool {
    zip(per.dimensions, intake.names.ids(per, series)).allSatisfy { event.name($0) == $1 }
  }

  private func explanation(_ key: AlertKey) -> Explanation {
    let rule = rules.rules[key.rule]
    let limit = limit(key)
    let state = alerts[key]
    let subject = intake.names.subject(rule.per, key.series)
    var found = Explanation(
      rule: rule, subject: subject, time: time, value: 0, limit: limit, span: span(of: rule.window, at: time),
      steps: rule.kind.levels.map { .init(level: $0, value: Limit.share($0, of: limit)) },
      alert: state.map { alert($0, hold: rule.hold) },
      halts: halts(stopping: subject, also: state?.halted), isCatchingUp: isCatchingUp,
      baseline: baseline(key))
    if let table = table(of: key.rule), tables[table].exists(key.series) {
      found.lastSeen = tables[table].lastSeen(key.series)
    }
    guard let (table, place) = place(of: key) else {
      found.value = state?.value ?? 0
      if case .spike(let spike) = rule.kind { compare(&found, key, spike) }
      return found
    }
    found.value = tables[table].currentValue(key.series, place, clock)
    if rule.window.endsIdle, found.lastSeen != nil { found.span.end = tables[table].overAt(key.series) }
    if rule.kind.canFall {
      let clear = rule.kind.clearValue(limit: limit)
      found.clearValue = clear
      if found.value >= clear {
        found.fallsAt = tables[table].fallTime(key.series, place, below: clear, from: time)
      }
    }
    if case .ratio(let part, let whole, let least)? = rule.kind.reading {
      found.ratio = .init(
        part: sum(part, key.series, table, place), whole: sum(whole, key.series, table, place), least: least)
    }
    return found
  }

  /// What a spike rule compares now: the window's spend with what would be enough there.
  private func compare(_ found: inout Explanation, _ key: AlertKey, _ spike: SpikeRule) {
    let reading = spikes[key.rule, key.series]?.reading(at: time, calendar: rules.hours, rule: spike)
    guard let window = reading?.parts.first else {
      found.steps = []
      return
    }
    (found.value, found.limit) = (window.spent, window.enough(of: spike))
    found.steps = [.init(level: 100, value: found.limit)]
  }

  /// One of the sums that a rule's share is made of.
  private func sum(
    _ metric: Metric, _ series: SeriesID, _ table: Int, _ place: SeriesLayout.RulePlace
  ) -> Int64 {
    guard let slot = tables[table].layout.windows[place.window].slots.first(where: { $0.metric == metric })
    else { return 0 }
    var alone = place
    alone.reading = .sum(slot.offset)
    return tables[table].currentValue(series, alone, clock)
  }

  /// The part of time that a window stands for at an instant.
  package func span(of window: Window, at time: EngineTime) -> Explanation.Span {
    if let calendar = window.calendar {
      // The period that is under way may be none of the table's, where the time zone has changed.
      let now = periods[Int(calendar.rawValue)]
      if now.start <= time, time < now.end { return .init(start: now.start, end: now.end) }
    }
    return rules.span(of: window, at: time)
  }

  private func alert(_ state: AlertState, hold: Milliseconds) -> Explanation.Alert {
    Explanation.Alert(
      level: state.level, told: state.told, since: state.since, value: state.value, limit: state.limit,
      pending: state.pending.map { .init(level: $0.level, since: $0.since, due: $0.since + hold) },
      quietSince: state.quietSince, halted: state.halted, halts: state.halts,
      headroomValue: state.headroomValue, headroomEnd: state.headroomEnd, resumedBy: state.resumedBy)
  }

  /// A check denies a call if its key, its task or everything is halted: all of those, each once.
  private func halts(stopping subject: Subject, also target: Subject?) -> [Halt] {
    var asked: [Subject] = [.global]
    for (dimension, name) in zip(subject.per.dimensions, subject.names)
    where dimension == .key || dimension == .task {
      asked.append(Subject(Per(dimension), [name]))
    }
    if let target, !asked.contains(target) { asked.append(target) }
    return asked.flatMap { halts.halts(of: $0) }
  }

  /// What a rule that learns holds to be normal for a subject, a fact a line.
  private func baseline(_ key: AlertKey) -> [String] {
    switch rules.rules[key.rule].kind {
    case .threshold, .ceiling: []
    case .spike(let spike):
      spikes[key.rule, key.series].map {
        [$0.reading(at: time, calendar: rules.hours, rule: spike).text]
      } ?? ["no call was seen yet"]
    }
  }

  // MARK: Near

  /// Names looked through at most: a look must not hold up the fold.
  private static let mostLookedAt = 50_000
  private static let mostAlike = 100

  private func near(_ text: String, _ rule: Int) -> NearSubjects {
    let standing = standings(top: 3)[rule]
    return NearSubjects(
      alike: subjects(like: text, per: rules.rules[rule].per), top: standing.top.map(\.subject),
      count: standing.subjects)
  }

  /// Subjects whose names, or alias, look like `text`: those that share the most of it first, a hundred at most.
  package func subjects(like text: String, per: Per) -> [Subject] {
    // A text has many readings where it has many pluses: the first few are what was meant.
    let asked = per.subjects(written: text).prefix(4).flatMap(\.names).map { Array($0.lowercased().utf8) }
    var alike: [(shared: Int, subject: Subject)] = []
    for number in 0..<min(intake.names.count(of: per), Engine.mostLookedAt) {
      let subject = intake.names.subject(per, SeriesID(number))
      let names = (subject.names + [subject.alias].compactMap { $0 }).map { Array($0.lowercased().utf8) }
      let shared = names.flatMap { name in asked.compactMap { Engine.shared(name, $0) } }.max()
      guard let shared else { continue }
      // Of thousands that begin alike the first are not the nearest.
      if alike.count == Engine.mostAlike {
        guard let least = alike.last, least.shared < shared else { continue }
        alike.removeLast()
      }
      let place = alike.firstIndex { $0.shared < shared } ?? alike.endIndex
      alike.insert((shared, subject), at: place)
    }
    return alike.map(\.subject)
  }

  /// Bytes at the beginning and at the end that both have, less what one is longer by; nil where they are not alike.
  private static func shared(_ name: [UInt8], _ asked: [UInt8]) -> Int? {
    guard isAlike(name, asked) else { return nil }
    let first = zip(name, asked).prefix { $0 == $1 }.count
    let last = zip(name.reversed(), asked.reversed()).prefix { $0 == $1 }.count
    return min(first + last, name.count, asked.count) - abs(name.count - asked.count)
  }

  /// Cheap: one begins like the other, or holds it, or they are about as long and share most of their letters in place.
  private static func isAlike(_ name: [UInt8], _ asked: [UInt8]) -> Bool {
    guard !name.isEmpty, !asked.isEmpty else { return false }
    if name.starts(with: asked.prefix(3)) || asked.count >= 3 && name.count < 256 && name.contains(asked) {
      return true
    }
    guard abs(name.count - asked.count) <= 2 else { return false }
    let same = zip(name, asked).count { $0 == $1 } + zip(name.reversed(), asked.reversed()).count { $0 == $1 }
    return same >= asked.count
  }
}

extension [UInt8] {
  fileprivate func contains(_ part: [UInt8]) -> Bool {
    guard part.count <= count else { return false }
    return (0...(count - part.count)).contains { self[$0..<($0 + part.count)].elementsEqual(part) }
  }
}
