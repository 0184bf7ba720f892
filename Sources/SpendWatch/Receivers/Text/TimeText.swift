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

  fileprivate static func pad(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

/// A date and time of day in the proleptic Gregorian calendar.
private struct CivilTime {
  var year, month, day, hour, minute, second: Int64

  var date: String { "\(TimeText.pad(year, 4))-\(TimeText.pad(month, 2))-\(TimeText.pad(day, 2))" }
  var clock: String { "\(TimeText.pad(hour, 2)):\(TimeText.pad(minute, 2))" }

  /// 0001-01-01T00:00:00.000Z ... 9999-12-31T23:59:59.999Z
  static func clamped(_ time: EngineTime) -> EngineTime {
    EngineTime(milliseconds: min(max(time.milliseconds, -62_135_596_800_000), 253_402_300_799_999))
  }

  /// The wall clock `offset` seconds east of Greenwich, and the milliseconds.
  static func of(_ time: EngineTime, offset: Int64) -> (CivilTime, Int64) {
    let local = clamped(EngineTime(milliseconds: clamped(time).milliseconds + offset * 1_000)).milliseconds
    let milliseconds = floorMod(local, 1_000)
    let seconds = (local - milliseconds) / 1_000
    let second = floorMod(seconds, 86_400)
    let (year, month, day) = date(days: (seconds - second) / 86_400)
    let civil = CivilTime(
      year: year, month: month, day: day, hour: second / 3_600, minute: second / 60 % 60, second: second % 60)
    return (civil, milliseconds)
  }

  // Days since 1970-01-01 and back, by eras of 400 years beginning on 1 March (H. Hinnant).
  static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let y = month <= 2 ? year - 1 : year
    let era = (y - floorMod(y, 400)) / 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let yearOfEra = floorMod(y, 400)
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func date(days: Int64) -> (Int64, Int64, Int64) {
    let z = days + 719_468
    let dayOfEra = floorMod(z, 146_097)
    let era = (z - dayOfEra) / 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  private static func floorMod(_ a: Int64, _ b: Int64) -> Int64 {
    let rest = a % b
    return rest < 0 ? rest + b : rest
  }
}
