import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Where reading begins, and in what order: at the start, after a reload, and from a state.
@Suite struct TailPlacesTests {
  @Test(arguments: ["a\nb", "a\nb\n", "", "no newline", "\n"])
  func startAtTheEndIsARecordBoundary(before: String) {
    let run = TailRun(start: .end)
    run.append("F.jsonl", before)
    run.tick()
    #expect(run.books.lines.isEmpty)
    run.append("F.jsonl", " done\nnext\n")
    run.append("new.jsonl", "from its beginning\n")
    run.tick()
    let torn = before.split(separator: "\n", omittingEmptySubsequences: false).last.map(String.init) ?? ""
    run.expectOnce([torn + " done", "next", "from its beginning"])
    // A file that came while the daemon was down did not exist at the first start: nothing of it is passed over.
    run.restart()
    run.append("down.jsonl", "while down\n")
    run.tick()
    run.expectOnce([torn + " done", "next", "from its beginning", "while down"])
  }

  @Test func theBacklogIsReadOldestFirstAndLiveLinesBeforeIt() {
    var options = TailOptions()
    options.sliceSize = 1_024
    let run = TailRun(options: options)
    for (index, name) in ["new", "old", "middle"].enumerated() {
      run.append("\(name).jsonl", text(lines(200, name)))
      var times = [
        timeval(tv_sec: [3_000, 1_000, 2_000][index], tv_usec: 0),
        timeval(tv_sec: [3_000, 1_000, 2_000][index], tv_usec: 0),
      ]
      #expect(utimes(run.path("\(name).jsonl"), &times) == 0)
    }
    run.append("live.jsonl", "")
    run.tailer.scan(now: run.now)
    #expect(run.hasBacklog)
    #expect(!run.isCaughtUp)
    #expect(run.tailer.unreadBytes > 6_000)
    for _ in 0..<2 { _ = run.tailer.readBacklog { run.consume($0) } }
    // In the middle of the backlog a live file gets a line.
    let seen = run.order.count
    run.append("live.jsonl", "live\n")
    run.turn()
    #expect(run.order.firstIndex { $0.line == "live" } == seen)
    #expect(
      run.order.filter { $0.line.hasSuffix("line 0") }.map(\.line) == [
        "2026-11-24 old line 0", "2026-11-24 middle line 0", "2026-11-24 new line 0",
      ])
    #expect(run.order.allSatisfy { $0.isCatchUp == ($0.line != "live") })
    #expect(run.isCaughtUp)
    #expect(run.tailer.unreadBytes == 0)
    #expect(run.file("live.jsonl")?.offset == 5)
  }

  @Test func aReloadKeepsPlaces() {
    let run = TailRun(["*.jsonl"])
    run.append("F.jsonl", "one\n")
    run.append("G.log", "other\n")
    run.tick()
    let root = run.directory.path
    run.tailer.setSources([Source(pattern: root + "/*.log", format: .spendfuse, start: .end)])
    run.append("F.jsonl", "unwatched\n")
    run.turn()
    run.append("G.log", "more\n")
    run.turn()
    run.expectOnce(["one", "more"])
    run.tailer.setSources([Source(pattern: root + "/F*", format: .spendfuse)])
    run.turn()
    run.expectOnce(["one", "more", "unwatched"])
  }

  @Test func c6AMissingDirectoryKeepsItsPlaces() {
    let run = TailRun(["logs/*.jsonl"])
    mkdir(run.path("logs"), 0o755)
    run.append("logs/F.jsonl", "one\n")
    run.tick()
    run.restart()
    run.rename("logs", "away")
    run.tick()
    run.restart()
    run.rename("away", "logs")
    run.append("logs/F.jsonl", "two\n")
    run.tick()
    run.expectOnce(["one", "two"])
  }

  @Test func c5AnotherDeviceNumberAfterARemountIsNoNewFile() {
    let run = TailRun()
    run.append("F.jsonl", text(lines(5, "a")))
    run.tick()
    run.seal()
    for id in run.rows.keys { run.rows[id]?.identity.device += 1 }
    run.kill()
    run.append("F.jsonl", "more\n")
    run.tick()
    run.expectOnce(lines(5, "a") + ["more"])
    #expect(run.tailer.generations.count == 1)
  }

  @Test func rowsInAnyOrderAndOnesThatMakeNoSense() {
    let run = TailRun()
    run.append("F.jsonl", "one\n")
    run.append("G.jsonl", "two\n")
    run.tick()
    run.seal()
    // A copy of a file that the state does not know; an offset beyond the file; the highest id.
    for (id, row) in run.rows {
      if row.path == RawPath(run.path("F.jsonl")) {
        run.rows[id]?.state = .shadow
        run.rows[id]?.original = FileID(rawValue: 77)
        run.rows[id]?.offset = 0
        run.durable.offsets[id] = nil
        run.durable.lines["one"] = nil
      } else {
        run.rows[id]?.offset = .max
        run.durable.offsets[id] = .max
      }
    }
    run.books = run.durable
    run.tailer = Tailer(
      sources: run.sources, restored: run.rows.values.sorted { $0.path > $1.path }, nextFileID: .max,
      key: TailRun.key)
    run.tick()
    #expect(run.books.lines == ["one": 1, "two": 2])
    #expect(run.tailer.counts.truncations == 1)
    for offset in [Int64.min, -1, 3, .max] {
      let row = TrackedFile(
        id: FileID(rawValue: 1), pattern: "", path: RawPath(""),
        identity: FileIdentity(
          device: 0, inode: 0, birthSeconds: .min, birthNanoseconds: .max), offset: offset,
        heads: [Marker(length: 5, low: 0, high: 0)], tail: Marker(length: .max, low: 0, high: 0), base: .min,
        copied: .min
      ).sound
      #expect(row.offset >= 0 && row.base == 0 && row.copied == 0 && row.heads.isEmpty && row.tail == .empty)
    }
  }
}
