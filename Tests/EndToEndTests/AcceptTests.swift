import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// `spendfuse accept` on a running daemon, and with it down.
@Suite struct AcceptTests {
  private static let rules = """
    sources: [{path: logs/*.jsonl, format: spendfuse}]
    rules: [{name: key-spike, per: key, spike: {}, halt: key, until: manual, mode: enforce}]
    mode: enforce
    kill_switch: [{directory: {path: halts}}]
    """

  private static func line(_ time: EngineTime, usd: String) -> String {
    #"{"time":"\#(time.rfc3339)","key":"web","task":"t","model":"gpt-5","input_tokens":10,"output_tokens":1,"cost_usd":\#(usd)}"#
      + "\n"
  }

  /// A daemon that knows twelve quiet days, and then a loop.
  private func firing() throws -> (Site, Program) {
    let site = try Site(rules: Self.rules)
    let now = WallClock.now
    try site.append(
      (1..<12 * 144).reversed().map { Self.line(now + Milliseconds(-$0) * 10 * .minute, usd: "0.02") }
        .joined())
    let daemon = try site.watch()
    try site.append((0..<100).map { _ in Self.line(WallClock.now, usd: "0.50") }.joined())
    let fires = eventually(within: .seconds(30)) { (try? site.status().halts.count) == 1 }
    #expect(fires, "\(daemon.errors)")
    return (site, daemon)
  }

  private static let words = [
    "accept", "--rule", "key-spike", "--key", "web", "--why", "launch", "--by", "ann",
  ]

  @Test func aRunningDaemonTakesIt() throws {
    let (site, daemon) = try firing()
    let accepted = try site.run(Self.words)
    #expect(accepted.status == 0, "\(accepted.errors)")
    #expect(accepted.output.hasPrefix("key web: rule key-spike takes "))
    #expect(accepted.output.contains("lifted the halt of key web by rule key-spike"))
    #expect(try site.run(Self.words).status == 1)
    let status = try site.status()
    #expect(status.halts.isEmpty)
    #expect(status.rules.first?.accepted?.map(\.by) == ["ann"])
    daemon.kill(SIGTERM)
    #expect(daemon.wait() == 0)
    let text = try site.run(["status"]).output
    #expect(text.contains(" accepted by ann, "))
    let explained = try site.run(["explain", "--rule", "key-spike", "--subject", "web"]).output
    #expect(explained.contains(" accepted by ann at "))
  }

  @Test func withTheDaemonDownItIsKept() throws {
    let (site, daemon) = try firing()
    daemon.kill(SIGTERM)
    #expect(daemon.wait() == 0)
    let accepted = try site.run(Self.words)
    #expect(accepted.status == 0, "\(accepted.errors)")
    let again = try site.watch()
    #expect(try site.status().halts.isEmpty)
    #expect(try site.status().rules.first?.accepted?.map(\.by) == ["ann"])
    try site.append((0..<20).map { _ in Self.line(WallClock.now, usd: "0.50") }.joined())
    #expect(eventually { (try? site.status().books.folded) == 12 * 144 - 1 + 120 })
    #expect(try site.status().halts.isEmpty)
    again.kill(SIGTERM)
    #expect(again.wait() == 0)
  }
}
