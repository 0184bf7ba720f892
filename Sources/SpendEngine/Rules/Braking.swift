extension Engine {
  /// Whether a new halt may go out; if not, it waits.
  mutating func admit(_ key: AlertKey) -> Bool {
    changed.hasMeta = true
    if brake.waiting.isEmpty, brake.hasRoom(at: time) {
      brake.count(at: time)
      return true
    }
    brake.wait(key)
    // One alarm is enough: when it rings the next is set for those that still wait.
    if brake.waiting.count == 1 { scheduleBrake() }
    return false
  }

  /// Wakes the brake when it can let somebody go, or close its page.
  mutating func scheduleBrake() {
    guard !brake.waiting.isEmpty || brake.isPaged else { return }
    deadlines.add(.brake, at: brake.hasRoom(at: time) ? time : brake.nextRoom ?? time)
  }

  /// Pages a person, once a hold.
  mutating func pageForBrake() {
    guard !brake.isPaged else { return }
    brake.isPaged = true
    brake.hold &+= 1
    changed.hasMeta = true
    decisions.append(brakeDecision(.alert))
  }

  /// Lets waiting halts go as room comes. One whose rule no longer wants it goes nowhere.
  mutating func releaseBrake() {
    while let key = brake.takeFirst(at: time) {
      changed.hasMeta = true
      guard let state = alerts[key], let target = state.halted,
        var halt = halts[target, .rule(rules.rules[key.rule].name)], halt.isHeld
      else { continue }
      brake.count(at: time)
      halt.isHeld = false
      halt.since = time
      halts.set(halt)
      let (value, limit) = standing(key)
      var decision = decision(.halt, key, state, value: value, limit: limit, Cause())
      decision.target = target
      decision.haltUntil = halt.until
      decision.note = "released by the brake"
      decisions.append(decision)
    }
    if brake.waiting.isEmpty {
      if brake.isPaged { decisions.append(brakeDecision(.resolve)) }
      brake.isPaged = false
      changed.hasMeta = true
    } else {
      scheduleBrake()
    }
  }

  private func brakeDecision(_ kind: Decision.Kind) -> Decision {
    let subject = Subject.global
    var state = AlertState(window: .lifetime, since: time)
    state.incident = brake.hold
    return Decision(
      kind: kind, at: time, rule: "brake", subject: subject, level: .firing, metric: .requests,
      value: Int64(brake.recent.count + brake.waiting.count), limit: Int64(brake.settings.halts),
      window: .lifetime,
      mode: .enforce, note: kind == .alert ? "new halts wait for the brake" : "no halt waits any more",
      alertID: Engine.alertID(rule: "brake", subject, state))
  }
}
