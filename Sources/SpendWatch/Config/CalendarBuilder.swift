import Foundation
package import SpendEngine

/// Makes the calendar tables that the engine looks edges up in: time zones and daylight saving are settled here.
package enum CalendarBuilder {
  /// Days before and after the given instant that a table covers.
  static let reach = 400

  /// Edges of every period from 400 days before `now` to 400 days after it; nil where the zone is not known.
  /// - Parameter zone: an IANA name.
  package static func table(_ period: CalendarPeriod, zone: String, around now: EngineTime) -> CalendarTable?
  {
    guard let zone = TimeZone(identifier: zone) else { return nil }
    switch period {
    case .day: return days(zone, around: now)
    }
  }

  private static func days(_ zone: TimeZone, around now: EngineTime) -> CalendarTable? {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    let date = Date(now)
    let today = calendar.dateComponents([.year, .month, .day], from: date)
    guard let year = today.year, let month = today.month, let day = today.day else { return nil }
    var edges: [EngineTime] = []
    for offset in -reach...reach {
      // By way of noon, which every day has; its midnight may be skipped, or come twice.
      let noon = DateComponents(year: year, month: month, day: day + offset, hour: 12)
      guard let start = calendar.date(from: noon).map(calendar.startOfDay(for:)) else { continue }
      let edge = EngineTime(start)
      // A zone that jumps over the date line has no such day: its noon is another day's.
      if edges.last.map({ $0 < edge }) ?? true { edges.append(edge) }
    }
    return edges.count >= 2 ? CalendarTable(edges: edges) : nil
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
