/// Engine time with the calendar periods that hold it, by `CalendarPeriod.rawValue`: where windows end.
struct WindowClock: Sendable {
  var time: EngineTime
  var periods: [Period]

  func period(_ calendar: CalendarPeriod) -> Period { periods[Int(calendar.rawValue)] }
}
