import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// D8: the wall clock of a running daemon jumps. Windows go by the time of the calls, timers by a clock that does not jump.
@Suite struct JumpingClockTests {
  private static let year: Int32 = 365 * 24 * 3_600

  private static func rules(_ receiver: FakeReceiver) -> String {
    """
    sources: [{path: logs/*.jsonl, format: spendfuse}]
    rules:
      - {name: cap, per: key, window: 24h, limit: 10.00, alert_at: [50%], halt: key}
      - {name: all, per: global, window: lifetime, limit: 1000.00}
    receivers: [{name: ops, webhook: {url: "\(receiver.url)"}}]
    kill_switch: [{directory: {path: halts}}]
    """
  }

  @Test(arguments: [year, -3_600, -year, 45 * 60] as [Int32])
  func d8TheClockJumps(seconds: Int32) throws {
    let receiver = try FakeReceiver()
    let site = try Site(rules: Self.rules(receiver))
    let faults = try Faults(in: site.directory)
    let watch = try site.watch(faults.environment)
    try site.append(key: "k", usd: "6")
    #expect(receiver.received(1), "the half is told")
    try faults.set([.clock], seconds)
    // Its time is of a clock that is right.
    try site.append(key: "k", usd: "5")
    #expect(
      eventually(within: Site.patience(5)) { site.exists("halts/key-k.halt") }, "the six dollars count still")
    #expect(receiver.received(2), "a message waits for no wall clock")
    try faults.set([.clock], 0)
    try site.append(key: "other", usd: "11")
    #expect(eventually(within: Site.patience(5)) { site.exists("halts/key-other.halt") })
    site.settle()
    let status = try site.status()
    #expect(status.books.folded == 3)
    #expect(Set(status.halts.compactMap { $0.subject.names["key"] }) == ["k", "other"])
    #expect(receiver.messages.count { $0.rule == "cap" } == receiver.messages.count)
    #expect(receiver.messages.count == 3, "\(receiver.messages.map(\.summary))")
    site.expectBalance(status)
    // A jump over a restart: what was counted stands, and nothing is told or halted anew.
    watch.kill(SIGKILL)
    _ = watch.wait()
    try faults.set([.clock], seconds > 0 ? 7_200 : -1_800)
    let again = try site.watch(faults.environment)
    site.settle()
    #expect(try site.status().books == status.books)
    #expect(Set(try site.status().halts.compactMap { $0.subject.names["key"] }) == ["k", "other"])
    #expect(receiver.messages.count == 3)
    again.kill(SIGTERM)
    #expect(again.wait() == 0, "\(again.errors)")
  }
}
