extension EngineTime {
  /// 0001-01-01T00:00:00.000Z ... 9999-12-31T23:59:59.999Z: what a date in four digits, and every reader of one, can hold.
  package static let calendar =
    EngineTime(
      milliseconds: -62_135_596_800_000)...EngineTime(milliseconds: 253_402_300_799_999)

  /// Itself, or the nearest end of `calendar`.
  package var inCalendar: EngineTime {
    min(max(self, EngineTime.calendar.lowerBound), EngineTime.calendar.upperBound)
  }

  /// RFC 3339 in UTC with milliseconds, `2026-11-24T10:00:00.000Z`; outside `calendar` its nearest end.
  package var rfc3339: String {
    let time = inCalendar.milliseconds
    let days = time.dividedDown(by: .day)
    let inDay = time - days * .day
    let clock = "\((inDay / .hour).padded(to: 2)):\((inDay / .minute % 60).padded(to: 2))"
    let seconds = "\((inDay / .second % 60).padded(to: 2)).\((inDay % .second).padded(to: 3))"
    return "\(CivilDate(days: days).text)T\(clock):\(seconds)Z"
  }

  /// Reads RFC 3339 and nothing else: a `T` or a space, seconds, any fraction (cut to milliseconds), `Z` or an offset with a colon.
  /// A leap second is the first of the next minute. (Logs write times in more ways: `LoggedTime`.)
  package init?(rfc3339 text: String) {
    let bytes = Array(text.utf8)
    guard EngineTime.isStrict(bytes) else { return nil }
    var reader = LoggedTime()
    let time = bytes.withUnsafeBufferPointer { bytes in
      bytes.baseAddress.flatMap { reader.text($0, count: bytes.count) }
    }
    guard let time else { return nil }
    self = time
  }

  /// Whether the parts that `LoggedTime` can do without are there.
  private static func isStrict(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[13] == UInt8(ascii: ":"),
      bytes[16] == UInt8(ascii: ":"), !bytes.contains(UInt8(ascii: ",")),
      bytes[11...].allSatisfy({ $0 != 0x20 })
    else { return false }
    if bytes.last == UInt8(ascii: "Z") || bytes.last == UInt8(ascii: "z") { return true }
    let zone = bytes.suffix(6)
    return bytes.count >= 25 && "+-".utf8.contains(zone[zone.startIndex])
      && zone[zone.startIndex + 3] == UInt8(ascii: ":")
      && zone[(zone.startIndex + 1)...].lexicographicallyPrecedes("24:".utf8)
  }
}
