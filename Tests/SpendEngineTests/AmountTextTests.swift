import SpendEngine
import Testing

private let dollar = NanoUSD.dollar.rawValue

/// Amounts as people and machines read them.
@Suite struct AmountTextTests {
  @Test(
    arguments: [
      (0, "$0.00"), (25 * dollar, "$25.00"), (4_000_000, "$0.004"), (114_735_000, "$0.1147"),
      (500_000_000, "$0.50"),
      (10_000_000, "$0.01"), (1_200, "$0.0000012"), (1, "$0.000000001"),
      (1_234_567_890_000_000, "$1,234,567.89"),
      (24_999_999_999, "$24.99"), (-3_500_000_000, "-$3.50"), (999_999_999, "$0.9999"), (100_000, "$0.0001"),
      (123_456, "$0.00012"), (.max, "$9,223,372,036.85"), (.min, "-$9,223,372,036.85"),
      (1_000 * dollar, "$1,000.00"),
    ] as [(Int64, String)])
  func money(nanos: Int64, text: String) { #expect(NanoUSD(rawValue: nanos).text == text) }

  @Test(
    arguments: [
      (1, Metric.requests, "1 request"), (1_200, .requests, "1,200 requests"), (0, .errors, "0 errors"),
      (999, .tokens, "999 tokens"), (.min, .inputTokens, "-9,223,372,036,854,775,808 input tokens"),
      (1, .outputTokens, "1 output token"), (dollar, .spend, "$1.00"),
    ] as [(Int64, Metric, String)])
  func amounts(value: Int64, metric: Metric, text: String) {
    #expect(metric.text(value) == text)
  }

  @Test(
    arguments: [
      (21, 25, 84), (0, 25, 0), (-5, 25, 0), (25, 25, 100), (24_999, 25_000, 99), (1, 0, nil), (1, -1, nil),
      (1, 1, 100),
      (.max, 1, .max), (.max, .max, 100), (.max, .max - 1, 100), (.max, 100, .max),
      (.max, 1 << 40, 838_860_799),
    ] as [(Int64, Int64, Int64?)])
  func percents(value: Int64, limit: Int64, percent: Int64?) {
    #expect(value.percent(of: limit) == percent)
  }

  @Test(
    arguments: [
      (0, "$0.00"), (500_000_000, "$0.50"), (25_000_000_000, "$25.00"), (1, "$0.000000001"),
      (3_840_000, "$0.00384"),
      (-1_500_000_000, "-$1.50"), (.max, "$9,223,372,036.854775807"), (.min, "-$9,223,372,036.854775808"),
    ] as [(Int64, String)])
  func limitsAreExact(_ nano: Int64, _ text: String) { #expect(NanoUSD(rawValue: nano).exactText == text) }

  @Test(
    arguments: [
      (0, "0"), (1, "0.000000001"), (114_735_000, "0.114735"), (25_000_000_000, "25"),
      (-1_500_000_000, "-1.5"),
      (Int64.max, "9223372036.854775807"), (Int64.min, "-9223372036.854775808"),
    ] as [(Int64, String)])
  func dollarsAreExact(_ nano: Int64, _ text: String) { #expect(NanoUSD(rawValue: nano).decimal == text) }

  @Test(arguments: [
    (24_999_999_999, 2, "$24.99"), (114_735_000, 4, "$0.1147"), (-1, 4, "-$0.0000"), (0, 2, "$0.00"),
  ])
  func columnsAreCutAlike(_ nano: Int64, _ decimals: Int, _ text: String) {
    #expect(NanoUSD(rawValue: nano).text(decimals: decimals) == text)
  }

  /// Never up: what is below a limit does not read as the limit.
  @Test func isNeverMoreThanIsThere() throws {
    for _ in 0..<2_000 {
      let nano = Int64.random(in: 0...Int64.random(in: 1...2_000_000_000_000))
      let shown = NanoUSD(rawValue: nano).text.filter { $0 != "$" && $0 != "," }
      #expect(try DecimalText.scaled(shown) <= Int128(nano), "\(nano)")
      #expect(try DecimalText.scaled(NanoUSD(rawValue: nano).decimal) == Int128(nano))
    }
  }

  @Test func namesSubjects() {
    let id = String(repeating: "8", count: 64)
    #expect(Subject(.key, [id], alias: "Bot").text == "key Bot (88888888…)")
    #expect(Subject(.key, [id], alias: "Bot").identity == "key \(id)")
    #expect(Subject([.key, .model], ["h", "m"], alias: "Bot").text == "key Bot (h) + model m")
    #expect(Subject(.key, ["a"], alias: "a").text == "key a" && Subject.global.text == "global")
    #expect(Subject.key("b") < Subject.task("a") && Subject.key("a") < Subject.key("b"))
  }
}
