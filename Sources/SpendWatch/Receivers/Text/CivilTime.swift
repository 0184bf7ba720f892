import SpendEngine

/// A date and time of day in the proleptic Gregorian calendar.
struct CivilTime {
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
