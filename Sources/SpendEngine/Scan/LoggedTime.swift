internal import CScan

/// Reads times as logs write them, to milliseconds (rounded down). Remembers the last date, so that a log of one day costs one
/// calendar calculation.
package struct LoggedTime {
  private var lastDate: (UInt64, UInt16) = (0, 0)
  private var lastDay: Int64 = 0

  package init() {}

  /// RFC 3339 and its relatives: `T` or a space, any fraction after `.` or `,`, `Z`, `+HH:MM`, `+HHMM`, `+HH`, or no zone (UTC); the
  /// time of day or its seconds may be missing. A number in a string is read as `number` reads it. nil where it is neither.
  package mutating func text(_ text: UnsafePointer<UInt8>, count: Int) -> EngineTime? {
    guard count >= 10, text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-") else {
      return LoggedTime.number(text, count: count)
    }
    guard let day = day(text) else { return nil }
    if count == 10 { return EngineTime(milliseconds: day * Milliseconds.day) }
    var scan = Digits(text: text, count: count, at: 11)
    guard text[10] | 0x20 == UInt8(ascii: "t") || text[10] == UInt8(ascii: " "),
      let hour = scan.pair(), hour < 24, scan.take(":"), let minute = scan.pair(), minute < 60
    else { return nil }
    var time = day * Milliseconds.day + hour * Milliseconds.hour + minute * Milliseconds.minute
    if scan.take(":") {
      guard let second = scan.pair(), second <= 60 else { return nil }
      time += second * Milliseconds.second
      if scan.take(".") || scan.take(",") {
        guard let fraction = scan.fraction() else { return nil }
        time += fraction
      }
    }
    while scan.take(" ") {}
    guard let zone = scan.zone() else { return nil }
    return EngineTime(milliseconds: time - zone)
  }

  /// A Unix time by its magnitude: over 1e17 nanoseconds, over 1e14 microseconds, over 1e10 milliseconds, else seconds.
  package static func number(_ text: UnsafePointer<UInt8>, count: Int) -> EngineTime? {
    guard let number = LoggedNumber(text, count: count), let whole = number.scaled(by: 0, .down) else {
      return nil
    }
    let scale =
      switch whole.magnitude {
      case ...10_000_000_000: 3
      case ...100_000_000_000_000: 0
      case ...100_000_000_000_000_000: -3
      default: -6
      }
    return number.scaled(by: scale, .down).map { EngineTime(milliseconds: $0) }
  }

  /// Days since 1970-01-01 of the date in the first ten bytes.
  private mutating func day(_ text: UnsafePointer<UInt8>) -> Int64? {
    let date = (scan_load8(text), UInt16(text[8]) << 8 | UInt16(text[9]))
    if date == lastDate { return lastDay }
    var scan = Digits(text: text, count: 10, at: 0)
    guard let century = scan.pair(), let rest = scan.pair(), scan.take("-"), let month = scan.pair(),
      scan.take("-"), let day = scan.pair()
    else { return nil }
    let civil = CivilDate(year: century * 100 + rest, month: month, day: day)
    guard civil.exists else { return nil }
    lastDay = civil.days
    lastDate = date
    return lastDay
  }

  private struct Digits {
    let text: UnsafePointer<UInt8>
    let count: Int
    var at: Int

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard at < count, text[at] == UInt8(ascii: character) else { return false }
      at += 1
      return true
    }

    mutating func pair() -> Int64? {
      guard at + 2 <= count else { return nil }
      let tens = text[at] &- UInt8(ascii: "0")
      let ones = text[at + 1] &- UInt8(ascii: "0")
      guard tens < 10, ones < 10 else { return nil }
      at += 2
      return Int64(tens * 10 + ones)
    }

    /// Milliseconds of the digits after the point: any number of them, at least one.
    mutating func fraction() -> Int64? {
      var value: Int64 = 0
      var digits = 0
      while at < count, text[at] &- UInt8(ascii: "0") < 10 {
        if digits < 3 { value = value * 10 + Int64(text[at] &- UInt8(ascii: "0")) }
        digits += 1
        at += 1
      }
      guard digits > 0 else { return nil }
      while digits < 3 {
        value *= 10
        digits += 1
      }
      return value
    }

    /// What has to be taken off to get UTC, in milliseconds; the text has to end with it.
    mutating func zone() -> Int64? {
      if at == count { return 0 }
      if take("Z") || take("z") { return at == count ? 0 : nil }
      let isWest = take("-")
      guard isWest || take("+"), let hours = pair() else { return nil }
      var offset = hours * Milliseconds.hour
      if at < count {
        _ = take(":")
        guard let minutes = pair(), minutes < 60 else { return nil }
        offset += minutes * Milliseconds.minute
      }
      guard at == count else { return nil }
      return isWest ? -offset : offset
    }
  }
}
