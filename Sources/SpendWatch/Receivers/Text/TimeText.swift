import Foundation
package import SpendEngine

/// Instants as text: RFC 3339 for machines, wall-clock time with its zone for people.
package enum TimeText {
  /// `2026-11-24T23:00:00.000Z`. Outside the years 1...9999 the nearest instant inside.
  package static func rfc3339(_ time: EngineTime) -> String {
    let (civil, milliseconds) = CivilTime.of(time, offset: 0)
    return "\(civil.date)T\(civil.clock):\(pad(civil.second, 2)).\(pad(milliseconds, 3))Z"
  }

  /// Reads RFC 3339 with `Z` or an offset and an optional fraction (cut to milliseconds); nil for anything else.
  package static func parse(rfc3339 text: String) -> EngineTime? {
    let bytes = Array(text.utf8)
    func number(_ from: Int, _ count: Int) -> Int64? {
      guard from + count <= bytes.count else { return nil }
      var value: Int64 = 0
      for byte in bytes[from..<from + count] {
        guard (48...57).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - 48)
      }
      return value
    }
    func has(_ character: Unicode.Scalar, at index: Int) -> Bool {
      index < bytes.count && bytes[index] == UInt8(ascii: character)
    }
    guard let year = number(0, 4), has("-", at: 4), let month = number(5, 2), has("-", at: 7),
      let day = number(8, 2), has("T", at: 10) || has("t", at: 10) || has(" ", at: 10),
      let hour = number(11, 2),
      has(":", at: 13), let minute = number(14, 2), has(":", at: 16), let second = number(17, 2),
      (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
    else { return nil }
    var index = 19
    var milliseconds: Int64 = 0
    if has(".", at: index) {
      index += 1
      var scale: Int64 = 100
      let first = index
      while let digit = number(index, 1) {
        milliseconds += digit * scale
        scale /= 10
        index += 1
      }
      if index == first { return nil }
    }
    var offset: Int64 = 0
    if has("Z", at: index) || has("z", at: index) {
      index += 1
    } else if has("+", at: index) || has("-", at: index) {
      guard let hours = number(index + 1, 2), has(":", at: index + 3), let minutes = number(index + 4, 2)
      else {
        return nil
      }
      offset = (hours * 60 + minutes) * (has("-", at: index) ? -60 : 60)
      index += 6
    } else {
      return nil
    }
    guard index == bytes.count else { return nil }
    let days = CivilTime.days(year: year, month: month, day: day)
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset
    return EngineTime(milliseconds: seconds * 1_000 + milliseconds)
  }

  /// For people, in the rules' time zone and in UTC: `2026-11-25 00:00 Europe/Berlin (2026-11-24 23:00 UTC)`; once where both are UTC.
  /// - Parameter timeZone: an IANA name; one that the system does not know leaves UTC alone.
  package static func people(_ time: EngineTime, timeZone: String) -> String {
    let utc = "\(minutes(time, offset: 0)) UTC"
    guard let zone = TimeZone(identifier: timeZone), !["UTC", "GMT", "Etc/UTC"].contains(timeZone) else {
      return utc
    }
    let date = Date(timeIntervalSince1970: Double(CivilTime.clamped(time).milliseconds) / 1_000)
    return "\(minutes(time, offset: Int64(zone.secondsFromGMT(for: date)))) \(timeZone) (\(utc))"
  }

  /// `90 s`, `15 min`, `2 h`, `3 days`: the largest unit in which it is a whole number over one.
  package static func span(_ span: Milliseconds) -> String {
    let units: [(Milliseconds, String)] = [(.day, "days"), (.hour, "h"), (.minute, "min"), (.second, "s")]
    for (unit, name) in units where span >= 2 * unit && span % unit == 0 { return "\(span / unit) \(name)" }
    return span >= .second ? "\(span / .second) s" : "\(span) ms"
  }

  private static func minutes(_ time: EngineTime, offset: Int64) -> String {
    let (civil, _) = CivilTime.of(time, offset: offset)
    return "\(civil.date) \(civil.clock)"
  }

  static func pad(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
