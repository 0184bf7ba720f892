// How an alert begins, holds, goes quiet and ends.
extension Engine {
  /// An alert for a breach that begins now; its end is awaited.
  mutating func newAlert(_ key: AlertKey, limit: Int64) -> AlertState {
    let rule = rules.rules[key.rule]
    var fresh = AlertState(window: rule.window, since: time)
    fresh.limit = limit
    if let calendar = rule.window.calendar {
      let period = periods[Int(calendar.rawValue)]
      (fresh.windowStart, fresh.windowEnd) = (period.start, period.end)
    }
    // A value that falls can breach twice in one period.
    if rule.window.calendar == nil || rule.kind.canFall {
      incidents &+= 1
      fresh.incident = incidents
      changed.hasMeta = true
    }
    awaitEnd(key, fresh)
    return fresh
  }

  /// The highest level whose condition has held for as long as the rule's `for` says; what has not is noted in `state.pending`.
  mutating func hold(_ state: inout AlertState, _ key: AlertKey, reached: Int64) -> Int64 {
    let rule = rules.rules[key.rule]
    if rule.hold == 0 {
      state.pending.removeAll()
      return reached
    }
    state.pending.removeAll { $0.level > reached }
    for level in rule.kind.levels where level <= reached && level > state.level {
      if !state.pending.contains(where: { $0.level == level }) {
        state.pending.append(.init(level: level, since: time))
      }
    }
    awaitHold(key, state)
    let held = state.pending.filter { $0.since + rule.hold <= time }.map(\.level).max() ?? 0
    state.pending.removeAll { $0.level <= held }
    return held
  }

  /// Wakes the engine when the next condition will have held for long enough. What was due and could not be told waits for a record.
  mutating func awaitHold(_ key: AlertKey, _ state: AlertState) {
    let hold = rules.rules[key.rule].hold
    let due = state.pending.map { $0.since + hold }.filter { $0 > time }.min()
    if let due { deadlines.add(.hold(key), at: due) }
  }

  /// Whether an alert that people may know of has been below `clear_at` for as long as `keep_firing_for` says.
  mutating func isOver(_ key: AlertKey, value: Int64, limit: Int64) -> Bool {
    let rule = rules.rules[key.rule]
    guard rule.kind.canFall, var state = alerts[key], state.level > 0 else { return false }
    let isBelow = value < rule.kind.clearValue(limit: limit)
    if isBelow, isCatchingUp {
      sunken.insert(key)
      return false
    }
    let since = isBelow ? state.quietSince ?? time : nil
    if let since, since + rule.keepFiring <= time { return true }
    if state.quietSince != since {
      state.quietSince = since
      alerts[key] = state
      changed.alerts.insert(key)
      if let since { deadlines.add(.quiet(key), at: since + rule.keepFiring) }
    }
    return false
  }

  /// The value below which a sliding sum is looked at: where a condition that must hold is gone, or an alert begins to be over.
  private func fallBound(_ key: AlertKey, _ state: AlertState) -> Int64? {
    let kind = rules.rules[key.rule].kind
    let limit = limit(key)
    let held = state.pending.map { Limit.share($0.level, of: limit) }.max()
    let clear = state.level > 0 && state.quietSince == nil ? kind.clearValue(limit: limit) : nil
    return [held, clear].compactMap { $0 }.max()
  }

  /// When a sliding sum falls below `fallBound`; now where it has; nil where nothing waits for that.
  private func fall(_ key: AlertKey, _ state: AlertState) -> EngineTime? {
    guard let bound = fallBound(key, state), let (table, place) = place(of: key) else { return nil }
    return tables[table].fallTime(key.series, place, below: bound, from: time)
  }

  /// Wakes the engine when the window of an alert ends, or will have fallen low enough.
  mutating func awaitEnd(_ key: AlertKey, _ state: AlertState) {
    switch state.window {
    case .calendar:
      if let end = state.windowEnd { deadlines.add(.window(key), at: end) }
    case .lifetime:
      if let (table, _) = place(of: key) {
        deadlines.add(.window(key), at: tables[table].overAt(key.series))
      }
    case .sliding:
      if let fall = fall(key, state) { deadlines.add(.window(key), at: max(fall, time + 1)) }
    case .request: break
    }
    if case nil = rules.rules[key.rule].kind.reading, let last = state.quietSince {
      deadlines.add(.quiet(key), at: last + rules.rules[key.rule].keepFiring)
    }
  }

