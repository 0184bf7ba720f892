/// What became of a rule's wish to halt.
enum HaltVerdict: Equatable {
  /// Nothing new: it stands already, has headroom, or there is nobody to stop.
  case none
  case halted
  /// Waits for the brake.
  case held
}

/// A rule's wish to have somebody halted; several of its subjects may share it (`per: key+model, halt: key`).
struct HaltClaim: Hashable {
  var rule: String
  var target: Subject
}

extension Engine {
  /// Halts for a rule at its limit.
  /// - Parameter isDigest: its alert waits for the end of a catch-up, and then names whom it halted.
  mutating func halt(_ key: AlertKey, value: Int64, limit: Int64, _ cause: Cause, isDigest: Bool)
    -> HaltVerdict
  {
    guard var state = alerts[key], state.halted == nil else { return .none }
    if let end = state.headroomEnd, time < end { return .none }
    if let headroom = state.headroomValue, value < headroom { return .none }
    let rule = rules.rules[key.rule]
    guard let target = target(rule, key.series, cause), target.canBeHalted else { return .none }
    // An old record's task is not running any more: the next record may name one that is.
    if cause.isCatchUp, rule.haltsByRecord, target.per == .task, let seen = cause.time,
      seen + rules.activeWithin < time
    {
      return .none
    }
    let end: EngineTime? =
      switch rule.until {
      case .reset: state.windowEnd
      case .after(let span): time + span
      case .clear, .manual: nil
      }
    state.halted = target
    (state.headroomValue, state.headroomEnd) = (nil, nil)
    if isClaimed(target, by: rule) {
      // Another of the rule's subjects, or a `manual` halt of an earlier window, stops it already: nothing new to say.
      claim(target, for: rule)
      alerts[key] = state
      changed.alerts.insert(key)
      return .none
    }
    claim(target, for: rule)
    var verdict = HaltVerdict.halted
    if rule.mode == .enforce, target.per != .global, !admit() { verdict = .held }
    state.halts = state.halts.addingSaturating(1)
    alerts[key] = state
    changed.alerts.insert(key)
    var decision = decision(.halt, key, state, value: value, limit: limit, cause)
    decision.target = target
    decision.haltUntil = end
    decision.haltEnd = rule.until
    decision.isHeld = verdict == .held
    decision.isDigest = isDigest
    if rule.mode == .enforce {
      halts.set(
        Halt(
          subject: target, origin: .rule(rule.name),
          why: "\(decision.account) (rule \(rule.name))", since: time, until: end,
          isHeld: verdict == .held, value: value, limit: limit))
      if let end, hasOwnEnd(.rule(rule.name)) { deadlines.add(.halt(target, .rule(rule.name)), at: end) }
    }
    decisions.append(decision)
    if verdict == .held { hold() }
    return verdict
  }

  /// Whom a rule stops: the subject itself, or the key or task whose record tripped it.
  private func target(_ rule: Rule, _ series: SeriesID, _ cause: Cause) -> Subject? {
    switch rule.halt {
    case nil: return nil
    case .global: return .global
    case .key: return dimension(.key, rule, series, else: cause.key)
    case .task: return dimension(.task, rule, series, else: cause.task)
    }
  }

  private func dimension(_ dimension: Dimension, _ rule: Rule, _ series: SeriesID, else name: NameID)
    -> Subject
  {
    let ids = intake.names.ids(rule.per, series)
    let index = rule.per.dimensions.firstIndex(of: dimension)
    // What calls without a task add up to is nobody's fault in particular: the key of the last of them is not to blame.
    if index == nil, ids.contains(where: { $0 <= NameTable.other }) {
      return intake.names.subject(Per(dimension), NameTable.none)
    }
    return intake.names.subject(Per(dimension), index.map { ids[$0] } ?? name)
  }

  func isHeld(_ key: AlertKey, _ target: Subject) -> Bool {
    halts[target, .rule(rules.rules[key.rule].name)]?.isHeld ?? false
  }

  // MARK: Claims

