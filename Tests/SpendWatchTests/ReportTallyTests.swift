import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct ReportTallyTests {
  @Test(arguments: [0, 1, 3, 8]) func sumsLikeADictionary(_ width: Int) {
    let seed = UInt64.random(in: 0 ... .max)
    var random = Dice(seed: seed)
    var tally = Tally(width: width)
    var expected: [[UInt32]: Sums] = [:]
    for _ in 0..<5_000 {
      let key = (0..<width).map { _ in UInt32.random(in: 0...(width > 3 ? 2 : 30), using: &random) }
      var event = UsageEvent(time: .distantPast)
      event.requests = 1
      event.cost = NanoUSD(rawValue: .random(in: -5...1_000, using: &random))
      event.tokens.output = .random(in: 0...9, using: &random)
      event.pricing = UsageEvent.Pricing.allCases.randomElement(using: &random) ?? .none
      tally.add(event, to: key)
      expected[key, default: Sums()].add(event)
    }
    #expect(tally.count == expected.count, "seed \(seed)")
    for group in 0..<tally.count {
      #expect(expected[Array(tally.key(group))] == tally.sums[group], "seed \(seed)")
    }
  }
}

@Suite struct ReportTimeTests {
  private static let now = EngineTime.utc("2026-11-24T15:30:00Z")

  private func labels(_ zone: String, _ unit: CalendarPeriod, _ times: [String]) throws -> [String] {
    var labels = PeriodLabels(unit, zone: try #require(TimeZone(identifier: zone)))
    let numbers = times.map { Int(labels.number(of: .utc($0))) }
    return numbers.map { labels.labels[$0] }
  }

  @Test func daysAndHoursOfAZone() throws {
    #expect(
      try labels("Europe/Berlin", .day, ["2026-11-24T22:59:59Z", "2026-11-24T23:00:00Z"])
        == ["2026-11-24", "2026-11-25"])
    #expect(
      try labels("Asia/Kolkata", .hour, ["2026-11-24T18:29:59Z", "2026-11-24T18:30:00Z"])
        == ["2026-11-24T23:00", "2026-11-25T00:00"])
    // Clocks go back: the hour from two to three comes twice, and is one hour on the wall.
    #expect(
      try labels(
        "Europe/Berlin", .hour,
        ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"])
        == ["2026-10-25T02:00", "2026-10-25T02:00", "2026-10-25T03:00"])
    // Clocks go forward: there is no such hour.
    #expect(
      try labels("Europe/Berlin", .hour, ["2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z"])
        == ["2026-03-29T01:00", "2026-03-29T03:00"])
  }

  @Test func labelsAgreeWithFoundationInAnyOrder() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = Dice(seed: seed)
    let zone = try #require(TimeZone(identifier: "America/New_York"))
    var days = PeriodLabels(.day, zone: zone)
    var hours = PeriodLabels(.hour, zone: zone)
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = zone
    formatter.dateFormat = "yyyy-MM-dd'T'HH:00"
    for _ in 0..<2_000 {
      let time = ReportTimeTests.now.milliseconds - .random(in: 0...400 * .day, using: &random)
      let text = formatter.string(from: Date(timeIntervalSince1970: Double(time) / 1_000))
      let day = Int(days.number(of: EngineTime(milliseconds: time)))
      let hour = Int(hours.number(of: EngineTime(milliseconds: time)))
      #expect(hours.labels[hour] == text, "seed \(seed)")
      #expect(days.labels[day] == String(text.prefix(10)), "seed \(seed)")
    }
  }

  @Test(arguments: [EngineTime.distantPast, .distantFuture, EngineTime(milliseconds: 0)])
  func noInstantIsTooFar(_ time: EngineTime) {
    var days = PeriodLabels(.day, zone: .gmt)
    let number = days.number(of: time)
    #expect(days.number(of: time) == number)
    #expect(days.labels[Int(number)].count == 10)
  }

  private static let cases: [(text: String, since: String?, until: String?)] = [
    ("2026-11-24", "2026-11-23T23:00:00Z", "2026-11-24T23:00:00Z"),
    ("2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
    ("today", "2026-11-23T23:00:00Z", "2026-11-24T23:00:00Z"),
    ("yesterday", "2026-11-22T23:00:00Z", "2026-11-23T23:00:00Z"),
    ("2026-11-24T13:00", "2026-11-24T12:00:00Z", "2026-11-24T12:00:00Z"),
    ("2026-11-24 13:00:05", "2026-11-24T12:00:05Z", "2026-11-24T12:00:05Z"),
    ("2026-11-24T13:00:00Z", "2026-11-24T13:00:00Z", "2026-11-24T13:00:00Z"),
    ("2026-11-24T13:00-05:00", "2026-11-24T18:00:00Z", "2026-11-24T18:00:00Z"),
    ("36h", "2026-11-23T03:30:00Z", "2026-11-23T03:30:00Z"),
    ("7d", "2026-11-17T15:30:00Z", "2026-11-17T15:30:00Z"),
    ("2026-02-29", nil, nil), ("2026-13-01", nil, nil), ("2026-11-24T24:00", nil, nil),
    ("24.11.2026", nil, nil),
    ("99999999999999999d", nil, nil), ("-1d", nil, nil), ("", nil, nil), ("d", nil, nil),
  ]

  @Test(arguments: cases.map(\.text)) func readsTimes(_ text: String) throws {
    let example = try #require(ReportTimeTests.cases.first { $0.text == text })
    let times = ReportTime(
      now: ReportTimeTests.now, zone: try #require(TimeZone(identifier: "Europe/Berlin")))
    #expect(times.since(text) == example.since.map { .utc($0) })
    #expect(times.until(text) == example.until.map { .utc($0) })
  }

  @Test func aFractionCounts() {
    let times = ReportTime(now: ReportTimeTests.now, zone: .gmt)
    #expect(times.since("2026-11-24T13:00:00.25Z") == .utc("2026-11-24T13:00:00Z") + 250)
  }
}
