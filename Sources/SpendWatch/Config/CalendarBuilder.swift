import Foundation
package import SpendEngine

/// Makes the calendar tables that the engine looks edges up in: time zones and daylight saving are settled here.
package enum CalendarBuilder {
  /// Days before and after the given instant that a table covers.
  static let reach = 400

  /// Edges of every period from 400 days before `now` to 400 days after it; nil where the zone is not known.
  package static func table(
    _ period: CalendarPeriod, _ settings: CalendarSettings, around now: EngineTime
  ) -> CalendarTable? {
    guard let zone = TimeZone(identifier: settings.timeZone) else { return nil }
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    let edges: [EngineTime] =
      switch period {
      case .hour: hours(days(calendar, at: 0, around: now).map(\.start))
      case .day: days(calendar, at: settings.resetHour, around: now).map(\.start)
      case .week:
        days(calendar, at: settings.resetHour, around: now).filter {
          calendar.component(.weekday, from: $0.noon) == settings.weekStart.number
        }.map(\.start)
      case .month:
        days(calendar, at: settings.resetHour, around: now).filter {
          calendar.component(.day, from: $0.noon) == 1
        }.map(\.start)
      }
    return edges.count >= 2 ? CalendarTable(edges: edges) : nil
  }

  /// Edges of a zone's periods that begin at midnight, weeks on Mondays.
  package static func table(_ period: CalendarPeriod, zone: String, around now: EngineTime) -> CalendarTable?
  {
    table(period, CalendarSettings(timeZone: zone), around: now)
  }

  /// The zone's offsets from ten years before `now` to ten years after it, so that old logs too are counted by the hours of their week.
  package static func hours(_ settings: CalendarSettings, around now: EngineTime) -> HourCalendar {
    guard let zone = TimeZone(identifier: settings.timeZone) else { return .utc }
    func change(_ date: Date) -> HourCalendar.Change {
      .init(from: EngineTime(date), offset: Milliseconds(zone.secondsFromGMT(for: date)) * .second)
    }
    let last = Date(now + 3_650 * .day)
    var date = Date(now + -3_650 * .day)
    var changes = [change(date)]
    while let next = zone.nextDaylightSavingTimeTransition(after: date), next > date, next < last {
      changes.append(change(next))
      date = next
    }
    return HourCalendar(changes: changes)
  }

  /// The local days, each by its noon, and when they begin.
  private static func days(_ calendar: Calendar, at hour: Int, around now: EngineTime) -> [(
    noon: Date, start: EngineTime
  )] {
    let today = calendar.dateComponents([.year, .month, .day], from: Date(now))
    guard let year = today.year, let month = today.month, let day = today.day else { return [] }
    var days: [(noon: Date, start: EngineTime)] = []
    for offset in -reach...reach {
      // By way of noon, which every day has; its midnight may be skipped, or come twice.
      let components = DateComponents(year: year, month: month, day: day + offset, hour: 12)
      guard let noon = calendar.date(from: components) else { continue }
      var start = calendar.startOfDay(for: noon)
      if hour > 0 {
        var reset = components
        reset.hour = hour
        start = calendar.date(from: reset) ?? start
      }
      let edge = EngineTime(start)
      // A zone that jumps over the date line has no such day: its noon is another day's.
      if days.last.map({ $0.start < edge }) ?? true { days.append((noon, edge)) }
    }
    return days
  }

  /// Whole hours from each midnight on: where a clock change is no whole hour, the day's last hour is shorter.
  private static func hours(_ days: [EngineTime]) -> [EngineTime] {
    var edges: [EngineTime] = []
    for (start, end) in zip(days, days.dropFirst()) {
      edges += stride(from: start.milliseconds, to: end.milliseconds, by: Int64.Stride(Milliseconds.hour))
        .map(EngineTime.init)
    }
    return edges
  }

  /// Why `name` is no time zone; nil where it is one.
  static func refusal(ofZone name: String) -> WrittenValue.Refusal? {
    let known = TimeZone.knownTimeZoneIdentifiers
    if name == "UTC" || known.contains(name) { return nil }
    // Links such as Asia/Calcutta are not among the known, and still zones. Abbreviations are several zones each.
    let same = known.first { $0.lowercased() == name.lowercased() }
    if same == nil, name.contains("/"), TimeZone(identifier: name) != nil { return nil }
    let city = name.split(separator: "/").last.map { $0.lowercased().replacing(" ", with: "_") }
    let near =
      same ?? Nearest.name(to: name, among: ["UTC"] + known)
      ?? known.first { $0.split(separator: "/").last?.lowercased() == city }
    let hint =
      near.map { "did you mean '\($0)'?" } ?? "an IANA name such as UTC, Europe/Berlin, America/New_York"
    return .init(message: "'\(name)' is no time zone", hint: hint)
  }
}
