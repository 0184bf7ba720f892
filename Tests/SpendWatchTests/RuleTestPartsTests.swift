import Support
import Testing

@testable import SpendEngine
@testable import SpendWatch

@Suite struct RuleTestPartsTests {
  private static let start = TestTime.standardStart

  @Test func theStandardStartIsTheMidnightOfAMonday() {
    #expect(Self.start.rfc3339 == "2026-01-05T00:00:00.000Z")
    // The epoch was a Thursday.
    #expect((Self.start.milliseconds / .day + 3) % 7 == 0)
  }

  @Test(
    arguments: [
      ("0", 0), ("0m", 0), ("15m", 15 * .minute), ("+15m", 15 * .minute), ("1h30m", 90 * .minute),
      ("1d2h3m4s", 93_784 * .second), ("90s", 90 * .second), ("3660d", 3_660 * .day),
      ("2026-01-05T01:00:00+00:00", .hour), ("2026-01-05T00:00:00.250Z", 250),
    ] as [(String, Milliseconds)]) func readsInstants(_ text: String, _ offset: Milliseconds) throws
  {
    let time = try TestTime.instant(text, from: Self.start).get()
    #expect(time - Self.start == offset)
    #expect(try TestTime.instant(TestTime.text(time, from: Self.start), from: Self.start).get() == time)
  }

  @Test(arguments: [
    "", "+", "-", "m", "15", "15 m", "30m1h", "1h1h", "1.5h", "15min", "08:00", "2026-01-05", "-1h", "3661d",
    "99999999999999999999d", "2026-01-04T23:59:59Z", "2036-02-05T00:00:00Z", "٣h",
  ]) func refusesOthers(_ text: String) {
    #expect(throws: WrittenValue.Refusal.self) { try TestTime.instant(text, from: Self.start).get() }
  }

