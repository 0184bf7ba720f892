extension Engine {
  /// Where everything stands.
  /// - Parameter top: subjects a rule, those nearest to their limit first.
  package func status(top: Int = 10) -> EngineStatus {
    let top = min(max(0, top), 1 << 20)
    var books = Books()
    for file in files { books += file.books }
    return EngineStatus(
      time: time, rules: rules.rules.indices.map { standing(of: $0, top: top) }, halts: halts.all,
      brakeHeld: halts.heldCount, files: files, books: books,
      names: Dictionary(uniqueKeysWithValues: Dimension.allCases.map { ($0, intake.names.count($0)) }),
      isCatchingUp: isCatchingUp)
  }

  func standing(of index: Int, top: Int) -> EngineStatus.RuleStanding {
    let rule = rules.rules[index]
    guard let table = table(of: index),
      let place = tables[table].layout.rules.first(where: { $0.rule == index })
    else { return .init(rule: rule, subjects: 0, top: []) }
    var found: [(share: Double, series: SeriesID, value: Int64, limit: Int64)] = []
    var subjects = 0
    for number in 0..<tables[table].count {
      let series = SeriesID(number)
      guard tables[table].exists(series) else { continue }
      let value = tables[table].currentValue(series, place, clock)
      if value == 0 { continue }
      subjects += 1
      let limit = limit(AlertKey(rule: index, series: series))
      found.append((Double(value) / Double(limit), series, value, limit))
      // Keep it bounded: a million subjects must not become a million rows.
      if found.count >= 4 * max(top, 16) {
        found.sort { $0.share > $1.share }
        found.removeSubrange(max(top, 16)...)
      }
    }
    found.sort { ($0.share, $1.series) > ($1.share, $0.series) }
    let period = rule.window.calendar.map { periods[Int($0.rawValue)] }
    return .init(
      rule: rule, subjects: subjects,
      top: found.prefix(top).map { row in
        let state = alerts[AlertKey(rule: index, series: row.series)]
        return .init(
          subject: intake.names.subject(rule.per, row.series), value: row.value, limit: row.limit,
          level: state.map { $0.level >= 100 ? .firing : .step($0.level) }, windowStart: period?.start,
          windowEnd: period?.end, note: state.map { note(on: $0, rule.metric) } ?? "")
      })
  }

  private func note(on state: AlertState, _ metric: Metric) -> String {
    if let end = state.headroomEnd {
      return "resumed by \(state.resumedBy), halts again at \(end.milliseconds) ms"
    }
    if state.headroomValue == .max { return "resumed by \(state.resumedBy) until the window ends" }
    if let value = state.headroomValue {
      return "resumed by \(state.resumedBy), halts again at \(metric.text(value))"
    }
    return ""
  }
}
