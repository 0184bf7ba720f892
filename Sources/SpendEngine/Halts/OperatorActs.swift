extension Engine {
  /// A person's hand on the switch. Decisions go into the audit like a rule's.
  package mutating func perform(_ command: OperatorCommand) -> OperatorReply {
    switch command {
    case .halt(let subject, let why, let by, let until): return halt(subject, why: why, by: by, until: until)
    case .resume(let subject, let rule, let why, let by, let headroom):
      let subject = known(subject)
      let standing = halts.halts(of: subject).filter { rule == nil || $0.origin == .rule(rule ?? "") }
      if standing.isEmpty, let rule, halts.isHalted(subject) {
        return OperatorReply(
          changed: false, lines: ["rule \(rule) does not halt \(subject.text)"] + wider(than: [subject]))
      }
      return resume(standing, asked: subject, why: why, by: by, headroom)
    case .resumeRule(let rule, let why, let by, let headroom):
      guard rules.rules.contains(where: { $0.name == rule }) else {
        return OperatorReply(changed: false, lines: ["there is no rule '\(rule)'"])
      }
      return resume(halts.all.filter { $0.origin == .rule(rule) }, asked: nil, why: why, by: by, headroom)
    }
  }

  package var ruleNames: [String] { rules.rules.map(\.name) }

  /// Who is halted, or would be if the brake let it, each once, the longest first.
  package var haltedSubjects: [Subject] {
    var known: Set<Subject> = []
    return halts.all.map(\.subject).filter { known.insert($0).inserted }
  }

  /// The subject under its stable name: people may say the alias.
  package func known(_ subject: Subject) -> Subject {
    intake.names.number(of: subject).map { intake.names.subject(subject.per, $0) } ?? subject
  }

  private mutating func halt(_ subject: Subject, why: String, by: String, until: EngineTime?) -> OperatorReply
  {
    let target = known(subject)
    guard target.canBeHalted else {
      return OperatorReply(
        changed: false, lines: ["only global, a key or a task can be halted, not \(target.text)"])
    }
    if let until, until <= time {
      return OperatorReply(changed: false, lines: ["the end of the halt is in the past"])
    }
    halts.set(Halt(subject: target, origin: .person(by), why: why, since: time, until: until))
    if let until { deadlines.add(.halt(target, .person(by)), at: until) }
    var decision = personal(.halt, target, by: by, note: why)
    decision.haltUntil = until
    decisions.append(decision)
    var lines = [
      "halted \(target.text)"
        + (until.map { ", until \($0.rfc3339.prefix(16).split(separator: "T").joined(separator: " ")) UTC" }
          ?? "")
    ]
    if intake.names.number(of: target) == nil {
      lines.append("no record of \(target.text) has been seen yet; the halt stands all the same")
    }
    return OperatorReply(changed: true, lines: lines)
  }

  private mutating func resume(
    _ standing: [Halt], asked: Subject?, why: String, by: String, _ headroom: Headroom
  ) -> OperatorReply {
    guard !standing.isEmpty else {
      let what = asked.map { "\($0.text) is not halted" } ?? "that rule halts nobody"
      return OperatorReply(changed: false, lines: [what] + wider(than: asked.map { [$0] } ?? []))
    }
    var lines: [String] = []
    for halt in standing {
      switch halt.origin {
      case .person(let name):
        halts.remove(halt.subject, halt.origin)
        decisions.append(personal(.resume, halt.subject, by: by, note: why, since: halt.since))
        lines.append("lifted the halt of \(halt.subject.text) by \(name)")
      case .rule(let rule):
        let granted = lift(halt, why: why, by: by, headroom)
        lines.append(
          "lifted the halt of \(halt.subject.text) by rule \(rule)\(granted.isEmpty ? "" : "; \(granted)")")
      }
    }
    return OperatorReply(
      changed: true, lines: lines + wider(than: asked.map { [$0] } ?? standing.map(\.subject)))
  }

  /// Lifts one rule's halt and grants headroom, so that the halt is neither back at once nor void for good.
  private mutating func lift(_ halt: Halt, why: String, by: String, _ headroom: Headroom) -> String {
    guard case .rule(let rule) = halt.origin else { return "" }
    let keys = alerts.filter { $0.value.halted == halt.subject && rules.rules[$0.key.rule].name == rule }.map(
      \.key
    )
    .sorted { $0.series < $1.series }
    guard !keys.isEmpty else {
      // The breach has ended and the halt was `until: manual`: nothing to grant.
      halts.remove(halt.subject, halt.origin)
      decisions.append(personal(.resume, halt.subject, by: by, note: why))
      return ""
    }
    var granted = ""
    for key in keys {
      let (value, limit) = standing(key)
      guard var state = alerts[key] else { continue }
      switch headroom {
      case .percent where rules.rules[key.rule].kind.name == .ceiling:
        granted = "the next such call halts it again"
      case .percent(let percent):
        // Never nothing: the next record, whatever it costs, must not halt at once what a person has just lifted.
        let trip = value.addingSaturating(max(1, Limit.share(percent, of: limit)))
        state.headroomValue = trip
        granted = "halts again at \(rules.rules[key.rule].metric.text(trip))"
      case .untilReset:
        state.headroomValue = .max
        granted =
          state.window.resets
          ? "does not halt it again before the window ends"
          : "does not halt it again as long as this alert lasts"
      case .span(let span):
        let end = time + max(1, span)
        state.headroomEnd = end
        deadlines.add(.headroom(key), at: end)
        granted = "does not halt it again for \(span / .second) s"
      }
      state.resumedBy = by
      alerts[key] = state
      lift(key, "lifted by \(by): \(why); \(granted)")
      setTrip(key, limit: limit)
    }
    return granted
  }

  /// What still stops a subject after a resume: a resume never lifts a wider halt.
  private func wider(than asked: [Subject]) -> [String] {
    let asked = asked.filter { $0.per != .global }
    var lines: [String] = []
    if !asked.isEmpty, halts.isHalted(.global) { lines.append("global is halted: nothing may spend") }
    for subject in asked {
      guard let halt = halts.halts(of: subject).first(where: { !$0.isHeld }) else { continue }
      lines.append("\(subject.text) is still halted: \(halt.why)")
    }
    return lines
  }

  /// A person's act as a decision.
  /// - Parameter since: of the halt that is lifted, so that both are of one alert.
  func personal(
    _ kind: Decision.Kind, _ subject: Subject, by: String, note: String, since: EngineTime? = nil
  ) -> Decision {
    var state = AlertState(window: .lifetime, since: time)
    state.incident = (since ?? time).milliseconds
    return Decision(
      kind: kind, at: time, rule: Decision.person, subject: subject, target: subject, level: .firing,
      metric: .spend,
      value: 0, limit: 0, window: .lifetime, mode: .enforce,
      note: note.isEmpty ? "by \(by)" : "by \(by): \(note)",
      alertID: Engine.alertID(rule: Decision.person, subject, state))
  }
}
