import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// The daemon is killed at random moments while a log is written and rotated: every line counts once, every step is told under one key.
/// SPENDFUSE_KILLS=200 for a long hunt, SPENDFUSE_SEED=n to repeat one.
@Suite struct KillLoopTests {
  private static let kills = Site.number("SPENDFUSE_KILLS") ?? 20

  /// Limits that are reached one after the other while it goes on.
  private static func rules(_ redis: RedisServer, _ receiver: FakeReceiver) -> String {
    // A fifth of a second's writing for each kill and key.
    let limits = (0..<NumberedWriter.keys).map {
      "k\($0): \(NanoUSD(rawValue: Int64(kills) * 12_000 * Int64($0 + 1)).decimal)"
    }
    return """
      sources:
        - path: logs/*.jsonl*
          format: spendfuse
      rules:
        - name: key-budget
          per: key
          window: lifetime
          limit: 1000.00
          overrides: {\(limits.joined(separator: ", "))}
          alert_at: [20%, 50%, 80%]
          halt: key
        - name: key-day
          per: key
          window: day
          limit: \(NanoUSD(rawValue: Int64(kills) * 20_000).decimal)
          alert_at: [50%]
          mode: warn
      brake: {halts: 1000, in: 1m}
      receivers:
        - name: ops
          webhook: {url: "\(receiver.url)"}
        - name: second
          webhook: {url: "\(receiver.url)/second"}
      kill_switch:
        - redis: {url: "\(redis.url)"}
        - directory: {path: halts}
      """
  }

  @Test func d1EveryLineOnceEveryStepUnderOneKey() throws {
    let seed = Site.number("SPENDFUSE_SEED").map(UInt64.init) ?? UInt64.random(in: 0...9_999_999)
    var dice = Dice(seed: seed)
    let repeated: Comment = "repeat with SPENDFUSE_SEED=\(seed) SPENDFUSE_KILLS=\(KillLoopTests.kills)"
    let redis = try RedisServer()
    let receiver = try FakeReceiver()
    let site = try Site(rules: KillLoopTests.rules(redis, receiver))
    let writer = NumberedWriter(site.path("logs/a.jsonl"))
    try writer.start(seed: dice.next())
    let began = ContinuousClock.now
    var working = 0
    for _ in 0..<KillLoopTests.kills {
      let watch = try site.start()
      // Every other one is killed at work, however slow the machine; the others at their start, or in the catch-up.
      if dice.one(in: 2) {
        _ = eventually(within: .seconds(20)) { watch.output.contains("watching;") || watch.poll() != nil }
      }
      usleep(UInt32(dice.roll(50_000...500_000)))
      #expect(watch.poll() == nil, "\(watch.errors)")
      if watch.output.contains("watching;") { working += 1 }
      watch.kill(SIGKILL)
      #expect(watch.wait() == 128 + SIGKILL)
    }
    // One that lives long enough to read what is left.
    let watch = try site.watch()
    let model = writer.stop()
    let rate = Double(model.lines) / ((ContinuousClock.now - began) / .seconds(1))
    #expect(rate > 0.9 * Double(NumberedWriter.linesASecond), "a slow writer")
    print(
      "KillLoopTests: \(repeated), \(working) at work, \(model.lines) lines, \(model.renamed) + \(model.copied) rotations, \(Int(rate)) lines/s"
    )
    #expect(working > KillLoopTests.kills / 4, "too slow to be killed at work")
    #expect(eventually(within: .seconds(60)) { (try? site.status().books.read) == model.lines }, repeated)
    let status = try site.status()
    #expect(status.books.folded == model.lines && status.books.read == model.lines, repeated)
    #expect(status.books.rejected == [:] && status.books.duplicate == 0, repeated)
    site.expectBalance(status)

    // The sums of the rules, and those of the books on disk.
    let values = Dictionary(
      uniqueKeysWithValues: (status.rules.first?.top ?? []).map { ($0.subject.names["key"] ?? "", $0.value) })
    #expect(values == model.nanoUSD, repeated)
    #expect(eventually { (try? site.status().outbox.pending) == 0 })
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0, "\(watch.errors)")
    let report = try site.report(["--by", "key"])
    #expect(report.books.events == model.lines, repeated)
    #expect(report.requests == model.requests && report.nanoUSD == model.nanoUSD, repeated)

    // Whom the limits halt is halted, and nobody else.
    let limits = (0..<NumberedWriter.keys).map { Int64(KillLoopTests.kills) * 12_000 * Int64($0 + 1) }
    let halted = limits.indices.filter { model.nanoUSD["k\($0)", default: 0] >= limits[$0] }.map { "k\($0)" }
    #expect(Set(status.halts.compactMap { $0.subject.names["key"] }) == Set(halted), repeated)
    for index in limits.indices {
      let key = "k\(index)"
      #expect(try redis.get("ai:key:\(key):halt") == (halted.contains(key) ? "1" : nil), repeated)
      #expect(
        FileManager.default.fileExists(atPath: site.path("halts/key-\(key).halt")) == halted.contains(key))
    }
    expectOneKeyAStep(receiver, halted: halted, repeated)
  }

  /// What a person was told is done survives a kill at that very moment.
  @Test func aPersonsWordIsKept() throws {
    let redis = try RedisServer()
    let receiver = try FakeReceiver()
    let site = try Site(rules: KillLoopTests.rules(redis, receiver))
    let client = ControlClient(paths: [site.path("state/control.sock")])
    for round in 0..<(Site.number("SPENDFUSE_KILLS") ?? 10) {
      let watch = try site.watch()
      let subject = Subject.key("person-\(round / 2)")
      let reply =
        round % 2 == 0
        ? try client.halt(HaltRequest(subject: subject, why: "leaked", by: "ann"))
        : try client.resume(ResumeRequest(subject: subject, rule: nil, why: "rotated", by: "ann"))
      watch.kill(SIGKILL)
      #expect(reply.changed)
      #expect(watch.wait() == 128 + SIGKILL)
      let again = try site.watch()
      let isHalted = try site.status().halts.contains { $0.subject == SubjectMessage(subject) }
      #expect(isHalted == (round % 2 == 0), "round \(round)")
      #expect(
        eventually {
          (try? redis.get("ai:\(subject.per.name):\(subject.names[0]):halt")) == (isHalted ? "1" : nil)
        })
      again.kill(SIGKILL)
      _ = again.wait()
    }
  }

  private func expectOneKeyAStep(_ receiver: FakeReceiver, halted: [String], _ repeated: Comment) {
    for path in Set(receiver.requests.map(\.path)) {
      let messages = receiver.messages.filter { $0.path == path }
      for (key, sent) in Dictionary(grouping: messages, by: \.key) {
        #expect(Set(sent.map(\.text)).count == 1, "\(key) has several contents; \(repeated)")
      }
      var keys: [String: Set<String>] = [:]
      for message in messages {
        for alert in message.alerts { keys[alert.step, default: []].insert(message.key) }
      }
      for (step, keys) in keys { #expect(keys.count == 1, "\(step) under \(keys); \(repeated)") }
      for key in halted {
        #expect(keys.keys.contains { $0.hasPrefix("key-budget \(key) firing") }, "\(key) untold; \(repeated)")
      }
    }
  }
}
