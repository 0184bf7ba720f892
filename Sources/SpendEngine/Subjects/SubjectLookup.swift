extension Engine {
  /// One table for each `per` that some rule counts by.
  mutating func makeTables() {
    var pers: [Per] = []
    for rule in rules.rules where !pers.contains(rule.per) { pers.append(rule.per) }
    tables = pers.map { SeriesTable(layout: SeriesLayout(per: $0, rules: rules.rules)) }
    shapes = pers.map(SubjectShape.init)
    spikes = SpikeTable(rules.rules, keeping: spikes)
    cooling = Cooling()
  }

  /// The number of an event's subject in a table.
  @inline(__always) mutating func subject(of event: UsageEvent, _ table: Int) -> SeriesID {
    switch shapes[table] {
    case .global: 0
    case .single(let dimension): event.name(dimension)
    case .combination(let per): intake.names.combination(per, of: event)
    }
  }

  /// Whether the subject stands for all combinations that have no room of their own.
  @inline(__always) func isOther(_ series: SeriesID, _ table: Int) -> Bool {
    guard intake.names.hasOtherCombination, case .combination(let per) = shapes[table] else { return false }
    return intake.names.isOther(per, series)
  }

  /// Where a rule's series are.
  func table(of rule: Int) -> Int? {
    guard rule < rules.rules.count else { return nil }
    return tables.firstIndex { $0.layout.per == rules.rules[rule].per }
  }

  func place(of key: AlertKey) -> (table: Int, place: SeriesLayout.RulePlace)? {
    guard let table = table(of: key.rule), Int(key.series) < tables[table].count,
      let place = tables[table].layout.rules.first(where: { $0.rule == key.rule })
    else { return nil }
    return (table, place)
  }

  func pageID(_ table: Int, page: Int) -> Int64 {
    SeriesPage(per: tables[table].layout.per, number: page).id
  }
}
