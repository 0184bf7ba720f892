import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// SIGTERM ends the daemon within a second whatever it waits for; what cannot start says why.
@Suite struct StopTests {
  private static func rules(_ redis: RedisServer, _ receiver: FakeReceiver) -> String {
    """
    sources:
      - path: logs/*.jsonl
    rules:
      - name: cap
        per: key
        window: lifetime
        limit: 25.00
        overrides: {bulk: 9000000}
        alert_at: [50%]
        halt: key
    receivers:
      - name: ops
        webhook: {url: "\(receiver.url)"}
    kill_switch:
      - redis: {url: "\(redis.url)"}
      - directory: {path: halts}
    """
  }

  private func expectQuickStop(_ watch: Program, _ why: Comment) {
    let start = ContinuousClock.now
    watch.kill(SIGTERM)
    #expect(watch.wait(within: Site.patience(1)) == 0, "\(why): \(watch.errors)")
    let took = ContinuousClock.now - start
    print("StopTests: \(why): \(took)")
    #expect(took < Site.patience(1), "\(why)")
    #expect(watch.errors.contains("stopped") && !watch.errors.contains("in time"), "\(why): \(watch.errors)")
  }

  /// SPENDFUSE_MB=200 for a large one.
  @Test func amidACatchUp() throws {
    let redis = try RedisServer()
    let receiver = try FakeReceiver()
    let site = try Site(rules: StopTests.rules(redis, receiver))
    let megabytes = Site.number("SPENDFUSE_MB") ?? 40
    var lines: Int64 = 0
    for file in 0..<4 {
      var text = ""
      while text.utf8.count < megabytes << 18 {
        text += Site.line(key: "bulk", task: "t\(lines % 1_000)", usd: "0.001")
        lines += 1
      }
      try site.append(Array(text.utf8), to: "logs/bulk-\(file).jsonl")
    }
    var stops = 0
    // Again and again, until it is through: each goes on where the last one stopped.
    while stops < 3 {
      let watch = try site.start()
      #expect(eventually(within: .seconds(30)) { (try? site.status()) != nil || watch.poll() != nil })
      let status = try site.status()
      if !status.isCatchingUp {
        expectQuickStop(watch, "caught up")
        break
      }
      expectQuickStop(watch, "at \(status.books.read) of \(lines) lines")
      stops += 1
    }
    let watch = try site.start()
    #expect(eventually(within: .seconds(200)) { (try? site.status().isCatchingUp) == false })
    let status = try site.status()
    #expect(status.books.read == lines && status.books.folded == lines)
    site.expectBalance(status)
    expectQuickStop(watch, "at the end")
    let report = try site.report(["--by", "key"])
    #expect(report.nanoUSD == ["bulk": lines * 1_000_000] && report.requests == ["bulk": lines])
  }

  @Test func withAHangingWebhook() throws {
    let redis = try RedisServer()
    let receiver = try FakeReceiver()
    receiver.setFallback(.hang)
    let site = try Site(rules: StopTests.rules(redis, receiver))
    let watch = try site.watch()
    try site.append(key: "k", usd: "30")
    #expect(receiver.received(1))
    #expect(try redis.get("ai:key:k:halt") == "1", "a halt does not wait for a message")
    expectQuickStop(watch, "a webhook that hangs")
    receiver.setFallback(.respond(200))
    let again = try site.watch()
    #expect(receiver.received(2))
    #expect(Set(receiver.messages.map(\.key)).count == 1 && Set(receiver.messages.map(\.text)).count == 1)
    site.settle()
    expectQuickStop(again, "all delivered")
    #expect(receiver.requests.count == 2)
  }

  @Test func withRedisFrozen() throws {
    let redis = try RedisServer()
    let receiver = try FakeReceiver()
    let site = try Site(rules: StopTests.rules(redis, receiver))
    let watch = try site.watch()
    redis.freeze(true)
    try site.append(key: "k", usd: "30")
    #expect(receiver.received(1), "an alert does not wait for a switch")
    #expect(eventually(within: Site.patience(6)) { site.exists("halts/key-k.halt") }, "nor another switch")
    expectQuickStop(watch, "redis that answers nothing")
    redis.freeze(false)
    let again = try site.watch()
    #expect(eventually { (try? redis.get("ai:key:k:halt")) == "1" })
    #expect(try site.status().books.folded == 1)
    expectQuickStop(again, "all well")
  }

  @Test func aSecondDaemonIsRefused() throws {
    let site = try Site(rules: try StopTests.rules(RedisServer(), FakeReceiver()))
    let watch = try site.watch()
    let second = try site.run(["watch"], rules: true)
    #expect(second.status == 1)
    #expect(second.errors.contains("is in use by another spendfuse (pid \(watch.pid))"), "\(second.errors)")
    try site.append(key: "k", usd: "1")
    #expect(eventually { (try? site.status().books.folded) == 1 }, "the first one goes on")
    expectQuickStop(watch, "with a second one refused")
  }

