import Foundation
package import SpendEngine

/// Times for people.
package enum TimeText {
  /// In the rules' time zone and in UTC: `2026-11-25 00:00 Europe/Berlin (2026-11-24 23:00 UTC)`; once where both are UTC.
  /// - Parameter timeZone: an IANA name; one that the system does not know leaves UTC alone.
  package static func people(_ time: EngineTime, timeZone: String) -> String {
    let utc = "\(minutes(time)) UTC"
    guard let zone = TimeZone(identifier: timeZone), !["UTC", "GMT", "Etc/UTC"].contains(timeZone) else {
      return utc
    }
    let offset = Milliseconds(zone.secondsFromGMT(for: Date(time))) * .second
    return "\(minutes(time.inCalendar + offset)) \(timeZone) (\(utc))"
  }

  /// `90 s`, `15 min`, `2 h`, `3 days`: the largest unit in which it is a whole number over one.
  package static func span(_ span: Milliseconds) -> String {
    let units: [(Milliseconds, String)] = [(.day, "days"), (.hour, "h"), (.minute, "min"), (.second, "s")]
    for (unit, name) in units where span >= 2 * unit && span % unit == 0 { return "\(span / unit) \(name)" }
    return span >= .second ? "\(span / .second) s" : "\(span) ms"
  }

  /// `2026-11-25 00:00`
  private static func minutes(_ time: EngineTime) -> String {
    String(time.rfc3339.prefix(16)).replacing("T", with: " ")
  }
}
