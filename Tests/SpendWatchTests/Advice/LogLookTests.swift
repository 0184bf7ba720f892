import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct LogLookTests {
  private static let everything = LogBudget { false }

  private static func call(_ key: String, alias: String? = nil, model: String = "gpt-5", tokens: Int = 10)
    -> String
  {
    let label = alias.map { ",\"key_alias\":\"\($0)\"" } ?? ""
    return
      "{\"time\":1795000000,\"key\":\"\(key)\"\(label),\"model\":\"\(model)\",\"input_tokens\":\(tokens)}\n"
  }
  private static let litellm =
    "{\"id\":\"1\",\"call_type\":\"completion\",\"response_cost\":0.01,\"status\":\"success\",\"model\":\"gpt-5\",\"prompt_tokens\":10,"
    + "\"completion_tokens\":2,\"total_tokens\":12,\"startTime\":1795000000,\"metadata\":{\"user_api_key_hash\":\"h\"}}\n"
  private static let chatter = "{\"hello\":\"world\"}\n"

  private func rules(
    _ overrides: String, per: String = "key", format: String = "spendfuse", path: String = "logs/*.jsonl"
  )
    -> String
  {
    """
    sources:
      - path: \(path)
        format: \(format)
    rules:
      - {name: cap, per: \(per), window: day, limit: 25, overrides: {\(overrides)}}

    """
  }

  private func check(
    _ rules: String, in folder: TempDir, _ budget: LogBudget = everything
  ) -> (said: [String], look: LogLook?) {
    let environment = ConfigEnvironment(
      directory: folder.path, home: folder.path, credentialsDirectory: nil,
      now: EngineTime(milliseconds: 1_795_000_000_000))
    let read = RulesFile.check(
      Array(rules.utf8), path: "rules.yaml", environment: environment, logs: budget)
    #expect(read.configuration != nil)
    return (read.diagnostics.map { "\($0.line):\($0.column) \($0.message) / \($0.hint)" }, read.look)
  }

  // MARK: Names

  @Test func aNameThatIsNearlyThere() throws {
    let folder = TempDir()
    try folder.write("logs/a.jsonl", Self.call("ci-bot") + Self.call("k-17", alias: "batch"))
    let (said, look) = check(rules("ci-bto: 50, ci-bot: 60, batch: 70, holiday: 80"), in: folder)
    // Few calls say nothing of a name that is like no other.
    #expect(said == ["5:71 'ci-bto' is no key of the 2 calls looked at / did you mean 'ci-bot'?"])
    #expect(look?.text == "2 calls, in the newest 0.0 MB of 1 file")
  }

  @Test func aNameThatIsNowhere() throws {
    let folder = TempDir()
    try folder.write("logs/a.jsonl", String(repeating: Self.call("ci-bot"), count: 99))
    #expect(check(rules("holiday: 80"), in: folder).said.isEmpty)
    try folder.write("logs/b.jsonl", Self.call("ci-bot"))
    let said = check(rules("holiday: 80"), in: folder).said
    #expect(
      said == [
        "5:72 'holiday' is no key of the 100 calls looked at / nobody has this limit until such a call comes"
      ])
  }

  @Test func combinationsAndOtherNames() throws {
    let folder = TempDir()
    try folder.write("logs/a.jsonl", Self.call("ci", model: "gpt-5") + Self.call("", model: "gpt-5-mini"))
    #expect(check(rules("ci+gpt-5: 50, (none)+gpt-5-mini: 60", per: "key+model"), in: folder).said.isEmpty)
    let said = check(rules("ci+gtp-5: 50", per: "key+model"), in: folder).said
    #expect(said.count == 1 && said[0].hasSuffix("did you mean 'ci+gpt-5'?"))
    // A ceiling is its key's.
    let ceiling = """
      sources: [{path: logs/*.jsonl}]
      rules:
        - {name: cap, per: request, metric: max_tokens, limit: 4096, overrides: {cii: 8192}}
      """
    #expect(check(ceiling, in: folder).said.map { $0.hasPrefix("3:") && $0.contains("'ci'") } == [true])
  }

  // MARK: Formats

  @Test(
    arguments: [
      ("claude-code", litellm, "write 'format: litellm', or 'format: auto'"),
      // It is read as calls, without their tokens.
      ("spendfuse", litellm, "write 'format: litellm', or 'format: auto'"),
      ("litellm", call("ci"), "write 'format: spendfuse', or 'format: auto'"),
      ("claude-code", chatter, nil), ("auto", litellm, nil), ("litellm", litellm, nil),
      ("spendfuse", call("ci"), nil),
    ] as [(String, String, String?)])
  func formats(format: String, line: String, hint: String?) throws {
    let folder = TempDir()
    try folder.write("logs/a.jsonl", String(repeating: line, count: 20))
    let said = check(rules("", per: "task", format: format), in: folder).said.filter { $0.hasPrefix("3:") }
    if line == Self.chatter {
      #expect(said.count == 1 && said[0].hasPrefix("3:13 none of 20 records"))
    } else if let hint {
      #expect(said.count == 1 && said[0].hasSuffix(hint))
    } else {
      #expect(said.isEmpty)
    }
  }

  @Test func aTranscriptIsMostlyNoCalls() throws {
    let folder = TempDir()
    let talk = "{\"type\":\"user\",\"sessionId\":\"s\",\"message\":{\"content\":\"hello\"}}\n"
    try folder.write("logs/a.jsonl", String(repeating: talk, count: 50))
    #expect(check(rules("", per: "task", format: "claude-code"), in: folder).said.isEmpty)
  }

  // MARK: Paths

  @Test func aDirectoryThatIsNearlyThere() throws {
    let folder = TempDir()
    try folder.write("litellm/a.jsonl", Self.call("ci"))
    let said = check(rules("", path: "litelm/*.jsonl"), in: folder).said
    #expect(
      said == [
        "2:11 nothing matches: there is no \(folder.path)/litelm / there is \(folder.path)/litellm"
      ])
    // Nothing near, nothing said: files may come later.
    #expect(check(rules("", path: "elsewhere/*.jsonl"), in: folder).said.isEmpty)
    #expect(check(rules("", path: "litellm/*.log"), in: folder).said.isEmpty)
    // What another source reads is no slip.
    let both = rules("", path: "litelm/*.jsonl").replacing(
      "rules:", with: "  - path: litellm/*.jsonl\nrules:")
    #expect(check(both, in: folder).said.isEmpty)
  }

  /// A slip in the key's path is no mistake that a record shows: its calls count for nobody, and no rule can halt them.
  @Test func pathsOfFieldsThatLeadNowhere() throws {
    let folder = TempDir()
    let line = #"{"ts":"2026-11-24T10:00:00Z","auth":{"key_id":"ci"},"usd":1.5}"# + "\n"
    try folder.write("logs/a.jsonl", String(repeating: line, count: 9))
    let limits = "rules: [{name: cap, per: key, window: day, limit: 5, halt: key}]\n"
    func said(_ fields: String) -> [String] {
      check("sources: [{path: logs/*.jsonl, fields: {\(fields)}}]\n" + limits, in: folder).said.filter {
        $0.contains("looked at")
      }
    }
    #expect(said("time: ts, key: auth.key_id, cost_usd: usd").isEmpty)
    let slips = said("time: tss, key: auth.kid, cost_usd: usd")
    #expect(slips.count == 2)
    #expect(slips.contains { $0.contains("none of 9 calls looked at has a key at 'auth.kid'") })
    #expect(slips.contains { $0.contains("none of 9 calls looked at has a time at 'tss'") })
  }

  // MARK: Bounds

  @Test func theNewestBytesCount() throws {
    let folder = TempDir()
    let old = try folder.write("logs/old.jsonl", Self.call("ci-bto"))
    try folder.write("logs/new.jsonl", String(repeating: Self.call("ci-bot"), count: 100))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_000_000)], ofItemAtPath: old)
    let line = Int64(Self.call("ci-bot").utf8.count)
    // Ten lines and a half: what was cut is none.
    let budget = LogBudget(bytesPerSource: line * 10 + line / 2) { false }
    let (said, look) = check(rules("ci-bto: 50"), in: folder, budget)
    #expect(said.count == 1)
    #expect(look?.calls == 10 && look?.files == 1 && look?.bytes == line * 10)
    #expect(check(rules("ci-bto: 50"), in: folder).said.isEmpty)
  }

  @Test func whenTimeIsSpentNothingIsSaid() throws {
    let folder = TempDir()
    try folder.write("logs/a.jsonl", Self.chatter)
    let (said, look) = check(rules("ci-bto: 50"), in: folder, LogBudget { true })
    #expect(said.isEmpty && look?.text == nil)
  }

  @Test func whatIsNoLogIsPassedOver() throws {
    let folder = TempDir()
    try folder.write("logs/a.jsonl", "\u{1f}\u{8b}binary")
    try Data([0x1f, 0x8b, 8, 0, 0, 0]).write(to: URL(fileURLWithPath: folder.file("logs/b.jsonl")))
    try FileManager.default.createDirectory(
      atPath: folder.file("logs/c.jsonl"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("logs/d.jsonl"), withDestinationPath: "/nowhere")
    try folder.write("logs/e.jsonl", "")
    let look = try #require(check(rules("ci: 5"), in: folder).look)
    #expect(look.calls == 0 && look.files == 1)
  }
}
