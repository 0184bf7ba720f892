package import Foundation
package import SpendEngine

/// Instants as people write them for `--since` and `--until`.
package struct ReportTime: Sendable {
  private let now: EngineTime
  private var calendar = Calendar(identifier: .gregorian)

  /// - Parameter zone: of dates and times written without one.
  package init(now: EngineTime, zone: TimeZone) {
    self.now = now
    calendar.timeZone = zone
  }

  /// Every form that is read, for messages.
  package static let forms =
    "2026-11-24, 2026-11-24T13:00, 2026-11-24T13:00:00Z, 2026-11-24T13:00:00+01:00, today, yesterday, 36h or 7d (ago)"

  /// The instant; of a day its beginning. nil for what is none.
  package func since(_ text: String) -> EngineTime? { span(of: text)?.start }

  /// The instant; of a day its end, so that `--since 2026-11-01 --until 2026-11-30` is November.
  package func until(_ text: String) -> EngineTime? { span(of: text)?.end }

  private func span(of text: String) -> (start: EngineTime, end: EngineTime)? {
    switch text {
    case "now": return (now, now)
    case "today": return day(Date(now), offset: 0)
    case "yesterday": return day(Date(now), offset: -1)
    default: break
    }
    if let ago = ReportTime.ago(text) {
      let time = now + -ago
      return (time, time)
    }
    return civil(text)
  }

  private func day(_ date: Date, offset: Int) -> (start: EngineTime, end: EngineTime)? {
    // By way of noon, which every day has: midnight may be skipped.
    guard let noon = calendar.date(bySettingHour: 12, minute: 0, second: 0, of: date),
      let other = calendar.date(byAdding: .day, value: offset, to: noon),
      let interval = calendar.dateInterval(of: .day, for: other)
    else { return nil }
    return (EngineTime(interval.start), EngineTime(interval.end))
  }

  /// `90m`, `36h`, `7d`, `2w`
  private static func ago(_ text: String) -> Milliseconds? {
    // Weeks are no unit of rules, whose windows are days.
    let (days, weeks): (Substring, Milliseconds) =
      text.hasSuffix("w") ? (text.dropLast() + "d", 7) : (text[...], 1)
    guard let span = Milliseconds(span: days), span < .max / 7 else { return nil }
    return span * weeks
  }

  /// `2026-11-24`, `2026-11-24T13:00`, with seconds, a fraction, a zone.
  private func civil(_ text: String) -> (start: EngineTime, end: EngineTime)? {
    let pattern =
      /(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|z|[+-]\d{2}:\d{2})?)?/
    guard let match = text.wholeMatch(of: pattern) else { return nil }
    let (_, year, month, dayOfMonth, hour, minute, second, fraction, zone) = match.output
    if let hour, let minute, let zone {
      let clock = "\(hour):\(minute):\(second ?? "00").\(fraction ?? "0")"
      return EngineTime(rfc3339: "\(year)-\(month)-\(dayOfMonth)T\(clock)\(zone)").map { ($0, $0) }
    }
    var parts = DateComponents(
      year: Int(year), month: Int(month), day: Int(dayOfMonth), hour: Int(hour ?? "12"),
      minute: Int(minute ?? "0"), second: Int(second ?? "0"))
    guard let hourOfDay = parts.hour, hourOfDay < 24, let minutes = parts.minute, minutes < 60,
      let seconds = parts.second, seconds < 61
    else { return nil }
    parts.calendar = calendar
    parts.timeZone = calendar.timeZone
    guard let date = calendar.date(from: parts),
      calendar.dateComponents([.year, .month, .day], from: date)
        == DateComponents(year: parts.year, month: parts.month, day: parts.day)
    else { return nil }
    if hour == nil { return day(date, offset: 0) }
    let milliseconds = fraction.flatMap { Int64(($0 + "00").prefix(3)) } ?? 0
    let time = EngineTime(date) + milliseconds
    return (time, time)
  }
}
