extension Engine {
  /// Where everything stands.
  /// - Parameter top: subjects a rule, those nearest to their limit first.
  package func status(top: Int = 10) -> EngineStatus {
    let top = min(max(0, top), 1 << 20)
    var books = Books()
    for file in files { books += file.books }
    return EngineStatus(
      time: time, rules: standings(top: top), halts: halts.all,
      brakeHeld: halts.heldCount, files: files, books: books,
      names: Dictionary(uniqueKeysWithValues: Dimension.allCases.map { ($0, intake.names.count($0)) }),
      subjects: subjectCounts, isCatchingUp: isCatchingUp)
  }

  private var subjectCounts: EngineStatus.Subjects {
    let counted = tables.map(\.layout.per)
    let pers = counted + Dimension.allCases.map { Per($0) }.filter { !counted.contains($0) }
    return .init(
      hot: tables.reduce(0) { $0 + $1.hot }, cold: tables.reduce(0) { $0 + $1.cold },
      most: rules.maxSubjects, mostNames: rules.maxNames,
      full: pers.filter { intake.names.isFull($0) })
  }

  /// One rule's subjects on the way: those nearest to their limits.
  private struct Found {
    let place: SeriesLayout.RulePlace
    /// nil where it depends on the subject's name.
    let limit: Int64?
    var subjects = 0
    var rows: [(share: Double, series: SeriesID, value: Int64, limit: Int64)] = []
    /// Below this share of the limit nobody gets among the first any more.
    var least = -Double.infinity

    /// Keeps the first `count` only: a million subjects must not become a million rows.
    mutating func trim(to count: Int) {
      rows.sort { ($0.share, $1.series) > ($1.share, $0.series) }
      if rows.count <= count { return }
      rows.removeSubrange(count...)
      least = rows.last?.share ?? least
    }
  }

  func standings(top: Int) -> [EngineStatus.RuleStanding] {
    var found: [Int: Found] = [:]
    for table in tables { look(at: table, top: top, &found) }
    return rules.rules.enumerated().map { index, rule in
      guard let found = found[index] else { return watched(by: index, top: top) }
      let period = rule.window.calendar.map { periods[Int($0.rawValue)] }
      return .init(
        rule: rule, subjects: found.subjects,
        top: found.rows.map { row in
          standing(
            of: AlertKey(rule: index, series: row.series), value: row.value, limit: row.limit, period: period)
        })
    }
  }

  /// Every subject of a table, page by page: what is packed is unpacked for the look only.
  private func look(at table: SeriesTable, top: Int, _ found: inout [Int: Found]) {
    let clock = clock
    var rules = table.layout.rules.map { place in
      let kind = self.rules.rules[place.rule].kind
      return Found(place: place, limit: kind.limitsByName ? nil : kind.limit(for: nil))
    }
    for page in table.pages.indices where !table.pages[page].isBlank {
      let rows = table.rows(page)
      for (number, series) in table.subjects(in: page).enumerated() {
        let base = number * table.layout.stride
        if rows.words[base + SeriesLayout.lastSeen] == .min { continue }
        for rule in rules.indices {
          let value = table.currentValue(rows, base, rules[rule].place, clock)
          if value == 0 { continue }
          rules[rule].subjects += 1
          let limit = rules[rule].limit ?? limit(AlertKey(rule: rules[rule].place.rule, series: series))
          let share = Double(value) / Double(limit)
          if share < rules[rule].least { continue }
          rules[rule].rows.append((share, series, value, limit))
          if rules[rule].rows.count >= 4 * max(top, 16) { rules[rule].trim(to: max(top, 16)) }
        }
      }
    }
    for rule in rules {
      var rule = rule
      rule.trim(to: top)
      found[rule.place.rule] = rule
    }
  }
}
