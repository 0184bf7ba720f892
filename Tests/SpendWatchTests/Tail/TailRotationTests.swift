import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// The rotations of the catalogue, each by its number.
@Suite struct TailRotationTests {
  @Test(arguments: ["*.jsonl*", "*.jsonl"], [true, false])
  func a1RenameAndNewFile(pattern: String, usesInotify: Bool) {
    var options = TailOptions()
    options.usesInotify = usesInotify
    let run = TailRun([pattern], options: options)
    var all: [String] = []
    for round in 0..<5 {
      let batch = lines(20, "round \(round)")
      all += batch
      run.append("F.jsonl", text(Array(batch.prefix(10))))
      run.tick()
      run.append("F.jsonl", text(Array(batch.suffix(10))))
      // Unread at the moment of the rename.
      for shift in stride(from: round, to: 0, by: -1) {
        run.rename("F.jsonl.\(shift)", "F.jsonl.\(shift + 1)")
      }
      run.rename("F.jsonl", "F.jsonl.1")
      run.append("F.jsonl", "")
      run.tick()
    }
    run.expectOnce(all)
    #expect(run.tailer.counts.truncations == 0)
  }

  @Test(arguments: ["*.jsonl*", "*.jsonl"])
  func a2LateWritesToTheRenamedFile(pattern: String) {
    let run = TailRun([pattern])
    let writer = Writer(run.path("F.jsonl"))
    writer.write("one\n")
    run.tick()
    run.rename("F.jsonl", "F.jsonl.1")
    run.append("F.jsonl", "new\n")
    run.tick()
    for second in 1...50 {
      writer.write("late \(second)\n")
      run.turn(after: 1_000)
    }
    run.tick()
    run.expectOnce(["one", "new"] + (1...50).map { "late \($0)" })
  }

  @Test func a2LateWritesAfterTheNameIsGone() {
    let run = TailRun()
    let writer = Writer(run.path("F.jsonl"))
    writer.write("one\n")
    run.tick()
    writer.write("two\n")
    run.remove("F.jsonl")
    run.append("F.jsonl", "new\n")
    run.tick()
    run.turn(after: 50_000)
    writer.write("late\n")
    run.tick()
    run.expectOnce(["one", "two", "new", "late"])
    // Closed only after the grace, and let go only when that is durable.
    let held = run.tailer.descriptors.count
    run.turn(after: 61_000)
    run.tick()
    #expect(run.status.count == 1)
    #expect(run.tailer.descriptors.count == held)
    run.seal()
    #expect(run.tailer.descriptors.count == held - 1)
  }

  @Test func aRotatedFileIsNotClosedWhileItGrows() {
    let run = TailRun(["*.jsonl"])
    let writer = Writer(run.path("F.jsonl"))
    writer.write("0\n")
    run.tick()
    run.rename("F.jsonl", "F.old")
    for minute in 1...5 {
      run.turn(after: 50_000)
      writer.write("\(minute)\n")
    }
    run.tick()
    run.expectOnce((0...5).map(String.init))
    run.turn(after: 60_000)
    run.turn(after: 60_000)
    #expect(run.status.isEmpty)
  }

  @Test(arguments: ["*.jsonl*", "*.jsonl"], [true, false])
  func a3CopyTruncate(pattern: String, looksBetween: Bool) {
    let run = TailRun([pattern])
    var all: [String] = []
    for round in 0..<4 {
      let batch = lines(300, "round \(round)")
      all += batch
      run.append("F.jsonl", text(Array(batch.prefix(100))))
      run.tick()
      // 200 lines are unread when the copy is made.
      run.append("F.jsonl", text(Array(batch.suffix(200))))
      run.copy("F.jsonl", "F.jsonl.\(round + 1)")
      if looksBetween { run.turn() }
      run.truncate("F.jsonl")
      run.turn()
      run.tick()
    }
    run.append("F.jsonl", "after\n")
    run.tick()
    run.expectOnce(all + ["after"])
    #expect(run.tailer.counts.truncations == 4)
    #expect(run.tailer.counts.unreadAtTruncation == 0)
  }

  /// The lines after the copy may lean on those before it.
  @Test(arguments: ["*.jsonl*", "*.jsonl"], [true, false])
  func a3TheCopyGoesOnWhereTheOriginalStood(pattern: String, looksBetween: Bool) throws {
    let run = TailRun([pattern])
    run.append("F.jsonl", text(lines(100, "read")))
    run.tick()
    let original = try #require(run.file("F.jsonl")).file
    run.append("F.jsonl", text(lines(100, "unread")))
    run.copy("F.jsonl", "F.jsonl.1")
    if looksBetween { run.turn() }
    run.truncate("F.jsonl")
    run.append("F.jsonl", "after\n")
    run.tick()
    run.expectOnce(lines(100, "read") + lines(100, "unread") + ["after"])
    // Where it was looked at between, the original had been read to its end: the copy has nothing of its own.
    #expect(run.originals.values.allSatisfy { $0 == original })
    #expect(looksBetween || run.originals.count == 1)
    let fresh = try #require(run.file("F.jsonl")).file
    #expect(fresh != original && run.originals[fresh] == nil)
  }

