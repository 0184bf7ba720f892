import SpendEngine
import SpendWatch

/// A backtest as people read it: a table a rules file, or one of two beside each other; then who tripped.
struct BacktestText {
  private let results: [(file: String, result: Backtest.Result)]
  private let top: Int

  init(_ results: [(file: String, result: Backtest.Result)], top: Int) {
    self.results = results
    self.top = top
  }

  func text(for terminal: OutputTerminal) -> String {
    var parts = results.count == 2 ? [comparison(terminal)] : results.map { table($0.result, terminal) }
    for (file, result) in results {
      let trips = trips(result, terminal)
      if !trips.isEmpty { parts.append((results.count == 2 ? "\(file.printable)\n" : "") + trips) }
    }
    for (file, result) in results {
      guard let score = result.score else { continue }
      parts.append(
        (results.count == 2 ? "\(file.printable)\n" : "") + BacktestScoreText(score).text(for: terminal))
    }
    return parts.joined(separator: "\n")
  }

  // MARK: Figures

  private func table(_ result: Backtest.Result, _ terminal: OutputTerminal) -> String {
    var table = OutputTable([
      .name("rule"), .number("trips"), .number("halts"), .number("for", spare: 3), .fixed("first"),
      .number("saved"), .number("past limit", spare: 2), .number("healthy", spare: 1),
    ])
    for row in result.rows {
      table.add([
        row.rule, Int64(row.trips).grouped, Int64(row.halts).grouped, Int64(row.subjects).grouped,
        row.first.map(time) ?? "", row.halts > 0 ? row.saved.rounded(decimals: 2) : "",
        row.halts > 0 ? row.pastLimit.rounded(decimals: 2) : "", healthy(row),
      ])
    }
    return table.text(for: terminal) + notes(result, terminal)
  }

  private func comparison(_ terminal: OutputTerminal) -> String {
    let rows = results.map { result in
      Dictionary(result.result.rows.map { ($0.rule, $0) }, uniquingKeysWith: { first, _ in first })
    }
    var names: [String] = []
    for (_, result) in results { names += result.rules.map(\.name).filter { !names.contains($0) } }
    var table = OutputTable([
      .name("rule"), .number("trips"), .number("against"), .number("saved"), .number("against"),
      .number("past limit", spare: 2), .number("against", spare: 2), .number("healthy", spare: 1),
      .number("against", spare: 1),
    ])
    func add(_ name: String, _ pair: [BacktestRow?], look: OutputTerminal.Look = .plain) {
      func cells(_ cell: (BacktestRow) -> String) -> [String] { pair.map { $0.map(cell) ?? "-" } }
      table.add(
        [name] + cells { Int64($0.trips).grouped }
          + cells { $0.halts > 0 ? $0.saved.rounded(decimals: 2) : "" }
          + cells { $0.halts > 0 ? $0.pastLimit.rounded(decimals: 2) : "" } + cells(healthy), look: look)
    }
    for name in names { add(name, rows.map { $0[name] }) }
    var text = table.text(for: terminal)
    for (file, result) in results {
      text += "\(file.printable): \(notes(result, terminal))"
    }
    return text
  }

  /// Of the tasks that it would have halted, those that were about to end.
  private func healthy(_ row: BacktestRow) -> String {
    row.haltedTasks > 0 ? "\(Int64(row.healthyTasks).grouped) of \(Int64(row.haltedTasks).grouped)" : ""
  }

  private func notes(_ result: Backtest.Result, _ terminal: OutputTerminal) -> String {
    let span = TimeText.span(result.reaction)
    let text =
      "\(result.spent.rounded(decimals: 2)) spent, of which halts that work after \(span) would have saved "
      + "\(result.saved.rounded(decimals: 2)) (each call once)"
    return terminal.folded(terminal.text(text, .faint)) + "\n"
  }

  // MARK: Trips

  private func trips(_ result: Backtest.Result, _ terminal: OutputTerminal) -> String {
    guard top > 0, !result.trips.isEmpty else { return "" }
    var table = OutputTable([
      .fixed("when"), .name("rule"), .name("who"), .number("at"), .number("limit", spare: 2),
      .number("after", spare: 1), .number("saved"), .fixed("until"),
    ])
    var omitted = 0
    let byRule = Dictionary(grouping: result.trips, by: \.rule)
    for rule in result.rules {
      let trips = byRule[rule.name] ?? []
      omitted += max(0, trips.count - top)
      for trip in trips.prefix(top) { table.add(cells(trip), look: trip.haltedAt == nil ? .plain : .red) }
    }
    let more =
      omitted > 0 ? terminal.text("\(Int64(omitted).grouped) more: --top, or --json", .faint) + "\n" : ""
    return table.text(for: terminal) + more
  }

  private func cells(_ trip: BacktestTrip) -> [String] {
    let isHalt = trip.haltedAt != nil
    let end = isHalt ? trip.haltEndedAt : trip.resolvedAt
    return [
      time(trip.at), trip.rule, (trip.target ?? trip.subject).text, trip.metric.text(trip.value),
      trip.metric.text(trip.limit), trip.after.rounded(decimals: 2),
      isHalt ? trip.saved.rounded(decimals: 2) : "", end.map(time) ?? "the end of the logs",
    ]
  }

  /// `2026-11-24 10:00`, in UTC.
  private func time(_ time: EngineTime) -> String {
    String(time.rfc3339.prefix(16)).replacing("T", with: " ")
  }
}
