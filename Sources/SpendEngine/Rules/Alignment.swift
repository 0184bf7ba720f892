/// An alert of a rule that was in the rules file of the last run and is not any more, or counts by something else now.
struct Orphan {
  var row: [UInt8]
  var rule: String
  var subject: Subject
  var state: AlertState
}

extension Engine {
  /// Makes alerts and halts agree with what their rules are now, limits aside: after a start and a reload.
  mutating func align() {
    for orphan in orphans.sorted(by: { ($0.rule, $0.subject) < ($1.rule, $1.subject) }) {
      bury(orphan)
    }
    orphans.removeAll()
    for key in alerts.keys.sorted(by: { ($0.rule, $0.series) < ($1.rule, $1.series) }) { align(key) }
    let claimed = Set(
      alerts.compactMap { key, state in
        state.halted.map { HaltClaim(rule: rules.rules[key.rule].name, target: $0) }
      })
    for halt in halts.all {
      guard case .rule(let name) = halt.origin else { continue }
      let stands = rules.rules.contains {
        $0.name == name && $0.mode == .enforce && $0.halt?.per == halt.subject.per
      }
      if stands, claimed.contains(HaltClaim(rule: name, target: halt.subject)) { continue }
      if stands, outlives(halt) { continue }
      halts.remove(halt.subject, halt.origin)
      decisions.append(personal(.resume, halt.subject, by: "reload", note: "rule \(name) halts no more"))
    }
  }

  /// Whether a halt stands on though its alert is over: a `manual` one does, and one for a time.
  private mutating func outlives(_ halt: Halt) -> Bool {
    guard case .rule(let name) = halt.origin, !halt.isHeld,
      let rule = rules.rules.first(where: { $0.name == name })
    else { return false }
    var aligned = halt
    switch rule.until {
    case .reset, .clear: return false
    case .manual: aligned.until = nil
    case .after(let span): aligned.until = halt.until ?? halt.since + span
    }
    if aligned.until != halt.until {
      halts.set(aligned)
      if let end = aligned.until { deadlines.add(.halt(halt.subject, halt.origin), at: end) }
    }
    return true
  }

  private mutating func align(_ key: AlertKey) {
    let rule = rules.rules[key.rule]
    guard var state = alerts[key] else { return }
    if rule.window != state.window {
      lift(key, "the rule's window is another now")
      resolve(key, "the rule's window is another now")
      return
    }
    if rule.kind.reading == nil, state.level > 0, state.quietSince == nil {
      // Nothing would ever end it: it was the alert of a rule that looked at a sum.
      lift(key, "the rule is of another kind now")
      resolve(key, "the rule is of another kind now")
      return
    }
    if let target = state.halted { align(key, target, rule) }
    state = alerts[key] ?? state
    if state.mode == .shadow, state.told > 0, rule.mode != .shadow {
      // Told in shadow is not told: the highest step is news.
      (state.level, state.told) = (0, 0)
      alerts[key] = state
      changed.alerts.insert(key)
    }
  }

  private mutating func align(_ key: AlertKey, _ target: Subject, _ rule: Rule) {
    let origin = HaltOrigin.rule(rule.name)
    if rule.halt == nil || rule.mode == .warn {
      lift(key, rule.halt == nil ? "the rule halts no more" : "the rule's mode is \(rule.mode.name) now")
    } else if target.per != rule.halt?.per {
      lift(key, "the rule halts another now")
    } else if rule.mode == .shadow {
      guard let state = alerts[key], let halt = halts.remove(target, origin) else { return }
      if halt.isHeld { return }
      let (value, limit) = standing(key)
      var decision = decision(.resume, key, state, value: value, limit: limit, Cause())
      (decision.target, decision.mode) = (target, .enforce)
      decision.note = "the rule's mode is \(rule.mode.name) now"
      decisions.append(decision)
    } else if var halt = halts[target, origin] {
      let end: EngineTime? =
        switch rule.until {
        case .reset: alerts[key]?.windowEnd
        case .after(let span): halt.until ?? halt.since + span
        case .clear, .manual: nil
        }
      guard halt.until != end else { return }
      halt.until = end
      halts.set(halt)
      if let end, hasOwnEnd(halt.origin) { deadlines.add(.halt(halt.subject, halt.origin), at: end) }
    } else {
      // It was halted in shadow only: the rule may do it in earnest now.
      unclaim(target, for: rule)
      alerts[key]?.halted = nil
      changed.alerts.insert(key)
    }
  }

  /// What the rule halted is lifted, what people were told is resolved. Its numbers went with the rule.
  private mutating func bury(_ orphan: Orphan) {
    changed.rows.append(StateRow(kind: StateRow.Kind.alert.rawValue, key: orphan.row, value: nil))
    var decision = Decision(
      kind: .resolve, at: time, rule: orphan.rule, subject: orphan.subject,
      level: orphan.state.level >= 100 ? .firing : .step(orphan.state.level), metric: .spend, value: 0,
      limit: 0,
      window: orphan.state.window, windowStart: orphan.state.windowStart,
      windowEnd: orphan.state.windowEnd, mode: .enforce,
      note: "the rule was removed", alertID: Engine.alertID(rule: orphan.rule, orphan.subject, orphan.state),
      repeats: max(0, orphan.state.halts.subtractingSaturating(1)))
    if let target = orphan.state.halted, let halt = halts.remove(target, .rule(orphan.rule)), !halt.isHeld {
      (decision.kind, decision.target) = (.resume, target)
      decisions.append(decision)
    }
    guard orphan.state.told > 0 else { return }
    (decision.kind, decision.target, decision.mode) = (.resolve, nil, orphan.state.mode)
    decisions.append(decision)
  }
}