  private func isClaimed(_ target: Subject, by rule: Rule) -> Bool {
    claims[HaltClaim(rule: rule.name, target: target)] != nil || halts[target, .rule(rule.name)] != nil
  }

  private mutating func claim(_ target: Subject, for rule: Rule) {
    if rule.per != target.per { claims[HaltClaim(rule: rule.name, target: target), default: 0] += 1 }
  }

  /// Whether nobody else claims the target now.
  @discardableResult
  mutating func unclaim(_ target: Subject, for rule: Rule) -> Bool {
    let claim = HaltClaim(rule: rule.name, target: target)
    guard let count = claims[claim], count > 1 else {
      claims[claim] = nil
      return true
    }
    claims[claim] = count - 1
    return false
  }

  /// After a start and a reload.
  mutating func countClaims() {
    claims.removeAll()
    for (key, state) in alerts {
      if let target = state.halted { claim(target, for: rules.rules[key.rule]) }
    }
  }

  /// Lifts a rule's halt and says why.
  /// - Parameter isDigest: it was decided in a catch-up, and is over before people were told of it.
  mutating func lift(_ key: AlertKey, _ note: String, isDigest: Bool = false) {
    guard var state = alerts[key], let target = state.halted else { return }
    let rule = rules.rules[key.rule]
    state.halted = nil
    alerts[key] = state
    changed.alerts.insert(key)
    guard unclaim(target, for: rule) else { return }
    let halt = halts.remove(target, .rule(rule.name))
    // A halt that only ever waited was never seen outside: there is nothing to lift. Without a halt it was a shadow's.
    if halt?.isHeld ?? (rule.mode != .shadow) { return }
    let (value, limit) = standing(key)
    var decision = decision(.resume, key, state, value: value, limit: limit, Cause())
    decision.target = target
    (decision.note, decision.isDigest) = (note, isDigest)
    decision.mode = halt == nil ? .shadow : .enforce
    decisions.append(decision)
  }

  /// Ends an alert: what people were told of is resolved, once.
  mutating func resolve(_ key: AlertKey, _ note: String) {
    // A halt that only waited goes with its breach, whatever `until` says.
    if let target = alerts[key]?.halted, isHeld(key, target) { lift(key, note) }
    guard let state = alerts[key] else { return }
    if let target = state.halted { unclaim(target, for: rules.rules[key.rule]) }
    let (value, limit) = standing(key)
    alerts[key] = nil
    digest.remove(key)
    changed.alerts.insert(key)
    if state.told > 0 {
      var decision = decision(.resolve, key, state, value: value, limit: limit, Cause())
      decision.note = note
      decision.mode = max(state.mode, decision.mode)
      decisions.append(decision)
    }
    if let (table, place) = place(of: key) { tables[table].setTrip(key.series, place, .min) }
  }

  /// Value and limit of a rule's subject: in the window of its alert, or now where there is none.
  func standing(_ key: AlertKey) -> (value: Int64, limit: Int64) {
    let state = alerts[key]
    // What it was in another window went with that.
    if let state, state.window != rules.rules[key.rule].window { return (0, 0) }
    guard let (table, place) = place(of: key) else { return (state?.value ?? 0, state?.limit ?? 0) }
    let value =
      rules.rules[key.rule].window.slides
      ? tables[table].currentValue(key.series, place, clock)
      : tables[table].value(key.series, place, ofPeriodFrom: state?.windowStart)
    return (value, limit(key))
  }

  /// Does what was due.
  mutating func serve(_ reason: Deadlines.Reason) {
    switch reason {
    case .window(let key): serveWindow(key)
    case .hold(let key): serveHold(key)
    case .quiet(let key): serveQuiet(key)
    case .headroom(let key):
      guard var state = alerts[key], let end = state.headroomEnd else { return }
      guard end <= time else { return deadlines.add(.headroom(key), at: end) }
      state.headroomEnd = nil
      alerts[key] = state
      changed.alerts.insert(key)
      look(key)
    case .halt(let subject, let origin): serveEnd(subject, origin)
    case .brake: releaseBrake()
    }
  }
}
