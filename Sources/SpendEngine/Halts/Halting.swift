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
  mutating func halt(_ key: AlertKey, value: Int64, limit: Int64, _ cause: Cause) -> HaltVerdict {
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
    let end = rule.until == .reset ? state.windowEnd : nil
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
    decision.isHeld = verdict == .held
    if rule.mode == .enforce {
      let subject = decision.subject
      halts.set(
        Halt(
          subject: target, origin: .rule(rule.name),
          why:
            "\(decision.metric.text(value)) of \(decision.metric.text(limit)) \(decision.window.spokenName) by "
            + "\(subject.text) (rule \(rule.name))",
          since: time, until: end, isHeld: verdict == .held, value: value, limit: limit))
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
  mutating func lift(_ key: AlertKey, _ note: String) {
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
    decision.note = note
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
    guard let (table, place) = place(of: key), case .threshold(let threshold) = rules.rules[key.rule].kind
    else {
      return (0, 0)
    }
    let value = tables[table].value(key.series, place, ofPeriodFrom: alerts[key]?.windowStart)
    return (value, limit(threshold, rules.rules[key.rule].per, key.series))
  }

  /// A lifetime sum began anew after its subject was idle: its alert is over.
  mutating func beginAnew(_ place: SeriesLayout.RulePlace, _ series: SeriesID) {
    let key = AlertKey(rule: place.rule, series: series)
    guard case .threshold(let threshold) = rules.rules[place.rule].kind, threshold.window == .lifetime,
      alerts[key] != nil
    else { return }
    if rules.rules[place.rule].until == .reset { lift(key, "idle for 30 days") }
    resolve(key, "idle for 30 days")
  }

  /// A lifetime ends when its subject has been idle for 30 days: so does its alert, though no record says so.
  private mutating func endLifetime(_ key: AlertKey) {
    guard let (table, place) = place(of: key) else { return }
    if tables[table].isOver(key.series, at: time) {
      beginAnew(place, key.series)
    } else {
      deadlines.add(.window(key), at: tables[table].overAt(key.series))
    }
  }

  /// Does what was due.
  mutating func serve(_ reason: Deadlines.Reason) {
    switch reason {
    case .window(let key):
      early.remove(key)
      if let state = alerts[key], state.windowEnd == nil { return endLifetime(key) }
      if let end = alerts[key]?.windowEnd, end <= time {
        if rules.rules[key.rule].until == .reset { lift(key, "the window ended") }
        resolve(key, "the window ended")
      }
      guard let (table, place) = place(of: key) else { return }
      tables[table].rollOne(key.series, periods: periods)
      if tables[table].value(key.series, place) >= tables[table].trip(key.series, place) {
        evaluate(table, place, key.series, Cause())
      }
    case .headroom(let key):
      guard var state = alerts[key], let end = state.headroomEnd, end <= time else { return }
      state.headroomEnd = nil
      alerts[key] = state
      changed.alerts.insert(key)
      if let (table, place) = place(of: key) { evaluate(table, place, key.series, Cause()) }
    case .halt(let subject, let origin):
      guard case .person(let name) = origin, let end = halts[subject, origin]?.until, end <= time else {
        return
      }
      halts.remove(subject, origin)
      decisions.append(personal(.resume, subject, by: name, note: "its time ended"))
    case .brake: releaseBrake()
    }
  }
}

extension Window {
  /// As said in "… of $25.00 today by key ci-bot".
  package var spokenName: String {
    switch self {
    case .calendar(.day): "used today"
    case .lifetime: "used in all"
    }
  }
}
