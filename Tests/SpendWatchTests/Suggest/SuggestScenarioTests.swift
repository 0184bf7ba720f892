import Foundation
import SpendEngine
import SpendWatch
import Support
import Testing

/// Every folder of Tests/Scenarios/suggest: from its logs comes `expected.yaml`, to the letter; what that says it would have stopped is what a
/// replay of the same logs with it stops.
@Suite struct SuggestScenarioTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Scenarios/suggest").path
  private static let now = EngineTime.utc("2026-11-29T12:00:00Z")

  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).filter { !$0.hasPrefix(".") }
    .sorted()

  @Test func thereAreScenarios() { #expect(SuggestScenarioTests.names.count >= 9) }

  private static func log(_ name: String) -> String { "\(root)/\(name)/usage.jsonl" }

  private static func suggestion(_ name: String, mode: Mode = .shadow) -> Suggestion {
    var options = SuggestOptions(prices: .bundled)
    options.mode = mode
    return Suggestion(SuggestHistories.read([log(name)], now: now), options)
  }

  private static func text(_ suggestion: Suggestion, _ name: String) -> String {
    let format: Format = name == "claude-code" ? .claudeCode : .spendfuse
    return RulesText(
      suggestion, sources: [SuggestedSource(pattern: "/var/log/llm/*.jsonl", format: format)]
    ).text
  }

  @Test(arguments: names) func writes(_ name: String) throws {
    let text = SuggestScenarioTests.text(SuggestScenarioTests.suggestion(name), name)
    let path = "\(SuggestScenarioTests.root)/\(name)/expected.yaml"
    if ProcessInfo.processInfo.environment["SPENDFUSE_WRITE_EXPECTED"] == "1" {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let expected = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text == expected)
    #expect(
      text.split(separator: "\n").allSatisfy {
        $0.hasPrefix("  - path") || $0.count <= 80 || !$0.contains("# ")
      })
  }

  /// Also when its reader goes on to `warn` and to `enforce`.
  @Test(arguments: names, Mode.allCases) func isAcceptedWithoutAWord(_ name: String, _ mode: Mode) {
    let text = SuggestScenarioTests.text(SuggestScenarioTests.suggestion(name, mode: mode), name)
    let loaded = SuggestHistories.load(text)
    #expect(loaded.said == "")
    #expect(loaded.configuration?.mode == mode)
  }

  @Test(arguments: names) func stopsAsManyAsItSays(_ name: String) throws {
    let suggestion = SuggestScenarioTests.suggestion(name)
    let configuration = try #require(
      SuggestHistories.load(SuggestScenarioTests.text(suggestion, name)).configuration)
    let halts = try SuggestHistories.halts(
      [SuggestScenarioTests.log(name)], configuration, now: SuggestScenarioTests.now)
    #expect(halts["task-budget", default: 0] == suggestion.task?.stopped.count ?? 0)
    #expect(halts["key-daily-cap", default: 0] == suggestion.keys?.reached.count ?? 0)
    #expect(halts["global-daily-cap", default: 0] == suggestion.global?.reached.count ?? 0)
  }

  /// Names that YAML would read as something else come back as they were.
  @Test func namesComeBack() throws {
    let suggestion = SuggestScenarioTests.suggestion("names")
    let configuration = try #require(
      SuggestHistories.load(SuggestScenarioTests.text(suggestion, "names")).configuration)
    let rule = try #require(configuration.rules.rules.first { $0.name == "key-daily-cap" })
    let own = try #require(suggestion.keys?.own)
    #expect(own.count == 23)
    let limits = SuggestHistories.overrides(rule)
    #expect(limits == Dictionary(uniqueKeysWithValues: own.map { ($0.key.name, $0.cap.limit.rawValue) }))
  }
}
