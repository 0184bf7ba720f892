import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// A record that kills the process, as a bug would: it is caught at work on that record, and ended. Twice by a fault, or three times by
/// SIGKILL: the next start passes over it, and counts all others.
@Suite struct PoisonRecordTests {
  private static let rules = """
    sources: [{path: logs/*.jsonl, format: spendfuse}]
    rules: [{name: cap, per: key, window: lifetime, limit: 5.00, halt: key}]
    kill_switch: [{directory: {path: halts}}]
    """

  /// What a process notes: which it is, and at which record it works.
  private func inFlight(_ site: Site) -> (run: Int64, offset: Int64)? {
    guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: site.path("state/in-flight"))),
      bytes.count >= 72
    else { return nil }
    func number(_ at: Int) -> Int64 {
      bytes[at..<at + 8].reversed().reduce(0) { $0 << 8 | Int64($1) }
    }
    return (number(24), number(64))
  }

  /// Starts, and stops the process while it works on the record at `offset`.
  private func caught(_ site: Site, at offset: Int64) throws -> Program {
    // The last one's page is there still.
    let former = inFlight(site)?.run
    // Swift's own handler takes seconds, and lets go what was only sent.
    let watch = try site.start(["SWIFT_BACKTRACE": "enable=no"])
    func isAtIt() -> Bool { inFlight(site).map { $0.run != former && $0.offset == offset } ?? false }
    var isCaught = false
    _ = eventually(within: .seconds(60)) {
      guard isAtIt() else { return watch.poll() != nil }
      watch.kill(SIGSTOP)
      // It runs on until the kernel gets to it.
      #expect(eventually { isStopped(watch) })
      isCaught = isAtIt()
      if !isCaught { watch.kill(SIGCONT) }
      return isCaught
    }
    try #require(isCaught, "\(watch.errors)")
    return watch
  }

  private func isStopped(_ watch: Program) -> Bool {
    let text = (try? String(contentsOfFile: "/proc/\(watch.pid)/stat", encoding: .utf8)) ?? ""
    return text.split(separator: ")").last?.hasPrefix(" T") == true
  }

  /// 3 calls, the record, 3 calls; where the record begins.
  private func write(_ site: Site) throws -> (offset: Int64, length: Int) {
    for _ in 0..<3 { try site.append(key: "good", usd: "1") }
    let offset = try Data(contentsOf: URL(fileURLWithPath: site.path("logs/a.jsonl"))).count
    // Takes a while to read.
    let record = #"{"key":"bad","cost_usd":100"# + String(repeating: #","a":1"#, count: 600_000) + "}\n"
    try site.append(record)
    for _ in 0..<3 { try site.append(key: "good", usd: "1") }
    return (Int64(offset), record.utf8.count - 1)
  }

  @Test(arguments: [(SIGSEGV, 2), (SIGKILL, 3)])
  func thePoisonIsPassedOver(_ signal: Int32, _ deaths: Int) throws {
    let site = try Site(rules: Self.rules)
    let (offset, length) = try write(site)
    for death in 1...deaths {
      let watch = try caught(site, at: offset)
      watch.kill(signal)
      watch.kill(SIGCONT)
      #expect(watch.wait() == 128 + signal, "it ends as it would without a handler")
      if death > 1 {
        #expect(watch.errors.contains("(\(death - 1) time\(death == 2 ? "" : "s")): it is tried again"))
      }
    }
    var watch = try site.watch()
    site.settle()
    #expect(watch.errors.contains("it will be passed over unread"), "\(watch.errors)")
    #expect(
      eventually {
        watch.errors.contains("the record at byte \(offset) (\(length) bytes) was passed over unread")
      },
      "\(watch.errors)")
    #expect(site.exists("halts/key-good.halt") && !site.exists("halts/key-bad.halt"))
    for _ in 0..<2 {
      let status = try site.status()
      #expect(status.books.read == 7 && status.books.folded == 6)
      #expect(status.books.rejected == ["quarantined": 1])
      #expect(
        status.warnings.contains { $0.contains("\(site.path("logs/a.jsonl")): the record at byte \(offset)") }
      )
      site.expectBalance(status)
      watch.kill(SIGKILL)
      _ = watch.wait()
      let stopped = try site.run(["status"], rules: true).output
      #expect(stopped.contains("was passed over unread"), "\(stopped)")
      watch = try site.watch()
    }
    // It is behind: nobody is suspected any more.
    guard case .suspects(let suspects) = SuspectsFile(StateDirectory(site.path("state"))).load() else {
      Issue.record("no suspects")
      return
    }
    #expect(suspects.all.isEmpty)
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0)
  }

  /// One death is none: the record counts as soon as it does not kill.
  @Test func aRecordThatKilledOnceCounts() throws {
    let site = try Site(rules: Self.rules)
    let (offset, _) = try write(site)
    let dying = try caught(site, at: offset)
    dying.kill(SIGBUS)
    dying.kill(SIGCONT)
    #expect(dying.wait() == 128 + SIGBUS)
    let watch = try site.watch()
    site.settle()
    let status = try site.status()
    #expect(status.books.folded == 7 && status.books.rejected == [:])
    #expect(site.exists("halts/key-bad.halt"))
    #expect(!status.warnings.contains { $0.contains("passed over") })
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0)
  }
}
