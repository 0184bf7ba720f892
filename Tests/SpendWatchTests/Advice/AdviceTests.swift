import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct AdviceTests {
  private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private func load(_ text: String) -> (configuration: Configuration?, diagnostics: [Diagnostic]) {
    let environment = ConfigEnvironment(
      directory: "/etc/spendfuse", home: "/home/ann", credentialsDirectory: nil,
      now: EngineTime(milliseconds: 1_795_000_000_000), secrets: .unneeded)
    return RulesFile.load(Array(text.utf8), path: "rules.yaml", environment: environment)
  }

  @Test func theSampleIsQuiet() throws {
    let text = try String(
      contentsOf: Self.repository.appendingPathComponent("rules.yaml"), encoding: .utf8)
    let (configuration, diagnostics) = load(text)
    #expect(configuration != nil)
    #expect(Diagnostic.render(diagnostics) == "")
  }

  /// Rules as the documents show them: a budget of half a dollar is many calls.
  @Test func usualRulesAreQuiet() {
    let (configuration, diagnostics) = load(
      """
      timezone: UTC
      sources:
        - path: /var/log/llm/*.jsonl
          format: auto
      prices:
        overrides: {my-model: {input: 3.00, output: 15.00, cache_read: 0.30}}
      rules:
        - {name: task-budget, per: task, metric: spend, window: lifetime, limit: 0.50, alert_at: [50%, 80%], halt: task}
        - {name: key-daily-cap, per: key, window: day, limit: 25.00, overrides: {ci-bot: 100.00}, alert_at: [50%, 80%], halt: key, until: reset}
        - {name: key-burst, per: key, window: 5m, limit: 5.00, for: 1m, halt: key, mode: warn}
        - {name: key-spike, per: key, spike: {window: 5m, baseline: 7d, factor: 5, min: 2.00}, for: 10m, halt: key, mode: warn}
        - {name: output-ceiling, per: request, metric: max_tokens, limit: 8192}
        - {name: outage, per: model, metric: error_ratio, window: 10m, limit: 0.5, min_calls: 20, keep_firing_for: 10m}
        - {name: month, per: global, window: month, limit: 2000, alert_at: [50%, 80%, 95%]}
      brake: {halts: 10, in: 10m}
      kill_switch:
        - directory: {path: /run/spendfuse/halts}
      """)
    #expect(configuration != nil)
    #expect(Diagnostic.render(diagnostics) == "")
  }

  @Test func mistakesComeFirst() {
    let rules = """
      sources: [{path: /a.jsonl}]
      rules:
        - {name: cents, per: key, window: day, limit: 0.001}

      """
    #expect(load(rules).diagnostics.map(\.severity) == [.warning])
    // Advice is on a file that can be used: what is wrong may be why it looks odd.
    let (configuration, diagnostics) = load(rules + "  - {name: broken, per: key, window: day}\n")
    #expect(configuration == nil)
    #expect(diagnostics.map(\.severity) == [.error])
  }

  /// What the error scenarios show, names and numbers aside.
  @Test func manyDistinctMistakesAreKnown() throws {
    let folder = Self.repository.appendingPathComponent("Tests/Scenarios/errors")
    var errors: Set<String> = []
    var warnings: Set<String> = []
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let said = try String(
        contentsOf: folder.appendingPathComponent("\(name)/expected.txt"), encoding: .utf8)
      for line in said.split(separator: "\n") {
        let message = line.replacing(/'[^']*'/, with: "''").replacing(/[0-9][0-9,.]*/, with: "0")
        if let found = message.firstMatch(of: /: error: (.*)/) { errors.insert(String(found.1)) }
        if let found = message.firstMatch(of: /: warning: (.*)/) { warnings.insert(String(found.1)) }
      }
    }
    #expect(errors.count >= 60)
    #expect(warnings.count >= 35)
  }

  // MARK: What sources say

  /// The table is what the formats' samples show.
  @Test func formatsSayWhatTheTableSays() throws {
    let folder = Self.repository.appendingPathComponent("Tests/Scenarios/formats")
    var seen: [Format: Set<RecordPart>] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let place = folder.appendingPathComponent(name)
      let head = try String(contentsOf: place.appendingPathComponent("events.jsonl"), encoding: .utf8)
        .prefix { $0 != "\n" }
      let named = try JSONDecoder().decode([String: String].self, from: Data(head.utf8))["format"]
      let format = try #require(Format(name: named ?? ""))
      let sample = try Data(contentsOf: place.appendingPathComponent("sample.jsonl"))
      var parser = RecordParser(RecordLayout(format))
      var parsed = ParsedRecords()
      var context = FileContext()
      sample.withUnsafeBytes { _ = parser.parse($0, isFinal: true, context: &context, into: &parsed) }
      for record in parsed.records {
        guard case .usage(let usage) = record.outcome else { continue }
        var parts: Set<RecordPart> = []
        let names = [
          (Dimension.key, usage.key), (.task, usage.task), (.model, usage.model), (.user, usage.user),
          (.team, usage.team),
        ]
        for (dimension, name) in names where !name.isEmpty { parts.insert(.name(dimension)) }
        if usage.errors > 0 { parts.insert(.errors) }
        if usage.maxTokens != UsageRecord.unstated { parts.insert(.maxTokens) }
        seen[format, default: []].formUnion(parts)
      }
    }
    for format in Format.allCases {
      let found = seen[format] ?? []
      #expect(found.isSubset(of: format.parts), "\(format.name)")
      if format != .auto { #expect(found == format.parts, "\(format.name)") }
    }
    #expect(Format.auto.parts == Format.allCases.reduce(into: []) { $0.formUnion($1.parts) })
  }

  @Test(arguments: [Metric.errors, .errorRatio]) func failuresThatNobodyLogs(_ metric: Metric) {
    let kind = RuleKind.threshold(
      ThresholdRule(metric: metric, window: .sliding(.hour), limit: 500_000_000))
    let rule = Rule(name: "r", per: .model, kind: kind, mode: .warn, halt: nil, until: .manual)
    let deaf = SourceReach(parts: [.name(.model)], formats: ["a", "b", "c"]).problems(rule)
    #expect(deaf.map(\.setting) == ["metric"])
    #expect(deaf.first?.message == "records of a, b and c say nothing of failed calls: this never fires")
    #expect(SourceReach(parts: [.name(.model), .errors], formats: ["a"]).problems(rule).isEmpty)
  }

  // MARK: What calls cost

  /// USD per million tokens, the same for input and output: an ordinary call costs 11,000 of them.
  private func table(_ prices: [Int64]) -> PriceTable {
    PriceTable(
      origin: "test",
      rows: prices.enumerated().map { index, price in
        let rate = price * NanoUSD.dollar.rawValue
        return PriceRow(
          name: "m\(index)",
          rates: .init(
            input: rate, cacheRead: rate, cacheWrite5m: rate, cacheWrite1h: rate, output: rate,
            reasoning: rate)
        )
      })
  }

  @Test(
    arguments: [
      // Calls cost 0.011, 0.022, 0.033 and 0.044: half of them is two.
      ([1, 2, 3, 4], 0.011, "4 of the 4"), ([1, 2, 3, 4], 0.033, "2 of the 4"),
      ([1, 2, 3, 4], 0.033_000_001, nil),
      ([1, 2, 3], 0.022, "2 of the 3"), ([1, 2, 3], 0.022_1, nil), ([], 0.001, nil),
    ] as [([Int64], Double, String?)])
  func limitsBelowAnOrdinaryCall(prices: [Int64], limit: Double, said: String?) {
    let kind = RuleKind.threshold(
      ThresholdRule(metric: .spend, window: .lifetime, limit: Int64((limit * 1e9).rounded())))
    let rule = Rule(name: "r", per: .task, kind: kind, mode: .shadow, halt: nil, until: .manual)
    let problems = LimitAdvice.problems(rule, CallCosts(table(prices)))
    #expect(problems.count == (said == nil ? 0 : 1))
    if let said { #expect(problems.first?.message.contains(said) == true) }
  }

  /// An override of a listed model counts once, at its own price, and so does a row that has other names.
  @Test func everyModelCountsOnce() {
    let row = PriceRow(
      name: "m0",
      rates: .init(input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0, reasoning: 0))
    var list = table([1, 2])
    list = PriceTable(origin: "test", rows: Array(list.rows.values), aliases: ["other": "m1"])
    let costs = CallCosts(list.overriding([row])).ordinary
    #expect(costs.map(\.model) == ["m0", "m1"])
    #expect(costs.map(\.amount.rawValue) == [0, 22_000_000])
  }
}
