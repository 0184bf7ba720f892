import Foundation
import Support
import Testing

@testable import SpendWatch

/// Captured logs through the built program, to the nano-dollar: format, duplicates over files and restarts, bundled prices, sums.
@Suite struct GoldenTotalTests {
  private struct Sums: Decodable {
    struct Totals: Decodable {
      var requests: Int64
      var errors: Int64
      var costNanoUsd: Int64
    }
    var totals: Totals
    var expected: [Int64] { [totals.requests, totals.errors, totals.costNanoUsd] }
  }

  private static func sample(_ format: String) throws -> String {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return try String(
      contentsOf: tests.appendingPathComponent("Scenarios/formats/\(format)/sample.jsonl"), encoding: .utf8)
  }

  private static func sums(_ site: Site, _ arguments: [String]) throws -> [Int64] {
    let done = try Program.run(["report", "--json"] + arguments, in: site.directory)
    #expect(done.status == 0, "\(done.errors)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Sums.self, from: Data(done.output.utf8)).expected
  }

  @Test(
    arguments: [
      ("litellm-payload", [5, 1, 51_760_000]), ("litellm-spend-logs", [2, 0, 40_600_000]),
      // 11700·1.75 + 30000·0.175 + 300·1.75 + 906·14; what was written to the cache has no rate of its own.
      ("codex", [3, 0, 38_934_000]), ("codex-legacy", [3, 0, 38_934_000]),
      // G1 and G2.
      ("openai-chat", [1, 0, 3_840_000]), ("openai-chat-stream", [1, 0, 3_840_000]),
      ("openai-responses", [1, 0, 3_840_000]), ("openai-responses-stream", [1, 0, 3_840_000]),
      ("anthropic-message", [1, 0, 36_760_000]), ("anthropic-stream", [1, 0, 36_760_000]),
    ] as [(String, [Int64])])
  func eachSampleCostsWhatItDid(format: String, expected: [Int64]) throws {
    let site = try Site(rules: "sources: [{path: logs/*.jsonl}]")
    try site.append(GoldenTotalTests.sample(format))
    #expect(try GoldenTotalTests.sums(site, [site.path("logs/a.jsonl")]) == expected)
  }

  /// All in one file, in another order each time.
  @Test func mixedFilesAddUp() throws {
    let site = try Site(rules: "sources: [{path: logs/*.jsonl}]")
    let formats = [
      "litellm-payload", "openai-chat-stream", "codex", "anthropic-message", "openai-responses-stream",
      "litellm-spend-logs", "anthropic-stream", "claude-code",
    ]
    let expected: [Int64] = [
      5 + 1 + 3 + 1 + 1 + 2 + 1 + 4, 1,
      51_760_000 + 3_840_000 + 38_934_000 + 36_760_000 + 3_840_000 + 40_600_000 + 36_760_000 + 91_788_000,
    ]
    for (turn, order) in [formats, formats.reversed()].enumerated() {
      for format in order { try site.append(GoldenTotalTests.sample(format), to: "logs/\(turn).jsonl") }
      #expect(try GoldenTotalTests.sums(site, [site.path("logs/\(turn).jsonl")]) == expected)
    }
  }

  /// A session in the middle of which the daemon is killed: the rest leans on lines of before.
  @Test func codexGoesOnAfterAKill() throws {
    for format in ["codex", "codex-legacy"] {
      let site = try Site(
        rules: "sources: [{path: sessions/**/*.jsonl, format: codex}]\nrules: []")
      let lines = try GoldenTotalTests.sample(format).split(separator: "\n").map(String.init)
      try site.append(lines[..<5].joined(separator: "\n") + "\n", to: "sessions/2026/a.jsonl")
      let first = try site.watch()
      #expect(eventually { (try? site.status().books.read) == 5 })
      site.settle()
      first.kill(SIGKILL)
      _ = first.wait()
      try site.append(lines[5...].joined(separator: "\n") + "\n", to: "sessions/2026/a.jsonl")
      let second = try site.watch()
      #expect(eventually { (try? site.status().books.read) == Int64(lines.count) })
      site.settle()
      second.kill(SIGTERM)
      #expect(second.wait() == 0)
      #expect(try GoldenTotalTests.sums(site, ["--state", site.path("state")]) == [3, 0, 38_934_000])
      let tasks = try Program.run(
        ["report", "--csv", "--by", "task,model", "--state", site.path("state")], in: site.directory)
      #expect(tasks.output.split(separator: "\n").count == 2)
      #expect(tasks.output.contains("01a20af4-54bf-70e0-9464-779a8a3ca6aa,gpt-5.2-codex,3,"))
    }
  }

  @Test func reportFindsCodexsLogs() throws {
    let site = try Site(rules: "")
    try site.append(GoldenTotalTests.sample("codex"), to: "home/.codex/sessions/2026/11/a.jsonl")
    try site.append(GoldenTotalTests.sample("codex"), to: "home/elsewhere/archived_sessions/a.jsonl")
    for environment in [
      ["HOME": site.path("home")], ["HOME": site.path("none"), "CODEX_HOME": site.path("home/elsewhere")],
    ] {
      let done = try Program.run(["report", "--json"], in: site.directory, environment: environment)
      #expect(done.status == 0 && done.output.contains(#""cost_usd":"0.038934""#), "\(done.errors)")
    }
  }

  @Test func claudeCallsCountOnceOverFilesForksAndRestarts() throws {
    let expected: [Int64] = [5, 0, 114_735_000]
    let site = try Site(rules: "sources: [{path: logs/*.jsonl}]\nrules: []")
    let session = try GoldenTotalTests.sample("claude-code")
    let lines = session.split(separator: "\n").map(String.init)
    // The session in two halves around a kill, its sub-agent, and a fork: the same lines under another session.
    try site.append(lines[..<12].joined(separator: "\n") + "\n", to: "logs/session.jsonl")
    let first = try site.watch()
    #expect(eventually { (try? site.status().books.read) == 12 })
    first.kill(SIGKILL)
    _ = first.wait()
    try site.append(lines[12...].joined(separator: "\n") + "\n", to: "logs/session.jsonl")
    try site.append(GoldenTotalTests.sample("claude-code-subagent"), to: "logs/agent.jsonl")
    let second = try site.watch()
    try site.append(
      session.replacing("d6e3670c-ba55-49fd-87d5-497339dc944d", with: "11111111-ba55-49fd-87d5-497339dc944d"),
      to: "logs/fork.jsonl")
    #expect(eventually { (try? site.status().books.read) ?? 0 >= Int64(2 * lines.count) })
    site.settle()
    second.kill(SIGTERM)
    #expect(second.wait() == 0)
    #expect(try GoldenTotalTests.sums(site, ["--state", site.path("state")]) == expected)
    #expect(try GoldenTotalTests.sums(site, [site.path("logs")]) == expected)
  }
}
