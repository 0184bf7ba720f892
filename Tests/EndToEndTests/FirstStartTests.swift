import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// SEMANTICS 2: the first start on old logs must not cry wolf.
@Suite struct FirstStartTests {
  /// The repo's own rules, with a receiver.
  private static func sampleRules(_ receiver: FakeReceiver) throws -> String {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../../rules.yaml")
    return try String(contentsOf: file, encoding: .utf8)
      + "\nreceivers:\n  - name: ops\n    webhook: {url: \"\(receiver.url)\"}\n"
  }

  /// The sample's burst must last a minute: whether its time comes within a test depends on the machine.
  private static func messages(_ receiver: FakeReceiver) -> [FakeReceiver.Message] {
    receiver.messages.filter { $0.rule != "key-burst" }
  }

  @Test func threeMonthsOfTranscriptsStartQuietly() throws {
    let receiver = try FakeReceiver()
    let site = try Site(rules: try FirstStartTests.sampleRules(receiver))
    var transcripts = Transcripts(site.path(".claude/projects"), seed: 1)
    let now = WallClock.now
    // Every one of them is over the sample rules' task budget; none was active in the last 24 hours.
    for day in 1...90 {
      for session in 0..<3 {
        let end = now + -(Int64(day) * .day + Int64(session + 2) * .hour)
        try transcripts.addSession(calls: 10, endingAt: end, padding: 10_000)
      }
    }
    let today = try (1...4).map { _ in try transcripts.addSession(calls: 10, endingAt: now + -.minute) }

    let watch = try site.start()
    #expect(eventually(within: .seconds(30)) { (try? site.status().isCatchingUp) != nil })
    // Somebody works on meanwhile: served at once.
    let live = (0..<10).flatMap { _ in transcripts.call("live", WallClock.now) }
    try site.append(live.joined(separator: "\n") + "\n", to: ".claude/projects/live.jsonl")
    let halts = ".local/state/spendfuse/halts/"
    #expect(eventually(within: Site.patience(5)) { site.exists(halts + "task-live.halt") })
    #expect(eventually(within: .seconds(120)) { (try? site.status().isCatchingUp) == false })
    site.settle()

    // Only who is still at work is halted, and nobody is told twice.
    let status = try site.status()
    #expect(Set(status.halts.map { $0.subject.names["task"] ?? "" }) == Set(today + ["live"]))
    #expect(try FileManager.default.contentsOfDirectory(atPath: site.path(halts)).count == 5)
    site.expectBalance(status)
    let digests = receiver.messages.filter { $0.text.contains("while catching up") }
    #expect(Set(digests.map(\.rule)).count == digests.count, "\(digests.map(\.summary))")
    #expect(Set(digests.map(\.rule)).isSubset(of: ["task-budget", "key-daily-cap", "global-daily-cap"]))
    let others = receiver.messages.filter { !$0.text.contains("while catching up") }
    #expect(
      others.allSatisfy { $0.text.contains("\"live\"") || $0.rule != "task-budget" },
      "\(others.map(\.summary))")
    for task in today { #expect(receiver.messages.filter { $0.text.contains("\"\(task)\"") }.count == 1) }

    // Two ways to the same totals.
    let state = try site.report(["--by", "day,model"])
    let logs = try site.report(["--by", "day,model", "--format", "claude-code"], logs: ".claude/projects")
    #expect(state.totals == logs.totals && state.rows == logs.rows)
    #expect(state.totals.requests == transcripts.calls)
    #expect(state.books.duplicate == status.books.duplicate && logs.books.duplicate == state.books.duplicate)

    // A restart has nothing new to say.
    let told = FirstStartTests.messages(receiver).count
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0, "\(watch.errors)")
    let again = try site.watch()
    site.settle()
    #expect(FirstStartTests.messages(receiver).count == told)
    #expect(try site.status().books == status.books)
    again.kill(SIGTERM)
    #expect(again.wait() == 0)
  }

  /// Rules of every kind over three months of two sources: one digest a rule with each subject's highest step and nothing of what is over,
  /// who is over a limit now is halted, who breaches meanwhile is served meanwhile, and a restart is silent.
  @Test(arguments: [1, UInt64.random(in: 2...UInt64.max)]) func everyKindOfRuleStartsQuietly(seed: UInt64)
    throws
  {
    let receiver = try FakeReceiver()
    var months = try FirstStartMonths(receiver, seed: seed)
    try months.write()
    let today = try months.writeToday(2)
    let site = months.site
    let logs = try site.report(["--by", "model", "--format", "claude-code"], logs: ".claude/projects")
    #expect(logs.totals.requests == months.transcripts.calls)
    months.addTranscripts(nanoUSD: logs.totals.costNanoUsd / months.transcripts.calls)

    try months.writeLong()
    let watch = try site.start()
    let old = Int64(months.calls.count)
    #expect(eventually(within: .seconds(120)) { ((try? site.status().books.folded) ?? 0) >= old })
    #expect(receiver.messages.isEmpty, "nothing before the catch-up is over")
    let live =
      #"{"key":"live","task":"live-1","model":"gpt-5","cost_usd":11,"output_tokens":10,"max_tokens":100000}"#
    try site.append(live + "\n", to: "var/spendfuse/live.jsonl")
    var halted: StatusMessage?
    #expect(
      eventually(within: Site.patience(5)) {
        halted = try? site.status()
        return halted?.halts.contains { $0.subject.names["key"] == "live" } == true
      })
    // The first look that shows the halt: what was there before is still being read.
    #expect(halted?.isCatchingUp == true && halted?.sources.contains { $0.unreadBytes > 1_000_000 } == true)
    #expect(eventually { site.exists(".local/state/spendfuse/halts/key-live.halt") })
    #expect(eventually { FirstStartTests.messages(receiver).count == 2 }, "and told of")
    #expect(eventually(within: .seconds(120)) { (try? site.status().isCatchingUp) == false })
    site.settle()

    // What is told, and to whom: the model's steps, in one digest a rule.
    let expected = try months.steps()
    let messages = FirstStartTests.messages(receiver)
    let digests = messages.filter { $0.text.contains("while catching up") }
    #expect(digests.map(\.rule).sorted() == Set(expected.map(\.rule)).sorted(), "seed \(seed)")
    let told = digests.flatMap(\.alerts).map { alert in
      FirstStartMonths.Step(
        rule: alert.labels["alertname"] ?? "", subject: alert.labels["key"] ?? alert.labels["task"] ?? "",
        level: alert.labels["level"] ?? "")
    }
    #expect(
      told.count == expected.count && Set(told) == expected,
      "seed \(seed): \(Set(told).symmetricDifference(expected).sorted())")
    #expect(digests.flatMap(\.alerts).allSatisfy { $0.status == "firing" })
    for alert in digests.flatMap(\.alerts) where alert.labels["alertname"] == "key-month" {
      let key = alert.labels["key"] == "(none)" ? "%28none%29" : alert.labels["key"] ?? ""
      #expect(alert.labels["severity"] == "info" && alert.labels["squad"] == "core")
      #expect(alert.annotations["runbook"]?.hasPrefix("https://ops.example/\(key)?at=") == true)
    }
    // Everything else is about who came meanwhile.
    let others = messages.filter { !$0.text.contains("while catching up") }
    #expect(others.map(\.rule).sorted() == ["asked-ceiling", "key-six-hours"], "\(others.map(\.summary))")
    #expect(others.allSatisfy { $0.alerts.count == 1 && $0.alerts[0].labels["key"] == "live" })

    // Who is halted: whoever is over a limit that halts, now.
    let status = try site.status()
    let halting: Set = ["task-budget", "key-daily-cap", "key-six-hours", "key-week"]
    var wanted = Set(
      expected.filter { $0.level == "firing" && halting.contains($0.rule) && $0.subject != "(none)" }.map {
        "\($0.rule) \($0.subject)"
      })
    wanted.insert("key-six-hours live")
    let standing = status.halts.map { halt in
      "\(halt.rule ?? "") \(halt.subject.names["key"] ?? halt.subject.names["task"] ?? "")"
    }
    #expect(Set(standing) == wanted && standing.count == wanted.count, "seed \(seed)")
    #expect(Set(today).isSubset(of: status.halts.compactMap { $0.subject.names["task"] }))
    #expect(status.brakeHeld == 0 && status.sources.allSatisfy { $0.problem == nil })
    site.expectBalance(status)
    #expect(status.books.folded == Int64(months.calls.count + FirstStartMonths.repeats) + 1)

    // A restart has nothing new to say.
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0, "\(watch.errors)")
    let again = try site.watch()
    site.settle()
    #expect(FirstStartTests.messages(receiver).count == messages.count, "\(receiver.messages.map(\.summary))")
    #expect(try site.status().halts == status.halts && site.status().books == status.books)
    again.kill(SIGTERM)
    #expect(again.wait() == 0)
  }

  /// A key over its limit when the daemon starts: halted at once, told once, with the digest.
  @Test(arguments: [1, 3, 12]) func aHaltOfTheCatchUpIsToldOnce(keys: Int) throws {
    let receiver = try FakeReceiver()
    let site = try Site(
      rules: """
        sources:
          - path: logs/*.jsonl
        rules:
          - name: key-daily-cap
            per: key
            window: day
            limit: 25.00
            alert_at: [50%, 80%]
            halt: key
            until: reset
        receivers:
          - name: ops
            webhook: {url: "\(receiver.url)"}
        kill_switch:
          - directory: {path: halts}
        """)
    for key in 1...keys {
      // Slice by slice, and over the limit in steps.
      for _ in 0..<4 { try site.append(key: "k\(key)", usd: "7.50") }
    }
    let watch = try site.watch()
    site.settle()
    // The brake lets ten go at once.
    let halted = min(keys, 10)
    #expect(try site.status().halts.count { !$0.isHeld } == halted)
    #expect(eventually { site.haltFiles.count == halted })
    let digests = receiver.messages.filter { $0.rule == "key-daily-cap" }
    #expect(digests.count == 1, "\(digests.map(\.summary))")
    #expect(digests.first?.summary.contains("while catching up") == true)
    #expect(digests.first?.alerts.count == keys)
    #expect(digests.first?.alerts.count { $0.annotations["halted"] != nil } == halted)
    #expect(receiver.messages.count == (keys > 10 ? 2 : 1))
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0)
  }

  /// A record that comes while the old ones are read is told at once, and not again with the digest.
  @Test func aRestartAmidTheCatchUpTellsOnce() throws {
    let receiver = try FakeReceiver()
    let site = try Site(rules: try FirstStartTests.sampleRules(receiver))
    var transcripts = Transcripts(site.path(".claude/projects"), seed: 2)
    let now = WallClock.now
    for _ in 1...8 { try transcripts.addSession(calls: 10, endingAt: now + -.minute, padding: 200_000) }
    for _ in 0..<3 {
      let watch = try site.start()
      #expect(eventually(within: .seconds(30)) { ((try? site.status().books.read) ?? 0) > 0 })
      watch.kill(SIGKILL)
      _ = watch.wait()
    }
    let watch = try site.watch()
    site.settle()
    #expect(try site.status().halts.count == 8)
    let rules = receiver.messages.map(\.rule)
    #expect(Set(rules).count == rules.count, "\(receiver.messages.map(\.summary))")
    let report = try site.report([])
    #expect(report.totals.requests == transcripts.calls)
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0)
  }
}
