package import SpendEngine

/// An instant as messages carry it: RFC 3339, UTC, milliseconds ("2026-03-01T09:30:00.000Z"). Years beyond 0000-9999 are held at
/// their ends.
package struct Instant: Hashable, Sendable, Codable, CustomStringConvertible {
  package var time: EngineTime

  package init(_ time: EngineTime) { self.time = time }

  package var description: String {
    let clamped = min(max(time.milliseconds, Self.first), Self.last)
    let (days, rest) = Self.floored(clamped, by: .day)
    // Howard Hinnant's civil_from_days: years from March, in eras of 400 of them.
    let (era, dayOfEra) = Self.floored(days + 719_468, by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let fromMarch = (5 * dayOfYear + 2) / 153
    let month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let date =
      Self.padded(year, 4) + "-" + Self.padded(month, 2) + "-"
      + Self.padded(dayOfYear - (153 * fromMarch + 2) / 5 + 1, 2)
    let clock =
      Self.padded(rest / .hour, 2) + ":" + Self.padded(rest / .minute % 60, 2) + ":"
      + Self.padded(rest / .second % 60, 2) + "." + Self.padded(rest % .second, 3)
    return date + "T" + clock + "Z"
  }

  /// Reads RFC 3339 with any offset and up to nanoseconds (cut to milliseconds); nil for anything else.
  package init?(_ text: String) {
    var rest = Array(text.utf8)[...]
    guard let year = Self.number(&rest, 4), Self.skip(&rest, "-"), let month = Self.number(&rest, 2),
      Self.skip(&rest, "-"), let day = Self.number(&rest, 2), Self.skip(&rest, "Tt "),
      let hour = Self.number(&rest, 2), Self.skip(&rest, ":"), let minute = Self.number(&rest, 2),
      Self.skip(&rest, ":"), let second = Self.number(&rest, 2)
    else { return nil }
    var milliseconds: Int64 = 0
    if Self.skip(&rest, ".") {
      let digits = rest.prefix { (48...57).contains($0) }
      guard !digits.isEmpty, digits.count <= 9 else { return nil }
      for place in 0..<3 {
        milliseconds =
          milliseconds * 10 + (place < digits.count ? Int64(digits[digits.startIndex + place] - 48) : 0)
      }
      rest = rest.dropFirst(digits.count)
    }
    var offset: Int64 = 0
    if !Self.skip(&rest, "Zz") {
      guard let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
      rest = rest.dropFirst()
      guard let hours = Self.number(&rest, 2), Self.skip(&rest, ":"), let minutes = Self.number(&rest, 2),
        hours < 24, minutes < 60
      else { return nil }
      offset = (hours * 60 + minutes) * .minute * (sign == UInt8(ascii: "+") ? 1 : -1)
    }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard rest.isEmpty, (1...12).contains(month), day >= 1, day <= lengths[Int(month) - 1], hour < 24,
      minute < 60, second <= 60
    else { return nil }
    let shifted = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = Self.floored(shifted, by: 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    let clock = hour * .hour + minute * .minute + min(second, 59) * .second + milliseconds
    time = EngineTime(milliseconds: days * .day + clock - offset)
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let instant = Instant(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 time")
    }
    self = instant
  }
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  private static let first: Int64 = -62_167_219_200_000  // 0000-01-01
  private static let last: Int64 = 253_402_300_799_999  // 9999-12-31T23:59:59.999

  private static func floored(_ value: Int64, by divisor: Int64) -> (quotient: Int64, rest: Int64) {
    let rest = value % divisor
    return rest < 0 ? (value / divisor - 1, rest + divisor) : (value / divisor, rest)
  }
  private static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(width - digits.count, 0)) + digits
  }
  private static func number(_ rest: inout ArraySlice<UInt8>, _ width: Int) -> Int64? {
    guard rest.count >= width else { return nil }
    var value: Int64 = 0
    for byte in rest.prefix(width) {
      guard (48...57).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - 48)
    }
    rest = rest.dropFirst(width)
    return value
  }
  private static func skip(_ rest: inout ArraySlice<UInt8>, _ any: StaticString) -> Bool {
    guard let byte = rest.first, any.withUTF8Buffer({ $0.contains(byte) }) else { return false }
    rest = rest.dropFirst()
    return true
  }
}
