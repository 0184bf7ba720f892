import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Redis and webhooks come and go.
@Suite struct OutageTests {
  private static func rules(_ redis: RedisServer, _ receiver: FakeReceiver) -> String {
    """
    sources:
      - path: logs/*.jsonl
    rules:
      - name: cap
        per: key
        window: lifetime
        limit: 100.00
        alert_at: [50%, 80%]
        halt: key
    receivers:
      - name: ops
        webhook: {url: "\(receiver.url)"}
    kill_switch:
      - redis: {url: "\(redis.url)"}
      - directory: {path: halts}
    """
  }

  /// Halts wait for a switch that is down, people are told after 5 s, and it is set within 2 s when it is back.
  @Test(arguments: [true, false]) func redisIsDown(atStart: Bool) throws {
    let redis = try RedisServer()
    let receiver = try FakeReceiver()
    let site = try Site(rules: OutageTests.rules(redis, receiver))
    if atStart { redis.kill() }
    let watch = try site.watch()
    // Lifted while it is down: only what stands then is set.
    try site.append(key: "lifted", usd: "100")
    #expect(eventually(within: Site.patience(2)) { site.exists("halts/key-lifted.halt") })
    if !atStart {
      #expect(eventually { (try? redis.get("ai:key:lifted:halt")) == "1" })
      redis.kill()
    }
    let down = ContinuousClock.now
    try site.append(key: "k", usd: "100")
    #expect(
      eventually(within: Site.patience(2)) { site.exists("halts/key-k.halt") }, "the other switch is set")
    #expect(try site.run(["resume", "--key", "lifted", "--why", "x", "--until-reset"]).status == 0)
    #expect(eventually { (try? site.redis())?.failingSince != nil })
    #expect(try site.redis()?.problem?.isEmpty == false)
    #expect(
      eventually(within: Site.patience(8)) { receiver.messages.contains { $0.rule == "switch-failing" } })
    if !atStart { #expect(ContinuousClock.now - down >= .seconds(5), "not for a short outage") }
    let alarm = try #require(receiver.messages.first { $0.rule == "switch-failing" })
    #expect(alarm.summary.contains("redis 127.0.0.1:\(redis.port) fails"))

    try redis.start()
    let up = ContinuousClock.now
    #expect(eventually(within: Site.patience(2)) { (try? redis.get("ai:key:k:halt")) == "1" })
    print("OutageTests: set \(ContinuousClock.now - up) after redis was back")
    #expect(try redis.get("ai:key:lifted:halt") == nil)
    #expect(eventually { receiver.messages.contains { $0.summary.contains("works again") } })
    #expect(try site.redis()?.failingSince == nil)
    #expect(
      receiver.messages.count { $0.rule == "switch-failing" } == 2, "told once, and once that it is over")
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0)
  }

  @Test func aWebhookThatFailsGetsEachOnceInOrder() throws {
    let redis = try RedisServer()
    let receiver = try FakeReceiver()
    receiver.setFallback(.respond(500))
    let site = try Site(rules: OutageTests.rules(redis, receiver))
    let watch = try site.watch()
    for (usd, count) in [("50", 1), ("30", 2), ("20", 3)] {
      try site.append(key: "k", usd: usd)
      #expect(eventually { (try? site.status().outbox.pending) == count })
    }
    #expect(receiver.received(2))
    #expect(try site.status().warnings.contains { $0.contains("receiver ops fails") })
    #expect(Set(receiver.messages.map(\.key)).count == 1, "the first one goes first")
    receiver.setFallback(.respond(200))
    #expect(eventually(within: .seconds(30)) { (try? site.status().outbox.pending) == 0 })
    let delivered = receiver.messages.filter { $0.status == 200 }
    #expect(delivered.map { $0.alerts.first?.labels["level"] } == ["50%", "80%", "firing"])
    for (_, tries) in Dictionary(grouping: receiver.messages, by: \.key) {
      #expect(Set(tries.map(\.text)).count == 1)
      #expect(tries.count { $0.status == 200 } == 1)
    }
    #expect(try site.status().warnings == [])
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0)
    #expect(!watch.errors.contains("s3cret-path"))
  }

  /// Waits as long as it is asked to, over a restart too; what is refused for good is given up and said.
  @Test func retryAfterIsHonoured() throws {
    let redis = try RedisServer()
    let receiver = try FakeReceiver(.respond(429, headers: [("Retry-After", "3")]))
    let site = try Site(rules: OutageTests.rules(redis, receiver))
    var watch = try site.watch()
    try site.append(key: "k", usd: "50")
    #expect(receiver.received(1))
    #expect(eventually { (try? site.status().warnings.contains { $0.contains("HTTP 429") }) == true })
    // The outcome is on disk before the daemon goes.
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0)
    watch = try site.watch()
    #expect(receiver.received(2))
    let messages = receiver.messages
    #expect(messages[1].at - messages[0].at >= .milliseconds(2_900))
    #expect(messages[1].key == messages[0].key && messages[1].text == messages[0].text)
    receiver.setFallback(.respond(404))
    try site.append(key: "k", usd: "30")
    #expect(eventually { (try? site.status().outbox.dead) == 1 })
    #expect(eventually { watch.errors.contains("HTTP 404") })
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0)
  }

  /// A halt that somebody set by hand is shown and left alone until a person's resume names it.
  @Test func aForeignHaltIsShownAndKept() throws {
    let redis = try RedisServer()
    let receiver = try FakeReceiver()
    try redis.command("SET", "ai:key:x:halt", "1")
    try redis.command("PSETEX", "ai:task:y:halt", "600000", "1")
    let site = try Site(rules: OutageTests.rules(redis, receiver))
    try site.append("", to: "halts/key-z.halt")
    for _ in 0..<2 {
      let watch = try site.watch()
      #expect(eventually { (try? site.redis())?.foreign.count == 2 })
      let foreign = try site.redis()?.foreign.joined() ?? ""
      #expect(foreign.contains("key x") && foreign.contains("task y"), "\(foreign)")
      #expect(try site.status().switches.last?.foreign.count == 1)
      // Ours under the same name comes and goes; theirs stays.
      #expect(try site.run(["halt", "--key", "other", "--why", "x"]).status == 0)
      #expect(eventually { (try? redis.get("ai:key:other:halt")) == "1" })
      #expect(try site.run(["resume", "--key", "other", "--why", "x"]).status == 0)
      #expect(eventually { (try? redis.get("ai:key:other:halt")) == .some(nil) })
      watch.kill(SIGTERM)
      #expect(watch.wait() == 0)
      #expect(try redis.get("ai:key:x:halt") == "1" && redis.get("ai:task:y:halt") == "1")
    }
    let watch = try site.watch()
    // The whole circuit by hand, while it runs.
    try redis.command("SET", "ai:global:halt", "1")
    #expect(
      eventually(within: Site.patience(3)) {
        (try? site.redis())?.foreign.contains { $0.hasPrefix("global") } == true
      })
    #expect(try site.run(["resume", "--all", "--why", "it was me"]).status == 0)
    #expect(try redis.get("ai:global:halt") == nil)
    let resumed = try site.run(["resume", "--key", "x", "--why", "it was me"])
    #expect(
      resumed.status == 0 && resumed.output.contains("took away 1 halt of key x that somebody else had set"),
      "\(resumed)")
    #expect(try redis.get("ai:key:x:halt") == nil)
    #expect(try site.run(["resume", "--key", "z", "--why", "it was me"]).status == 0)
    #expect(!site.exists("halts/key-z.halt"))
    #expect(try redis.get("ai:task:y:halt") == "1")
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0)
  }
}

extension Site {
  /// How the Redis switch is.
  fileprivate func redis() throws -> StatusMessage.SwitchMessage? {
    try status().switches.first { $0.name.hasPrefix("redis") }
  }
}
