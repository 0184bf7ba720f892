import Foundation
import SpendEngine
import Testing

@testable import SpendWatch

@Suite struct ConfigCalendarTests {
  private static func time(_ text: String) throws -> EngineTime {
    try #require(EngineTime(rfc3339: text))
  }

  /// Start and end of the day that holds an instant, by the zone's own law.
  @Test(arguments: [
    ("UTC", "2026-11-24T22:00:00Z", "2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z"),
    ("Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
    ("Europe/Berlin", "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
    ("America/New_York", "2026-11-01T12:00:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"),
    ("Asia/Kolkata", "2026-06-01T00:00:00Z", "2026-05-31T18:30:00Z", "2026-06-01T18:30:00Z"),
    ("Asia/Kathmandu", "2026-06-01T00:00:00Z", "2026-05-31T18:15:00Z", "2026-06-01T18:15:00Z"),
    ("Australia/Lord_Howe", "2026-04-05T00:00:00Z", "2026-04-04T13:00:00Z", "2026-04-05T13:30:00Z"),
    ("Pacific/Kiritimati", "2026-06-01T00:00:00Z", "2026-05-31T10:00:00Z", "2026-06-01T10:00:00Z"),
    // Midnight is skipped: the day begins at 01:00.
    ("America/Sao_Paulo", "2018-11-04T12:00:00Z", "2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"),
    ("Asia/Beirut", "2026-03-29T12:00:00Z", "2026-03-28T22:00:00Z", "2026-03-29T21:00:00Z"),
    // 23:00 comes twice: the day before is 25 hours long.
    ("America/Sao_Paulo", "2018-02-17T12:00:00Z", "2018-02-17T02:00:00Z", "2018-02-18T03:00:00Z"),
    // Midnight comes twice: the day begins at the first.
    ("America/Havana", "2026-11-01T12:00:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"),
  ])
  func days(zone: String, at: String, start: String, end: String) throws {
    let now = try Self.time(at)
    let table = try #require(CalendarBuilder.table(.day, zone: zone, around: now))
    let period = table.period(of: now)
    #expect(period.start == (try Self.time(start)))
    #expect(period.end == (try Self.time(end)))
  }

  /// Over 800 days of every kind of zone: an edge is where the local date changes, and nothing else is.
  @Test(arguments: [
    ("UTC", "2026-11-24T22:00:00Z"), ("Europe/Berlin", "2026-11-24T22:00:00Z"),
    ("America/Sao_Paulo", "2018-08-01T00:00:00Z"),
    ("Asia/Beirut", "2026-11-24T22:00:00Z"), ("America/Havana", "2026-11-24T22:00:00Z"),
    ("Asia/Tehran", "2021-06-01T00:00:00Z"),
    ("Australia/Lord_Howe", "2026-11-24T22:00:00Z"), ("Africa/Casablanca", "2026-11-24T22:00:00Z"),
    ("America/Santiago", "2026-11-24T22:00:00Z"), ("Pacific/Apia", "2011-12-01T00:00:00Z"),
    ("America/Asuncion", "2024-01-01T00:00:00Z"),
  ])
  func edgesAreWhereTheDateChanges(zone: String, at: String) throws {
    let table = try #require(CalendarBuilder.table(.day, zone: zone, around: try Self.time(at)))
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: zone))
    func date(_ time: Int64) -> DateComponents {
      calendar.dateComponents([.year, .month, .day], from: Date(timeIntervalSince1970: Double(time) / 1_000))
    }
    #expect((800...801).contains(table.edges.count))
    for (edge, next) in zip(table.edges, table.edges.dropFirst()) {
      #expect(date(edge.milliseconds - 1) != date(edge.milliseconds))
      #expect(date(edge.milliseconds) == date(next.milliseconds - 1))
      let hours = Double(next - edge) / 3_600_000
      #expect((23...25).contains(hours), "\(zone) \(edge.milliseconds): \(hours) h")
    }
  }

  @Test(arguments: ["", "Nowhere/Atall", "Europe", "PST8", "+02:00", "Mars/Olympus"])
  func refusesZones(_ zone: String) { #expect(CalendarBuilder.refusal(ofZone: zone) != nil) }

  @Test(arguments: ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Calcutta", "Etc/UTC"])
  func takesZones(_ zone: String) {
    #expect(CalendarBuilder.refusal(ofZone: zone) == nil)
    #expect(CalendarBuilder.table(.day, zone: zone, around: EngineTime(milliseconds: 0)) != nil)
  }

  @Test(arguments: [Int64.min, .max, 0, -62_135_596_800_000, 253_402_300_799_000])
  func takesAnyInstant(_ milliseconds: Int64) {
    // What comes of it is of no use; that it comes is.
    _ = CalendarBuilder.table(.day, zone: "UTC", around: EngineTime(milliseconds: milliseconds))
  }
}
