import Foundation
import SpendEngine
import Testing

@testable import SpendWatch

@Suite struct InstantTests {
  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
      (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (1_772_357_400_123, "2026-03-01T09:30:00.123Z"), (4_102_444_799_999, "2099-12-31T23:59:59.999Z"),
      (Int64.max, "9999-12-31T23:59:59.999Z"), (Int64.min, "0000-01-01T00:00:00.000Z"),
    ] as [(Int64, String)])
  func writes(_ milliseconds: Int64, _ text: String) {
    #expect(Instant(.at(milliseconds)).description == text)
  }

  @Test(
    arguments: [
      ("2026-03-01T09:30:00Z", 1_772_357_400_000), ("2026-03-01t09:30:00.5z", 1_772_357_400_500),
      ("2026-03-01T10:30:00.123456789+01:00", 1_772_357_400_123),
      ("2026-02-28T23:30:00-10:00", 1_772_357_400_000),
      ("2026-03-01 09:30:00Z", 1_772_357_400_000), ("2016-12-31T23:59:60Z", 1_483_228_799_000),
    ] as [(String, Int64)])
  func reads(_ text: String, _ milliseconds: Int64) { #expect(Instant(text)?.time == .at(milliseconds)) }

  @Test(arguments: [
    "", "2026-03-01", "2026-03-01T09:30Z", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
    "2026-03-01T24:00:00Z",
    "2026-03-01T09:60:00Z", "2026-03-01T09:30:00", "2026-03-01T09:30:00.Z", "2026-03-01T09:30:00Zx",
    "2026-03-01T09:30:00+1:00", "2026-03-01T09:30:00.1234567890Z", "٢٠٢٦-03-01T09:30:00Z",
    "2026-00-10T00:00:00Z",
  ])
  func refuses(_ text: String) { #expect(Instant(text) == nil) }

  /// Against Foundation, over the years that it shares.
  @Test func agreesWithTheCalendar() {
    var random = SeededRandom(seed: 11)
    for _ in 0..<500 {
      let seconds = Int64.random(in: -2_000_000_000...50_000_000_000, using: &random)
      let text = Instant(.at(seconds * 1_000)).description
      let theirs = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
      #expect(text == theirs.dropLast() + ".000Z")
      #expect(Instant(text)?.time == .at(seconds * 1_000))
    }
  }
}
