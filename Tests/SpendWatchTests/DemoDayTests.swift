import Foundation
import Logging
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// The made day: alike in every run, within its window, and no key near its limit before the loop.
@Suite struct DemoDayTests {
  /// Just after and before midnight, a leap day, noon, a night.
  static let ends = [
    "2026-11-25T00:01:00Z", "2026-11-24T23:59:59Z", "2028-02-29T12:00:00Z", "2026-03-29T01:30:00Z",
    "2027-01-01T00:00:00Z",
  ].map { EngineTime.utc($0) }

  /// With the day's watcher's own rules file and price list.
  private func configuration(_ site: DemoSite) throws -> Configuration {
    let (configuration, diagnostics) = RulesFile.load(site.rulesPath)
    #expect(diagnostics.isEmpty, "\(Diagnostic.render(diagnostics))")
    return try #require(configuration)
  }

  @Test(arguments: ends) func isAlikeAndWithinItsWindow(_ end: EngineTime) {
    let day = DemoDay(endingAt: end)
    #expect(day.calls == DemoDay(endingAt: end).calls)
    #expect(day.calls.map(\.time) == day.calls.map(\.time).sorted())
    #expect(day.calls.allSatisfy { $0.time >= day.start && $0.time < end })
    #expect(day.start == end + (10 * .minute - .day))
    #expect((1_900...2_045).contains(day.calls.count), "\(day.calls.count)")
  }

  /// A day later it is the same but for a day.
  @Test(arguments: ends) func comesAgainTheNextDay(_ end: EngineTime) {
    var calls = DemoDay(endingAt: end + .day).calls
    for index in calls.indices { calls[index].time = calls[index].time + -.day }
    #expect(calls == DemoDay(endingAt: end).calls)
  }

  @Test(arguments: ends) func noKeyIsNearItsLimit(_ end: EngineTime) throws {
    let directory = TempDir("demo-day")
    let site = try DemoSite(in: directory.path)
    defer { withExtendedLifetime(directory) {} }
    let prices = try configuration(site).prices
    var spent: [String: Int64] = [:]
    for call in DemoDay(endingAt: end).calls {
      var tokens = TokenBuckets()
      (tokens.freshInput, tokens.cacheRead, tokens.output) = (call.input, call.cacheRead, call.output)
      let (row, isGuess) = prices.row(for: call.model)
      #expect(!isGuess, "\(call.model)")
      spent[call.key, default: 0] += prices.cost(of: tokens, row: row).rawValue
    }
    #expect(spent.count == DemoKey.all.count)
    for key in DemoKey.all {
      let share = Double(spent[key.name] ?? 0) / Double(key.limit * NanoUSD.dollar.rawValue)
      #expect((0.15...0.7).contains(share), "\(key.name) \(share)")
    }
    // Below the first step, so that the loop is what passes it.
    #expect(spent[DemoLoop.key] ?? 0 < 20 * NanoUSD.dollar.rawValue * 45 / 100)
  }

  /// By the engine that `watch` runs: the day alone halts nobody, and the loop is told of twice and halted within a dozen calls or so.
  @Test(arguments: ends) func theLoopIsWhatIsHalted(_ end: EngineTime) throws {
    let directory = TempDir("demo-day")
    let site = try DemoSite(in: directory.path)
    defer { withExtendedLifetime(directory) {} }
    let configuration = try configuration(site)
    try site.append(DemoDay(endingAt: end).calls.map(\.line).joined())
    #expect(try decisions(site, configuration, end).map(\.line) == ["alert key-daily-cap key data-team 50%"])
    for number in 0..<DemoLoop.most {
      try site.append(DemoLoop.call(number, at: end + Int64(number + 1) * DemoLoop.period).line)
    }
    let decided = try decisions(site, configuration, end)
    #expect(
      decided.map(\.line).dropFirst() == [
        "alert key-daily-cap key ci-bot 50%", "alert key-daily-cap key ci-bot 80%",
        "halt key-daily-cap key ci-bot", "alert key-daily-cap key ci-bot firing",
      ])
    let halt = try #require(decided.first { $0.kind == .halt })
    #expect((8...16).contains((halt.at - end) / DemoLoop.period))
    #expect(halt.value >= halt.limit && halt.value < halt.limit + 2 * NanoUSD.dollar.rawValue)
  }

  private func decisions(_ site: DemoSite, _ configuration: Configuration, _ end: EngineTime) throws
    -> [Decision]
  {
    var decisions: [Decision] = []
    let replay = Replay(
      configuration: configuration, now: end + .hour,
      calendar: { CalendarBuilder.table($0, configuration.calendar, around: $1) })
    let summary = try replay.run(
      LogPaths([site.logPath]).logs, format: nil, fingerprintKey: (1, 2),
      decide: { decision, _ in decisions.append(decision) })
    #expect(summary.books.read == summary.books.folded && summary.problems.isEmpty)
    return decisions
  }

  @Test func eachCallOfTheLoopIsFatter() {
    let calls = (0..<DemoLoop.most).map { DemoLoop.call($0, at: .noon) }
    #expect(zip(calls, calls.dropFirst()).allSatisfy { $0.input < $1.input })
  }

  @Test func aWeekendIsTheLoopGoneOn() {
    var outcome = DemoOutcome(
      key: "k", nanoseconds: 1, value: 21, limit: 20, calls: 12, loopCost: 12_000_000_000,
      loopSpan: 4 * .minute)
    #expect(outcome.cost(in: .hour) == 180_000_000_000)
    #expect(outcome.cost(in: DemoOutcome.weekend) == 62 * 180_000_000_000)
    #expect(outcome.pastLimit == 1)
    (outcome.loopCost, outcome.loopSpan) = (.max, 1)
    #expect(outcome.cost(in: DemoOutcome.weekend) == .max)
    outcome.loopSpan = 0
    #expect(outcome.cost(in: .hour) == 0)
  }

  @Test(arguments: [
    (
      "alert 80%: 84 % of $20.00 used by key a (rule key-daily-cap)", DemoEvent.Kind.alert,
      "84 % of $20.00 used by key a"
    ),
    (
      "halt: 101 % of $20.00: halted (rule key-daily-cap); $0.30 past the limit; lift it with: spendfuse resume",
      .halt, "101 % of $20.00: halted; $0.30 past the limit"
    ),
    ("resume: Key a may spend again (rule key-daily-cap): by ann", .resume, "Key a may spend again: by ann"),
    ("the state can be written again", .log, "warning: the state can be written again"),
  ])
  func theLogIsTheFeed(_ line: String, _ kind: DemoEvent.Kind, _ text: String) {
    let event = DemoEvent(at: 5, CollectingLogHandler.Line(level: .warning, text: line))
    #expect(event == DemoEvent(at: 5, kind: kind, text: text))
  }

  @Test func aPlaceThatCannotBe() {
    #expect { try DemoSite(in: "/nowhere/at-all") } throws: { error in
      "\(error)".contains("/nowhere/at-all: No such file") && "\(error)".contains("TMPDIR=")
    }
    #expect { try DemoSite(in: "/" + String(repeating: "d", count: 90)) } throws: { error in
      "\(error)".contains("too long a path for a socket")
    }
  }
}
