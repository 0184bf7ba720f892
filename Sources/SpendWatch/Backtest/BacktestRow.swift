package import SpendEngine

/// What one rule would have done, in figures.
package struct BacktestRow: Sendable, Hashable {
  package var rule: String
  package var trips = 0
  package var halts = 0
  package var subjects = 0
  package var first: EngineTime?
  package var saved = NanoUSD.zero
  package var pastLimit = NanoUSD.zero
  package var haltedTasks = 0
  package var healthyTasks = 0

  package init(rule: String, _ trips: [BacktestTrip]) {
    self.rule = rule
    self.trips = trips.count
    subjects = Set(trips.map(\.subject)).count
    first = trips.map(\.at).min()
    for trip in trips where trip.haltedAt != nil {
      halts += 1
      saved += trip.saved
      pastLimit += trip.pastLimit
      if trip.target?.per == .task { haltedTasks += 1 }
      if trip.haltsHealthyTask { healthyTasks += 1 }
    }
  }
}

extension Backtest.Result {
  /// One a rule, in the order of the file.
  package var rows: [BacktestRow] {
    let byRule = Dictionary(grouping: trips, by: \.rule)
    return rules.map { BacktestRow(rule: $0.name, byRule[$0.name] ?? []) }
  }
}
