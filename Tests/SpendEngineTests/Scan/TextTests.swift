import Testing

@testable import SpendEngine

/// Times, numbers and names as logs write them.
@Suite struct TextTests {
  private func time(_ text: String, number: Bool = false) -> Int64? {
    var clock = LoggedTime()
    let bytes = Array(text.utf8)
    return bytes.withUnsafeBufferPointer { bytes -> Int64? in
      guard let start = bytes.baseAddress else { return nil }
      return (number ? LoggedTime.number(start, count: bytes.count) : clock.text(start, count: bytes.count))?
        .milliseconds
    }
  }

  @Test(
    arguments: [
      ("2026-11-24T00:24:33.392Z", 1_795_479_873_392), ("2026-11-24t00:24:33.392z", 1_795_479_873_392),
      ("2026-11-24 00:24:33.392999+00:00", 1_795_479_873_392), ("2026-11-24T00:24:33", 1_795_479_873_000),
      ("2026-11-24T00:24:33.3", 1_795_479_873_300), ("2026-11-24T00:24:33.1234567Z", 1_795_479_873_123),
      ("2026-11-24 00:24:33,39", 1_795_479_873_390), ("2026-11-24T01:54:33+01:30", 1_795_479_873_000),
      ("2026-11-23T16:24:33-0800", 1_795_479_873_000), ("2026-11-24T02:24:33+02", 1_795_479_873_000),
      ("2026-11-24T00:24:33 Z", 1_795_479_873_000), ("2026-11-24T00:24", 1_795_479_840_000),
      ("2026-11-24", 1_795_478_400_000), ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999Z", -1),
      ("2100-01-01T00:00:00Z", 4_102_444_800_000), ("2000-02-29T00:00:00Z", 951_782_400_000),
      ("2024-02-29T12:00:00Z", 1_709_208_000_000), ("0000-01-01T00:00:00Z", -62_167_219_200_000),
      ("2016-12-31T23:59:60Z", 1_483_228_800_000), ("1795479873.5", 1_795_479_873_500),
      ("1795479873392", 1_795_479_873_392),
    ] as [(String, Int64)])
  func readsTimes(_ text: String, milliseconds: Int64) {
    #expect(time(text) == milliseconds)
  }

  @Test(
    arguments: [
      ("0", 0), ("1795485462.375856", 1_795_485_462_375), ("1795485238.0", 1_795_485_238_000), ("-1", -1000),
      ("-0.0001", -1), ("10000000000", 10_000_000_000_000), ("10000000001", 10_000_000_001),
      ("1795485462375", 1_795_485_462_375), ("1795485462375.9", 1_795_485_462_375),
      ("1795485462375856", 1_795_485_462_375), ("1795485462375856999", 1_795_485_462_375),
      ("1.795485462375856e9", 1_795_485_462_375), ("100000000000001", 100_000_000_000),
      ("1e18", 1_000_000_000_000),
    ] as [(String, Int64)])
  func readsUnixTimesByMagnitude(_ text: String, milliseconds: Int64) {
    #expect(time(text, number: true) == milliseconds)
  }

  @Test(arguments: [
    "yesterday", "", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-00-10", "2026-01-00",
    "2026-11-24T24:00:00Z",
    "2026-11-24T00:60:00Z", "2026-11-24T00:00:61Z", "2026-11-24T00:00:00.Z", "2026-11-24T00:00:00+1",
    "2026-11-24T00:00:00Zjunk", "2026-11-24X00:00:00Z", "2026/11/24", "1e400", "NaN", "2026-11-24T",
    "2026-11-2",
    "2026-11-24T00:00:00+01:99", "9999999999999999999999",
  ])
  func refusesWhatIsNoTime(_ text: String) {
    #expect(time(text) == nil)
  }

