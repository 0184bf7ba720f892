// Rules that look at each call instead of a sum.
extension Engine {
  /// Shows a folded call to the rules that watch its subject's calls.
  mutating func watch(_ event: UsageEvent, _ table: Int, _ series: SeriesID, _ cause: Cause) {
    for rule in tables[table].layout.watchers {
      let key = AlertKey(rule: rule, series: series)
      switch rules.rules[rule].kind {
      case .threshold: break
      case .ceiling(let ceiling):
        // Of old calls nobody is told: they are paid, and their senders gone.
        if cause.isCatchUp || isCatchingUp && cause.file == nil { continue }
        let limit = limit(key)
        if let value = ceiling.breach(by: cause.call, limit: limit) {
          breach(key, value: value, limit: limit, cause, mayHalt: true)
        }
      case .spike(let spike):
        let verdict = observe(event, rule, series, spike, sequence: sequence + 1)
        // As long as a source is behind, what is usual is not known.
        if cause.isCatchUp || isCatchingUp { continue }
        judge(key, spike, verdict.level, cause)
      }
    }
  }

  /// Shows a call to a spike rule, and notes that its page has changed. What the journal holds of the call is all that goes in, so that a
  /// restart comes to the same.
  mutating func observe(
    _ event: UsageEvent, _ rule: Int, _ series: SeriesID, _ spike: SpikeRule, sequence: Int64
  ) -> SpikeVerdict {
    changed.touch(spikes.page(rule, series), sequence: sequence)
    return spikes.observe(
      rule, series, event, call: event.cost.rawValue, rules.hours, spike, most: rules.maxSpikeSubjects)
  }

  /// Acts on what a spike rule says of a subject.
  private mutating func judge(_ key: AlertKey, _ spike: SpikeRule, _ level: SpikeLevel, _ cause: Cause) {
    guard level != .none else {
      // It did not hold as long as it had to.
      if let state = alerts[key], state.level == 0 {
        alerts[key] = nil
        changed.alerts.insert(key)
      }
      return
    }
    guard let reading = spikes[key.rule, key.series]?.reading(at: time, calendar: rules.hours, rule: spike),
      let window = reading.parts.first
    else { return }
    var cause = cause
    (cause.note, cause.baseline) = (reading.text, window.expected)
    breach(
      key, value: window.spent, limit: window.enough(of: spike), cause, mayHalt: level == .halt)
  }

  /// Looks at a spike rule's subject as of now, without a call.
  mutating func lookAtSpike(_ key: AlertKey) {
    guard case .spike(let spike) = rules.rules[key.rule].kind, alerts[key] != nil,
      let state = spikes[key.rule, key.series]
    else { return }
    let reading = state.reading(at: time, calendar: rules.hours, rule: spike)
    judge(key, spike, reading.level, Cause())
  }

  /// A call met a rule's condition: an alert begins, or goes on for another while.
  mutating func breach(_ key: AlertKey, value: Int64, limit: Int64, _ cause: Cause, mayHalt: Bool) {
    let isNew = alerts[key]?.quietSince == nil
    var state = alerts[key] ?? newAlert(key, limit: limit)
    let held = hold(&state, key, reached: 100)
    (state.value, state.limit, state.quietSince) = (value, limit, time)
    let isRaised = held > state.level
    state.level = max(state.level, held)
    alerts[key] = state
    changed.alerts.insert(key)
    // One is armed as long as the alert lives: it arms the next.
    if isNew { awaitEnd(key, state) }
    act(key, value: value, limit: limit, isRaised: isRaised, cause, mayHalt: mayHalt)
  }
}
