import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct ReportSparkTests {
  private func time(
    _ period: CalendarPeriod?, _ zone: String = "UTC", _ start: CalendarSettings.Weekday = .monday
  )
    throws -> SparkTime
  {
    SparkTime(period, zone: try #require(TimeZone(identifier: zone)), weekStart: start)
  }

  /// Against sums by the step that came out.
  @Test(arguments: [6, 30, 100, 900, 20_000, 400_000]) func aSpanIsCutInBars(_ hours: Int64) throws {
    let seed = UInt64.random(in: 0 ... .max)
    var dice = Dice(seed: seed)
    var (rows, sparks) = (SparkRows(), try time(nil, "Asia/Kolkata"))
    var events: [(EngineTime, group: Int, amount: Int64)] = []
    for _ in 0..<600 {
      let at = EngineTime.utc("2026-11-24T15:30:00Z") + -dice.roll(0...hours * .hour)
      let event = (at, group: Int(dice.roll(0...4)), amount: dice.roll(0...1_000))
      events.append(event)
      let cell = sparks.cell(of: at, &rows)
      rows.add(event.amount, to: event.group, cell: cell) { _ in 0 }
    }
    let spark = try #require(sparks.spark(rows.total))
    #expect((hours > 31 ? 11...32 : 1...32).contains(spark.total.count), "\(spark.total.count) seed \(seed)")
    func bar(_ at: EngineTime) -> Int64 {
      let local = (at + 330 * .minute).milliseconds
      return Int64((Double(local) / Double(spark.step)).rounded(.down))
    }
    let first = try #require(events.map { bar($0.0) }.min())
    for group in 0...4 {
      var expected = [Int64](repeating: 0, count: spark.total.count)
      for event in events where event.group == group { expected[Int(bar(event.0) - first)] += event.amount }
      #expect(rows[group].map(sparks.values) == expected, "seed \(seed)")
    }
    #expect(spark.total.reduce(0, +) == events.reduce(0) { $0 + $1.amount })
  }

  @Test func aSpanIsNamedByItsEnds() throws {
    var (rows, sparks) = (SparkRows(), try time(nil))
    for text in ["2026-11-24T15:30:00Z", "2026-11-24T09:10:00Z"] { _ = sparks.cell(of: .utc(text), &rows) }
    #expect(sparks.spark(rows.total)?.axis == .span(from: "2026-11-24 09:00", to: "2026-11-24 16:00"))
    #expect(sparks.spark(rows.total)?.step == .hour)
    _ = sparks.cell(of: .utc("2026-12-23T00:00:00Z"), &rows)
    #expect(sparks.spark(rows.total)?.axis == .span(from: "2026-11-24", to: "2026-12-23"))
    #expect(sparks.spark(rows.total)?.step == .day && sparks.spark(rows.total)?.total.count == 30)
    for far in [EngineTime.distantPast, .distantFuture] { _ = sparks.cell(of: far, &rows) }
    #expect((2...32).contains(sparks.spark(rows.total)?.total.count ?? 0))
    #expect(try time(nil).spark(rows.total) == nil)
  }

  @Test(
    arguments: [
      (.hour, "UTC", "2026-11-24T15:34:59.999Z", 6), (.hour, "Asia/Kolkata", "2026-11-24T15:34:00Z", 0),
      (.day, "UTC", "2026-11-24T23:59:59Z", 23), (.day, "Europe/Berlin", "2026-11-24T23:30:00Z", 0),
      // The hour that comes twice is one bar; the hours behind it are those of the wall.
      (.day, "Europe/Berlin", "2026-10-25T00:30:00Z", 2), (.day, "Europe/Berlin", "2026-10-25T01:30:00Z", 2),
      (.day, "Europe/Berlin", "2026-10-25T22:30:00Z", 23), (.day, "Europe/Berlin", "2026-03-29T01:00:00Z", 3),
      (.week, "UTC", "2026-11-23T00:00:00Z", 0), (.week, "UTC", "2026-11-22T23:59:59Z", 6),
      (.week, "Europe/Berlin", "2026-11-22T23:30:00Z", 0), (.week, "UTC", "1969-12-31T00:00:00Z", 2),
      (.month, "UTC", "2026-11-01T00:00:00Z", 0), (.month, "UTC", "2026-12-31T00:00:00Z", 30),
    ] as [(CalendarPeriod, String, String, Int)])
  func partsOfAPeriod(_ period: CalendarPeriod, _ zone: String, _ text: String, _ cell: Int) throws {
    var (rows, sparks) = (SparkRows(), try time(period, zone))
    #expect(sparks.cell(of: .utc(text), &rows) == cell)
    if period == .week {
      var sunday = try time(period, zone, .sunday)
      #expect(sunday.cell(of: .utc(text), &rows) == (cell + 1) % 7)
    }
  }

  @Test func roomIsBoundedAndNothingIsWrong() {
    let seed = UInt64.random(in: 0 ... .max)
    var dice = Dice(seed: seed)
    var rows = SparkRows(limit: 64)
    var expected: [Int: [Int64]] = [:]
    // Early groups that become dear, and thousands that stay cheap.
    for number in 0..<20_000 {
      let group = dice.one(in: 3) ? Int(dice.roll(0...9)) : number / 4 + 10
      let (cell, amount) = (Int(dice.roll(0...31)), group < 10 ? dice.roll(900...1_000) : dice.roll(0...3))
      expected[group, default: .init(repeating: 0, count: SparkRows.width)][cell] += amount
      rows.add(amount, to: group, cell: cell) { expected[$0]?.reduce(0, +) ?? 0 }
    }
    let known = expected.keys.filter { rows[$0] != nil }
    #expect(known.count <= 64 && known.count > 16, "\(known.count) seed \(seed)")
    for group in known { #expect(rows[group].map(Array.init) == expected[group], "seed \(seed)") }
    #expect((0...9).allSatisfy { rows[$0] != nil }, "the dear ones are kept; seed \(seed)")
    #expect(rows.total.reduce(0, +) == expected.values.joined().reduce(0, +))
  }

  @Test func weeksAndMonthsAgreeWithFoundation() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var dice = Dice(seed: seed)
    let zone = try #require(TimeZone(identifier: "America/New_York"))
    var weeks = PeriodLabels(.week, zone: zone, weekStart: .sunday)
    var months = PeriodLabels(.month, zone: zone)
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = zone
    formatter.dateFormat = "yyyy-MM-dd"
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    for _ in 0..<1_000 {
      let at = EngineTime.utc("2027-02-01T00:00:00Z") + -dice.roll(0...800 * .day)
      let date = Date(timeIntervalSince1970: Double(at.milliseconds) / 1_000)
      let (month, week) = (Int(months.number(of: at)), Int(weeks.number(of: at)))
      #expect(months.labels[month] == formatter.string(from: date).prefix(7), "seed \(seed)")
      let back = 1 - calendar.component(.weekday, from: date)
      let sunday = try #require(calendar.date(byAdding: .day, value: back, to: date))
      #expect(weeks.labels[week] == formatter.string(from: sunday), "seed \(seed)")
    }
  }
}
