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
    ] as [(String, [Int64])])
  func loggedCostsAreTakenWhole(format: String, expected: [Int64]) throws {
    let site = try Site(rules: "sources: [{path: logs/*.jsonl}]")
    try site.append(GoldenTotalTests.sample(format))
    #expect(try GoldenTotalTests.sums(site, [site.path("logs/a.jsonl")]) == expected)
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
