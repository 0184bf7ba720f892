/// The calendar period that holds engine time, with its neighbours: where an event of about now belongs.
struct Period: Sendable {
  var previousStart: EngineTime
  var start: EngineTime
  var end: EngineTime

  init(_ table: CalendarTable, at time: EngineTime) {
    (start, end) = table.period(of: time)
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