  @Test func a3CopyTruncateWhileDown() {
    let run = TailRun(["*.jsonl"])
    run.append("F.jsonl", text(lines(10, "read")))
    run.tick()
    run.append("F.jsonl", text(lines(10, "unread")))
    run.restart()
    run.copy("F.jsonl", "F.jsonl.1")
    run.truncate("F.jsonl")
    run.append("F.jsonl", text(lines(40, "after")))
    run.tick()
    run.expectOnce(lines(10, "read") + lines(10, "unread") + lines(40, "after"))
  }

  @Test func a4WhatATruncationDestroysIsCounted() {
    let run = TailRun()
    run.append("F.jsonl", "first\nhalf")
    run.tick()
    run.truncate("F.jsonl")
    run.append("F.jsonl", "x\n")
    run.tick()
    run.expectOnce(["first", "x"])
    #expect(run.tailer.counts.truncations == 1)
    #expect(run.tailer.counts.unreadAtTruncation == 4)
  }

  @Test(arguments: [0, 1, 4096, 100_000])
  func a5TruncateAndRegrowBeyondTheOffset(preamble: Int) {
    // a6: every generation may begin with the same bytes.
    let same = preamble == 0 ? "" : String(repeating: "p", count: preamble - 1) + "\n"
    let run = TailRun()
    var all: [String] = []
    for round in 0..<4 {
      let batch = lines(50 + 50 * round, "round \(round)")
      all += batch
      run.truncateOrCreate("F.jsonl")
      run.append("F.jsonl", same + text(batch))
      run.tick()
    }
    run.expectOnce(all + (preamble == 0 ? [] : [String](repeating: String(same.dropLast()), count: 4)))
    #expect(run.tailer.counts.truncations == 3)
  }

  /// Every generation begins with the same 4 KiB and more, and is longer than the one before: only the bytes before the offset tell.
  @Test(arguments: [4_096, 5_000, 70_000]) func a6TheSameHeadAfterTheTruncation(preamble: Int) {
    let run = TailRun()
    let head = String(repeating: "2026-11-24 preamble\n", count: preamble / 20 + 1)
    var all: [String] = []
    for round in 0..<4 {
      run.truncateOrCreate("F.jsonl")
      let batch = lines(20 + 20 * round, "round \(round)")
      all += batch
      run.append("F.jsonl", head + text(batch))
      run.tick()
      if round % 2 == 0 { run.restart() }
    }
    run.expectOnce(all + [String](repeating: "2026-11-24 preamble", count: 4 * (preamble / 20 + 1)))
  }

  @Test func a5RewrittenToTheSameLength() {
    let run = TailRun()
    run.append("F.jsonl", "aaaa\n")
    run.tick()
    run.tick()
    run.truncate("F.jsonl")
    run.append("F.jsonl", "bbbb\n")
    run.tick()
    run.expectOnce(["aaaa", "bbbb"])
  }

  @Test func a7DeleteAndRecreateWithTheSameInode() {
    // ext4 gives the inode away again at once; the birth time or the markers must tell.
    let run = TailRun()
    var all: [String] = []
    for round in 0..<20 {
      let batch = lines(3 + round, "round \(round)")
      all += batch
      run.append("F.jsonl", text(batch))
      run.tick()
      if round % 2 == 1 { run.restart() }
      run.remove("F.jsonl")
    }
    run.tick()
    run.expectOnce(all)
  }

  @Test(arguments: 1...5, ["*.jsonl*", "*.jsonl"])
  func a8RotatedWhileDown(depth: Int, pattern: String) {
    let run = TailRun([pattern])
    run.append("F.jsonl", text(lines(10, "read")))
    run.tick()
    run.append("F.jsonl", text(lines(10, "unread")))
    run.restart()
    var all = lines(10, "read") + lines(10, "unread")
    for generation in 1...depth {
      for shift in stride(from: generation - 1, to: 0, by: -1) {
        run.rename("F.jsonl.\(shift)", "F.jsonl.\(shift + 1)")
      }
      run.rename("F.jsonl", "F.jsonl.1")
      // A generation that came and went while nobody looked is found: a pattern names rotated names, too.
      all += lines(10, "down \(generation)")
      run.append("F.jsonl", text(lines(10, "down \(generation)")))
    }
    run.tick()
    run.expectOnce(all)
    run.append("F.jsonl", "live\n")
    run.tick()
    run.expectOnce(all + ["live"])
  }

  @Test func a13OneFileUnderTwoNamesAndTwoSources() {
    let run = TailRun(["a*.jsonl", "*.jsonl"])
    run.append("abc.jsonl", "one\n")
    #expect(link(run.path("abc.jsonl"), run.path("other.jsonl")) == 0)
    run.tick()
    run.append("other.jsonl", "two\n")
    run.tick()
    run.expectOnce(["one", "two"])
    #expect(run.file("abc.jsonl")?.source == SourceID(rawValue: 0))
    // The first name goes: the file lives on under the other.
    run.remove("abc.jsonl")
    run.append("other.jsonl", "three\n")
    run.tick()
    run.expectOnce(["one", "two", "three"])
    #expect(run.file("other.jsonl")?.source == SourceID(rawValue: 0))
  }
}

extension TailRun {
  func truncateOrCreate(_ name: String) {
    append(name, "")
    truncate(name)
  }
}