  @Test func onlyARecordsTimeMayPrecede() throws {
    #expect(
      try TestTime.instant("-1h30m", from: Self.start, mayPrecede: true).get() == Self.start + -90 * .minute)
    #expect(throws: WrittenValue.Refusal.self) {
      try TestTime.instant("-3661d", from: Self.start, mayPrecede: true).get()
    }
  }

  @Test func eventsHaveTheFieldsOfTheFormat() {
    let format = Set(SpendfuseFormat.Field.allCases.map(\.path))
    #expect(format == Set(EventSeries.fields.map(\.name) + ["time"]))
  }

  @Test(arguments: ["k-%n", "%n", "%n0", "1%n", "%n-%n", "a%n1%n", "plain", "%", "n%n%"])
  func knowsItsNumberedNames(_ text: String) {
    var series = EventSeries(first: Self.start)
    series.times = 120
    series.isNumbered = true
    series.fields = [("key", .text(text))]
    let names = Set((0..<120).map { text.replacing("%n", with: String($0 + 1)) })
    for name in names { #expect(series.has(.key, name)) }
    for number in 0...3_000 {
      for other in [
        "k-\(number)", "\(number)", "\(number)0", "1\(number)", "\(number)-\(number)", "a\(number)1",
      ] {
        #expect(series.has(.key, other) == names.contains(other), "\(other)")
      }
    }
    series.isNumbered = false
    #expect(series.has(.key, text) && !series.has(.key, "k-1"))
    #expect(series.has(.task, Subject.none) && !series.has(.key, Subject.none))
  }

  @Test func recordsAreWhatAReaderReads() {
    var series = EventSeries(first: Self.start + .hour, every: .minute, times: 3, lag: .hour)
    series.isNumbered = true
    series.fields = [
      ("key", .text("a\"%n\u{7}")), ("input_tokens", .count(12)), ("cost_usd", .text("0.000000001")),
      ("status", .text("500")),
    ]
    var parser = EventParser()
    guard case .usage(let record)? = parser.parse(series.record(2))?.outcome else {
      Issue.record("not read")
      return
    }
    #expect(record.time == Self.start + 2 * .minute)
    #expect(parser.parsed.string(record.key) == "a\"3\u{7}")
    #expect(record.tokens.freshInput == 12 && record.loggedCost == NanoUSD(rawValue: 1) && record.errors == 1)
    #expect(series.last == Self.start + .hour + 2 * .minute)
  }

  @Test func differencesAreTheFewestAndWhole() {
    let seed = UInt64.random(in: 0 ... .max)
    var dice = Dice(seed: seed)
    for _ in 0..<400 {
      let expected = (0..<Int.random(in: 0...8, using: &dice)).map { _ in Int.random(in: 0...3, using: &dice)
      }
      let actual = (0..<Int.random(in: 0...8, using: &dice)).map { _ in Int.random(in: 0...3, using: &dice) }
      let steps = ListDifference.steps(expected.count, actual.count) { expected[$0] == actual[$1] }
      var (left, right, same): ([Int], [Int], Int) = ([], [], 0)
      for step in steps {
        switch step {
        case .same(let i, let j):
          #expect(expected[i] == actual[j], "seed \(seed)")
          (left, right, same) = (left + [i], right + [j], same + 1)
        case .missing(let i): left.append(i)
        case .unexpected(let j): right.append(j)
        }
      }
      #expect(left == Array(expected.indices) && right == Array(actual.indices), "seed \(seed)")
      #expect(same == Self.common(expected[...], actual[...]), "seed \(seed)")
    }
    // Too long to align, and still whole.
    let long = ListDifference.steps(3_000, 3_000) { _, _ in false }
    #expect(long.count == 6_000)
  }

  private static func common(_ a: ArraySlice<Int>, _ b: ArraySlice<Int>) -> Int {
    guard let first = a.first, let other = b.first else { return 0 }
    if first == other { return 1 + common(a.dropFirst(), b.dropFirst()) }
    return max(common(a.dropFirst(), b), common(a, b.dropFirst()))
  }

  @Test(arguments: [
    ("ci-bot", "ci-bot"), ("(none)", "(none)"), ("a b", "a b"), ("80%", "80%"), ("%n", "\"%n\""),
    ("a, b", "\"a, b\""),
    ("", "\"\""), ("null", "\"null\""), ("- a", "\"- a\""), ("a: b", "\"a: b\""), ("grün", "\"grün\""),
    ("a ", "\"a \""),
    ("key a", "key a"), ("a\"b", "\"a\\\"b\""), ("#a", "\"#a\""),
  ]) func quotesWhatYAMLWouldReadOtherwise(_ text: String, _ written: String) {
    #expect(DecisionYAML.scalar(text) == written)
    var tree = ConfigTree(source: SourceText(path: "t", text: "{a: \(written), b: [\(written)]}"))
    guard case .map(let entries)? = tree.compose()?.content,
      case .scalar(let read, _) = entries[0].value.content
    else {
      Issue.record("not read")
      return
    }
    #expect(read == text && entries.count == 2 && !entries[0].value.isNull)
  }

  @Test func calendarsReachBothWays() {
    let reach = CalendarReach(table: { ReplayRules.utcDays($0, around: $1) })
    let table = ReplayRules.utcDays(.day, around: Self.start)
    let wide = reach.covering([.day: table], from: Self.start + -2_000 * .day, to: Self.start + 2_000 * .day)
    for days in [-2_001, -1_000, 0, 1_000, 2_001] as [Int64] {
      let day = Self.start + days * .day
      #expect(wide[.day]?.period(of: day + .hour).start == day)
      #expect(wide[.day]?.period(of: day + .hour).end == day + .day)
    }
    #expect(reach.covering([.day: table], from: Self.start, to: .distantPast)[.day]?.edges == table.edges)
    // Where nothing more can be made it ends.
    let none = CalendarReach(table: { _, _ in nil })
    #expect(none.covering([.day: table], from: .distantPast, to: .distantFuture)[.day]?.edges == table.edges)
  }
}
