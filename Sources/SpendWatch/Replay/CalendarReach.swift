import SpendEngine

/// Makes calendar tables reach over a span of time that may lie far from today.
struct CalendarReach {
  /// Edges of a period around an instant, in the rules' time zone; nil where there are none.
  let table: (CalendarPeriod, EngineTime) -> CalendarTable?

  /// What is looked at beside the periods of the span itself: the one before and the one after.
  private static let margin: Milliseconds = 32 * .day

  /// `calendars` with the edges that `first...last` needs beside those they have.
  func covering(_ calendars: [CalendarPeriod: CalendarTable], from first: EngineTime, to last: EngineTime)
    -> [CalendarPeriod: CalendarTable]
  {
    var result = calendars
    for (period, known) in calendars {
      var edges = Set(known.edges)
      var earliest = known.edges[0]
      while earliest > first + -CalendarReach.margin, let older = table(period, earliest),
        older.edges[0] < earliest
      {
        edges.formUnion(older.edges)
        earliest = older.edges[0]
      }
      var latest = known.edges[known.edges.count - 1]
      while latest < last + CalendarReach.margin, let newer = table(period, latest),
        let end = newer.edges.last,
        end > latest
      {
        edges.formUnion(newer.edges)
        latest = end
      }
      if edges.count > known.edges.count { result[period] = CalendarTable(edges: edges.sorted()) }
    }
    return result
  }
}
