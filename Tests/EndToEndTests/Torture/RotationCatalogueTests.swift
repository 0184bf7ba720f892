import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Rotations of the catalogue (A) that want the real program, real tools or a file system of their own.
@Suite struct RotationCatalogueTests {
  static let rules = """
    sources:
      - {path: "logs/**/*.jsonl*", format: spendfuse}
    rules:
      - {name: all, per: global, window: lifetime, limit: 1000000.00}
    """
  static let logrotate = "/usr/sbin/logrotate"

  /// `count` calls, each with a task of its own.
  static func calls(_ count: Int, _ label: String) -> String {
    (0..<count).map { Site.line(key: "k", task: "\(label)-\($0)", usd: "0.001") }.joined()
  }

  private func run(_ program: String, _ arguments: [String]) throws {
    let process = try Process.run(URL(fileURLWithPath: program), arguments: arguments)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: logrotate)), arguments: [true, false])
  func a3LogrotateItself(isRunning: Bool) throws {
    let site = try Site(rules: Self.rules)
    try site.directory.write(
      "rotate.conf",
      "\(site.path("logs"))/F.jsonl {\n  copytruncate\n  rotate 9\n  nocompress\n  nodateext\n  missingok\n}\n"
    )
    chmod(site.path("rotate.conf"), 0o644)
    var watch: Program? = try site.watch()
    for round in 0..<4 {
      try site.append(Self.calls(100, "before\(round)"), to: "logs/F.jsonl")
      if !isRunning {
        // Some of it was read.
        watch = try watch ?? site.watch()
        watch?.kill(SIGKILL)
        _ = watch?.wait()
        watch = nil
        try site.append(Self.calls(50, "down\(round)"), to: "logs/F.jsonl")
      }
      try run(Self.logrotate, ["-f", "-s", site.path("rotated"), site.path("rotate.conf")])
      try site.append(Self.calls(100, "after\(round)"), to: "logs/F.jsonl")
    }
    let last = try watch ?? site.watch()
    try site.expectEachOnce(isRunning ? 800 : 1_000)
    last.kill(SIGTERM)
    #expect(last.wait() == 0)
  }

  @Test(.enabled(if: LoopDisk.isAvailable)) func a7TheSameInodeOnAnExt4OfItsOwn() throws {
    let disk = try #require(LoopDisk(megabytes: 32))
    let site = try Site(rules: Self.rules.replacing("logs/**", with: "\(disk.path)/**"))
    let path = disk.path + "/F.jsonl"
    var watch = try site.watch()
    var total: Int64 = 0
    var inodes: [UInt64] = []
    for round in 0..<12 {
      // Live it is held open until nothing more can come; while it is down the inode is given away again.
      let isDown = round % 2 == 1
      if isDown {
        watch.kill(round % 4 == 1 ? SIGKILL : SIGTERM)
        _ = watch.wait()
      }
      unlink(path)
      let writer = Writer(path)
      writer.write(Self.calls(5 + round, "round\(round)"))
      inodes.append(writer.inode)
      total += Int64(5 + round)
      if isDown { watch = try site.watch() }
      try site.expectEachOnce(total)
    }
    #expect(Set(inodes).count < inodes.count, "no inode came twice: \(inodes)")
  }

  /// 20 rotations a second, three kept: what is gone before anybody looked is gone; nothing counts twice, what is left counts.
  @Test func a11RotationFasterThanAnyLook() throws {
    let site = try Site(rules: Self.rules)
    let watch = try site.watch()
    for round in 0..<40 {
      for shift in [2, 1] {
        rename(site.path("logs/F.jsonl.\(shift)"), site.path("logs/F.jsonl.\(shift + 1)"))
      }
      rename(site.path("logs/F.jsonl"), site.path("logs/F.jsonl.1"))
      try site.append(Self.calls(5, "round\(round)"), to: "logs/F.jsonl")
      // As if the reader were late for several of them.
      if round % 10 == 3 { watch.kill(SIGSTOP) }
      if round % 10 == 8 { watch.kill(SIGCONT) }
      usleep(50_000)
    }
    #expect(eventually { (try? site.counted()["round39-4"]) == 1 })
    site.settle()
    let counted = try site.counted()
    #expect(counted.values.allSatisfy { $0 == 1 })
    let kept = (36..<40).flatMap { round in (0..<5).map { "round\(round)-\($0)" } }
    #expect(kept.allSatisfy { counted[$0] == 1 })
    print(
      "RotationCatalogueTests: \(counted.count) of 200 lines at 20 rotations a second, the reader stopped for half of them"
    )
    site.expectBalance(try site.status())
  }

  /// Every hour's file as the catalogue has it, at once: a copy, a second name, an editor's save, a move.
  @Test func a13SeveralNamesOfOneFile() throws {
    let site = try Site(rules: Self.rules)
    let watch = try site.watch()
    try site.append(Self.calls(10, "first"), to: "logs/F.jsonl")
    link(site.path("logs/F.jsonl"), site.path("logs/G.jsonl"))
    symlink(site.path("logs/F.jsonl"), site.path("logs/H.jsonl"))
    try site.append(Self.calls(10, "second"), to: "logs/G.jsonl")
    try site.expectEachOnce(20)
    watch.kill(SIGKILL)
    _ = watch.wait()
    unlink(site.path("logs/F.jsonl"))
    try site.append(Self.calls(10, "third"), to: "logs/G.jsonl")
    let again = try site.watch()
    try site.expectEachOnce(30)
    again.kill(SIGTERM)
    #expect(again.wait() == 0)
  }
}

extension Site {
  /// How often each task was counted, as the books on disk say.
  func counted() throws -> [String: Int64] {
    let rows = try report(["--by", "task"]).rows
    return Dictionary(rows.map { ($0.task ?? "", $0.requests) }, uniquingKeysWith: +)
  }

  /// Waits until so many tasks are on disk, one call each.
  func expectEachOnce(_ total: Int64, at location: SourceLocation = #_sourceLocation) throws {
    let isRead = eventually(within: .seconds(30)) { (try? status().books.read) == total }
    var counted: [String: Int64] = [:]
    let isOnDisk = eventually(within: .seconds(isRead ? 20 : 1)) {
      counted = (try? self.counted()) ?? [:]
      return counted.count == Int(total)
    }
    let twice = counted.filter { $0.value != 1 }
    #expect(
      isRead && isOnDisk && twice.isEmpty, "\(counted.count) of \(total), twice \(twice)",
      sourceLocation: location)
    expectBalance(try status())
  }
}
