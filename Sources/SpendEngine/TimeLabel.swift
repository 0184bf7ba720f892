extension EngineTime {
  /// RFC 3339 in UTC with milliseconds, `2026-11-24T10:00:00.000Z`. Years outside 0...9999 are held at the ends.
  package var rfc3339: String {
    let day = milliseconds.dividedDown(by: .day)
    let (year, month, date) = EngineTime.civil(fromDays: day)
    if year < 0 { return "0000-01-01T00:00:00.000Z" }
    if year > 9999 { return "9999-12-31T23:59:59.999Z" }
    let inDay = milliseconds - day * .day
    func padded(_ number: Int64, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return padded(year, 4) + "-" + padded(month, 2) + "-" + padded(date, 2) + "T" + padded(inDay / .hour, 2)
      + ":"
      + padded(inDay / .minute % 60, 2) + ":" + padded(inDay / .second % 60, 2) + "."
      + padded(inDay % .second, 3) + "Z"
  }

  /// Year, month and day of a day number since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms").
  private static func civil(fromDays days: Int64) -> (Int64, Int64, Int64) {
    let shifted = days + 719_468
    let era = shifted.dividedDown(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }
}
