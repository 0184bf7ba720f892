import Foundation
import SpendEngine
import Support
import Testing

/// Times of 1970 to 2106 against Foundation's calendar, in each way that logs write them.
@Suite struct TimeTableTests {
  private func read(_ text: String, isNumber: Bool = false) -> Int64? {
    var clock = LoggedTime()
    return Array(text.utf8).withUnsafeBufferPointer { bytes -> EngineTime? in
      guard let start = bytes.baseAddress else { return nil }
      return isNumber
        ? LoggedTime.number(start, count: bytes.count) : clock.text(start, count: bytes.count)
    }?.milliseconds
  }

  private func written(_ milliseconds: Int64, minutesEast: Int, separator: String, zone: String) -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: minutesEast * 60) ?? .gmt
    let second = milliseconds.dividedDown(by: 1000)
    let parts = calendar.dateComponents(
      [.year, .month, .day, .hour, .minute, .second], from: Date(timeIntervalSince1970: Double(second)))
    func digits(_ number: Int?, _ count: Int) -> String {
      let text = String(number ?? 0)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    let day = "\(digits(parts.year, 4))-\(digits(parts.month, 2))-\(digits(parts.day, 2))"
    let clock = "\(digits(parts.hour, 2)):\(digits(parts.minute, 2)):\(digits(parts.second, 2))"
    return "\(day)\(separator)\(clock).\(digits(Int(milliseconds - second * 1000), 3))\(zone)"
  }

  /// Every 31st of a day and every zone: 1970-01-01 to 2106-02-07, where 32 bits of seconds end.
  @Test func d9TimesAreFoundationsTimes() {
    let zones: [(Int, String)] = [
      (0, "Z"), (0, ""), (0, "+00:00"), (840, "+14:00"), (-720, "-12:00"), (345, "+0545"), (-210, "-03:30"),
      (60, "+01"),
    ]
    var dice = Dice(seed: UInt64.random(in: 0...UInt64.max))
    var second: Int64 = 0
    var place = 0
    while second < 4_294_967_296 {
      let time = second * 1000 + dice.roll(0...999)
      let (minutes, zone) = zones[place % zones.count]
      let text = written(time, minutesEast: minutes, separator: place % 3 == 0 ? " " : "T", zone: zone)
      #expect(read(text) == time, "\(text)")
      second += dice.roll(100_000...2_700_000)
      place += 1
    }
  }

  /// One instant as seconds, milliseconds, microseconds and nanoseconds, with fractions of each; before 1970-04-26 in milliseconds a
  /// number is too small to be anything but seconds, and is read so.
  @Test func d9UnitsAreToldByTheirSize() {
    var dice = Dice(seed: UInt64.random(in: 0...UInt64.max))
    for _ in 0..<5_000 {
      let time = dice.roll(10_000_000_001...4_294_967_295_999)
      let second = time / 1000
      let rest = String(String(1000 + time % 1000).dropFirst())
      #expect(read("\(second).\(rest)", isNumber: true) == time)
      #expect(read("\(time)", isNumber: true) == time)
      #expect(read("\(time).5", isNumber: true) == time)
      if time > 100_000_000_000 { #expect(read("\(time)123", isNumber: true) == time) }
      if time > 100_000_000_000 { #expect(read("\(time)123456", isNumber: true) == time) }
      #expect(read("\(time)") == time, "a number in a string")
    }
  }

  @Test(
    arguments: [
      ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"), ("2016-12-31T23:59:60.5Z", "2017-01-01T00:00:00.5Z"),
      ("2017-01-01T05:44:60+05:45", "2017-01-01T00:00:00Z"), ("2015-06-30T23:59:60Z", "2015-07-01T00:00:00Z"),
      ("2106-02-07T06:28:15Z", "2106-02-07 06:28:15"), ("2026-11-24T00:00:00+14:00", "2026-11-23T10:00:00Z"),
      ("2000-03-01T00:00:00+14:00", "2000-02-29T10:00:00Z"),
      ("2100-03-01T13:00:00+14:00", "2100-02-28T23:00:00Z"),
    ] as [(String, String)])
  func d9OneInstantInTwoWays(_ first: String, _ second: String) {
    #expect(read(first) != nil && read(first) == read(second))
  }

  @Test(arguments: [
    "2100-02-29T00:00:00Z", "2026-02-30", "2026-11-31T00:00:00Z", "2026-11-24T23:59:61Z",
    "2026-11-24T00:00:00+14:60",
    "26-11-24T00:00:00Z", "2026-11-24T00:00:00 UTC", "2026-W48-2", "20261124T000000Z", "Tue Nov 24 2026",
    "--11-24",
    "2026-11-24T00:00:00+", "2026-11-24T0:00:00Z", "٢٠٢٦-11-24T00:00:00Z", "0x6924F000", "1e", "Infinity",
    "-",
  ])
  func d9GarbageIsNoTime(_ text: String) {
    #expect(read(text) == nil)
  }
}
