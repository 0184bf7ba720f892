/// The calendar period that holds engine time, with its neighbours: where an event of about now belongs.
struct Period: Sendable {
  var previousStart: EngineTime
  var start: EngineTime
  var end: EngineTime

  /// - Parameter before: the period that has ended. Where the time zone has changed since, its end lies inside a period of the new table:
  ///   the new zone holds from there, and nothing is counted in two periods or in none.
  init(_ table: CalendarTable, at time: EngineTime, after before: Period = .never) {
    (start, end) = table.period(of: time)
    if before.end >= start, before.end != .distantPast {
      (previousStart, start) = (before.start, before.end)
      return
    }
    previousStart =
      start == .distantPast
      ? .distantPast : table.period(of: EngineTime(milliseconds: start.milliseconds - 1)).start
  }

  static let never = Period()
  private init() {
    previousStart = .distantPast
    start = .distantPast
    end = .distantPast
  }
}
