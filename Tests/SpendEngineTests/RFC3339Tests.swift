import Testing

@testable import SpendEngine

@Suite struct RFC3339Tests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
      (951_782_400_000, "2000-02-29T00:00:00.000Z"), (1_772_357_400_123, "2026-03-01T09:30:00.123Z"),
      (4_102_444_799_999, "2099-12-31T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
      (-62_135_596_800_001, "0001-01-01T00:00:00.000Z"), (253_402_300_800_000, "9999-12-31T23:59:59.999Z"),
      (.max, "9999-12-31T23:59:59.999Z"), (.min, "0001-01-01T00:00:00.000Z"),
    ] as [(Int64, String)])
  func writes(_ milliseconds: Int64, _ text: String) {
    let time = EngineTime(milliseconds: milliseconds)
    #expect(time.rfc3339 == text)
    #expect(EngineTime(rfc3339: text) == time.inCalendar)
  }

  @Test(
    arguments: [
      ("2026-03-01T09:30:00Z", 1_772_357_400_000), ("2026-03-01t09:30:00.5z", 1_772_357_400_500),
      ("2026-03-01T10:30:00.123456789+01:00", 1_772_357_400_123),
      ("2026-02-28T23:30:00-10:00", 1_772_357_400_000), ("2026-03-01 09:30:00Z", 1_772_357_400_000),
      ("2016-12-31T23:59:60Z", 1_483_228_800_000), ("2026-11-24 10:00:00.123456789-00:00", 1_795_514_400_123),
      ("2026-03-01T09:30:00.12345678901234567890Z", 1_772_357_400_123),
      ("2026-03-02T09:29:00+23:59", 1_772_357_400_000),
    ] as [(String, Int64)])
  func reads(_ text: String, _ milliseconds: Int64) {
    #expect(EngineTime(rfc3339: text) == EngineTime(milliseconds: milliseconds))
  }

  @Test(arguments: [
    "", "2026-03-01", "2026-03-01T09:30Z", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
    "2026-03-01T24:00:00Z", "2026-03-01T09:60:00Z", "2026-03-01T09:30:00", "2026-03-01T09:30:00.Z",
    "2026-03-01T09:30:00Zx", "2026-03-01T09:30:00+1:00", "2026-03-01T09:30:00+0100", "2026-03-01T09:30:00,5Z",
    "2026-03-01T09:30:00 Z", "2026-03-01T09:30:00.5", "2026-03-01T09:30:00+24:00",
    "2026-03-01T09:30:00+01:60",
    "٢٠٢٦-03-01T09:30:00Z", "２026-11-24T10:00:00Z", "2026-00-10T00:00:00Z", "1772357400.00000000000Z",
    "1234-5678901234567890Z", "2026-03-01T09:30Z+01:00", "2026-03-01T09:30:00ZZ", "17723574000000000000",
  ])
  func refuses(_ text: String) { #expect(EngineTime(rfc3339: text) == nil) }

  /// Every day of nine centuries, by counting.
  @Test func datesCountOn() {
    var next = CivilDate(year: 1600, month: 1, day: 1)
    for days in next.days..<next.days + 330_000 {
      let date = CivilDate(days: days)
      #expect(date == next && date.days == days && date.exists)
      next.day += 1
      if !next.exists {
        next = CivilDate(year: date.year, month: date.month + 1, day: 1)
        if !next.exists { next = CivilDate(year: date.year + 1, month: 1, day: 1) }
      }
    }
  }
}
