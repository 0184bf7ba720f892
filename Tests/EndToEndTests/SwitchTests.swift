import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Many halts, and halts by hand, on both switches.
@Suite struct SwitchTests {
  private static func rules(_ redis: RedisServer, _ receiver: FakeReceiver, limit: String = "10.00") -> String
  {
    """
    sources:
      - path: logs/*.jsonl
    rules:
      - name: cap
        per: key
        window: day
        limit: \(limit)
        halt: key
        until: reset
    brake: {halts: 100000, in: 1m}
    receivers:
      - name: ops
        webhook: {url: "\(receiver.url)"}
    kill_switch:
      - redis: {url: "\(redis.url)"}
      - directory: {path: halts}
    """
  }

  private func halted(_ redis: RedisServer) throws -> Int {
    try redis.command("KEYS", "ai:*:halt").elements.count
  }

  /// Two thousand at once, healed after a flush, lifted at once by a raised limit; people get few messages.
  @Test func twoThousandKeys() throws {
    let redis = try RedisServer()
    let receiver = try FakeReceiver()
    let site = try Site(rules: SwitchTests.rules(redis, receiver))
    let watch = try site.watch()
    let keys = Site.number("SPENDFUSE_HALTS") ?? 2_000
    try site.append((0..<keys).map { Site.line(key: "key \($0)", usd: "11") }.joined())
    let start = ContinuousClock.now
    #expect(eventually(within: .seconds(60)) { (try? self.halted(redis)) == keys })
    print("SwitchTests: \(keys) keys halted after \(ContinuousClock.now - start)")
    #expect(eventually(within: .seconds(60)) { site.haltFiles.count == keys })
    #expect(try redis.get("ai:key:key%207:halt") == "1")
    site.settle()
    #expect(receiver.messages.count <= 20, "\(receiver.messages.count)")
    #expect(try site.status().halts.count == keys)
    try redis.command("FLUSHALL")
    #expect(rename(site.path("halts"), site.path("halts-gone")) == 0)
    #expect(
      eventually(within: Site.patience(4)) {
        (try? self.halted(redis)) == keys && site.haltFiles.count == keys
      })

    let told = receiver.messages.count
    try site.directory.write("rules.yaml", SwitchTests.rules(redis, receiver, limit: "12.00"))
    watch.kill(SIGHUP)
    #expect(eventually(within: .seconds(60)) { (try? self.halted(redis)) == 0 && site.haltFiles == [] })
    site.settle()
    #expect(receiver.messages.count - told <= 3, "\(receiver.messages.suffix(5).map(\.summary))")
    watch.kill(SIGTERM)
    #expect(watch.wait(within: Site.patience(1)) == 0)
  }

  @Test func everythingByHand() throws {
    let redis = try RedisServer()
    let receiver = try FakeReceiver()
    let site = try Site(rules: SwitchTests.rules(redis, receiver))
    let watch = try site.watch()
    try site.append(key: "k", usd: "11")
    #expect(eventually { (try? redis.get("ai:key:k:halt")) == "1" })
    let halt = try site.run(["halt", "--all", "--why", "provider incident", "--by", "ann"])
    #expect(halt.status == 0 && halt.output == "halted global\n", "\(halt)")
    #expect(eventually(within: Site.patience(1)) { (try? redis.get("ai:global:halt")) == "1" })
    #expect(eventually(within: Site.patience(1)) { site.exists("halts/global.halt") })
    #expect(try redis.get("ai:global:halt:why")?.contains("provider incident") == true)
    // A narrower resume says what still holds.
    let narrow = try site.run(["resume", "--key", "k", "--why", "fixed", "--by", "ann"])
    #expect(narrow.status == 0 && narrow.output.contains("global is halted"), "\(narrow)")
    // A halt that is asked for twice stands once; a person's second word replaces the first.
    #expect(try site.run(["halt", "--all", "--why", "still down", "--by", "ann"]).status == 0)
    #expect(try site.status().halts.count == 1)
    let lifted = try site.run(["resume", "--all", "--why", "over", "--by", "bob"])
    #expect(lifted.status == 0 && lifted.output.contains("lifted the halt of global by ann"), "\(lifted)")
    #expect(
      eventually { (try? redis.get("ai:global:halt")) == .some(nil) && !site.exists("halts/global.halt") })
    #expect(try redis.get("ai:global:halt:why") == nil)
    let again = try site.run(["resume", "--all", "--why", "over", "--by", "bob"])
    #expect(again.status == 1 && again.output.contains("global is not halted"), "\(again)")
    site.settle()
    #expect(receiver.messages.contains { $0.text.contains("provider incident") })
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0)
  }

  /// A halt with an end ends by itself: in Redis and for guards even while the daemon is down.
  @Test(arguments: [true, false]) func aHaltWithAnEnd(daemonStays: Bool) throws {
    let redis = try RedisServer()
    let receiver = try FakeReceiver()
    let site = try Site(rules: SwitchTests.rules(redis, receiver))
    let watch = try site.watch()
    let halt = try site.run(["halt", "--key", "k", "--for", "3s", "--why", "wait", "--by", "ann"])
    #expect(halt.status == 0, "\(halt)")
    #expect(eventually { (try? redis.get("ai:key:k:halt")) == "1" && site.exists("halts/key-k.halt") })
    let reason = try #require(
      HaltReason(
        json: Array(String(contentsOfFile: site.path("halts/key-k.halt"), encoding: .utf8).dropLast().utf8)))
    #expect(reason.end != nil)
    #expect(try site.status().halts.first?.until == reason.end)
    if !daemonStays {
      watch.kill(SIGTERM)
      #expect(watch.wait() == 0)
    }
    #expect(eventually(within: Site.patience(4)) { (try? redis.get("ai:key:k:halt")) == .some(nil) })
    #expect(WallClock.now >= reason.end ?? .distantFuture, "not before")
    let second = daemonStays ? watch : try site.watch()
    #expect(eventually(within: Site.patience(3)) { !site.exists("halts/key-k.halt") })
    #expect(eventually { (try? site.status().halts) == [] })
    site.settle()
    #expect(receiver.messages.count { $0.text.contains("its time ended") } == 1)
    second.kill(SIGTERM)
    #expect(second.wait() == 0)
  }
}
