extension Engine {
  /// Looks at one rule for one subject, after its value reached the trip or something was due: raises the alert, halts, lets it end, and sets
  /// the next trip.
  mutating func evaluate(_ table: Int, _ place: SeriesLayout.RulePlace, _ series: SeriesID, _ cause: Cause) {
    let rule = rules.rules[place.rule]
    let key = AlertKey(rule: place.rule, series: series)
    if rule.window.endsIdle, tables[table].isOver(series, at: time) {
      // A window that has ended is not judged; its next record begins a new one.
      tables[table].setTrip(series, place, .min)
      return
    }
    let limit = limit(key)
    let value = tables[table].value(series, place)
    let reached = rule.kind.level(of: value, limit: limit)
    let known = alerts[key]
    if reached == 0, known == nil {
      setTrip(key, limit: limit)
      return
    }
    // A task that has been quiet for a day is past saving: neither old records nor a start, a reload or a deadline tell of it. If it goes
    // on, its next live record comes back here.
    let isPast =
      (cause.isCatchUp || cause.file == nil) && rule.per.contains(.task) && reached > known?.level ?? 0
      && tables[table].lastSeen(series) + rules.activeWithin < time
    if isPast, known == nil {
      tables[table].setTrip(series, place, .min)
      return
    }
    var state = known ?? newAlert(key, limit: limit)
    var held: Int64 = 0
    if isPast {
      state.pending.removeAll { $0.level > reached }
    } else {
      held = hold(&state, key, reached: reached)
    }
    let isRaised = held > state.level
    if isRaised { (state.level, state.value, state.limit) = (held, value, limit) }
    if state != known {
      alerts[key] = state
      changed.alerts.insert(key)
    }
    if state.level == 0, state.pending.isEmpty {
      // It did not hold as long as it had to: nobody was told.
      alerts[key] = nil
      setTrip(key, limit: limit)
      return
    }
    if isOver(key, value: value, limit: limit) { return end(key, "below \(rule.clearText(limit))") }
    act(key, value: value, limit: limit, isRaised: isRaised, cause, mayHalt: reached >= 100 && !isPast)
    setTrip(key, limit: limit)
    if isPast { tables[table].setTrip(series, place, .min) }
    // What it waits for may be another now, or nearer.
    if rule.window.slides, let state = alerts[key], state != known || rule.kind.fallsByRecords {
      awaitEnd(key, state)
    }
  }

  /// Halts and tells what an alert's level asks for.
  /// - Parameter mayHalt: the condition holds at this instant.
  mutating func act(
    _ key: AlertKey, value: Int64, limit: Int64, isRaised: Bool, _ cause: Cause, mayHalt: Bool
  ) {
    guard let state = alerts[key] else { return }
    let rule = rules.rules[key.rule]
    let waits = isCatchingUp && (cause.isCatchUp || cause.file == nil) && state.told < state.level
    var verdict = HaltVerdict.none
    if mayHalt, state.level >= 100, rule.halt != nil, rule.mode != .warn {
      verdict = halt(key, value: value, limit: limit, cause, isDigest: waits)
    }
    if waits {
      digest.insert(key)
    } else if isRaised || verdict != .none {
      // Not raised, and halted: again after a person's resume. A step that was told, and news all the same.
      tell(key, value: value, limit: limit, verdict, cause)
    }
  }

  /// Early events do not count yet: where they will trip a rule, it is looked at when their period begins.
  mutating func awaitEdge(_ table: Int, _ series: SeriesID) {
    for place in tables[table].layout.rules {
      let rule = rules.rules[place.rule]
      guard let calendar = rule.window.calendar else { continue }
      let key = AlertKey(rule: place.rule, series: series)
      let first = rule.kind.trip(after: 0, limit: limit(key))
      if tables[table].nextValue(series, place) >= first, early.insert(key).inserted {
        deadlines.add(.window(key), at: periods[Int(calendar.rawValue)].end)
      }
    }
  }

  /// The rule's limit for one subject.
  func limit(_ key: AlertKey) -> Int64 {
    let rule = rules.rules[key.rule]
    return rule.kind.limit(
      for: rule.kind.limitsByName ? intake.names.subject(rule.per, key.series) : nil)
  }

  /// Sets the value at which the rule must be looked at next.
  mutating func setTrip(_ key: AlertKey, limit: Int64) {
    guard let (table, place) = place(of: key) else { return }
    let rule = rules.rules[key.rule]
    guard let state = alerts[key] else {
      tables[table].setTrip(key.series, place, rule.kind.trip(after: 0, limit: limit))
      return
    }
    var trip = rule.kind.trip(after: state.level, limit: limit)
    if state.level >= 100 {
      // At the limit there is nothing more to reach, but for a halt that a person or its time lifted, or one that had nobody to stop yet:
      // then the next record may name somebody.
      if state.halted != nil || state.headroomEnd != nil {
        trip = .max
      } else {
        trip =
          state.headroomValue
          ?? (rule.haltsByRecord ? .min : rule.haltsAgain(in: state.window) ? limit : .max)
      }
    }
    // What must hold is looked at with every record, and so is what good calls thin out.
    if !state.pending.isEmpty || rule.kind.fallsByRecords { trip = .min }
    if state.quietSince != nil { trip = min(trip, rule.kind.clearValue(limit: limit)) }
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
    decision.haltEnd = state.halted == nil ? nil : rules.rules[key.rule].until
    if state.halts > 1, verdict != .none {
      let ending = state.resumedBy.isEmpty ? "its time had ended" : "\(state.resumedBy) had lifted it"
      decision.note = "halted again after \(ending)"
    }
    decisions.append(decision)
  }

  /// A decision about one rule and subject, as things stand.
  func decision(
    _ kind: Decision.Kind, _ key: AlertKey, _ state: AlertState, value: Int64, limit: Int64, _ cause: Cause
  ) -> Decision {
    let rule = rules.rules[key.rule]
    let subject = intake.names.subject(rule.per, key.series)
    var decision = Decision(
      kind: kind, at: time, rule: rule.name, subject: subject,
      level: state.level >= 100 ? .firing : .step(state.level),
      metric: rule.metric, value: value, limit: limit, window: state.window, windowStart: state.windowStart,
      windowEnd: state.windowEnd, mode: rule.mode, note: cause.note,
      guessedModel: cause.guess.map { intake.names.models.string($0) },
      alertID: Engine.alertID(rule: rule.name, subject, state),
      repeats: max(0, state.halts.subtractingSaturating(1)),
      file: cause.file,
      offset: cause.offset)
    decision.baseline = cause.baseline
    decision.since = state.since
    if rule.window == .request, cause.file != nil { decision.call = call(of: cause) }
    return decision
  }

  private func call(of cause: Cause) -> Decision.Call {
    func name(_ dimension: Dimension, _ id: NameID) -> String {
      id == NameTable.none ? "" : intake.names.subject(Per(dimension), id).names.first ?? ""
    }
    return Decision.Call(
      key: name(.key, cause.key), task: name(.task, cause.task), model: name(.model, cause.model))
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
    servePostponed()
    let waiting = digest.sorted { ($0.rule, $0.series) < ($1.rule, $1.series) }
    digest.removeAll()
    for key in waiting {
      guard let state = alerts[key], state.told < state.level else { continue }
      let (value, limit) = standing(key)
      tell(key, value: value, limit: limit, .none, Cause(), isDigest: true)
    }
  }

  /// Some source is behind from here until `endCatchUp`.
  package mutating func beginCatchUp() { isCatchingUp = true }
}