  /// An alert is over: its halt goes with it where the rule says so.
  mutating func end(_ key: AlertKey, _ note: String) {
    // Of a halt whose alert still waits for a digest nobody has heard, so nobody need hear of its end.
    if rules.rules[key.rule].until.isOfAlert { lift(key, note, isDigest: digest.contains(key)) }
    resolve(key, note)
  }

  /// A lifetime sum began anew after its subject was idle: its alert is over.
  mutating func beginAnew(_ place: SeriesLayout.RulePlace, _ series: SeriesID) {
    let key = AlertKey(rule: place.rule, series: series)
    guard rules.rules[place.rule].window.endsIdle, alerts[key] != nil else { return }
    end(key, "idle for 30 days")
  }

  /// The instant came for which an alert's end was awaited.
  mutating func serveWindow(_ key: AlertKey) {
    let wasEarly = early.remove(key) != nil
    guard let state = alerts[key] else {
      if wasEarly { begin(key) }
      return
    }
    switch state.window {
    case .request: break
    case .lifetime:
      guard let (table, place) = place(of: key) else { return }
      // A lifetime ends when its subject has been idle for 30 days, though no record says so.
      if tables[table].isOver(key.series, at: time) {
        beginAnew(place, key.series)
      } else {
        deadlines.add(.window(key), at: tables[table].overAt(key.series))
      }
    case .calendar:
      guard let end = state.windowEnd, end <= time else { return awaitEnd(key, state) }
      self.end(key, "the window ended")
      begin(key)
    case .sliding:
      // Records that came since have put it off: then nothing is due, and nothing is looked at.
      if let fall = fall(key, state), fall <= time { look(key) }
      if let state = alerts[key] { awaitEnd(key, state) }
    }
  }

  /// A calendar window begins; early events may have filled it.
  private mutating func begin(_ key: AlertKey) {
    guard let (table, place) = place(of: key) else { return }
    tables[table].rollOne(key.series, clock)
    if tables[table].value(key.series, place) >= tables[table].trip(key.series, place) {
      evaluate(table, place, key.series, Cause())
    }
  }

  /// Looks at a rule's subject as of now.
  mutating func look(_ key: AlertKey) {
    guard let (table, place) = place(of: key) else { return lookAtSpike(key) }
    // After a start under other rules the alert may be another window's: it is resolved when that is settled.
    if let state = alerts[key], state.window != rules.rules[key.rule].window { return }
    tables[table].rollOne(key.series, clock)
    evaluate(table, place, key.series, Cause())
  }

  /// A condition may have held for as long as `for` says.
  mutating func serveHold(_ key: AlertKey) {
    guard let state = alerts[key] else { return }
    let hold = rules.rules[key.rule].hold
    if state.pending.contains(where: { $0.since + hold <= time }) { look(key) }
    if let state = alerts[key] { awaitHold(key, state) }
  }

  /// An alert may have been quiet for long enough.
  mutating func serveQuiet(_ key: AlertKey) {
    guard let state = alerts[key], let since = state.quietSince else { return }
    let rule = rules.rules[key.rule]
    let over = since + rule.keepFiring
    if over > time {
      deadlines.add(.quiet(key), at: over)
    } else if rule.kind.reading != nil {
      look(key)
    } else {
      end(key, "no further call for \(rule.keepFiring.spanText)")
    }
  }
}

extension Rule {
  /// `$20.00 (80 % of the limit)`
  func clearText(_ limit: Int64) -> String { metric.text(kind.clearValue(limit: limit)) }

  /// Whether a halt that its time has lifted comes back when the value reaches the limit again in one alert.
  func haltsAgain(in window: Window) -> Bool {
    guard halt != nil, mode != .warn else { return false }
    if case .after = until { return true }
    return window.slides
  }
}