  /// Every day of 400 years, by counting.
  @Test func countsDaysLikeACalendar() {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    var day: Int64 = 0
    var clock = LoggedTime()
    for year in 1970..<2370 {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      for (month, length) in lengths.enumerated() {
        for date in 1...(month == 1 && isLeap ? 29 : length) {
          let text = "\(year)-\(month < 9 ? "0" : "")\(month + 1)-\(date < 10 ? "0" : "")\(date)"
          let found = Array(text.utf8).withUnsafeBufferPointer { bytes in
            bytes.baseAddress.flatMap { clock.text($0, count: bytes.count) }
          }
          #expect(found?.milliseconds == day * 86_400_000)
          day += 1
        }
      }
    }
  }

  @Test(
    arguments: [
      ("0", 9, 0), ("1", 9, 1_000_000_000), ("-1", 0, -1), ("0.5", 0, 1), ("-0.5", 0, -1), ("0.49999", 0, 0),
      ("9223372036854775807", 0, .max), ("-9223372036854775807", 0, -.max), ("9223372036854775808", 0, nil),
      ("92233720368547758070e-1", 0, .max), ("1e18", 0, 1_000_000_000_000_000_000), ("1e19", 0, nil),
      ("12345678901234567890123e-10", 0, 1_234_567_890_123), ("0e999999999", 0, 0), ("5.", 0, 5),
      (".5", 1, 5),
      ("+5", 0, 5), ("1e+2", 0, 100), ("1E2", 0, 100), ("0.000000000000000000000000000001", 9, 0),
    ] as [(String, Int, Int64?)])
  func scalesDecimals(_ text: String, scale: Int, value: Int64?) {
    let found = Array(text.utf8).withUnsafeBufferPointer { bytes in
      bytes.baseAddress.flatMap { LoggedNumber($0, count: bytes.count) }?.scaled(by: scale)
    }
    #expect(found == value)
  }

  @Test(arguments: ["", "-", ".", "e5", "1e", "1e+", "1.2.3", "0x10", "1 ", " 1", "NaN", "1e5.5", "--1"])
  func refusesWhatIsNoNumber(_ text: String) {
    let bytes = Array(text.utf8) + [0]
    bytes.withUnsafeBufferPointer { bytes in
      #expect(bytes.baseAddress.flatMap { LoggedNumber($0, count: bytes.count - 1) } == nil)
    }
  }

  private func name(_ bytes: [UInt8]) -> String? {
    var names: [UInt8] = []
    bytes.withUnsafeBufferPointer { text in
      if let start = text.baseAddress { LoggedName.append(start, count: text.count, to: &names) }
    }
    return String(validating: names, as: UTF8.self)
  }

  @Test(arguments: [
    "x", "é", "漢字", "😀", "a\u{0}b", "\u{7ff}\u{800}\u{ffff}\u{10000}\u{10ffff}", "\u{d7ff}\u{e000}",
  ])
  func keepsNames(_ text: String) {
    #expect(name(Array(text.utf8)) == text)
  }

  @Test(
    arguments: [
      [0x80], [0xc0, 0x80], [0xc3], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80], [0xf0, 0x80, 0x80, 0x80],
      [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82], [0xff],
    ] as [[UInt8]])
  func mendsNames(_ bytes: [UInt8]) throws {
    let mended = try #require(name(Array("a".utf8) + bytes + Array("b".utf8)))
    #expect(mended.hasPrefix("a\u{fffd}") && mended.hasSuffix("b"))
  }

  @Test func cutsLongNamesApart() throws {
    let most = UsageRecord.Name.maxLength
    let base = String(repeating: "n", count: most)
    #expect(name(Array(base.utf8)) == base)
    let a = try #require(name(Array((base + "a").utf8)))
    let b = try #require(name(Array((base + "b").utf8)))
    #expect(a != b && a.utf8.count <= most && a.hasPrefix("nnnn") && a.contains("~"))
    for shift in 0..<4 {
      let wide = String(repeating: "n", count: shift) + String(repeating: "😀", count: 100)
      let cut = try #require(name(Array(wide.utf8)))
      #expect(cut.utf8.count <= most && !cut.contains("\u{fffd}"))
    }
    let junk = try #require(name([UInt8](repeating: 0xff, count: 200)))
    #expect(junk.utf8.count <= most)
  }
}
