/// Where calendar windows begin.
package struct CalendarSettings: Sendable, Hashable {
  /// IANA name; "today" is in it.
  package var timeZone: String
  /// On which day a week begins.
  package var weekStart = Weekday.monday
  /// At which hour (0...23, local time) days, weeks and months begin.
  package var resetHour = 0

  package init(timeZone: String = "UTC", weekStart: Weekday = .monday, resetHour: Int = 0) {
    self.timeZone = timeZone
    self.weekStart = weekStart
    self.resetHour = resetHour
  }

  package enum Weekday: String, CaseIterable, Sendable, Hashable {
    case sunday, monday, tuesday, wednesday, thursday, friday, saturday

    /// As Foundation counts: Sunday is 1.
    var number: Int { (Weekday.allCases.firstIndex(of: self) ?? 0) + 1 }
  }
}
