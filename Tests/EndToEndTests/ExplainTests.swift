import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// `explain` through the built program.
@Suite struct ExplainTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .appendingPathComponent("Scenarios/explain")

  /// A directory with the scenario's rules and log.
  private func place() throws -> TempDir {
    let dir = TempDir("explain", in: "/tmp")
    for name in ["rules.yaml", "usage.jsonl"] {
      try dir.write(
        name, String(contentsOf: ExplainTests.folder.appendingPathComponent(name), encoding: .utf8))
    }
    return dir
  }

  private func run(_ arguments: [String], in dir: TempDir) throws -> Program.Finished {
    try Program.run(
      ["explain"] + arguments + ["--rules", dir.file("rules.yaml"), "--state", dir.file("state")], in: dir)
  }

  struct Golden: Sendable, CustomTestStringConvertible {
    var name: String
    var arguments: [String]
    var testDescription: String { name }
  }
  /// LOG stands for the log. The numbers were worked out by hand:
  /// the day of Berlin begins at 23:00 UTC; 500,000 x $3 + 1,000,000 x $0.30 + 100,000 x $15 a million are $1.50 + $0.30 + $1.50.
  private static let goldens = [
    Golden(name: "day", arguments: ["--rule", "key-daily-cap", "--subject", "ci-bot", "LOG"]),
    Golden(
      name: "day-at",
      arguments: ["--rule", "key-daily-cap", "--subject", "ci-bot", "--at", "2026-03-10T11:30", "LOG"]),
    Golden(name: "record", arguments: ["--line", "LOG:400"]),
    Golden(name: "request", arguments: ["--request", "req-7"]),
  ]

  /// Beside `NAME.txt` stands what must come out, with DIR for the directory.
  @Test(arguments: goldens) func saysExactly(_ golden: Golden) throws {
    let dir = try place()
    let log = dir.file("usage.jsonl")
    let arguments = golden.arguments.map { $0.replacing("LOG", with: log) }
    let found = try run(arguments, in: dir)
    #expect(found.status == 0 && found.errors == "", "\(found.errors)")
    let expected = ExplainTests.folder.appendingPathComponent("\(golden.name).txt")
    let text = found.output.replacing(dir.path, with: "DIR")
    #expect(text == (try String(contentsOf: expected, encoding: .utf8)))
    #expect(!text.contains("SECRET") && !text.contains("99"))
    let json = try run(arguments + ["--json"], in: dir)
    #expect(json.status == 0 && !json.output.contains("SECRET"))
    _ = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var arguments: [String]
    var status: Int32
    var words: String
    var testDescription: String { arguments.joined(separator: " ") }
  }
  private static let refusals = [
    Refusal(arguments: [], status: 64, words: "say what to explain"),
    Refusal(arguments: ["--subject", "a"], status: 64, words: "add --rule R"),
    Refusal(arguments: ["--line", "LOG"], status: 64, words: "is no place in a log"),
    Refusal(arguments: ["--line", "LOG:-1"], status: 64, words: "is no place in a log"),
    Refusal(arguments: ["--line", "LOG:99999999999999999999"], status: 64, words: "is no place in a log"),
    Refusal(arguments: ["--line", "LOG:99999"], status: 1, words: "ends at byte"),
    Refusal(arguments: ["--line", "nothing.jsonl:0"], status: 1, words: "no such file"),
    Refusal(arguments: ["--line", ".:0"], status: 1, words: "logs: name one of them"),
    Refusal(arguments: ["--request", "req-9"], status: 1, words: "no record of a call 'req-9'"),
    Refusal(arguments: ["--request", "req-9", "gone.jsonl"], status: 1, words: "no such file"),
    Refusal(
      arguments: ["--rule", "key-daily-cpa", "--subject", "a", "LOG"], status: 1, words: "did you mean"),
    Refusal(
      arguments: ["--rule", "key-daily-cap", "--subject", "ci-bt", "LOG"], status: 1,
      words: "did you mean 'ci-bot'?"),
    Refusal(
      arguments: ["--rule", "key-daily-cap", "--subject", "a", "--at", "soon"], status: 64,
      words: "is no time"),
    Refusal(
      arguments: ["--rule", "key-daily-cap", "--subject", "a"], status: 1, words: "no daemon is running"),
  ]

  @Test(arguments: refusals) func refuses(_ refusal: Refusal) throws {
    let dir = try place()
    let found = try run(refusal.arguments.map { $0.replacing("LOG", with: dir.file("usage.jsonl")) }, in: dir)
    #expect(found.status == refusal.status && found.output == "", "\(found.output)")
    #expect(found.errors.contains(refusal.words), "\(found.errors)")
  }

  @Test func asksTheDaemonAndItsState() throws {
    let site = try Site(
      rules: """
        sources:
          - path: logs/*.jsonl
        rules:
          - {name: cap, per: key, window: lifetime, limit: 25.00, alert_at: [50%], halt: key, until: manual}
        kill_switch:
          - directory: {path: halts}
        """)
    let watch = try site.watch()
    try site.append(key: "ci-bot", usd: "13.00")
    try site.append(key: "ci-bot", usd: "14.50")
    #expect(eventually { site.haltFiles.contains("key-ci-bot.halt") })
    let request = ["explain", "--rule", "cap", "--subject", "key=ci-bot", "--json"]
    func message() throws -> ExplainMessage {
      let found = try site.run(request)
      #expect(found.status == 0, "\(found.errors)")
      return try ControlJSON.decode(ExplainMessage.self, from: Array(found.output.utf8))
    }
    // The halt is out before its commit: the calls are on disk a moment later.
    #expect(eventually { (try? message().history.count) == 3 })
    var told = try message()
    #expect(told.valueUsd == "27.5" && told.limitUsd == "25" && told.state == "firing")
    #expect(told.halts.map(\.rule) == ["cap"])
    #expect(told.calls?.newest.map(\.costUsd) == ["13", "14.5"])
    #expect(told.reasons.first == "$27.50 of $25.00 used over its lifetime: $2.50 past the limit")
    #expect(told.history.map(\.kind) == ["alert", "halt", "alert"])
    let second = Site.line(key: "ci-bot", usd: "13.00").utf8.count
    #expect(told.history[1].text.hasSuffix("record \(site.path("logs/a.jsonl")):\(second)"))
    let line = try site.run(["explain", "--line", "\(site.path("logs/a.jsonl")):\(second)"], rules: true)
    #expect(line.output.contains("now $27.50 of $25.00, firing"), "\(line.output)\(line.errors)")
    let unknown = try site.run(["explain", "--rule", "cap", "--subject", "ci-bt"])
    #expect(unknown.status == 1 && unknown.errors.contains("did you mean 'ci-bot'?"))

    watch.kill(SIGTERM)
    #expect(watch.wait() == 0)
    let before = told
    told = try message()
    #expect(told.value == before.value && told.calls == before.calls && told.history == before.history)
    #expect(told.halts == before.halts && told.state == before.state)
    #expect(told.notes.contains("no daemon is running: this is what the state holds"))
    let missing = try site.run(["explain", "--rule", "cpa", "--subject", "a"])
    #expect(missing.status == 1 && missing.errors.contains("did you mean 'cap'?"))
    let past = try site.run(["explain", "--rule", "cap", "--subject", "ci-bot", "--at", "1h"])
    #expect(past.status == 0 && past.output.contains("none in the window"), "\(past.output)\(past.errors)")
  }
}
