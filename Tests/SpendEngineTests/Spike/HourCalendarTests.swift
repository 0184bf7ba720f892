import Testing

@testable import SpendEngine

@Suite struct HourCalendarTests {
  private func time(_ text: String) throws -> EngineTime { try #require(EngineTime(rfc3339: text)) }

  private func calendar(_ changes: [(String, minutes: Int64)]) throws -> HourCalendar {
    HourCalendar(
      changes: try changes.map { HourCalendar.Change(from: try time($0.0), offset: $0.minutes * .minute) })
  }

  @Test(
    arguments: [
      // Monday is 0.
      ("2026-11-23T00:00:00Z", 0, 0), ("2026-11-29T23:59:59.999Z", 0, 167), ("1969-12-29T01:30:00Z", 0, 1),
      ("2026-11-22T23:30:00Z", 60, 0), ("2026-11-23T04:30:00Z", -300, 167), ("2026-11-23T05:00:00Z", -300, 0),
      // Kolkata: half past is the start of an hour.
      ("2026-11-22T18:30:00Z", 330, 0), ("2026-11-22T18:29:00Z", 330, 167),
    ] as [(String, Int64, Int)])
  func hoursOfTheWeek(text: String, minutes: Int64, cell: Int) throws {
    let calendar = try calendar([("2026-01-01T00:00:00Z", minutes)])
    let hour = calendar.hour(of: try time(text))
    #expect(calendar.cell(ofHour: hour) == cell)
    #expect(calendar.start(ofHour: hour) <= (try time(text)))
    #expect((try time(text)) < calendar.start(ofHour: hour + 1))
  }

  /// Berlin 2026: 02:00 is lost in spring and doubled in autumn, and nothing else happens.
  @Test func clockChanges() throws {
    let berlin = try calendar([
      ("2025-10-26T01:00:00Z", 60), ("2026-10-25T01:00:00Z", 60), ("2026-03-29T01:00:00Z", 120),
    ])
    func cells(_ from: String) throws -> [Int] {
      let hour = berlin.hour(of: try time(from))
      return (0..<4).map { berlin.cell(ofHour: hour + $0) - 6 * 24 }
    }
    #expect(try cells("2026-03-29T00:00:00Z") == [1, 3, 4, 5])
    #expect(try cells("2026-10-24T23:00:00Z") == [1, 2, 2, 3])
  }

  /// Lord Howe shifts by half an hour: the numbers of hours go on by one all the same.
  @Test func halfHourShifts() throws {
    let howe = try calendar([("2025-10-04T15:30:00Z", 660), ("2026-04-04T15:00:00Z", 630)])
    var last = howe.hour(of: try time("2026-04-04T12:00:00Z"))
    for minutes in stride(from: Int64(0), to: 600, by: 10) {
      let hour = howe.hour(of: try time("2026-04-04T12:00:00Z") + minutes * .minute)
      #expect(hour == last || hour == last + 1)
      last = hour
    }
  }

  @Test func emptyIsUTC() throws {
    #expect(HourCalendar.utc.cell(ofHour: HourCalendar.utc.hour(of: try time("2026-11-24T10:20:00Z"))) == 34)
  }
}
