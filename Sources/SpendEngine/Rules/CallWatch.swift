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
      }
    }
  }

  /// A call met a rule's condition: an alert begins, or goes on for another while.
  mutating func breach(_ key: AlertKey, value: Int64, limit: Int64, _ cause: Cause, mayHalt: Bool) {
    let isNew = alerts[key] == nil
    var state = alerts[key] ?? newAlert(key, limit: limit)
    (state.value, state.limit, state.quietSince) = (value, limit, time)
    let isRaised = state.level < 100
    state.level = 100
    alerts[key] = state
    changed.alerts.insert(key)
    // One is armed as long as the alert lives: it arms the next.
    if isNew { awaitEnd(key, state) }
    act(key, value: value, limit: limit, isRaised: isRaised, cause, mayHalt: mayHalt)
  }
}
