import Support
import Testing

@testable import SpendEngine

/// What the closed enums promise beyond what the compiler checks.
@Suite struct KindsTests {
  @Test func everyKindOfWindowHasAName() {
    for kind in Window.Kind.allCases {
      #expect(kind.named.isEmpty == [.sliding, .request].contains(kind))
      for window in kind.named { #expect(window.kind == kind && Window.all.contains(window)) }
    }
    #expect(Set(Window.all.map(\.name)).count == Window.all.count)
    for window in Window.all { #expect(Window(name: window.name) == window) }
    for (name, window) in [
      ("5m", .sliding(5 * .minute)), ("24h", .sliding(.day)), ("7d", .sliding(7 * .day)),
      ("90s", .sliding(90_000)),
    ] as [(String, Window)] {
      #expect(Window(name: name) == window && window.name == name)
    }
    #expect(Window(name: "1d") == .sliding(.day) && Window(name: "60m")?.name == "1h")
    #expect(Window(name: "request") == .request && Window.request.name == "request")
    for name in ["", "Day", "lifetime ", "0m", "59s", "31d", "5", "5 m", "-5m"] {
      #expect(Window(name: name) == nil)
    }
    // Places in `Engine.periods`.
    #expect(CalendarPeriod.allCases.map { Int($0.rawValue) } == Array(0..<CalendarPeriod.allCases.count))
    for period in CalendarPeriod.allCases { #expect(CalendarPeriod(name: period.name) == period) }
  }

  /// A window's words are where `WindowWords` says, none is another's.
  @Test(arguments: Window.all + [.sliding(.hour)]) func wordsDoNotOverlap(_ window: Window) {
    let rules = [
      Rule.threshold("a", window: window, limit: 1),
      Rule.threshold("b", metric: .errors, window: window, limit: 1),
    ]
    let layout = SeriesLayout(per: .key, rules: rules)
    let words = window.words
    #expect(words.sum >= 1 && (0..<words.sum).contains(words.current))
    #expect(layout.storedStride == 1 + words.head + 2 * words.sum && layout.stride == layout.storedStride + 2)
    #expect(layout.rules.map(\.reading) == layout.windows[0].slots.map { .sum($0.offset) })
    #expect(!window.resets || window.calendar != nil, "who resets has an end that a clock reaches")
  }

  @Test func oneKindOfRuleIsMeantWithoutAMark() {
    #expect(RuleKind.Name(written: ["name": "a", "limit": "1"]) == .threshold)
    #expect(RuleKind.Name(written: ["per": "key"]) == .threshold)
    #expect(RuleKind.Name(written: ["per": "request"]) == .ceiling)
  }

  /// `auto` knows every format there is.
  @Test func everyFormatIsDetected() {
    #expect(Format.detectionOrder.count == Format.allCases.count - 1)
    #expect(Set(Format.detectionOrder + [.auto]) == Set(Format.allCases))
  }

  /// Raw values that are stored: these lines may be added to, never changed.
  @Test func storedValuesAreForGood() {
    #expect(Mode.allCases.map(\.rawValue) == [0, 1, 2])
    #expect([Mode.shadow, .warn, .enforce].map(\.rawValue) == [0, 1, 2])
    #expect([Dimension.key, .task, .model, .user, .team].map(\.rawValue) == [0, 1, 2, 3, 4])
    #expect([UsageEvent.Pricing.log, .table, .dearest, .none].map(\.rawValue) == [0, 1, 2, 3])
    #expect([StateRow.Kind.alert, .halt, .meta, .accept].map(\.rawValue) == [1, 2, 3, 4])
    #expect([PageKind.series, .seen, .spike].map(\.rawValue) == [1, 2, 3])
    #expect(Window.all.map(\.name) == ["day", "hour", "week", "month", "lifetime"])
    #expect(
      Metric.allCases.map(\.rawValue)
        == [
          "spend", "requests", "tokens", "input_tokens", "output_tokens", "errors", "error_ratio",
          "max_tokens",
          "attempts",
        ])
    let widths = [.calendar(.day), .lifetime, .sliding(.hour), .request].map { (window: Window) in window }
      .map { "\($0.words.head)+\($0.words.sum)" }
    #expect(widths == ["1+3", "0+1", "2+1", "0+0"], "a page has other widths: what reads the old ones?")
  }

  // MARK: Alerts under another rule

  /// The rule's window is another after a restart: the alert is resolved as what it was, without numbers of the other window.
  @Test(
    arguments: [(.calendar(.day), .lifetime), (.lifetime, .calendar(.day))] as [(Window, Window)])
  func anotherWindowIsNotAnnounced(before: Window, after: Window) throws {
    func rule(_ window: Window) -> Rule { .threshold("cap", window: window, limit: 100, halt: .key) }
    let both = Rule.threshold("both", window: after, limit: 1_000)
    var driver = try EngineDriver([rule(before), both])
    driver.fold(TestCall(120, key: "a"))
    driver.commit()
    let first = driver.takeDecisions()
    #expect(first.map(\.line) == ["halt cap key a", "alert cap key a firing"])
    #expect(first.allSatisfy { $0.window == before })
    try driver.restart([rule(after), both])
    driver.advance(by: .second)
    let said = driver.takeDecisions()
    // The other sum is at its limit too, and fires for itself.
    #expect(
      said.map(\.line) == [
        "resume cap key a", "resolve cap key a", "halt cap key a", "alert cap key a firing",
      ])
    #expect(said.map(\.window) == [before, before, after, after])
    #expect(said.map(\.value) == [0, 0, 1_200_000_000, 1_200_000_000])
    #expect(said.prefix(2).allSatisfy { ($0.windowEnd == nil) == (before == .lifetime) })
  }

  /// A removed rule's alert is resolved with the window it had.
  @Test(arguments: Window.all + [.sliding(.hour)]) func anOrphanKeepsItsWindow(_ window: Window) throws {
    var driver = try EngineDriver([.threshold("cap", window: window, limit: 100)])
    driver.fold(TestCall(120, key: "a"))
    driver.commit()
    _ = driver.said()
    try driver.restart([.threshold("other", window: window, limit: 1_000)])
    driver.advance(by: .second)
    let said = driver.takeDecisions()
    #expect(said.map(\.line) == ["resolve cap key a"] && said.map(\.window) == [window])
  }

  /// Whether an alert has an end is its window's to say: a calendar alert whose end is not known yet is no lifetime's.
  @Test func aMissingEndIsNoLifetime() throws {
    var driver = try EngineDriver([.threshold("cap", limit: 100)])
    driver.fold(TestCall(120, key: "a"))
    let key = try #require(driver.engine.alerts.keys.first)
    driver.engine.alerts[key]?.windowEnd = nil
    _ = driver.said()
    driver.advance(by: 31 * .day)
    #expect(driver.engine.alerts[key]?.window == .calendar(.day))
    #expect(driver.said() == [], "idle for 30 days ends a lifetime only")
  }
}
