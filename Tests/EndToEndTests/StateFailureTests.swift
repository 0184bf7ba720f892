import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Disks that fail under a running daemon (D2 to D5): it halts from memory, says so, moves nothing on, and heals without loss.
@Suite struct StateFailureTests {
  private static let rules = """
    sources: [{path: logs/*.jsonl, format: spendfuse}]
    rules: [{name: cap, per: key, window: lifetime, limit: 10.00, halt: key}]
    brake: {halts: 1000, in: 1m}
    kill_switch: [{directory: {path: halts}}]
    """

  /// What the state says on disk: calls counted, and how far the files are read.
  private func stored(_ site: Site) throws -> (read: Int64, offsets: [Int64]) {
    try StateReader(StateDirectory(site.path("state"))).read { snapshot in
      let files = try snapshot.files()
      return (files.reduce(0) { $0 + $1.books.read }, files.map(\.offset))
    }
  }

  /// What `fail` does lasts until what it returns is called.
  /// - Parameter extra: calls on top, so that what SQLite has reserved is used up.
  private func survives(
    _ site: Site, says: String, extra: Int = 0, environment: [String: String] = [:],
    fail: () throws -> () throws -> Void
  ) throws {
    let watch = try site.watch(environment)
    try site.append(key: "before", usd: "11")
    #expect(eventually { site.exists("halts/key-before.halt") })
    site.settle()
    let before = try stored(site)
    #expect(before.read == 1)
    let heal = try fail()
    let total = Int64(extra) + 7
    try site.append((0..<extra).map { Site.line(key: "extra\($0)", usd: "0.01") }.joined())
    for number in 0..<5 {
      try site.append(key: "k\(number)", usd: "11")
      #expect(eventually(within: Site.patience(5)) { site.exists("halts/key-k\(number).halt") }, "k\(number)")
    }
    #expect(eventually { (try? site.status().commits.problem) != nil })
    #expect(
      eventually(within: .seconds(60)) { (try? site.status().books.read) == total - 1 },
      "live records are counted in memory")
    let warnings = try site.status().warnings
    #expect(warnings.contains { $0.contains("the state has not been written for") }, "\(warnings)")
    #expect(
      watch.errors.contains(says) && watch.errors.contains("halts go out, alerts wait"), "\(watch.errors)")
    try heal()
    #expect(eventually(within: .seconds(20)) { (try? site.status().commits.problem) == .some(nil) })
    #expect(watch.errors.contains("the state can be written again"))
    try site.append(key: "after", usd: "1")
    site.settle()
    #expect(try site.status().books.folded == total)
    watch.kill(SIGKILL)
    _ = watch.wait()
    #expect(try stored(site).read == total)
    let again = try site.watch()
    let status = try site.status()
    #expect(status.books.read == total && status.books.folded == total && status.books.duplicate == 0)
    #expect(status.halts.count == 6)
    site.expectBalance(status)
    again.kill(SIGTERM)
    #expect(again.wait() == 0)
  }

  @Test(arguments: [(Faults.Call.sync, EIO), (.writeAt, ENOSPC), (.writeAt, EIO)])
  func d2CallsThatFail(_ call: Faults.Call, _ number: Int32) throws {
    let site = try Site(rules: Self.rules)
    let faults = try Faults(in: site.directory)
    let says = number == EIO ? "cannot be read or written" : "no space for the state"
    try survives(site, says: says, environment: faults.environment) {
      let before = try stored(site)
      try faults.set([call], number)
      return {
        #expect(try stored(site).offsets == before.offsets, "nothing moves on")
        try faults.set([call], 0)
      }
    }
  }

  /// D4: what every write says on a file system that was remounted.
  @Test func d4ItBecomesReadOnly() throws {
    let site = try Site(rules: Self.rules)
    let faults = try Faults(in: site.directory)
    try survives(site, says: "the state \(site.path("state/state.db"))", environment: faults.environment) {
      try faults.set(Faults.writes, EROFS)
      return { try faults.set(Faults.writes, 0) }
    }
  }

  /// A start on a read-only file system is refused, with the way out, and may be tried again.
  @Test(.enabled(if: SmallDisk.isAvailable)) func d4AReadOnlyMountAtTheStart() throws {
    let disk = try #require(SmallDisk(megabytes: 4))
    let site = try Site(rules: Self.rules)
    mkdir(disk.path + "/state", 0o700)
    #expect(symlink(disk.path + "/state", site.path("state")) == 0)
    let watch = try site.watch()
    try site.append(key: "before", usd: "11")
    site.settle()
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0)
    #expect(mount("none", disk.path, "", UInt(MS_REMOUNT | MS_RDONLY), nil) == 0)
    let refused = try site.start()
    #expect(refused.wait() == 1, "a mount may come back by itself: \(refused.errors)")
    #expect(refused.errors.contains("read-only") || refused.errors.contains("Read-only"), "\(refused.errors)")
    #expect(mount("none", disk.path, "", UInt(MS_REMOUNT), nil) == 0)
    let again = try site.watch()
    #expect(try site.status().books.folded == 1)
    again.kill(SIGTERM)
    #expect(again.wait() == 0)
  }

  @Test(.enabled(if: SmallDisk.isAvailable)) func d3TheDiskIsFull() throws {
    let disk = try #require(SmallDisk(megabytes: 2))
    let site = try Site(rules: Self.rules)
    mkdir(disk.path + "/state", 0o700)
    #expect(symlink(disk.path + "/state", site.path("state")) == 0)
    try survives(site, says: "no space for the state", extra: 8_000) {
      disk.fill()
      return { disk.empty() }
    }
  }

  /// The directory is deleted: no new state is made in its place, people are told the way out, and halts go out as before.
  @Test func d5TheDirectoryIsDeleted() throws {
    let site = try Site(rules: Self.rules)
    let watch = try site.watch()
    try site.append(key: "before", usd: "11")
    #expect(eventually { site.exists("halts/key-before.halt") })
    site.settle()
    try FileManager.default.removeItem(atPath: site.path("state"))
    for number in 0..<3 {
      try site.append(key: "k\(number)", usd: "11")
      #expect(eventually(within: Site.patience(5)) { site.exists("halts/key-k\(number).halt") })
    }
    #expect(
      eventually {
        watch.errors.contains("is gone or was replaced")
          && watch.errors.contains(
            "put it back, or stop spendfuse and move what is left of it away to start anew")
      }, "\(watch.errors)")
    #expect(!site.exists("state/state.db"))
    // Made again and empty, it is still not the state.
    mkdir(site.path("state"), 0o700)
    try site.append(key: "k9", usd: "11")
    #expect(eventually(within: Site.patience(5)) { site.exists("halts/key-k9.halt") })
    #expect(!site.exists("state/state.db"))
    watch.kill(SIGTERM)
    #expect(watch.wait(within: Site.patience(2)) == 0)
    #expect(watch.errors.contains("the logs are read again from the last commit"))
    #expect(!site.exists("state/state.db"))
  }

  /// D6: two daemons on one state: the second is refused, and the first goes on.
  @Test func d6TwoDaemons() throws {
    let site = try Site(rules: Self.rules)
    let watch = try site.watch()
    let second = try site.start()
    #expect(second.wait() == 1)
    #expect(
      second.errors.contains("is in use by another spendfuse (pid \(watch.pid)): stop it first"),
      "\(second.errors)")
    try site.append(key: "k", usd: "11")
    #expect(eventually { site.exists("halts/key-k.halt") })
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0)
  }

  /// D12: places are kept by file, whatever the rules file says about it next time.
  @Test func d12TheRulesChangeWhileItIsDown() throws {
    func rules(_ sources: String) -> String {
      "sources:\n\(sources)rules: [{name: cap, per: key, window: lifetime, limit: 1000.00}]\n"
    }
    let first = "  - {path: logs/a/*.jsonl, format: auto}\n"
    let second = "  - {path: logs/b/*.log, format: spendfuse}\n"
    let site = try Site(rules: rules(first + second))
    let names = ["logs/a/x.jsonl", "logs/a/y.jsonl", "logs/b/z.log"]
    for name in names { for _ in 0..<3 { try site.append(key: name, usd: "1", to: name) } }
    var read: Int64 = 9
    for changed in [
      second + first, "  - {path: logs/*/*, format: spendfuse}\n", first,
      "  - {path: \"logs/**/*.log\", format: spendfuse}\n  - {path: \"logs/**/*.jsonl\", format: spendfuse}\n",
      first + second,
    ] {
      let watch = try site.watch()
      site.settle()
      #expect(try site.status().books.read == read, "\(changed)")
      watch.kill(SIGTERM)
      #expect(watch.wait() == 0)
      try site.directory.write("rules.yaml", rules(changed))
      // While it is down: what no source names now is read when one does again.
      for name in names { try site.append(key: name, usd: "1", to: name) }
      read += changed == first ? 2 : 3
      if changed.contains("**") { read += 1 }
    }
    let watch = try site.watch()
    site.settle()
    let status = try site.status()
    #expect(status.books.read == read && status.books.folded == read && status.books.duplicate == 0)
    #expect(read == 24)
    site.expectBalance(status)
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0)
  }
}
