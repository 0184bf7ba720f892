import Foundation
import SpendEngine
import SpendWatch
import Testing

/// Every folder of Tests/Scenarios/rules: `rules.yaml` and `usage.jsonl` make `expected.jsonl`, line by line.
@Suite struct ReplayScenarioTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Scenarios/rules").path

  static let names: [String] = {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
    return all.filter { $0.hasSuffix("-catches") || $0.hasSuffix("-quiet") }.sorted()
  }()

  @Test func thereAreScenarios() { #expect(ReplayScenarioTests.names.count >= 60) }

  @Test(arguments: names) func decides(_ name: String) throws {
    let folder = ReplayScenarioTests.root + "/" + name
    let configuration = try scenarioRules(folder + "/rules.yaml")
    var lines: [String] = []
    let replay = Replay(
      rules: configuration.rules, prices: configuration.prices, now: .utc("2026-12-31T00:00:00Z"),
      calendar: { CalendarBuilder.table($0, configuration.calendar, around: $1) })
    let summary = try replay.run(
      LogPaths([folder + "/usage.jsonl"]).logs, format: .spendfuse, fingerprintKey: (1, 2),
      decide: { decision, log in
        lines.append(decision.json(log: log.map { ($0 as NSString).lastPathComponent }))
      })
    #expect(summary.problems.isEmpty)
    #expect(summary.books.read == summary.books.folded)
    if ProcessInfo.processInfo.environment["SPENDFUSE_WRITE_EXPECTED"] == "1" {
      let text = lines.map { $0 + "\n" }.joined()
      try text.write(toFile: folder + "/expected.jsonl", atomically: true, encoding: .utf8)
    }
    let expected = try String(contentsOfFile: folder + "/expected.jsonl", encoding: .utf8)
      .split(separator: "\n").map(String.init)
    #expect(lines == expected)
    #expect(expected.isEmpty == name.hasSuffix("-quiet"))
  }
}

/// Reads a scenario's rules; the first mistake is the error.
private func scenarioRules(_ path: String) throws -> Configuration {
  let (configuration, diagnostics) = RulesFile.load(path, secrets: .whereReadable)
  if let configuration { return configuration }
  throw LogProblem(path, Diagnostic.render(diagnostics))
}
