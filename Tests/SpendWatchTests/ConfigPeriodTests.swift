import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Hours, weeks and months, and days that do not begin at midnight.
@Suite struct ConfigPeriodTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var period: CalendarPeriod
    var zone: String
    var weekStart = CalendarSettings.Weekday.monday
    var hour = 0
    var at: String
    var start: String
    var end: String
    var testDescription: String {
      "\(period.name) of \(zone) from \(hour) h, \(weekStart.rawValue), at \(at)"
    }
  }
  private static func time(_ text: String) throws -> EngineTime { try #require(EngineTime(rfc3339: text)) }
  private static func table(_ period: CalendarPeriod, _ settings: CalendarSettings, _ at: String) throws
    -> CalendarTable
  {
    try #require(CalendarBuilder.table(period, settings, around: try time(at)))
  }

  static let hours: [Case] = [
    Case(
      period: .hour, zone: "UTC", at: "2026-11-24T10:59:59Z", start: "2026-11-24T10:00:00Z",
      end: "2026-11-24T11:00:00Z"),
    Case(
      period: .hour, zone: "Asia/Kathmandu", at: "2026-11-24T10:20:00Z", start: "2026-11-24T10:15:00Z",
      end: "2026-11-24T11:15:00Z"),
    // The reset hour is of days.
    Case(
      period: .hour, zone: "Asia/Kolkata", hour: 6, at: "2026-11-24T10:20:00Z", start: "2026-11-24T09:30:00Z",
      end: "2026-11-24T10:30:00Z"),
    // 02:00 to 03:00 comes twice: each is an hour.
    Case(
      period: .hour, zone: "Europe/Berlin", at: "2026-10-25T00:30:00Z", start: "2026-10-25T00:00:00Z",
      end: "2026-10-25T01:00:00Z"),
    Case(
      period: .hour, zone: "Europe/Berlin", at: "2026-10-25T01:30:00Z", start: "2026-10-25T01:00:00Z",
      end: "2026-10-25T02:00:00Z"),
    // The clock goes back by half an hour: the day's last hour is the rest.
    Case(
      period: .hour, zone: "Australia/Lord_Howe", at: "2026-04-05T13:15:00Z", start: "2026-04-05T13:00:00Z",
      end: "2026-04-05T13:30:00Z"),
    Case(
      period: .hour, zone: "Australia/Lord_Howe", at: "2026-10-04T12:45:00Z", start: "2026-10-04T12:30:00Z",
      end: "2026-10-04T13:00:00Z"),
  ]
  static let days: [Case] = [
    Case(
      period: .day, zone: "UTC", hour: 6, at: "2026-11-24T05:59:59Z", start: "2026-11-23T06:00:00Z",
      end: "2026-11-24T06:00:00Z"),
    Case(
      period: .day, zone: "UTC", hour: 23, at: "2026-11-24T23:00:00Z", start: "2026-11-24T23:00:00Z",
      end: "2026-11-25T23:00:00Z"),
    // Days of 23 and of 25 hours, which begin at six.
    Case(
      period: .day, zone: "Europe/Berlin", hour: 6, at: "2026-03-29T00:00:00Z", start: "2026-03-28T05:00:00Z",
      end: "2026-03-29T04:00:00Z"),
    Case(
      period: .day, zone: "America/New_York", hour: 6, at: "2026-11-01T00:00:00Z",
      start: "2026-10-31T10:00:00Z", end: "2026-11-01T11:00:00Z"),
    // 02:00 is skipped: the day begins when the clock shows three.
    Case(
      period: .day, zone: "Europe/Berlin", hour: 2, at: "2026-03-29T12:00:00Z", start: "2026-03-29T01:00:00Z",
      end: "2026-03-30T00:00:00Z"),
    Case(
      period: .day, zone: "America/New_York", hour: 2, at: "2026-03-08T12:00:00Z",
      start: "2026-03-08T07:00:00Z", end: "2026-03-09T06:00:00Z"),
    // 02:00 comes twice: the day begins at the first.
    Case(
      period: .day, zone: "Europe/Berlin", hour: 2, at: "2026-10-25T12:00:00Z", start: "2026-10-25T00:00:00Z",
      end: "2026-10-26T01:00:00Z"),
    Case(
      period: .day, zone: "America/New_York", hour: 1, at: "2026-11-01T12:00:00Z",
      start: "2026-11-01T05:00:00Z", end: "2026-11-02T06:00:00Z"),
  ]
  static let weeksAndMonths: [Case] = [
    Case(
      period: .week, zone: "UTC", at: "2026-11-24T10:00:00Z", start: "2026-11-23T00:00:00Z",
      end: "2026-11-30T00:00:00Z"),
    Case(
      period: .week, zone: "UTC", weekStart: .sunday, hour: 6, at: "2026-11-22T05:00:00Z",
      start: "2026-11-15T06:00:00Z", end: "2026-11-22T06:00:00Z"),
    Case(
      period: .week, zone: "Europe/Berlin", at: "2026-10-25T12:00:00Z", start: "2026-10-18T22:00:00Z",
      end: "2026-10-25T23:00:00Z"),
    Case(
      period: .month, zone: "UTC", at: "2026-02-28T23:59:59Z", start: "2026-02-01T00:00:00Z",
      end: "2026-03-01T00:00:00Z"),
    Case(
      period: .month, zone: "UTC", at: "2028-02-29T12:00:00Z", start: "2028-02-01T00:00:00Z",
      end: "2028-03-01T00:00:00Z"),
    Case(
      period: .month, zone: "UTC", at: "2026-12-31T12:00:00Z", start: "2026-12-01T00:00:00Z",
      end: "2027-01-01T00:00:00Z"),
    Case(
      period: .month, zone: "America/New_York", hour: 6, at: "2026-11-01T10:59:59Z",
      start: "2026-10-01T10:00:00Z", end: "2026-11-01T11:00:00Z"),
    Case(
      period: .month, zone: "Pacific/Kiritimati", at: "2026-05-31T09:59:59Z", start: "2026-04-30T10:00:00Z",
      end: "2026-05-31T10:00:00Z"),
  ]

  @Test(arguments: hours + days + weeksAndMonths) func periods(_ test: Case) throws {
    let settings = CalendarSettings(timeZone: test.zone, weekStart: test.weekStart, resetHour: test.hour)
    let period = try Self.table(test.period, settings, test.at).period(of: try Self.time(test.at))
    #expect(period.start.rfc3339 == (try Self.time(test.start)).rfc3339)
    #expect(period.end.rfc3339 == (try Self.time(test.end)).rfc3339)
  }

  @Test(arguments: CalendarSettings.Weekday.allCases)
  func everyWeekStart(_ weekStart: CalendarSettings.Weekday) throws {
    let settings = CalendarSettings(timeZone: "Europe/Berlin", weekStart: weekStart)
    let table = try Self.table(.week, settings, "2026-11-24T10:00:00Z")
    #expect((113...115).contains(table.edges.count))
    // 1970-01-01 was a Thursday; noon of the day that begins at an edge tells its weekday.
    for edge in table.edges {
      let days = (edge.milliseconds + 12 * .hour) / .day
      #expect(CalendarSettings.Weekday.allCases[Int((days + 4) % 7)] == weekStart)
    }
  }

  /// Over 800 days of all settings: edges ascend, periods are as long as they may be, and every coarser edge is one of the finer.
  @Test(arguments: [
    "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "America/Havana",
    "Asia/Kathmandu", "Africa/Casablanca", "America/Santiago", "Pacific/Apia", "Asia/Beirut",
  ])
  func edgesFitTogether(_ zone: String) throws {
    for hour in [0, 1, 2, 3, 6, 12, 23] {
      let settings = CalendarSettings(timeZone: zone, weekStart: .saturday, resetHour: hour)
      let at = "2026-11-24T10:00:00Z"
      func lengths(_ table: CalendarTable) -> [Milliseconds] {
        zip(table.edges, table.edges.dropFirst()).map { $1 - $0 }
      }
      let days = try Self.table(.day, settings, at)
      let weeks = try Self.table(.week, settings, at)
      let months = try Self.table(.month, settings, at)
      #expect(lengths(days).allSatisfy { (23 * .hour...25 * .hour).contains($0) }, "\(zone) \(hour)")
      #expect(lengths(weeks).allSatisfy { (167 * .hour...169 * .hour).contains($0) })
      #expect(lengths(months).allSatisfy { (28 * .day + -.hour...31 * .day + .hour).contains($0) })
      let known = Set(days.edges)
      #expect(weeks.edges.allSatisfy(known.contains) && months.edges.allSatisfy(known.contains))
    }
    let hours = try Self.table(.hour, CalendarSettings(timeZone: zone), "2026-11-24T10:00:00Z")
    #expect(zip(hours.edges, hours.edges.dropFirst()).allSatisfy { (1...(.hour)).contains($1 - $0) })
  }

  /// The engine at such edges: the halt is lifted there, to the millisecond, and the next period is as long as it is.
  @Test(arguments: days + weeksAndMonths + hours.prefix(4)) func resetsAtTheEdge(_ test: Case) throws {
    let settings = CalendarSettings(timeZone: test.zone, weekStart: test.weekStart, resetHour: test.hour)
    let table = try Self.table(test.period, settings, test.at)
    let rule = Rule.threshold("cap", window: .calendar(test.period), limit: 100, alertAt: [], halt: .key)
    var driver = try EngineDriver(RuleSet(rules: [rule], calendars: [test.period: table]))
    let (start, end) = (try Self.time(test.start), try Self.time(test.end))
    driver.advance(to: start + -1)
    driver.fold(TestCall(60, key: "a"))
    driver.advance(to: start)
    driver.fold(TestCall(60, key: "a"))
    #expect(driver.said() == [])
    driver.advance(to: end + -1)
    driver.fold(TestCall(40, key: "a"))
    #expect(driver.said() == ["halt cap key a", "alert cap key a firing"])
    #expect(driver.engine.status().halts.map(\.until) == [end] && driver.engine.nextDeadline == end)
    driver.advance(to: end)
    #expect(driver.said() == ["resume cap key a", "resolve cap key a"])
  }

  /// Another zone, week or hour by a reload: the period that runs keeps its end, the next one is of the new kind, and each call counts once.
  @Test(arguments: [
    CalendarSettings(timeZone: "America/New_York"), CalendarSettings(resetHour: 6),
    CalendarSettings(timeZone: "Pacific/Kiritimati", weekStart: .thursday, resetHour: 23),
  ])
  func aReloadHoldsFromTheNextEdge(_ settings: CalendarSettings) throws {
    let at = "2026-11-24T10:00:00Z"
    for period in CalendarPeriod.allCases {
      let before = try Self.table(period, CalendarSettings(), at)
      let after = try Self.table(period, settings, at)
      let rule = Rule.threshold("sum", window: .calendar(period), limit: 1_000_000)
      var driver = try EngineDriver(RuleSet(rules: [rule], calendars: [period: before]))
      var now = try Self.time(at)
      driver.advance(to: now)
      driver.fold(TestCall(10, key: "a"))
      driver.engine.reload(
        rules: RuleSet(rules: [rule], calendars: [period: after]), prices: EngineDriver.prices)
      let end = before.period(of: now).end
      // Every 20 minutes a cent: with each edge the sum begins anew.
      var expected: Int64 = 10
      var edges = [end] + after.edges.filter { $0 > end }.prefix(2)
      while !edges.isEmpty {
        now = now + 20 * .minute
        driver.advance(to: now)
        if let edge = edges.first, now >= edge {
          edges.removeFirst()
          expected = 0
        }
        driver.fold(TestCall(1, key: "a"))
        expected += 1
        if driver.value("sum", .key("a")) != expected * 10_000_000 {
          Issue.record(
            "\(period.name) at \(now.rfc3339): \(driver.value("sum", .key("a"))), not \(expected) cents")
          break
        }
      }
    }
  }
}
