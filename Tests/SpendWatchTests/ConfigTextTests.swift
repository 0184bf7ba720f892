import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct ConfigTextTests {
  @Test(
    arguments: [
      ("limt", "limit"), ("alert-at", "alert_at"), ("alertat", "alert_at"), ("overide", "overrides"),
      ("HALT", "halt"), ("hatl", "halt"),
      ("windows", "window"), ("x", nil), ("", nil), ("something", nil),
      (String(repeating: "a", count: 10_000), nil),
    ] as [(String, String?)])
  func nearest(_ text: String, _ name: String?) {
    let names = [
      "name", "per", "halt", "until", "mode", "metric", "window", "limit", "alert_at", "overrides",
    ]
    #expect(Nearest.name(to: text, among: names) == name)
  }

  @Test(arguments: [
    ("", "", 0), ("abc", "", 3), ("abc", "abd", 1), ("abc", "acb", 1), ("kitten", "sitting", 3),
    ("ca", "abc", 3),
  ])
  func distance(_ a: String, _ b: String, _ distance: Int) {
    #expect(Nearest.distance(Array(a), Array(b)) == distance)
    #expect(Nearest.distance(Array(b), Array(a)) == distance)
  }

  @Test(arguments: [
    ("abc", 1, 3, "abc", "^~~"), ("abc", 4, 1, "abc", "   ^"), ("a\tb", 3, 1, "a    b", "     ^"),
    ("a\tb", 2, 1, "a    b", " ^~~~"),
    ("語b", 2, 1, "語b", "  ^"), ("語", 1, 1, "語", "^~"), ("a\u{1b}b", 3, 1, "a\\u{1b}b", "       ^"),
    ("", 1, 1, "", "^"),
    ("e\u{301}x", 2, 1, "e\u{301}x", " ^"), ("abc", 99, 99, "abc", "   ^"), ("abc", -5, -5, "abc", "^"),
  ])
  func marks(_ line: String, _ column: Int, _ length: Int, _ text: String, _ mark: String) {
    let shown = ShownLine(line, column: column, length: length)
    #expect(shown.text == text)
    #expect(shown.mark == mark)
  }

  /// A long line is cut around the mark, and the mark stays below what it marks.
  @Test(arguments: [1, 50, 500, 995, 1_000, 1_001]) func cutsLongLines(_ column: Int) {
    let line = String((0..<1_000).map { Character(UnicodeScalar(UInt8(97 + $0 % 26))) })
    let shown = ShownLine(line, column: column, length: 5)
    #expect(shown.text.count <= ShownLine.maxWidth + 2)
    let at = shown.mark.prefix { $0 == " " }.count
    guard column <= 1_000 else { return #expect(at == shown.text.count) }
    #expect(Array(shown.text)[at] == Array(line)[column - 1])
  }

  @Test(arguments: ["a\nb", "a\r\nb", "a\rb", "a\u{85}b", "a\u{2028}b"]) func splitsLinesAsYAMLDoes(
    _ text: String
  ) {
    #expect(SourceText(path: "", text: text).lines.map(SourceText.string) == ["a", "b"])
  }

  @Test(arguments: ["90s", "10m", "23h", "30d", "1s"]) func durationsAreAsWritten(_ text: String) throws {
    #expect(try WrittenValue.duration(text).get().spanText == text)
  }

  @Test(arguments: [
    "", "s", "10", "10 m", "1.5h", "-1m", "0s", "1w", "9999999999999999999d", "9223372036854775807d", "4000d",
    "１0m",
  ])
  func refusesDurations(_ text: String) {
    #expect(throws: WrittenValue.Refusal.self) { try WrittenValue.duration(text).get() }
  }

  // MARK: Schedule

  @Test func saysWhatTheFileComesTo() throws {
    let configuration = try #require(ConfigFileTests.load(ConfigFileTests.whole).configuration)
    let text = Schedule.text(configuration, now: EngineTime(milliseconds: 1_795_558_526_000)) { source in
      source.format == .auto ? (1, false) : (12, true)
    }
    let rates = PriceTable.bundled
    #expect(
      text == """
        time zone    Europe/Berlin; the day ends at 2026-11-25T00:00:00+0100
        mode         warn: alerts only
        sources
          /home/ann/logs/**/*.jsonl   claude-code, from the end of files that are there at the first start, at least 12 files now
          /etc/spendfuse/own/*.jsonl  auto, 1 file now
        rules
          task-budget  spend per task over a lifetime: limit $0.50; alerts at 50 %, 80 %; at 100 % would halt the task [warn: alerts only]
          calls        requests per key+model a day: limit 1,000 (ci-bot 5,000) [warn: alerts only]
        brake        more than 3 new halts in 5m: further ones wait, and a person is paged
        receivers
          ops  webhook at ops.example
        kill switch
          redis      at 127.0.0.1:6379, keys x:...
          directory  /etc/spendfuse/halts
        prices       \(rates.origin), \(rates.rows.count) names, 1 override; a model without a price counts as \
        \(rates.dearest.name) ($30.00 in, $180.00 out a million)
        """)
    #expect(!text.contains("pw"))
  }

  @Test func saysWhereASourceHasItsFields() throws {
    let rules = """
      sources:
        - path: /a.jsonl
          fields: {cost_usd: cost, key: '"auth.x".id', request_id: id}
          duplicates: copies
        - path: /b.jsonl
          format: openai
          duplicates: none
      rules: []
      """
    let configuration = try #require(ConfigFileTests.load(rules).configuration)
    let text = Schedule.text(configuration, now: EngineTime(milliseconds: 1_795_558_526_000)) { _ in
      (2, false)
    }
    #expect(
      text.contains(
        """
          /a.jsonl  its own fields, each call once by its id, 2 files now: key from "auth.x".id, cost_usd from cost, request_id from id
          /b.jsonl  openai, each record a call, 2 files now
        """))
    #expect(
      configuration.sources[0].fields?.has(.costUSD) == true
        && configuration.sources[1].duplicates == Duplicates.none)
  }

  /// Every kind that can be written can be made.
  @Test func everyKindHasAMaker() {
    let context = MakerContext(environment: ConfigFileTests.environment)
    for name in Receiver.Kind.Name.allCases {
      var problems: [SettingProblem] = []
      let made = name.make(example(name.settings), context, problems: &problems)
      #expect(made?.name == name, "\(name): \(problems)")
    }
    for name in Switch.Name.allCases {
      var problems: [SettingProblem] = []
      let made = name.make(example(name.settings), context, problems: &problems)
      #expect(made?.name == name, "\(name): \(problems)")
    }
    for name in RuleKind.Name.allCases {
      let written: [String: String] =
        switch name {
        case .threshold: [:]
        case .ceiling: ["per": "request"]
        case .spike: ["spike": ""]
        }
      // Settings that exclude each other.
      let odd = ["clear_at", "min_calls", "until"]
      let settings = Rule.settings(writing: written).filter { !odd.contains($0.name) }
      var values = example(settings)
      if name == .spike {
        values.values["spike"] = .section(SettingValues([:]))
        values.written.insert("spike")
      }
      let made = Rule.make(values: values, kind: name, globalMode: .enforce)
      #expect(made.rule?.kind.name == name, "\(name): \(made.problems)")
    }
  }

  /// Every kind that can be written is read from a rules file, under its own name.
  @Test(arguments: Receiver.Kind.Name.allCases) func everyReceiverIsRead(_ name: Receiver.Kind.Name) {
    let configuration = load("receivers: [{name: a, \(name.rawValue): \(written(name.settings))}]")
    #expect(configuration?.receivers.map(\.kind.name) == [name])
  }
  @Test(arguments: Switch.Name.allCases) func everySwitchIsRead(_ name: Switch.Name) {
    let configuration = load("kill_switch: [{\(name.rawValue): \(written(name.settings))}]")
    #expect(configuration?.switches.map(\.name) == [name])
  }

  private func load(_ section: String) -> Configuration? {
    let text = "sources: [{path: /a.jsonl}]\nrules: [{name: a, per: key, window: day, limit: 1}]\n" + section
    let (configuration, diagnostics) = RulesFile.load(
      [UInt8](text.utf8), path: "r", environment: ConfigFileTests.environment)
    #expect(configuration != nil, "\(diagnostics.map(\.message))")
    return configuration
  }

  private func written(_ settings: [Setting]) -> String {
    let pairs = settings.filter { !$0.name.hasSuffix("_file") }.map { "\($0.name): \"\($0.example)\"" }
    return "{\(pairs.joined(separator: ", "))}"
  }

  private func example(_ settings: [Setting]) -> SettingValues {
    // The files of secrets are not there.
    let values = settings.filter { !$0.name.hasSuffix("_file") }.compactMap { setting in
      (try? WrittenValue(text: setting.example).value(for: setting).get()).map {
        (setting.name, $0)
      }
    }
    return SettingValues(Dictionary(uniqueKeysWithValues: values))
  }

  // MARK: Matching files

  @Test(arguments: [
    ("*.jsonl", 2), ("**/*.jsonl", 6), ("sub/**/*.jsonl", 4), ("**/deep/*.jsonl", 1), ("sub/*/x.jsonl", 2),
    ("?.jsonl", 2),
    ("[ab].jsonl", 2), ("[!a].jsonl", 1), ("a.jsonl", 1), ("none*.jsonl", 0), ("none/**/*.jsonl", 0),
    ("**", 8), ("sub", 0),
    ("**/**/x.jsonl", 4), ("**/x.jsonl", 4),
  ])
  func countsFiles(_ pattern: String, _ count: Int) throws {
    let folder = TempDir()
    for name in [
      "a.jsonl", "b.jsonl", "c.txt", "sub/x.jsonl", "sub/one/x.jsonl", "sub/two/x.jsonl",
      "sub/two/deep/x.jsonl", "sub/two/deep/.y",
    ] {
      try folder.write(name, "")
    }
    // A loop, and a link to nowhere.
    #expect(symlink(folder.path, folder.file("sub/loop")) == 0)
    #expect(symlink(folder.file("gone"), folder.file("dangling.jsonl")) == 0)
    let (files, isPartial) = MatchingFiles.count(folder.file(pattern))
    #expect(files == count)
    #expect(!isPartial)
  }
}
