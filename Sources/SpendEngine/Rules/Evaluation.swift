extension Engine {
  /// Looks at one rule for one subject, after its value reached the trip: raises the alert, halts, and sets the next trip.
  mutating func evaluate(_ table: Int, _ place: SeriesLayout.RulePlace, _ series: SeriesID, _ cause: Cause) {
    let rule = rules.rules[place.rule]
    guard case .threshold(let threshold) = rule.kind else { return }
    let key = AlertKey(rule: place.rule, series: series)
    let limit = limit(threshold, rule.per, series)
    let value = tables[table].value(series, place)
    let reached = threshold.level(of: value, limit: limit)
    var state = alerts[key]
    if reached == 0 {
      setTrip(key, limit: limit)
      return
    }
    // A task that has been quiet for a day is past saving: neither old records nor a start, a reload or a deadline tell of it. If it goes
    // on, its next live record comes back here.
    if cause.isCatchUp || cause.file == nil, rule.per.contains(.task),
      tables[table].lastSeen(series) + rules.activeWithin < time
    {
      tables[table].setTrip(series, place, .min)
      return
    }
    if state == nil {
      var fresh = AlertState(since: time)
      if case .calendar(let calendar) = threshold.window {
        let period = periods[Int(calendar.rawValue)]
        (fresh.windowStart, fresh.windowEnd) = (period.start, period.end)
        deadlines.add(.window(key), at: period.end)
      } else {
        incidents &+= 1
        fresh.incident = incidents
        changed.hasMeta = true
      }
      state = fresh
    }
    guard var state else { return }
    let isRaised = reached > state.level
    state.level = max(state.level, reached)
    alerts[key] = state
    var verdict = HaltVerdict.none
    if reached >= 100, rule.halt != nil, rule.mode != .warn {
      verdict = halt(key, value: value, limit: limit, cause)
    }
    let waits = isCatchingUp && (cause.isCatchUp || cause.file == nil)
    if isRaised, waits {
      digest.insert(key)
    } else if isRaised || verdict != .none && !(waits && state.told < state.level) {
      // Not raised, and halted: again after a person's resume. A step that was told, and news all the same.
      tell(key, value: value, limit: limit, verdict, cause)
    }
    changed.alerts.insert(key)
    setTrip(key, limit: limit)
  }

  /// Early events do not count yet: where they will trip a rule, it is looked at when their period begins.
  mutating func awaitEdge(_ table: Int, _ series: SeriesID) {
    for place in tables[table].layout.rules {
      let rule = rules.rules[place.rule]
      guard case .threshold(let threshold) = rule.kind, case .calendar(let calendar) = threshold.window else {
        continue
      }
      let first = threshold.trip(after: 0, limit: limit(threshold, rule.per, series))
      let key = AlertKey(rule: place.rule, series: series)
      if tables[table].nextValue(series, place) >= first, early.insert(key).inserted {
        deadlines.add(.window(key), at: periods[Int(calendar.rawValue)].end)
      }
    }
  }

  /// The rule's limit for one subject: an override by name or alias, else its own.
  func limit(_ threshold: ThresholdRule, _ per: Per, _ series: SeriesID) -> Int64 {
    if threshold.overrides.isEmpty { return threshold.limit }
    let subject = intake.names.subject(per, series)
    return threshold.overrides[subject.names.joined(separator: "+")]
      ?? subject.alias.flatMap { threshold.overrides[$0] } ?? threshold.limit
  }

  /// Sets the value at which the rule must be looked at next.
  mutating func setTrip(_ key: AlertKey, limit: Int64) {
    guard let (table, place) = place(of: key), case .threshold(let threshold) = rules.rules[key.rule].kind
    else { return }
    guard let state = alerts[key] else {
      tables[table].setTrip(key.series, place, threshold.trip(after: 0, limit: limit))
      return
    }
    var trip = threshold.trip(after: state.level, limit: limit)
    if state.level >= 100 {
      // At the limit there is nothing more to reach, but for a halt that a person lifted, or one that had nobody to stop yet: then the
      // next record may name somebody.
      if state.halted != nil || state.headroomEnd != nil {
        trip = .max
      } else {
        trip = state.headroomValue ?? (rules.rules[key.rule].haltsByRecord ? .min : .max)
      }
    }
    tables[table].setTrip(key.series, place, trip)
  }

  /// Decides the alert for the level reached.
  mutating func tell(
    _ key: AlertKey, value: Int64, limit: Int64, _ verdict: HaltVerdict, _ cause: Cause,
    isDigest: Bool = false
  ) {
    guard var state = alerts[key] else { return }
    digest.remove(key)
    state.told = state.level
    state.mode = max(state.mode, rules.rules[key.rule].mode)
    alerts[key] = state
    changed.alerts.insert(key)
    var decision = decision(.alert, key, state, value: value, limit: limit, cause)
    decision.isDigest = isDigest
    decision.target = state.halted
    decision.isHeld = verdict == .held || state.halted.map { isHeld(key, $0) } ?? false
    decision.haltUntil = state.halted.flatMap { halts[$0, .rule(decision.rule)]?.until }
    if state.halts > 1, verdict != .none {
      decision.note = "halted again after \(state.resumedBy) had lifted it"
    }
    decisions.append(decision)
  }

  /// A decision about one rule and subject, as things stand.
  func decision(
    _ kind: Decision.Kind, _ key: AlertKey, _ state: AlertState, value: Int64, limit: Int64, _ cause: Cause
  ) -> Decision {
    let rule = rules.rules[key.rule]
    let threshold =
      switch rule.kind {
      case .threshold(let threshold): threshold
      }
    let subject = intake.names.subject(rule.per, key.series)
    return Decision(
      kind: kind, at: time, rule: rule.name, subject: subject,
      level: state.level >= 100 ? .firing : .step(state.level),
      metric: threshold.metric, value: value, limit: limit, window: threshold.window,
      windowStart: state.windowStart,
      windowEnd: state.windowEnd, mode: rule.mode,
      guessedModel: cause.guess.map { intake.names.models.string($0) },
      alertID: Engine.alertID(rule: rule.name, subject, state),
      repeats: max(0, state.halts.subtractingSaturating(1)),
      file: cause.file,
      offset: cause.offset)
  }

  /// Equal on every host and in every run: rule, subject, and the window's start or the incident's number.
  static func alertID(rule: String, _ subject: Subject, _ state: AlertState) -> UInt64 {
    var writer = ByteWriter()
    writer.string(rule)
    subject.withoutAlias.write(&writer)
    writer.time(state.windowStart)
    writer.signed(state.incident)
    return SipHash(key: (0x7370_656e_6466_7573, 0x6520_616c_6572_7400))(writer.bytes)
  }

  /// Alerts a catch-up kept back leave now: one for each subject, with its highest step only, to be grouped into a digest a rule.
  package mutating func endCatchUp() {
    isCatchingUp = false
    let waiting = digest.sorted { ($0.rule, $0.series) < ($1.rule, $1.series) }
    digest.removeAll()
    for key in waiting {
      guard let state = alerts[key], state.told < state.level, let (table, place) = place(of: key),
        case .threshold(let threshold) = rules.rules[key.rule].kind
      else { continue }
      tell(
        key, value: tables[table].value(key.series, place),
        limit: limit(threshold, rules.rules[key.rule].per, key.series), .none, Cause(), isDigest: true)
    }
  }

  /// Some source is behind from here until `endCatchUp`.
  package mutating func beginCatchUp() { isCatchingUp = true }
}

extension ThresholdRule {
  /// The highest step that `value` has reached, in per cent; 100 at the limit, 0 below every step.
  func level(of value: Int64, limit: Int64) -> Int64 {
    if value >= limit { return 100 }
    return alertAt.last { value >= ThresholdRule.share($0, of: limit) } ?? 0
  }

  /// The value at which the next step after `level` is reached; `.max` above the limit.
  func trip(after level: Int64, limit: Int64) -> Int64 {
    if level >= 100 { return .max }
    return alertAt.first { $0 > level }.map { ThresholdRule.share($0, of: limit) } ?? limit
  }

  /// The least value that is at least `percent` of `limit`: rounded up, so that 50 % is never said of less. Saturates.
  static func share(_ percent: Int64, of limit: Int64) -> Int64 {
    let product = limit.multipliedFullWidth(by: percent)
    // A hundredth fits where the product is below 100 * 2^63 = 50 * 2^64: a person may ask for any percentage.
    guard product.high > -50, product.high < 49 else { return product.high < 0 ? .min : .max }
    let (quotient, remainder) = Int64(100).dividingFullWidth(product)
    return remainder > 0 ? quotient + 1 : quotient
  }
}
