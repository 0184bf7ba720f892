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
    } else {
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
      if state.pending.contains(where: { $0.level == level }) { continue }
      state.pending.append(.init(level: level, since: time))
      deadlines.add(.hold(key), at: time + rule.hold)
    }
    let held = state.pending.filter { $0.since + rule.hold <= time }.map(\.level).max() ?? 0
    state.pending.removeAll { $0.level <= held }
    return held
  }

  /// Whether an alert that people may know of has been below `clear_at` for as long as `keep_firing_for` says.
  mutating func isOver(_ key: AlertKey, value: Int64, limit: Int64) -> Bool {
    let rule = rules.rules[key.rule]
    guard rule.kind.canFall, var state = alerts[key], state.level > 0 else { return false }
    guard value < rule.kind.clearValue(limit: limit) else {
      if state.quietSince == nil { return false }
      state.quietSince = nil
      alerts[key] = state
      if rule.window.slides { awaitEnd(key, state) }
      return false
    }
    let since = state.quietSince ?? time
    if since + rule.keepFiring <= time { return true }
    if state.quietSince == nil {
      state.quietSince = since
      alerts[key] = state
      deadlines.add(.quiet(key), at: since + rule.keepFiring)
    }
    return false
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
      guard state.quietSince == nil, let (table, place) = place(of: key) else { break }
      let bound = rules.rules[key.rule].kind.clearValue(limit: limit(key))
      if let fall = tables[table].fallTime(key.series, place, below: bound, from: time) {
        deadlines.add(.window(key), at: max(fall, time + 1))
      }
    case .request: break
    }
    if case nil = rules.rules[key.rule].kind.reading, let last = state.quietSince {
      deadlines.add(.quiet(key), at: last + rules.rules[key.rule].keepFiring)
    }
  }

  /// An alert is over: its halt goes with it where the rule says so.
  mutating func end(_ key: AlertKey, _ note: String) {
    if rules.rules[key.rule].until.isOfAlert { lift(key, note) }
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
    early.remove(key)
    switch alerts[key]?.window {
    case nil, .request: break
    case .lifetime:
      guard let (table, place) = place(of: key) else { return }
      // A lifetime ends when its subject has been idle for 30 days, though no record says so.
      if tables[table].isOver(key.series, at: time) {
        beginAnew(place, key.series)
      } else {
        deadlines.add(.window(key), at: tables[table].overAt(key.series))
      }
      return
    case .calendar:
      if let end = alerts[key]?.windowEnd, end <= time { self.end(key, "the window ended") }
    case .sliding:
      look(key)
      if let state = alerts[key] { awaitEnd(key, state) }
      return
    }
    guard let (table, place) = place(of: key) else { return }
    tables[table].rollOne(key.series, clock)
    if tables[table].value(key.series, place) >= tables[table].trip(key.series, place) {
      evaluate(table, place, key.series, Cause())
    }
  }

  /// Looks at a rule's subject as of now.
  mutating func look(_ key: AlertKey) {
    guard let (table, place) = place(of: key) else { return }
    tables[table].rollOne(key.series, clock)
    evaluate(table, place, key.series, Cause())
  }

  /// An alert may have been quiet for long enough.
  mutating func serveQuiet(_ key: AlertKey) {
    guard let state = alerts[key], let since = state.quietSince else { return }
    if rules.rules[key.rule].kind.reading != nil { return look(key) }
    let over = since + rules.rules[key.rule].keepFiring
    if over <= time {
      end(key, "no further call for \(rules.rules[key.rule].keepFiring.spanText)")
    } else {
      deadlines.add(.quiet(key), at: over)
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
