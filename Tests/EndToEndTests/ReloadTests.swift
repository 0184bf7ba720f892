import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// New rules while a log is written at full speed.
@Suite struct ReloadTests {
  private static func rules(
    _ receiver: FakeReceiver, sources: [String], path: String = "", halts: String = "halts",
    extra: String = ""
  ) -> String {
    """
    sources:
    \(sources.map { "  - {path: \"\($0)\", format: spendfuse}" }.joined(separator: "\n"))
    rules:
      - name: cap
        per: key
        window: lifetime
        limit: 100.00
        alert_at: [50%]
        halt: key
    \(extra)
    receivers:
      - name: ops
        webhook: {url: "\(receiver.url)\(path)"}
    kill_switch:
      - directory: {path: \(halts)}
    """
  }

  private func reload(_ site: Site, _ watch: Program, _ text: String) throws {
    let before = watch.errors.components(separatedBy: "is in force").count
    try site.directory.write("rules.yaml", text)
    watch.kill(SIGHUP)
    #expect(
      eventually(within: .seconds(20)) { watch.errors.components(separatedBy: "is in force").count > before })
  }

  @Test func sourcesReceiversAndSwitches() throws {
    let receiver = try FakeReceiver()
    let other = try FakeReceiver()
    let live = "logs/*.jsonl*"
    let site = try Site(rules: ReloadTests.rules(receiver, sources: [live, "old/*.jsonl"]))
    let writer = NumberedWriter(site.path("logs/a.jsonl"))
    try writer.start(seed: 7)
    let watch = try site.watch()
    try site.append(key: "first", usd: "100", to: "old/a.jsonl")
    #expect(eventually { site.haltFiles == ["key-first.halt"] })
    #expect(receiver.received(1))
    site.expectOutboxEmpty()

    // A source comes, with what was there before; another goes.
    for _ in 0..<4 { try site.append(key: "waiting", usd: "30", to: "new/a.jsonl") }
    try reload(site, watch, ReloadTests.rules(receiver, sources: [live, "new/*.jsonl"]))
    #expect(eventually { site.haltFiles == ["key-first.halt", "key-waiting.halt"] })
    try site.append(key: "unseen", usd: "100", to: "old/a.jsonl")
    try site.append(key: "second", usd: "100", to: "new/a.jsonl")
    #expect(eventually { site.haltFiles.contains("key-second.halt") })
    #expect(!site.haltFiles.contains("key-unseen.halt"))
    site.expectOutboxEmpty()
    func toldOfWaiting() -> Int { receiver.messages.count { $0.text.contains("\"waiting\"") } }
    // With the digest, when the catch-up is over.
    #expect(eventually { toldOfWaiting() > 0 } && toldOfWaiting() == 1, "its halt is told once")

    // Another receiver, another directory: ours leave the old one.
    try site.append("", to: "halts/key-hand.halt")
    try reload(
      site, watch,
      ReloadTests.rules(other, sources: [live, "new/*.jsonl"], path: "/other", halts: "elsewhere"))
    #expect(eventually { site.haltFiles == ["key-hand.halt"] })
    for key in ["first", "waiting", "second"] { #expect(site.exists("elsewhere/key-\(key).halt")) }
    let told = receiver.requests.count
    try site.append(key: "third", usd: "100", to: "new/a.jsonl")
    #expect(other.received(1))
    #expect(eventually { site.exists("elsewhere/key-third.halt") })
    #expect(receiver.requests.count == told)

    // The source that went comes back: it goes on where it was left.
    try reload(
      site, watch,
      ReloadTests.rules(other, sources: [live, "new/*.jsonl", "old/*.jsonl"], halts: "elsewhere"))
    #expect(eventually { site.exists("elsewhere/key-unseen.halt") })

    // And through all of that the live log lost no line.
    let model = writer.stop()
    let folded = model.lines + 2 + 5 + 1
    #expect(eventually(within: .seconds(60)) { (try? site.status().books.folded) == folded })
    let status = try site.status()
    #expect(status.books.read == folded)
    site.expectBalance(status)
    let values = Dictionary(
      uniqueKeysWithValues: (status.rules.first?.top ?? []).map { ($0.subject.names["key"] ?? "", $0.value) })
    for (key, value) in model.nanoUSD { #expect(values[key] == value) }
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0, "\(watch.errors)")
    let report = try site.report(["--by", "key"])
    #expect(report.books.events == folded)
  }

  /// Rules that come and go, with a bad file between, again and again: sums and halts stay right.
  @Test func aStormOfReloads() throws {
    let receiver = try FakeReceiver()
    let live = "logs/*.jsonl*"
    let base = ReloadTests.rules(receiver, sources: [live])
    let more = ReloadTests.rules(
      receiver, sources: [live],
      extra:
        "  - {name: tasks, per: task, window: lifetime, limit: 1000.00}\n  - {name: all, per: global, window: day, limit: 5000.00}"
    )
    let site = try Site(rules: base)
    let writer = NumberedWriter(site.path("logs/a.jsonl"))
    try writer.start(seed: 11)
    let watch = try site.watch()
    for round in 0..<(Site.number("SPENDFUSE_RELOADS") ?? 10) {
      try reload(site, watch, round % 2 == 0 ? more : base)
      try site.directory.write("rules.yaml", "rules: [")
      watch.kill(SIGHUP)
      #expect(eventually { watch.errors.components(separatedBy: "the old rules stay").count == round + 2 })
      #expect(
        try site.status().warnings.contains {
          $0.contains("rules.yaml was refused at ") && $0.contains("(1 error)")
        })
    }
    try reload(site, watch, more)
    #expect(try !site.status().warnings.contains { $0.contains("was refused") })
    let before = writer.model
    #expect(eventually { writer.model.lines > before.lines + 500 })
    let model = writer.stop()
    #expect(eventually(within: .seconds(60)) { (try? site.status().books.folded) == model.lines })
    let status = try site.status()
    let values = Dictionary(
      uniqueKeysWithValues: (status.rules.first?.top ?? []).map { ($0.subject.names["key"] ?? "", $0.value) })
    #expect(values == model.nanoUSD)
    watch.kill(SIGKILL)
    _ = watch.wait()
    let again = try site.watch()
    #expect(try site.status().rules.map { $0.top } == status.rules.map { $0.top })
    again.kill(SIGTERM)
    #expect(again.wait() == 0)
  }
}

extension Site {
  /// Waits until every message is delivered, while records go on.
  fileprivate func expectOutboxEmpty() { #expect(eventually { (try? status().outbox.pending) == 0 }) }
}
