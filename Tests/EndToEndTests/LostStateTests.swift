import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// The disk under the state goes away and comes back: halts go out all the same, messages wait, nothing is lost.
@Suite struct LostStateTests {
  @Test func theStateIsMovedAwayAndBack() throws {
    let redis = try RedisServer()
    let receiver = try FakeReceiver()
    let site = try Site(
      rules: """
        sources:
          - path: logs/*.jsonl
        rules:
          - {name: cap, per: key, window: lifetime, limit: 10.00, halt: key}
        receivers:
          - name: ops
            webhook: {url: "\(receiver.url)"}
        kill_switch:
          - redis: {url: "\(redis.url)"}
        """)
    let watch = try site.watch()
    try site.append(key: "before", usd: "11")
    #expect(receiver.received(1))
    site.settle()

    #expect(rename(site.path("state/state.db"), site.path("away.db")) == 0)
    try site.append(key: "meanwhile", usd: "11")
    #expect(eventually { (try? redis.get("ai:key:meanwhile:halt")) == "1" })
    #expect(eventually { (try? site.status().commits.problem) != nil })
    let halt = try site.run(["halt", "--key", "hand", "--why", "leaked", "--by", "ann"])
    #expect(halt.status == 0 && halt.output.contains("a restart would forget this"), "\(halt)")
    #expect(try redis.get("ai:key:hand:halt") == "1")
    #expect(receiver.requests.count == 1, "nothing is told that is not on disk")
    #expect(try site.status().books.folded == 2)

    #expect(rename(site.path("away.db"), site.path("state/state.db")) == 0)
    #expect(eventually { (try? site.status().commits.problem) == .some(nil) })
    #expect(receiver.received(3))
    site.settle()
    watch.kill(SIGKILL)
    _ = watch.wait()
    let again = try site.watch()
    #expect(
      Set(try site.status().halts.compactMap { $0.subject.names["key"] }) == ["before", "meanwhile", "hand"])
    #expect(try site.status().books.folded == 2)
    site.settle()
    #expect(Set(receiver.messages.map(\.key)).count == 3)
    again.kill(SIGTERM)
    #expect(again.wait(within: Site.patience(1)) == 0)
  }

  /// It never comes back: the stop does not wait for it, and the next start says what is missing.
  @Test func theStateIsGone() throws {
    let site = try Site(
      rules: "sources:\n  - {path: logs/*.jsonl}\nrules:\n  - {name: a, per: key, window: day, limit: 1}\n")
    let watch = try site.watch()
    try site.append(key: "k", usd: "0.5")
    site.settle()
    try FileManager.default.removeItem(atPath: site.path("state"))
    try site.append(key: "k", usd: "0.5")
    #expect(eventually { watch.errors.contains("is gone or was replaced") })
    watch.kill(SIGTERM)
    #expect(watch.wait(within: Site.patience(1)) == 0)
  }
}