  @Test(arguments: ["junk", "middle", "empty", "cut", "foreign", "newer"])
  func aStateThatCannotBeUsedIsRefused(how: String) throws {
    let site = try Site(rules: try StopTests.rules(RedisServer(), FakeReceiver()))
    for _ in 0..<300 { try site.append(key: "k\(Int.random(in: 0...99))", usd: "0.01") }
    let watch = try site.watch()
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0)
    let path = site.path("state/state.db")
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    switch how {
    case "junk": bytes = [UInt8](repeating: 7, count: bytes.count)
    case "middle": for index in 4_096..<bytes.count { bytes[index] ^= 0x55 }
    case "empty": bytes = []
    case "cut": bytes = Array(bytes[..<(bytes.count / 2 + 100)])
    // SQLite's user_version, which is the schema's.
    case "newer": bytes.replaceSubrange(60..<64, with: [0, 0, 3, 231])
    default: bytes = Array("#!/bin/sh\n".utf8)
    }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    for command in [["watch"], ["status"], ["halt", "--all", "--why", "x"]] {
      let refused = try site.run(command, rules: true)
      // At 78 the units do not try again.
      #expect(refused.status == (command == ["watch"] ? 78 : 1), "\(command) \(refused.output)")
      #expect(refused.errors.contains("state.db"), "\(refused.errors)")
      if how == "newer" {
        #expect(
          refused.errors.contains("by a later spendfuse (schema 999, this one knows up to \(Schema.version))")
        )
        #expect(
          refused.errors.contains("install that version again, or name another directory with --state DIR"))
      }
      #expect(
        refused.errors.split(separator: "\n").count == 1, "one line, with the way out: \(refused.errors)")
    }
    #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) == bytes, "left as it is")
  }

  @Test func aStateDirectoryThatCannotBeUsed() throws {
    let site = try Site(rules: try StopTests.rules(RedisServer(), FakeReceiver()))
    try site.append("", to: "file")
    for (place, status, said) in [
      ("/proc/spendfuse", 1, "the state /proc/spendfuse cannot be used (No such file or directory): "),
      // No other try would help: the unit stays down.
      (site.path("file"), 78, "\(site.path("file")) is no directory, and a state is one: "),
      (site.path("file/below"), 78, "\(site.path("file")) is no directory, and a state is one: "),
    ] as [(String, Int32, String)] {
      let refused = try Program.run(
        ["watch", "--rules", site.path("rules.yaml"), "--state", place], in: site.directory)
      #expect(refused.status == status)
      #expect(refused.errors.contains(said) && refused.errors.contains("--state DIR"), "\(refused.errors)")
    }
    // Too long for a socket.
    let deep = site.path(String(repeating: "d", count: 100))
    let refused = try Program.run(
      ["watch", "--rules", site.path("rules.yaml"), "--state", deep], in: site.directory)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("control.sock"), "\(refused.errors)")
  }

  @Test func rulesThatCannotBeUsed() throws {
    let site = try Site(rules: "rules:\n  - {name: a, per: kei, window: day, limit: 1}\n")
    let wrong = try site.run(["watch"], rules: true)
    #expect(wrong.status == 1)
    #expect(
      wrong.errors.contains("rules.yaml:2:") && wrong.errors.contains("kei") && wrong.errors.contains("^"))
    #expect(!site.exists("state"), "nothing was made")
    let missing = try site.run(["watch", "--rules", site.path("none.yaml")])
    #expect(missing.status == 1)
    #expect(
      missing.errors.contains("none.yaml") && missing.errors.contains("No such file"), "\(missing.errors)")
  }

  @Test func helpOfEachCommand() throws {
    let directory = TempDir("help")
    let whole = try Program.run(["--help"], in: directory)
    #expect(whole.status == 0)
    for command in ["watch", "check", "replay", "report", "status", "halt", "resume"] {
      #expect(whole.output.contains("  \(command) "), "\(whole.output)")
      for help in [[command, "--help"], ["help", command]] {
        let finished = try Program.run(help, in: directory)
        #expect(finished.status == 0 && finished.errors.isEmpty)
        #expect(finished.output.contains("USAGE: spendfuse \(command)"), "\(finished.output)")
      }
    }
    #expect(try Program.run(["watsch"], in: directory).status == 64)
    #expect(try Program.run(["watch", "--staet", "x"], in: directory).status == 64)
  }

  /// Whoever read its output went away: it works on.
  @Test func withNobodyToReadItsLog() throws {
    let redis = try RedisServer()
    let receiver = try FakeReceiver()
    let site = try Site(rules: StopTests.rules(redis, receiver))
    let shell = try site.start(under: ["/bin/sh", "-c", "\"$0\" \"$@\" 2>&1 | head -c 1 > /dev/null"])
    #expect(eventually(within: .seconds(30)) { (try? site.status()) != nil })
    for key in 0..<3 {
      try site.append(key: "k\(key)", usd: "30")
      #expect(eventually { (try? redis.get("ai:key:k\(key):halt")) == "1" })
      site.settle()
    }
    kill(try site.status().pid, SIGTERM)
    #expect(shell.wait(within: Site.patience(1)) == 0)
    #expect(try site.report([]).books.events == 3)
  }

  /// Many logs need many descriptors: the soft limit is raised to the hard one.
  @Test func mayHaveAsManyFilesAsIsAllowed() throws {
    let site = try Site(rules: try StopTests.rules(RedisServer(), FakeReceiver()))
    for file in 0..<300 { try site.append(key: "k\(file)", usd: "0.01", to: "logs/\(file).jsonl") }
    let watch = try site.start(under: ["/bin/sh", "-c", "ulimit -Sn 100; exec \"$0\" \"$@\""])
    #expect(eventually(within: .seconds(30)) { (try? site.status().books.folded) == 300 }, "\(watch.errors)")
    let limits = try String(contentsOfFile: "/proc/\(watch.pid)/limits", encoding: .utf8)
    let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max open files") })
    let words = line.split(separator: " ")
    #expect(words[3] == words[4], "\(line)")
    expectQuickStop(watch, "many files")
  }
}
