import Foundation
import Support
import Testing

@testable import SpendWatch

/// The built program, a real redis-server, a real HTTP receiver.
@Suite struct MainJobTests {
  /// Rules over `logs/*.jsonl` in `directory`, with everything that can be told or tripped.
  private static func rules(_ redis: RedisServer, _ receiver: FakeReceiver) -> String {
    """
    timezone: UTC
    sources:
      - path: logs/**/*.jsonl
    rules:
      - name: key-daily-cap
        per: key
        window: day
        limit: 25.00
        alert_at: [50%, 80%]
        halt: key
        until: reset
      - name: task-budget
        per: task
        window: lifetime
        limit: 1000.00
        halt: task
    receivers:
      - name: ops
        webhook: {url: "\(receiver.url)"}
      - name: oncall
        slack: {webhook_url: "\(receiver.url)/slack"}
    kill_switch:
      - redis: {url: "\(redis.url)"}
      - directory: {path: halts}
    """
  }

  @Test func appendsAlertHaltKillRestartFlushResume() throws {
    let redis = try RedisServer()
    let receiver = try FakeReceiver()
    let site = try Site(rules: MainJobTests.rules(redis, receiver))
    var watch = try site.watch()

    // 84 %: people are told, nobody is halted.
    try site.append(key: "ci-bot", usd: "21.00")
    #expect(receiver.received(2))
    let texts = receiver.requests.map(\.text)
    #expect(texts.allSatisfy { $0.contains("84 % of $25.00 used today by key ci-bot") })
    #expect(try redis.get("ai:key:ci-bot:halt") == nil)

    // Over the limit: halted in both switches, told once to each receiver.
    try site.append(key: "ci-bot", usd: "5.50")
    #expect(eventually { (try? redis.get("ai:key:ci-bot:halt")) == "1" })
    #expect(eventually { FileManager.default.fileExists(atPath: site.path("halts/key-ci-bot.halt")) })
    #expect(receiver.received(4))
    let firing = receiver.requests.suffix(2).map(\.text).joined()
    // As it stands it works from any shell: the state is named, since it is not the default.
    #expect(firing.contains("spendfuse resume --key ci-bot"))
    #expect(firing.contains("--state \(site.path("state"))"))
    #expect(firing.contains("$1.50 past the limit"))
    let why = try redis.get("ai:key:ci-bot:halt:why") ?? ""
    #expect(why.contains("key-daily-cap"))
    guard case .integer(let ttl) = try redis.command("PTTL", "ai:key:ci-bot:halt") else {
      Issue.record("no ttl"); return
    }
    #expect(ttl > 0 && ttl <= 86_400_000)

    // A delivery that is not on disk yet would be sent again, under the same key.
    #expect(eventually { (try? site.status().outbox.pending) == 0 })

    // Killed and started again: the same totals, nothing told twice.
    let before = try site.status()
    watch.kill(SIGKILL)
    _ = watch.wait()
    watch = try site.watch()
    let after = try site.status()
    #expect(after.books == before.books)
    #expect(after.rules.first?.top.first?.value == 26_500_000_000)
    #expect(after.halts.count == 1)

    // Flushed: healed within a look.
    try redis.command("FLUSHALL")
    #expect(eventually { (try? redis.get("ai:key:ci-bot:halt")) == "1" })

    // A person lifts it, and it stays lifted.
    let resumed = try site.run(["resume", "--key", "ci-bot", "--why", "the loop is fixed", "--by", "ann"])
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(resumed.output.contains("halts again at $29.00"))
    #expect(eventually { (try? redis.get("ai:key:ci-bot:halt")) == .some(nil) })
    #expect(eventually { !FileManager.default.fileExists(atPath: site.path("halts/key-ci-bot.halt")) })

    // The headroom is spent: halted again.
    try site.append(key: "ci-bot", usd: "2.50")
    #expect(eventually { (try? redis.get("ai:key:ci-bot:halt")) == "1" })

    // Every message of an alert went out once to each receiver.
    #expect(eventually { (try? site.status().outbox.pending) == 0 })
    let keys = receiver.requests.map { ($0.headers["idempotency-key"] ?? "") + $0.path }
    #expect(Set(keys).count == keys.count)

    watch.kill(SIGTERM)
    #expect(watch.wait(within: .seconds(3)) == 0, "\(watch.errors)")
    // Without receivers the log is all there is: it names the dollars and the way out, once.
    let halts = watch.errors.split(separator: "\n").filter { $0.contains("past the limit") }
    #expect(
      halts.count == 1 && halts[0].contains("lift it with: spendfuse resume --key ci-bot"), "\(watch.errors)")
    #expect(!watch.errors.contains("s3cret-path"))
    #expect(!watch.output.contains("s3cret-path"))
  }

  @Test func worksOnTheStateOfAStoppedDaemon() throws {
    let redis = try RedisServer()
    let receiver = try FakeReceiver()
    let site = try Site(rules: MainJobTests.rules(redis, receiver))
    let first = try site.watch()
    try site.append(key: "k", usd: "30.00")
    #expect(eventually { (try? redis.get("ai:key:k:halt")) == "1" })
    first.kill(SIGTERM)
    #expect(first.wait() == 0)
    #expect(try redis.get("ai:key:k:halt") == "1", "a halt outlives the daemon")

    let halted = try site.run(["halt", "--task", "t9", "--why", "stuck", "--by", "ann"], rules: true)
    #expect(halted.status == 0, "\(halted.errors)")
    #expect(try redis.get("ai:task:t9:halt") == "1")
    let resumed = try site.run(["resume", "--key", "k", "--why", "fixed", "--by", "ann"], rules: true)
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try redis.get("ai:key:k:halt") == nil)
    let status = try site.run(["status", "--json"], rules: true)
    let message = try ControlJSON.decode(StatusMessage.self, from: Array(status.output.utf8))
    #expect(message.halts.map(\.subject.names) == [["task": "t9"]])

    let second = try site.watch()
    #expect(try redis.get("ai:task:t9:halt") == "1")
    let lifted = try site.run(["resume", "--task", "t9", "--why", "gone", "--by", "ann"])
    #expect(lifted.status == 0, "\(lifted.errors)")
    #expect(eventually { (try? redis.get("ai:task:t9:halt")) == .some(nil) })
    second.kill(SIGTERM)
    #expect(second.wait() == 0)
  }

  @Test func reloadsAndRefusesABadFile() throws {
    let redis = try RedisServer()
    let receiver = try FakeReceiver()
    let rules = MainJobTests.rules(redis, receiver)
    let site = try Site(rules: rules)
    let watch = try site.watch()
    try site.append(key: "k", usd: "30.00")
    #expect(eventually { (try? redis.get("ai:key:k:halt")) == "1" })

    try site.directory.write("rules.yaml", rules.replacing("limit: 25.00", with: "limt: 25.00"))
    watch.kill(SIGHUP)
    #expect(eventually { watch.errors.contains("the old rules stay") })
    #expect(watch.errors.contains("limt"))
    #expect(try redis.get("ai:key:k:halt") == "1")

    // A limit above the value lifts its halt.
    try site.directory.write("rules.yaml", rules.replacing("limit: 25.00", with: "limit: 50.00"))
    watch.kill(SIGHUP)
    #expect(eventually { (try? redis.get("ai:key:k:halt")) == .some(nil) })
    // And one below it halts at once.
    try site.directory.write("rules.yaml", rules.replacing("limit: 25.00", with: "limit: 10.00"))
    watch.kill(SIGHUP)
    #expect(eventually { (try? redis.get("ai:key:k:halt")) == "1" })
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0)
  }

  /// Whoever asks with other rules in hand must not undo what the daemon's rules did.
  @Test func aVisitorWithOtherRulesChangesNothing() throws {
    let redis = try RedisServer()
    let receiver = try FakeReceiver()
    let site = try Site(rules: MainJobTests.rules(redis, receiver))
    let first = try site.watch()
    try site.append(key: "k", usd: "30.00")
    #expect(eventually { (try? redis.get("ai:key:k:halt")) == "1" })
    #expect(eventually { (try? site.status().outbox.pending) == 0 })
    let told = receiver.requests.count
    first.kill(SIGTERM)
    #expect(first.wait() == 0)

    let other = try site.directory.write(
      "other.yaml",
      """
      sources: [{path: elsewhere/*.jsonl}]
      rules: [{name: other, per: user, window: day, limit: 1, halt: global}]
      kill_switch: [{redis: {url: "\(redis.url)"}}]
      """)
    for arguments in [
      ["status"], ["halt", "--task", "t2", "--why", "w"], ["resume", "--task", "t2", "--why", "w"],
    ] {
      let done = try site.run(arguments + ["--rules", other])
      #expect(done.status == 0, "\(done.errors)")
      #expect(try redis.get("ai:key:k:halt") == "1")
    }
    // Without --rules the daemon's own are found.
    let status = try site.run(["status", "--json"])
    #expect(status.output.contains("key-daily-cap"), "\(status.errors)")

    let second = try site.watch()
    let after = try site.status()
    #expect(after.rules.first?.top.first?.value == 30_000_000_000)
    #expect(after.halts.map(\.subject.names) == [["key": "k"]])
    #expect(try redis.get("ai:key:k:halt") == "1")
    #expect(eventually { (try? site.status().outbox.pending) == 0 })
    // The person's two acts, to two receivers; nothing of the rules'.
    #expect(receiver.requests.count <= told + 4, "\(receiver.requests.map(\.text))")
    second.kill(SIGTERM)
    #expect(second.wait() == 0)
  }
}
