// Halts that end at an instant of their own: a person's `--for`, and a rule's `until: <duration>`.
extension Engine {
  /// Whether a halt's end is its own, and not that of its window.
  func hasOwnEnd(_ origin: HaltOrigin) -> Bool {
    guard case .rule(let name) = origin else { return true }
    guard let rule = rules.rules.first(where: { $0.name == name }), case .after = rule.until else {
      return false
    }
    return true
  }

  /// A halt's end came: a person's is lifted; of a rule's the rule is looked at.
  mutating func serveEnd(_ subject: Subject, _ origin: HaltOrigin) {
    guard let halt = halts[subject, origin], let end = halt.until else { return }
    guard end <= time else {
      if hasOwnEnd(origin) { deadlines.add(.halt(subject, origin), at: end) }
      return
    }
    switch origin {
    case .person(let name):
      halts.remove(subject, origin)
      decisions.append(personal(.resume, subject, by: name, note: "its time ended", since: halt.since))
    case .rule(let name):
      guard let index = rules.rules.firstIndex(where: { $0.name == name }),
        case .after(let span) = rules.rules[index].until
      else { return }
      let claimants = claimants(of: subject, index)
      if let breaching = claimants.first(where: { isInBreach($0, since: halt.until ?? time, span: span) }) {
        extend(halt, by: span, for: breaching)
      } else {
        release(halt, claimants, of: rules.rules[index])
      }
    }
  }

  /// The rule's subjects that speak for a halt: those whose alerts claim it, and the halted one itself, whose alert may have ended.
  private func claimants(of subject: Subject, _ rule: Int) -> [AlertKey] {
    if rules.rules[rule].per == subject.per {
      return intake.names.number(of: subject).map { [AlertKey(rule: rule, series: $0)] } ?? []
    }
    return alerts.filter { $0.key.rule == rule && $0.value.halted == subject }.map(\.key)
      .sorted { $0.series < $1.series }
  }

  /// Whether the value is at the limit now; of a rule that looks at calls, whether one met its condition within `span` before `end`.
  private mutating func isInBreach(_ key: AlertKey, since end: EngineTime, span: Milliseconds) -> Bool {
    guard let (table, place) = place(of: key) else {
      return alerts[key]?.quietSince.map { $0 > end + -span } ?? false
    }
    return tables[table].currentValue(key.series, place, clock) >= limit(key)
  }

  private mutating func extend(_ halt: Halt, by span: Milliseconds, for key: AlertKey) {
    var longer = halt
    longer.until = time + span
    halts.set(longer)
    deadlines.add(.halt(halt.subject, halt.origin), at: time + span)
    if halt.isHeld { return }
    let (value, limit) = standing(key)
    let state = alerts[key] ?? AlertState(window: rules.rules[key.rule].window, since: halt.since)
    var decision = decision(.halt, key, state, value: value, limit: limit, Cause())
    (decision.level, decision.target, decision.haltUntil) = (.firing, halt.subject, longer.until)
    (decision.isExtension, decision.haltEnd) = (true, rules.rules[key.rule].until)
    decision.note = "still in breach: \(span.spanText) more"
    decisions.append(decision)
  }

  private mutating func release(_ halt: Halt, _ claimants: [AlertKey], of rule: Rule) {
    for key in claimants where alerts[key]?.halted == halt.subject {
      // Nobody's grant: it halts again where the value reaches the limit again.
      alerts[key]?.resumedBy = ""
      lift(key, "its time ended")
      setTrip(key, limit: limit(key))
    }
    // Its alert ended before it: nobody claimed it any more.
    guard let halt = halts.remove(halt.subject, halt.origin), !halt.isHeld else { return }
    var decision = personal(.resume, halt.subject, by: "", note: "")
    (decision.rule, decision.metric, decision.window) = (rule.name, rule.metric, rule.window)
    (decision.value, decision.limit, decision.note) = (halt.value, halt.limit, "its time ended")
    if let key = claimants.first, let (table, place) = place(of: key) {
      decision.value = tables[table].currentValue(key.series, place, clock)
      decision.limit = limit(key)
    }
    decisions.append(decision)
  }
}
