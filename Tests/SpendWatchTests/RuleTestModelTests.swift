import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// `test` decides what `replay` decides: random calls as a log and as a test, whose expectations are what the replay said.
@Suite struct RuleTestModelTests {
  private static let rules = """
    sources: [{path: logs/*.jsonl}]
    timezone: Europe/Berlin
    rules:
      - {name: cap, per: key, window: day, limit: 10, alert_at: [50%, 80%], halt: key}
      - {name: job, per: task, window: lifetime, limit: 20, halt: task}
      - {name: pair, per: key+model, metric: requests, window: day, limit: 9, alert_at: [30%], halt: key, mode: shadow}
      - {name: burst, per: key, window: 6h, limit: 9, alert_at: [60%], halt: key, until: 2h, for: 20m, mode: warn}
      - {name: bill, per: global, window: day, limit: 60, halt: global}
    brake: {halts: 2, in: 15m}
    """

  fileprivate struct Call {
    var at: EngineTime
    var key: String
    var task: String
    var model: String
    var cents: Int

    func fields(time: String) -> String {
      "\(time), \"key\": \"\(key)\", \"task\": \"\(task)\", \"model\": \"\(model)\", \"cost_usd\": \"\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)\""
    }
  }

  private func calls(_ dice: inout Dice) -> [Call] {
    var time = TestTime.standardStart
    return (0..<Int.random(in: 20...150, using: &dice)).map { _ in
      time = time + .random(in: 0...90, using: &dice) * .minute
      return Call(
        at: time, key: "k\(Int.random(in: 1...5, using: &dice))",
        task: "t\(Int.random(in: 1...8, using: &dice))",
        model: Bool.random(using: &dice) ? "m1" : "m2", cents: Int.random(in: 1...500, using: &dice))
    }
  }

  /// What a test file expects, and whether it passes.
  private func run(_ folder: TempDir, _ calls: [Call], _ expect: String) throws -> RuleTestResult {
    let events = calls.shuffledWithinOrder.map {
      "      - {" + $0.fields(time: "at: \(TestTime.text($0.at, from: TestTime.standardStart))") + "}\n"
    }
    try folder.write(
      "test.yaml", "tests:\n  - name: random\n    events:\n\(events.joined())    expect:\n\(expect)")
    let (file, diagnostics) = RuleTestFile.load(folder.file("test.yaml"))
    let read = try #require(file, "\(Diagnostic.render(diagnostics))")
    let calendar = read.configuration.calendar
    return try RuleTestRun(
      read.tests[0], read.configuration, calendar: { CalendarBuilder.table($0, calendar, around: $1) }
    ).run()
  }

  @Test func expectsWhatAReplaySays() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var dice = Dice(seed: seed)
    for round in 0..<8 {
      let note: Comment = "seed \(seed), round \(round)"
      let folder = TempDir("rule-tests")
      try folder.write("rules.yaml", Self.rules)
      let calls = calls(&dice)
      let log = calls.map { "{" + $0.fields(time: "\"time\": \"\($0.at.rfc3339)\"") + "}\n" }.joined()
      try folder.write("usage.jsonl", log)
      let (configuration, _) = RulesFile.load(folder.file("rules.yaml"))
      let known = try #require(configuration)
      var decisions: [Decision] = []
      let replay = Replay(
        configuration: known, now: .utc("2026-12-31T00:00:00Z"),
        calendar: { CalendarBuilder.table($0, known.calendar, around: $1) })
      _ = try replay.run(
        LogPaths([folder.file("usage.jsonl")]).logs, format: .spendfuse, fingerprintKey: (1, 2),
        decide: { decision, _ in decisions.append(decision) })
      #expect(decisions.count > 3, note)

      let end = TestTime.text(try #require(calls.last).at, from: TestTime.standardStart)
      let yaml = DecisionYAML(start: TestTime.standardStart)
      var lines = decisions.map(yaml.text)
      func expect(_ lines: [String]) -> String {
        "      - at: \(end)\n        decisions:\n" + lines.map { "          - \($0)\n" }.joined()
      }
      let passed = try run(folder, calls, expect(lines))
      #expect(passed.failures.isEmpty, note)
      #expect(passed.events == calls.count, note)

      // One that is missing, one that is too many.
      let index = Int.random(in: 0..<lines.count, using: &dice)
      let taken = lines.remove(at: index)
      let less = try run(folder, calls, expect(lines))
      #expect(less.failures.flatMap(\.differences).filter(\.isWrong) == [.unexpected(taken)], note)
      lines.insert(taken, at: index)
      lines.insert("{at: 1s, decision: halt, rule: cap, key: k1}", at: index)
      let more = try run(folder, calls, expect(lines))
      #expect(
        more.failures.flatMap(\.differences).filter(\.isWrong)
          == [.missing("{at: 1s, decision: halt, rule: cap, key: k1}")], note)

      // Without expectations every halt is a surprise, a shadow's too; and allowed only where the test says so.
      let surprised = try run(folder, calls, "      - {at: 0, halted: []}\n")
      let halts = decisions.filter { $0.kind == .halt && $0.at > TestTime.standardStart }
      #expect(surprised.failures.count == (halts.isEmpty ? 0 : 1), note)
    }
  }
}

extension [RuleTestModelTests.Call] {
  /// The same order of time: what a test lists first does not matter, but within an instant.
  fileprivate var shuffledWithinOrder: Self {
    let groups = Dictionary(grouping: self, by: \.at)
    return groups.keys.shuffled().flatMap { groups[$0] ?? [] }
  }
}

extension RuleTestResult.Difference {
  fileprivate var isWrong: Bool {
    switch self {
    case .missing, .unexpected, .field: true
    case .same, .note: false
    }
  }
}
