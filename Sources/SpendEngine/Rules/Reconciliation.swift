extension Engine {
  /// For a visitor of a state (`status`, `halt`, `resume` with the daemon down): what rules decided stands as it is, whatever rules file
  /// the visitor has; the next daemon settles that. Before the first `advance`.
  package mutating func leaveDecisionsAlone() { mustReconcile = false }

  /// Takes new rules and prices. Sums that both rule sets use go on; a rule is the same where its name is; what a removed rule halted
  /// is lifted, a raised limit lifts, a lowered one halts at once.
  package mutating func reload(rules new: RuleSet, prices: PriceTable) {
    let old = rules
    for key in alerts.keys.sorted(by: { ($0.rule, $0.series) < ($1.rule, $1.series) }) {
      let rule = old.rules[key.rule]
      let isKept = new.rules.contains {
        $0.name == rule.name && $0.per == rule.per && $0.window == rule.window
          && $0.kind.name == rule.kind.name
      }
      if isKept { continue }
      lift(key, "the rule was removed")
      resolve(key, "the rule was removed")
    }
    // The rows are written anew under the new indices; those of rules that are gone must go.
    for key in changed.alerts where alerts[key] == nil { changed.rows.append(alertRow(key)) }
    var kept: [AlertKey: AlertState] = [:]
    for (key, state) in alerts {
      guard let index = new.rules.firstIndex(where: { $0.name == old.rules[key.rule].name }) else { continue }
      kept[AlertKey(rule: index, series: key.series)] = state
    }
    let digested = digest.compactMap { key in
      new.rules.firstIndex { $0.name == old.rules[key.rule].name }.map {
        AlertKey(rule: $0, series: key.series)
      }
    }
    rules = new
    alerts = kept
    digest = Set(digested)
    changed.alerts = Set(kept.keys)
    brake.settings = new.brake
    intake.setPrices(prices)
    intake.names.cap = new.maxNames
    carryTables()
    registerSums(at: Birth(sequence: sequence + 1, events: journal.count))
    closeOpenPeriods()
    rescheduleAll()
    enterPeriods()
    reconcile()
    changed.hasMeta = true
  }

  /// Moves the sums into tables of the new layout.
  private mutating func carryTables() {
    var old = tables
    let known = spikes
    makeTables()
    for column in known.columns.values
    where !spikes.columns.values.contains(where: { $0.name == column.name && $0.per == column.per }) {
      changed.droppedPages += SpikeTable.pages(column)
    }
    for table in old.indices {
      let per = old[table].layout.per
      guard let index = tables.firstIndex(where: { $0.layout.per == per }) else {
        for page in old[table].pages.indices {
          changed.droppedPages.append(SeriesPage(per: per, number: page).id)
        }
        continue
      }
      if tables[index].layout == old[table].layout {
        // As it is: the sums, whether packed or changed. Its trips are set anew.
        swap(&tables[index], &old[table])
        continue
      }
      for page in old[table].pages.indices where !old[table].pages[page].isBlank {
        _ = tables[index].restore(page: page, sequence: sequence, old[table].encoded(page: page))
        tables[index].wasUsed(page, at: old[table].pages[page].usedAt)
        old[table].drop(page)
        _ = tables[index].touch(SeriesID(page * SeriesTable.pageSize))
        changed.touch(pageID(index, page: page), sequence: sequence + 1)
        cool(Cooling.aTurn)
      }
    }
  }

  /// A period that began behind the last edge of a table has no end: a new table gives it one.
  mutating func closeOpenPeriods() {
    for (calendar, table) in rules.calendars where periods[Int(calendar.rawValue)].end == .distantFuture {
      let now = Period(table, at: time)
      guard now.end != .distantFuture else { continue }
      periods[Int(calendar.rawValue)] = now
      for (key, state) in alerts where state.windowEnd == .distantFuture {
        guard state.window == .calendar(calendar) else { continue }
        alerts[key]?.windowEnd = state.windowStart == now.start ? now.end : time
        changed.alerts.insert(key)
      }
    }
  }

  /// Deadlines name rules by index: after a reload or a restart they are made anew.
  mutating func rescheduleAll() {
    deadlines = Deadlines()
    early.removeAll()
    postponed.removeAll()
    sunken.removeAll()
    for (key, state) in alerts.sorted(by: { ($0.key.rule, $0.key.series) < ($1.key.rule, $1.key.series) }) {
      awaitEnd(key, state)
      if let end = state.headroomEnd { deadlines.add(.headroom(key), at: end) }
      for pending in state.pending {
        deadlines.add(.hold(key), at: max(pending.since + rules.rules[key.rule].hold, time))
      }
      if rules.rules[key.rule].kind.reading != nil, let since = state.quietSince {
        deadlines.add(.quiet(key), at: since + rules.rules[key.rule].keepFiring)
      }
    }
    for halt in halts.all {
      if let end = halt.until, hasOwnEnd(halt.origin) {
        deadlines.add(.halt(halt.subject, halt.origin), at: end)
      }
    }
    scheduleBrake()
    countClaims()
  }

  /// Makes alerts and halts agree with the sums and rules as they are: after a start and a reload.
  mutating func reconcile() {
    align()
    for table in tables.indices {
      let set = rules
      let quiet = tables[table].layout.rules.map { Quiet(set, $0) }
      // Of a page that is blank there is nobody to judge.
      for page in tables[table].pages.indices where !tables[table].pages[page].isBlank {
        let wasHot = tables[table].pages[page].isHot
        tables[table].warm(page)
        for series in tables[table].subjects(in: page) where tables[table].exists(series) {
          tables[table].rollOne(series, clock)
          var isQuiet = true
          for (index, place) in tables[table].layout.rules.enumerated() {
            if let trip = quiet[index].trip, tables[table].value(series, place) < trip,
              tables[table].nextValue(series, place) < trip,
              alerts.isEmpty || alerts[AlertKey(rule: place.rule, series: series)] == nil
            {
              tables[table].setTrip(series, place, trip)
            } else {
              settle(table, place, series)
              isQuiet = false
            }
          }
          if !isQuiet { awaitEdge(table, series) }
        }
        if !wasHot { tables[table].cool(page, at: time) }
      }
    }
  }

  /// Below what value there is nothing to say of a rule's subjects without an alert; they are most of a million.
  private struct Quiet {
    /// nil where that depends on a subject's name.
    let trip: Int64?

    init(_ rules: RuleSet, _ place: SeriesLayout.RulePlace) {
      let kind = rules.rules[place.rule].kind
      trip = kind.limitsByName ? nil : kind.trip(after: 0, limit: kind.limit(for: nil))
    }
  }

  /// A key is called something else: an override may hold for it now.
  mutating func relabel(_ key: NameID) {
    for table in tables.indices where tables[table].layout.per == .key && tables[table].exists(key) {
      tables[table].rollOne(key, clock)
      for place in tables[table].layout.rules {
        if rules.rules[place.rule].kind.limitsByName { settle(table, place, key) }
      }
    }
  }

  /// One rule and subject: the level may have risen or fallen.
  private mutating func settle(_ table: Int, _ place: SeriesLayout.RulePlace, _ series: SeriesID) {
    let kind = rules.rules[place.rule].kind
    let key = AlertKey(rule: place.rule, series: series)
    let limit = limit(key)
    let reached = kind.level(of: tables[table].value(series, place), limit: limit)
    let isRaised = alerts[key].map { limit > $0.limit } ?? false
    if let state = alerts[key], state.limit != limit {
      alerts[key]?.limit = limit
      changed.alerts.insert(key)
    }
    // A value that fell by itself is for the alert's own life to judge.
    if var state = alerts[key], reached < state.level, !kind.canFall || isRaised {
      if reached < 100, state.halted != nil { lift(key, "the limit was raised") }
      state = alerts[key] ?? state
      (state.headroomValue, state.headroomEnd) = (nil, nil)
      if reached == 0 {
        resolve(key, "below every step after the limit was raised")
      } else {
        state.level = reached
        state.told = min(state.told, reached)
        alerts[key] = state
        changed.alerts.insert(key)
      }
    }
    tables[table].setTrip(series, place, .min)
    if reached > 0 || alerts[key] != nil {
      evaluate(table, place, series, Cause())
    } else {
      tables[table].setTrip(series, place, kind.trip(after: 0, limit: limit))
    }
  }
}
