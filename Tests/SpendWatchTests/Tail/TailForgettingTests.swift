import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct TailForgettingTests {
  private func forget(_ run: TailRun, after days: Int64) {
    run.tailer.forgetGone(at: .noon + days * .day)
  }

  /// A file a day, renamed out of the pattern and then deleted: what is kept of them does not grow.
  @Test(arguments: [true, false]) func rotatedFilesAreForgottenAMonthLater(isRestarted: Bool) {
    let run = TailRun(["a.jsonl"])
    for day in 0..<100 as Range<Int64> {
      run.append("a.jsonl", "day \(day)\n")
      run.tick()
      if day > 0 { run.remove("a.1") }
      run.rename("a.jsonl", "a.1")
      run.tick()
      run.turn(after: 61_000)
      run.tick()
      forget(run, after: day)
      run.seal()
      if isRestarted, day % 7 == 0 {
        run.kill()
        run.tick()
      }
    }
    run.expectOnce((0..<100).map { "day \($0)" })
    #expect(run.rows.count < 35, "rows \(run.rows.count)")
    #expect(run.tailer.generations.count < 40, "slots \(run.tailer.generations.count)")
    #expect(run.tailer.slotOfID.count == run.rows.count && run.tailer.slotOfIdentity.count <= run.rows.count)
    #expect(run.tailer.slotsOfHead.count <= 4 * run.rows.count)
    // The latest stays: its pattern is no new one.
    forget(run, after: 1_000)
    forget(run, after: 1_001)
    run.seal()
    #expect(run.rows.count == 1)
    run.append("a.jsonl", "back\n")
    run.tick()
    #expect(run.books.lines["back"] == 1)
  }

  /// Deleted while the daemon was down, and never closed.
  @Test func filesThatCannotBeFoundAreForgotten() {
    let run = TailRun()
    for name in ["a", "b", "c"] { run.append(name + ".jsonl", name + "\n") }
    run.tick()
    run.seal()
    run.remove("a.jsonl")
    run.remove("b.jsonl")
    run.kill()
    run.tick()
    forget(run, after: 0)
    run.seal()
    #expect(run.rows.count == 3)
    // It is back in time: remembered, and not read twice.
    run.kill()
    run.tick()
    forget(run, after: 29)
    run.seal()
    #expect(run.rows.count == 3)
    forget(run, after: 31)
    run.seal()
    #expect(run.rows.values.map(\.path) == [RawPath(run.path("c.jsonl"))])
    #expect(run.status.count == 1)
  }

  @Test func whatIsThereIsKept() {
    let run = TailRun()
    run.append("a.jsonl", "one\n")
    run.append("b.jsonl", "two\n")
    run.tick()
    run.seal()
    forget(run, after: 0)
    forget(run, after: 400)
    run.seal()
    #expect(run.rows.count == 2 && run.rows.values.allSatisfy { $0.goneAt == nil })
    // Away for a while, and back: the count begins anew.
    run.rename("a.jsonl", "away")
    run.tick()
    run.turn(after: 61_000)
    run.tick()
    forget(run, after: 401)
    run.seal()
    #expect(run.rows.values.contains { $0.goneAt == .noon + 401 * .day })
    run.rename("away", "a.jsonl")
    run.append("a.jsonl", "three\n")
    run.tick()
    forget(run, after: 402)
    run.seal()
    #expect(run.rows.values.allSatisfy { $0.goneAt == nil })
    forget(run, after: 500)
    run.seal()
    #expect(run.rows.count == 2)
    run.expectOnce(["one", "two", "three"])
  }

  /// A closed file that a source names again is met by every scan: forgotten it would be read again.
  @Test func aClosedFileThatIsThereIsNotReadAgain() {
    let run = TailRun()
    run.append("a.jsonl", "one\n")
    run.append("b.jsonl", "two\n")
    run.tick()
    run.rename("a.jsonl", "away")
    run.tick()
    run.turn(after: 61_000)
    run.tick()
    run.rename("away", "a.jsonl")
    run.tick()
    for days in stride(from: 0, to: 400, by: 40) as StrideTo<Int64> {
      forget(run, after: days)
      run.restart()
      run.tick()
    }
    #expect(run.rows.count == 2)
    run.expectOnce(["one", "two"])
  }

  /// Its directory is a mount that is absent: it is waited for longer, and not for ever.
  @Test(.enabled(if: SmallDisk.isAvailable)) func anAbsentMountIsWaitedFor() throws {
    let run = TailRun(["*.jsonl", "m/*.jsonl"])
    #expect(mkdir(run.path("m"), 0o755) == 0)
    #expect(mount("tmpfs", run.path("m"), "tmpfs", 0, "size=1m") == 0)
    var isMounted = true
    defer { if isMounted { umount2(run.path("m"), Int32(MNT_DETACH)) } }
    run.append("m/a.jsonl", "one\n")
    run.append("m/b.jsonl", "two\n")
    run.tick()
    run.seal()
    run.kill()
    umount2(run.path("m"), Int32(MNT_DETACH))
    isMounted = false
    run.tick()
    forget(run, after: 0)
    forget(run, after: 60)
    run.seal()
    #expect(run.rows.count == 2)
    forget(run, after: 200)
    run.seal()
    forget(run, after: 201)
    run.seal()
    #expect(run.rows.count == 1)
  }

  /// A copy that is not read stands for its original: without it, it would be read as new.
  @Test func theOriginalOfACopyIsKept() {
    let run = TailRun()
    run.append("a.jsonl", text(lines(20, "a")))
    run.tick()
    run.copy("a.jsonl", "copy.jsonl")
    run.tick()
    run.append("a.jsonl", text(lines(20, "more")))
    run.tick()
    run.remove("a.jsonl")
    run.append("z.jsonl", "later\n")
    run.tick()
    run.turn(after: 61_000)
    run.tick()
    #expect(run.file("copy.jsonl")?.state == .shadow)
    for days in [0, 40, 80] as [Int64] {
      forget(run, after: days)
      run.restart()
      run.tick()
    }
    run.expectOnce(lines(20, "a") + lines(20, "more") + ["later"])
  }

  @Test func aClockThatStepsBackDoesNotStopIt() {
    let run = TailRun()
    for name in ["a", "b"] { run.append(name + ".jsonl", name + "\n") }
    run.tick()
    run.remove("a.jsonl")
    run.tick()
    run.turn(after: 61_000)
    run.tick()
    forget(run, after: 10_000)
    run.seal()
    forget(run, after: 0)
    run.seal()
    #expect(run.rows.values.compactMap(\.goneAt) == [.noon])
    forget(run, after: 31)
    run.seal()
    #expect(run.rows.count == 1)
  }

  /// Several batches are under way: what was finished in one is closed when that one is durable, not when an earlier one is.
  @Test func aDescriptorWaitsForItsOwnBatch() {
    let run = TailRun()
    run.append("a.jsonl", "one\n")
    run.append("b.jsonl", "two\n")
    run.tick()
    _ = run.tailer.sealFiles()
    run.remove("a.jsonl")
    run.tick()
    run.turn(after: 61_000)
    run.tick()
    let slot = run.tailer.generations.firstIndex { $0.row.state == .closed } ?? -1
    func isOpen() -> Bool { run.tailer.descriptors.find(slot) != nil }
    #expect(slot >= 0 && isOpen())
    _ = run.tailer.sealFiles()
    _ = run.tailer.sealFiles()
    run.tailer.committed()
    #expect(isOpen(), "its batch is the second")
    run.tailer.committed()
    #expect(!isOpen())
    run.tailer.committed()
    run.tailer.committed()
    #expect(run.tailer.sealed.isEmpty)
  }

  /// A turn hands out no more than fits into a batch, and nobody loses its turn.
  @Test func aTurnIsBounded() {
    var options = TailOptions()
    options.turnSize = 10_000
    let run = TailRun(options: options)
    run.append("first.jsonl", "first\n")
    run.tick()
    let names = (0..<30).map { "f\($0)" }
    for name in names { run.append(name + ".jsonl", text(lines(100, name))) }
    run.now += 2_000
    run.tailer.scan(now: run.now)
    var turns = 0
    var more = true
    while more, turns < 1_000 {
      let before = run.bytesOffered
      more = run.tailer.readLive { run.consume($0) }
      #expect(run.bytesOffered - before < 10_000 + 2_000)
      turns += 1
    }
    #expect(turns >= 4)
    run.expectOnce(["first"] + names.flatMap { lines(100, $0) })
  }

  @Test func theRowKeepsSinceWhenItIsGone() {
    for goneAt in [nil, EngineTime.noon, .at(0)] {
      var row = TrackedFile(
        id: FileID(rawValue: 3), pattern: "p", path: RawPath("/a"),
        identity: FileIdentity(device: 1, inode: 2, birthSeconds: 3, birthNanoseconds: 4), state: .closed,
        goneAt: goneAt)
      #expect(TrackedFile(encoded: row.encoded) == row)
      // As earlier versions wrote it: not of a document, and without what truncations took.
      #expect(TrackedFile(encoded: [2] + row.encoded.dropFirst().dropLast(3)) == row)
      row.cuts = TrackedFile.Cuts(count: 3, lost: .max)
      #expect(TrackedFile(encoded: row.encoded) == row)
    }
  }
}
