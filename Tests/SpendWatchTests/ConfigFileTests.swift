import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct ConfigFileTests {
  static let now = EngineTime(milliseconds: 1_795_000_000_000)
  static let environment = ConfigEnvironment(
    directory: "/etc/spendfuse", home: "/home/ann", credentialsDirectory: nil, now: now)

  static func load(
    _ text: String, _ environment: ConfigEnvironment = environment
  ) -> (configuration: Configuration?, diagnostics: [Diagnostic]) {
    RulesFile.load([UInt8](text.utf8), path: "rules.yaml", environment: environment)
  }

  static let whole = """
    timezone: Europe/Berlin
    mode: warn
    max_subjects: 100000
    sources:
      - path: ~/logs/**/*.jsonl
        format: claude-code
        start: end
      - path: ./own/*.jsonl
        silence: 2h
    prices:
      unknown_model: dearest
      overrides: {my-model: {input: 3.00, output: 15.00, cache_read: 0.30, web_search: 0.01}}
    rules:
      - name: task-budget
        per: task
        window: lifetime
        limit: 0.50
        alert_at: [50%, 80%]
        halt: task
      - {name: calls, per: key+model, metric: requests, window: day, limit: 1000, overrides: {ci-bot: 5000}}
    brake: {halts: 3, in: 5m}
    receivers:
      - name: ops
        webhook: {url: "https://ann:pw@ops.example/hook"}
        alarms: false
    kill_switch:
      - redis: {url: redis://:pw@127.0.0.1:6379/2, prefix: "x:"}
      - directory: {path: halts}
    """

  @Test func readsEverything() throws {
    let (made, diagnostics) = Self.load(Self.whole)
    #expect(diagnostics == [])
    let configuration = try #require(made)
    #expect(configuration.timeZone == "Europe/Berlin")
    #expect(configuration.mode == .warn)
    #expect(
      configuration.sources == [
        Source(pattern: "/home/ann/logs/**/*.jsonl", format: .claudeCode, start: .end),
        Source(pattern: "/etc/spendfuse/own/*.jsonl", format: .auto, silence: 2 * .hour),
      ])
    let row = configuration.prices.row(for: "x/my-model").row
    #expect(row.rates.input == 3_000_000_000 && row.rates.cacheRead == 300_000_000)
    #expect(row.rates.cacheWrite1h == 3_000_000_000 && row.rates.reasoning == 15_000_000_000)
    #expect(row.webSearchFee == 10_000_000)
    let budget = ThresholdRule(metric: .spend, window: .lifetime, limit: 500_000_000, alertAt: [50, 80])
    let calls = ThresholdRule(
      metric: .requests, window: .calendar(.day), limit: 1_000, overrides: ["ci-bot": 5_000])
    #expect(
      configuration.rules.rules == [
        Rule(
          name: "task-budget", per: .task, kind: .threshold(budget), mode: .warn, halt: .task, until: .manual),
        Rule(
          name: "calls", per: [.key, .model], kind: .threshold(calls), mode: .warn, halt: nil, until: .reset),
      ])
    #expect(configuration.rules.brake == BrakeSettings(halts: 3, span: 5 * .minute))
    #expect(configuration.rules.maxSubjects == 100_000)
    let day = try #require(configuration.rules.calendars[.day]).period(of: Self.now)
    #expect(day.start <= Self.now && Self.now < day.end)
    #expect(configuration.receivers.map(\.name) == ["ops"])
    #expect(configuration.receivers.map(\.takesAlarms) == [false])
    #expect(configuration.receivers.first?.url.revealed == "https://ann:pw@ops.example/hook")
    #expect(
      configuration.switches == [
        .redis(RedisSwitch(url: Secret("redis://:pw@127.0.0.1:6379/2"), prefix: "x:")),
        .directory(DirectorySwitch(path: "/etc/spendfuse/halts")),
      ])
  }

  /// The file that a newcomer starts with.
  @Test func theRepositorysOwnFileIsFine() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("rules.yaml").path
    let (made, diagnostics) = RulesFile.load(path)
    #expect(diagnostics == [])
    let configuration = try #require(made)
    #expect(configuration.rules.rules.count >= 3 && configuration.sources.count >= 4)
    #expect(configuration.receivers.isEmpty)
    // Works without rights and without a server.
    for case .directory(let directory) in configuration.switches {
      #expect(directory.path.hasPrefix(ProcessInfo.processInfo.environment["HOME"] ?? "?"))
    }
    #expect(configuration.switches.count == 1)
  }

  // MARK: Files

  @Test func namesWhatCannotBeRead() throws {
    let folder = TempDir()
    let missing = RulesFile.load(folder.file("none.yaml"))
    #expect(missing.configuration == nil)
    #expect(missing.diagnostics.map(\.message) == ["cannot be read: No such file or directory"])
    #expect(RulesFile.load(folder.path).diagnostics.map(\.message) == ["is a directory"])
    let large = try folder.write(
      "large.yaml", String(repeating: "# filler\n", count: RulesFile.maxSize / 9 + 1))
    #expect(RulesFile.load(large).diagnostics.map(\.message) == ["larger than 1 MB"])
    let device = RulesFile.load("/dev/zero")
    #expect(device.diagnostics.map(\.message) == ["larger than 1 MB"])
    if getuid() != 0 {
      let closed = try folder.write("closed.yaml", "rules: []\n")
      try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: closed)
      #expect(RulesFile.load(closed).diagnostics.map(\.message) == ["cannot be read: Permission denied"])
    }
  }

  @Test func relativePathsStartAtTheFile() throws {
    let folder = TempDir()
    let path = try folder.write(
      "sub/rules.yaml", "sources: [{path: a.jsonl}]\nrules: [{name: a, per: key, window: day, limit: 1}]\n")
    #expect(RulesFile.load(path).configuration?.sources.map(\.pattern) == [folder.file("sub/a.jsonl")])
  }

  @Test(arguments: ["\u{FEFF}", "# one\r\n", "---\n"]) func takesWhatEditorsWrite(_ start: String) {
    #expect(Self.load(start + Self.whole).diagnostics == [])
    #expect(Self.load((start + Self.whole).replacing("\n", with: "\r\n")).diagnostics == [])
  }

  // MARK: Bad input never crashes

  @Test(arguments: [
    String(repeating: "[", count: 200_000), String(repeating: "{a: ", count: 100_000),
    String(repeating: "- ", count: 100_000), String(repeating: "a:\n ", count: 900),
    String(repeating: "? ", count: 5_000), "a: &a [*a]", "a: &a {b: *a}", "*a", "&a", "<<: 1",
    "<<: [1, {<<: 2}]", "? [a]\n: b",
    "? {a: b}\n: c", "!!binary x", "!<tag:x> y", "%YAML 9.9\n---\na: b", "--- a\n--- b", "...", "a: !!int x",
    "\"\\x00\": 1",
    "{a: 1, a: 2, \"a\": 3, 'a': 4}", "- {? a, ? a}", "a b: 1\na b: 2", "?", ":", "-", "|", ">", "\t",
    "\u{85}", "\u{2028}: \u{2029}",
    "x-a: &a {k: 1}\nrules: {<<: *a, <<: *a}", "\u{E000}: 1\n\u{E000}: 2", "sources: [[[[[]]]]]",
    "rules: [~, null, {}, []]",
    "receivers: [{name: , slack: }]\nkill_switch: [{}, {redis: {}, directory: {}}]\nprices: {overrides: {a: , b: {}}}\nbrake:\nmode:\ntimezone:",
  ])
  func survives(_ text: String) {
    let (configuration, diagnostics) = Self.load(text)
    #expect(configuration == nil)
    #expect(diagnostics.contains { $0.severity == .error })
    #expect(!Diagnostic.render(diagnostics).isEmpty)
  }

  /// A good file with bytes changed, cut out and put in: never a crash, and never a file with errors that is taken.
  @Test func survivesMutations() {
    let seed = UInt64.random(in: 1...UInt64.max)
    var state = seed
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let good = [UInt8](Self.whole.utf8)
    let pieces = [
      "&a ", "*a", "<<: ", "- ", ": ", "[", "]", "{", "}", "\"", "'", "\n", "\t", "#", "|", "%",
      "99999999999999999999", "\u{0}", "\u{202E}",
    ]
    for round in 0..<400 {
      var bytes = good
      for _ in 0...next(6) {
        let at = next(bytes.count)
        switch next(4) {
        case 0: bytes[at] = UInt8(next(256))
        case 1: bytes.removeSubrange(at..<min(at + next(40), bytes.count))
        case 2: bytes.insert(contentsOf: pieces[next(pieces.count)].utf8, at: at)
        default: bytes.insert(contentsOf: good[next(good.count)...].prefix(60), at: at)
        }
        if bytes.isEmpty { bytes = good }
      }
      let (configuration, diagnostics) = RulesFile.load(
        bytes, path: "rules.yaml", environment: Self.environment)
      let isRefused = diagnostics.contains { $0.severity == .error }
      #expect((configuration == nil) == isRefused, "seed \(seed), round \(round)")
      let said = Diagnostic.render(diagnostics)
      #expect(
        said.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7F },
        "seed \(seed), round \(round)")
    }
  }

  @Test func manyMistakesOnOneLineEndSoon() {
    let entry = "{name: a, per: nobody, limit: x, windw: y},"
    let text = "rules: [" + String(repeating: entry, count: 7_000) + "]"
    let (configuration, diagnostics) = Self.load(text)
    #expect(configuration == nil)
    #expect(diagnostics.count <= 200)
    #expect(Diagnostic.render(diagnostics).contains("... and 150 more"))
  }
}
