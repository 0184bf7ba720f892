import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// D11: nobody takes the messages. Logs are read and rotated as ever, halts go out, and what waits is bounded and comes later, once.
@Suite struct BlockedSinkTests {
  @Test func d11AReceiverThatNeverAnswers() throws {
    let receiver = try FakeReceiver()
    receiver.setFallback(.hang)
    let site = try Site(
      rules: """
        sources: [{path: "logs/*.jsonl*", format: spendfuse}]
        rules: [{name: cap, per: key, window: lifetime, limit: 10.00, alert_at: [50%], halt: key}]
        brake: {halts: 1000, in: 1m}
        receivers: [{name: ops, webhook: {url: "\(receiver.url)"}}]
        kill_switch: [{directory: {path: halts}}]
        """)
    let watch = try site.watch()
    // A digest has room for all of them.
    let (rounds, keys) = (5, 8)
    var memory: [Int] = []
    for round in 0..<rounds {
      for key in 0..<keys {
        for usd in ["6", "5"] { try site.append(key: "k\(round)-\(key)", usd: usd) }
      }
      let last = "halts/key-k\(round)-\(keys - 1).halt"
      #expect(eventually(within: Site.patience(5)) { site.exists(last) }, "round \(round)")
      try FileManager.default.moveItem(
        atPath: site.path("logs/a.jsonl"), toPath: site.path("logs/a.jsonl.\(round)"))
      memory.append(Self.residentBytes(of: watch.pid))
    }
    #expect(site.haltFiles.count == rounds * keys)
    let status = try site.status()
    #expect(status.books.folded == Int64(2 * rounds * keys))
    #expect(status.outbox.pending > 0)
    #expect(receiver.requests.count < 20, "one after the other, with pauses")
    // Messages wait on the disk, not in memory.
    #expect(memory[rounds - 1] - memory[0] < 64 << 20, "\(memory)")
    site.expectBalance(status)
    let keysOfTries = Set(receiver.messages.map(\.key))

    watch.kill(SIGKILL)
    _ = watch.wait()
    receiver.setFallback(.respond(200))
    let again = try site.watch()
    site.settle(within: .seconds(60))
    #expect(try site.status().outbox.pending == 0)
    let told = receiver.messages.filter { $0.status == 200 }
    #expect(Set(told.map(\.key)).count == told.count, "each once")
    #expect(keysOfTries.isSubset(of: told.map(\.key)), "under the key that it was tried with")
    let halted = Set(
      told.flatMap(\.alerts).filter { $0.labels["level"] == "firing" }.compactMap { $0.labels["key"] })
    #expect(halted.count == rounds * keys)
    again.kill(SIGTERM)
    #expect(again.wait() == 0, "\(again.errors)")
  }

  private static func residentBytes(of pid: pid_t) -> Int {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8)) ?? ""
    return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0)
      * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}
