extension Engine {
  /// Whether a new halt may go out; if not, it must wait (`hold`).
  mutating func admit() -> Bool {
    guard halts.heldCount == 0, brake.hasRoom(at: time) else { return false }
    brake.count(at: time)
    changed.hasMeta = true
    return true
  }

  /// A halt was set that waits.
  mutating func hold() {
    // One alarm is enough: when it rings the next is set for those that still wait.
    if halts.heldCount == 1 { scheduleBrake() }
    pageForBrake()
  }

  /// Wakes the brake when it can let somebody go, or close its page.
  mutating func scheduleBrake() {
    guard halts.heldCount > 0 || brake.isPaged else { return }
    deadlines.add(.brake, at: brake.hasRoom(at: time) ? time : brake.nextRoom ?? time)
  }

  /// Pages a person, once a hold.
  private mutating func pageForBrake() {
    guard !brake.isPaged else { return }
    brake.isPaged = true
    brake.hold &+= 1
    changed.hasMeta = true
    decisions.append(brakeDecision(.alert))
  }

  /// Lets waiting halts go as room comes.
  mutating func releaseBrake() {
    var claimants: [HaltClaim: AlertKey]?
    while brake.hasRoom(at: time), var halt = halts.firstHeld() {
      changed.hasMeta = true
      guard case .rule(let rule) = halt.origin,
        let key = claimant(HaltClaim(rule: rule, target: halt.subject), &claimants), let state = alerts[key]
      else {
        // No rule wants it any more. It was never seen outside.
        halts.remove(halt.subject, halt.origin)
        continue
      }
      brake.count(at: time)
      halt.isHeld = false
      halt.since = time
      if case .after(let span) = rules.rules[key.rule].until {
        halt.until = time + span
        deadlines.add(.halt(halt.subject, halt.origin), at: time + span)
      }
      halts.set(halt)
      let (value, limit) = standing(key)
      var decision = decision(.halt, key, state, value: value, limit: limit, Cause())
      decision.target = state.halted
      decision.haltUntil = halt.until
      decision.note = "released by the brake"
      decision.isDigest = digest.contains(key)
      decisions.append(decision)
    }
    if halts.heldCount == 0 {
      if brake.isPaged { decisions.append(brakeDecision(.resolve)) }
      brake.isPaged = false
      changed.hasMeta = true
    } else {
      scheduleBrake()
    }
  }

  /// The alert that speaks for a waiting halt: of several that claim its target the one that decided it, or now would.
  private func claimant(_ claim: HaltClaim, _ known: inout [HaltClaim: AlertKey]?) -> AlertKey? {
    if let rule = rules.rules.firstIndex(where: { $0.name == claim.rule && $0.per == claim.target.per }) {
      let key = intake.names.number(of: claim.target).map { AlertKey(rule: rule, series: $0) }
      return key.flatMap { alerts[$0]?.halted == claim.target ? $0 : nil }
    }
    if let known { return known[claim] }
    // Made once a release: a scan for each of a hundred thousand would take minutes.
    var found: [HaltClaim: AlertKey] = [:]
    for (key, state) in alerts {
      guard let target = state.halted else { continue }
      let claim = HaltClaim(rule: rules.rules[key.rule].name, target: target)
      if let other = found[claim], !(rank(key, state) < rank(other, alerts[other])) { continue }
      found[claim] = key
    }
    known = found
    return found[claim]
  }

  private func rank(_ key: AlertKey, _ state: AlertState?) -> (Int, SeriesID) {
    (state?.halts ?? 0 > 0 ? 0 : 1, key.series)
  }

  private func brakeDecision(_ kind: Decision.Kind) -> Decision {
    let subject = Subject.global
    var state = AlertState(window: .lifetime, since: time)
    state.incident = brake.hold
    return Decision(
      kind: kind, at: time, rule: Decision.brake, subject: subject, level: .firing, metric: .requests,
      value: Int64(brake.recent.count + halts.heldCount), limit: Int64(brake.settings.halts),
      window: .lifetime,
      mode: .enforce, note: kind == .alert ? "new halts wait for the brake" : "no halt waits any more",
      alertID: Engine.alertID(rule: Decision.brake, subject, state))
  }
}
