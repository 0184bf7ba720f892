import Foundation
import Support
import Testing

/// `spendfuse suggest` as people run it.
@Suite struct SuggestCommandTests {
  private let dir = TempDir("suggest")

  private static let scenarios = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Scenarios/suggest").path
  /// The month of the scenario, a year earlier: these tests run by the real clock, and it must be over.
  private let log: String
  private let month: String

  init() throws {
    month = try String(contentsOfFile: SuggestCommandTests.scenarios + "/month/usage.jsonl", encoding: .utf8)
      .replacing("2026-11-", with: "2025-11-")
    log = try dir.write("usage.jsonl", month)
  }

  /// A shell's line in which `$0` is the program and `$1` the log.
  private func shell(_ line: String, log: String? = nil, environment: [String: String] = [:]) throws
    -> (status: Int32, output: String, errors: String)
  {
    let program = try Program(
      [log ?? self.log], in: dir, environment: environment,
      under: ["/bin/sh", "-c", "cd '\(dir.path)' && " + line])
    let status = program.wait(within: .seconds(60)) ?? -1
    return (status, program.output, program.errors)
  }

  @Test(arguments: ["-", "/dev/stdin"]) func goesThroughCheck(_ input: String) throws {
    let result = try shell(#""$0" suggest "$1" 2>summary | "$0" check "# + input)
    #expect(result.status == 0)
    #expect(result.errors == "")
    #expect(!result.output.contains("warning"))
    #expect(result.output.hasPrefix(input == "-" ? "standard input: fine\n" : "/dev/stdin: fine\n"))
    #expect(
      result.output.contains(
        "key-daily-cap     spend per key a day: limit $18.00 (ci-bot $18.00, web $33.00)")
    )
    let summary = try String(contentsOfFile: dir.file("summary"), encoding: .utf8)
    #expect(summary.hasPrefix("output-ceiling: from 284 calls only: look again after a thousand\n"))
    #expect(summary.contains("task-budget       $14.00  141 tasks"))
    #expect(summary.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func goesThroughReplay() throws {
    let result = try shell(#""$0" suggest "$1" 2>/dev/null | "$0" replay --rules - "$1" | grep -c ' halt '"#)
    #expect(result.status == 0)
    #expect(result.output == "2\n")
    let both = try shell(#""$0" replay --rules - - < /dev/null"#)
    #expect(both.status == 64)
    #expect(both.errors.contains("cannot both come from standard input"))
  }

  /// Arguments become sources: absolute, with the format that was found, and they lead to the same logs.
  @Test func sourcesAreTheArguments() throws {
    try dir.write("logs/deep/a.jsonl", month)
    try dir.write(
      "odd [1].jsonl", #"{"time":"2026-11-20T10:00:00Z","key":"x","cost_usd":1,"input_tokens":5}"# + "\n")
    for (arguments, pattern, format) in [
      ("logs", "/logs/**/*.jsonl", "spendfuse"), ("'logs/*/*.jsonl'", "/logs/*/*.jsonl", "spendfuse"),
      ("./logs/deep/a.jsonl", "/logs/deep/a.jsonl", "spendfuse"),
      ("--format auto 'odd [1].jsonl'", "odd", "spendfuse"),
    ] {
      let result = try shell(
        #""$0" suggest \#(arguments) 2>/dev/null > rules.yaml; cat rules.yaml; "$0" check rules.yaml"#)
      #expect(result.status == 0)
      if pattern != "odd" {
        #expect(result.output.contains("  - path: \(dir.path)\(pattern)\n    format: \(format)\n"))
      }
      #expect(result.output.contains("\(format), 1 file now"))
      #expect(!result.output.contains("warning"))
    }
    let piped = try shell(#""$0" suggest - < "$1""#)
    #expect(piped.status == 0)
    #expect(piped.output.contains("# Standard input has no path"))
  }

  @Test func findsWhatAgentsLeft() throws {
    let transcript = SuggestCommandTests.scenarios + "/claude-code/usage.jsonl"
    try dir.write(".claude/projects/p/s.jsonl", String(contentsOfFile: transcript, encoding: .utf8))
    let result = try shell(#""$0" suggest 2>/dev/null > rules.yaml; cat rules.yaml; "$0" check rules.yaml"#)
    #expect(result.output.contains("/.claude/projects/**/*.jsonl   # Claude Code\n    format: claude-code\n"))
    #expect(result.output.contains("No key-daily-cap: these records name no key"))
    #expect(result.output.contains("rules.yaml: fine"))
    #expect(!result.output.contains("warning"))
  }

  @Test func nothingSaysWhatToDo() throws {
    let none = try shell(#""$0" suggest"#)
    #expect(none.status == 1)
    #expect(none.output == "")
    #expect(none.errors.contains(".claude/projects") && none.errors.contains("spendfuse demo"))
    let empty = try dir.write("empty.jsonl", "{\"a\":1}\n")
    let nothing = try shell(#""$0" suggest "$1""#, log: empty)
    #expect(nothing.status == 1)
    #expect(nothing.output == "")
    #expect(nothing.errors.contains("1 could not be read"))
    let missing = try shell(#""$0" suggest --state nowhere"#)
    #expect(missing.status == 1)
    #expect(missing.errors.contains("there is no directory \(dir.file("nowhere"))"))
    #expect(try shell(#""$0" suggest --task-factor 0 "$1""#).status == 64)
    #expect(try shell(#""$0" suggest --mode loud "$1""#).status == 64)
    #expect(try shell(#""$0" suggest --timezone Mars "$1""#).status == 64)
  }

  @Test func jsonHasEveryNumber() throws {
    let result = try shell(#""$0" suggest --json --day-factor 2 "$1""#)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let rules = try #require(object["rules"] as? [[String: Any]])
    #expect(
      rules.map { $0["name"] as? String } == [
        "task-budget", "key-daily-cap", "global-daily-cap", "output-ceiling",
      ])
    #expect(rules[1]["limit_usd"] as? String == "24")
    #expect((rules[1]["overrides"] as? [[String: Any]])?.map { $0["limit_usd"] as? String } == ["44", "24"])
  }

  /// From the books of a daemon that runs: the same caps as from its log, and its sources.
  @Test func takesTheBooksOfARunningDaemon() throws {
    let made = try shell(
      #"sed 's#~/.local/state/spendfuse/halts#\#(dir.path)/halts#' > rules.yaml <<X\#n$("$0" suggest usage.jsonl 2>/dev/null)\#nX"#
    )
    #expect(made.status == 0)
    let daemon = try Program(
      ["watch", "--rules", dir.file("rules.yaml"), "--state", dir.file("state")], in: dir)
    #expect(
      eventually {
        (try? shell(#""$0" suggest --state state --json"#).output.contains(#""calls":284,"#)) ?? false
      })
    let result = try shell(#""$0" suggest --state state 2>/dev/null"#)
    #expect(daemon.poll() == nil)
    #expect(result.output.contains("  - path: \(dir.path)/usage.jsonl\n    format: spendfuse\n"))
    for limit in ["14.00", "33.00", "18.00", "50.00", "5100"] {
      #expect(result.output.contains(": \(limit)"))
    }
    daemon.kill(15)
    #expect(daemon.wait() == 0)
  }

  /// Own prices and fields: counted by them, and written where the caps are, so that the file counts alike.
  @Test func takesARulesFile() throws {
    try dir.write(
      "prices/map.json", #"{"ours": {"input_cost_per_token": 0.001, "output_cost_per_token": 0.002}}"#)
    let rules = """
      timezone: Europe/Berlin
      sources:
        - {path: gateway/*.jsonl, fields: {time: ts, key: who, task: job, model: m, input_tokens: i, output_tokens: o}}
      prices:   # ours
        file: prices/map.json
        overrides:
          small: {input: 100.00, output: 200.00}   # USD per million

      # What is too much.
      rules:
        - {name: cap, per: key, window: day, limit: 5}

      """
    try dir.write("rules.yaml", rules)
    // 20 tasks of two calls, each 100 x $0.001 + 100 x $0.002 = $0.30, or a tenth of it.
    let lines = (0..<40).map { number in
      let day = 10 + number / 4
      let model = number % 4 < 2 ? "ours" : "small"
      return
        #"{"ts":"2026-03-\#(day)T10:0\#(number % 4):00Z","who":"k","job":"t\#(number / 2)","m":"\#(model)","i":100,"o":100}"#
    }
    try dir.write("gateway/a.jsonl", lines.joined(separator: "\n") + "\n")
    let made = try shell(#""$0" suggest --rules rules.yaml > my.yaml"#)
    #expect(made.status == 0, "\(made.errors)")
    let text = try String(contentsOfFile: dir.file("my.yaml"), encoding: .utf8)
    // Half of the tasks cost $0.06, the others $0.60; the day $0.66, so $0.99.
    #expect(text.contains("limit: 0.15") && text.contains("limit: 0.99") && !text.contains("format:"))
    #expect(text.contains("timezone: Europe/Berlin\n"))
    #expect(
      text.contains(
        "prices:   # ours\n  file: \(dir.path)/prices/map.json\n  overrides:\n    small: {input: 100.00, output: 200.00}   # USD per million\n\nrules:"
      ))
    #expect(
      text.contains("fields: {time: ts, key: who, task: job, model: m, input_tokens: i, output_tokens: o}"))
    let again = try shell(
      #"mkdir elsewhere && cd elsewhere && "$0" replay --rules ../my.yaml ../gateway/a.jsonl"#)
    #expect(again.status == 0 && again.errors.contains("40 folded ($6.60)"), "\(again.errors)")
    #expect(again.output.split(separator: "\n").count { $0.contains(" halt ") } == 10)
    #expect(try shell(#""$0" suggest --rules rules.yaml --state x"#).status == 64)
    #expect(try shell(#""$0" suggest --rules none.yaml"#).status == 1)
  }
}
