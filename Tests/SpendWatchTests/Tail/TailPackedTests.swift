import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Compressed generations (A9, A10), by the programs that make them.
@Suite struct TailPackedTests {
  static func has(_ program: String) -> Bool { access("/usr/bin/" + program, X_OK) == 0 }
  static let programs = [("gzip", "gz"), ("zstd -q --rm", "zst"), ("xz", "xz")].filter {
    has(String($0.0.prefix { $0 != " " }))
  }
  /// Lines that repeat each other word for word.
  private static let bare = (0..<40).map { "{\"tokens\":\($0 % 3)}" }

  @Test(arguments: programs, [false, true])
  func a9UnreadEndOfARotatedFile(program: (String, String), isDown: Bool) {
    let run = TailRun(["F.jsonl"])
    run.append("F.jsonl", text(lines(300, "a")))
    run.tick()
    if isDown { run.restart() }
    run.append("F.jsonl", text(lines(500, "b")))
    run.rename("F.jsonl", "F.jsonl.1")
    run.shell("\(program.0) F.jsonl.1")
    run.append("F.jsonl", text(lines(5, "c")))
    run.tick()
    run.turn(after: 61_000)
    let all = lines(300, "a") + lines(500, "b") + lines(5, "c")
    run.expectOnce(all)
    run.restart()
    run.tick()
    run.expectOnce(all)
    #expect(run.problems.isEmpty && run.tailer.unpacked == nil)
  }

  @Test(arguments: programs) func a9ReadToItsEndItIsNotReadAgain(program: (String, String)) {
    let run = TailRun(["F.jsonl"])
    run.append("F.jsonl", text(lines(300, "a")))
    run.tick()
    run.rename("F.jsonl", "F.jsonl.1")
    run.turn(after: 61_000)
    run.turn(after: 61_000)
    run.restart()
    run.shell("\(program.0) F.jsonl.1")
    for _ in 0..<3 {
      run.tick()
      run.restart()
    }
    run.expectOnce(lines(300, "a"))
  }

  @Test(arguments: programs) func a9NeverSeenItIsReadFromItsBeginning(program: (String, String)) {
    let run = TailRun(["F.jsonl"])
    run.append("F.jsonl.1", text(lines(3_000, "a")) + "2026-11-24 without an end")
    run.shell("\(program.0) F.jsonl.1")
    run.tick()
    run.expectOnce(lines(3_000, "a") + ["torn:2026-11-24 without an end"])
    #expect(run.order.allSatisfy(\.isCatchUp) && !run.hasBacklog)
  }

  /// Rotation that keeps few of them: they go while the first is read.
  @Test func a9DeletedWhileTheyWait() {
    let run = TailRun(["F.jsonl"])
    for number in 1...5 { run.append("F.jsonl.\(number)", text(lines(2_000, "f\(number)"))) }
    run.shell("gzip F.jsonl.*")
    run.now += 2_000
    run.tailer.scan(now: run.now)
    for number in 1...5 { run.remove("F.jsonl.\(number).gz") }
    for _ in 0..<6 { run.tick() }
    run.expectOnce((1...5).flatMap { lines(2_000, "f\($0)") })
    run.restart()
    run.tick()
    run.expectOnce((1...5).flatMap { lines(2_000, "f\($0)") })
  }

  /// More than are kept open: those that nobody could read are told.
  @Test func a9MoreThanAreKeptOpen() {
    let run = TailRun(["F.jsonl"])
    let count = PackedQueue.mostOpen + 3
    for number in 1...count { run.append("F.jsonl.\(number)", "2026-11-24 line \(number)\n") }
    run.shell("gzip F.jsonl.*")
    run.now += 2_000
    run.tailer.scan(now: run.now)
    for number in 1...count { run.remove("F.jsonl.\(number).gz") }
    for _ in 0..<count { run.tick() }
    let read = run.books.lines.count
    #expect(read == PackedQueue.mostOpen && run.books.lines.values.allSatisfy { $0 == 1 })
    let uneasy = run.uneasy.filter { $0.problem?.contains("gone before it was unpacked") == true }
    #expect(uneasy.count == count - read, "\(uneasy)")
  }

  @Test func a9BesideItsOriginalItIsNotRead() {
    let run = TailRun(["F.jsonl"])
    run.append("F.jsonl.1", text(lines(100, "a")))
    run.shell("gzip -k F.jsonl.1")
    run.tick()
    run.expectOnce(lines(100, "a"))
    run.append("F.jsonl.1", "2026-11-24 late\n")
    run.tick()
    run.restart()
    run.remove("F.jsonl.1")
    run.tick()
    run.expectOnce(lines(100, "a") + ["2026-11-24 late"])
  }

  @Test func a9SeveralMembersZerosAndRubbishBehind() {
    for tail in ["", "head -c 5000 /dev/zero >>F.jsonl.gz", "echo rubbish >>F.jsonl.gz"] {
      let run = TailRun(["F.jsonl"])
      run.append("a", text(lines(1_000, "a")))
      run.append("b", text(lines(1_000, "b")))
      run.shell("gzip a b; cat a.gz b.gz >F.jsonl.gz; \(tail.isEmpty ? ":" : tail)")
      run.tick()
      run.expectOnce(lines(1_000, "a") + lines(1_000, "b"))
      // One more behind the rest: only where nothing stands between.
      guard tail.isEmpty else { continue }
      run.append("c", text(lines(10, "c")))
      run.shell("gzip -c c >>F.jsonl.gz")
      run.tick()
      run.restart()
      run.tick()
      run.expectOnce(lines(1_000, "a") + lines(1_000, "b") + lines(10, "c"))
    }
  }

  @Test func a9HalfWrittenWhileScanned() throws {
    let all = lines(2_000, "a")
    let run = TailRun(["F.jsonl"])
    run.append("F.jsonl", text(all))
    run.shell("gzip -c F.jsonl >whole")
    let whole = try #require(FileManager.default.contents(atPath: run.path("whole")))
    run.tick()
    run.rename("F.jsonl", "F.jsonl.1")
    let writer = Writer(run.path("F.jsonl.1.gz"))
    for start in stride(from: 0, to: whole.count, by: 1 + whole.count / 20) {
      run.tick()
      run.expectOnce(all)
      writer.write([UInt8](whole[start..<min(whole.count, start + 1 + whole.count / 20)]))
    }
    run.remove("F.jsonl.1")
    for _ in 0..<40 { run.tick() }
    run.expectOnce(all)
    #expect(run.problems.isEmpty && run.file("F.jsonl.1.gz")?.state == .shadow)
  }

  @Test func a9CutAtEveryOfManyPlaces() throws {
    let maker = TailRun()
    maker.append("F", text(lines(2_000, "a")))
    maker.shell("gzip -k F")
    let whole = try #require(FileManager.default.contents(atPath: maker.path("F.gz")))
    for cut in [3, 9, 10, 11, 30, whole.count / 3, whole.count / 2, whole.count - 9, whole.count - 1] {
      let run = TailRun(["F.jsonl"])
      Writer(run.path("F.jsonl.1.gz")).write([UInt8](whole.prefix(cut)))
      run.tick()
      #expect(run.books.lines.isEmpty, "a look at once, at \(cut)")
      run.turn(after: 61_000)
      run.tick()
      #expect(
        run.books.lines.values.allSatisfy { $0 == 1 }
          && run.books.lines.keys.allSatisfy { $0.hasPrefix("2026") })
      if cut > whole.count / 2 { #expect(run.books.lines.count > 900) }
      #expect(run.problems.map(\.reason) == [.cut], "\(cut)")
      run.restart()
      run.tick()
      #expect(run.books.lines.values.allSatisfy { $0 == 1 } && run.problems.map(\.reason) == [.cut])
      // The rest comes after all.
      Writer(run.path("F.jsonl.1.gz")).write([UInt8](whole.dropFirst(cut)))
      run.tick()
      run.tick()
      run.expectOnce(lines(2_000, "a"), "\(cut)")
      #expect(run.problems.isEmpty, "\(cut)")
    }
  }

  @Test func a9SumThatDoesNotAgree() throws {
    let run = TailRun(["F.jsonl"])
    run.append("F.jsonl.1", text(lines(100, "a")))
    run.shell(
      "gzip F.jsonl.1; printf 'XXXX' | dd of=F.jsonl.1.gz bs=1 seek=$(($(stat -c %s F.jsonl.1.gz) - 8)) conv=notrunc"
    )
    run.tick()
    run.turn(after: 61_000)
    run.tick()
    run.expectOnce(lines(100, "a"))
    #expect(run.problems.map(\.reason) == [.damaged])
  }

  @Test func a9Bomb() {
    let run = TailRun(["F.jsonl"])
    run.limits.ratioFloor = 1 << 20
    run.kill()
    run.shell("head -c 8000000 /dev/zero | gzip >F.jsonl.1.gz")
    run.append("F.jsonl", "good\n")
    run.tick()
    run.restart()
    run.tick()
    run.expectOnce(["good"])
    #expect(run.problems.map(\.reason) == [.tooLarge])
  }

  @Test func a9NoRoomForTheContentIsTriedAgain() {
    let run = TailRun(["F.jsonl"])
    run.limits.free = .max
    run.kill()
    run.append("F.jsonl.1", text(lines(10, "a")))
    run.shell("gzip F.jsonl.1")
    // A tenth of the disk is free, or it is not: no place at all is surer.
    rmdir(run.scratch.path)
    run.tick()
    #expect(run.books.lines.isEmpty && run.problems.map(\.reason) == [.noRoom(ENOENT)])
    mkdir(run.scratch.path, 0o700)
    run.limits.free = 0
    run.kill()
    run.tick()
    run.expectOnce(lines(10, "a"))
  }

  @Test(arguments: [false, true]) func a9LinesWithoutADate(isRead: Bool) {
    let run = TailRun(["F.jsonl"])
    run.append("F.jsonl", text(Self.bare))
    run.tick()
    run.restart()
    if !isRead { run.append("F.jsonl", text(Self.bare)) }
    run.rename("F.jsonl", "F.jsonl.1")
    run.shell("gzip F.jsonl.1")
    run.append("F.jsonl", text(Self.bare))
    run.tick()
    run.restart()
    run.tick()
    run.expectOnce(Self.bare + Self.bare + (isRead ? [] : Self.bare))
  }

  @Test(arguments: 0..<6) func a9KilledAtEachStep(step: Int) {
    let run = TailRun(["F.jsonl"])
    run.append("F.jsonl", text(lines(50, "a")))
    run.tick()
    run.seal()
    run.append("F.jsonl", text(lines(2_000, "b")))
    run.rename("F.jsonl", "F.jsonl.1")
    run.shell("gzip F.jsonl.1")
    if step == 0 { run.kill() }
    run.tailer.scan(now: run.now + 2_000)
    if step == 1 { run.restart() }
    for _ in 0..<step {
      _ = run.tailer.readBacklog { run.consume($0) } || run.tailer.readLive { run.consume($0) }
    }
    if step >= 2 { step % 2 == 0 ? run.restart() : run.kill() }
    run.tick()
    run.restart()
    run.tick()
    run.expectOnce(lines(50, "a") + lines(2_000, "b"))
  }

  @Test(arguments: ["F.jsonl", "*.jsonl"]) func a8FiveGenerationsWhileDown(pattern: String) {
    let run = TailRun([pattern])
    run.append("F.jsonl", text(lines(20, "0")))
    run.tick()
    run.restart()
    run.append("F.jsonl", text(lines(20, "late")))
    var all = lines(20, "0") + lines(20, "late")
    for generation in 1...5 {
      // delaycompress: the newest one stays plain.
      for number in stride(from: 5, to: 1, by: -1) {
        run.shell("[ ! -e F.jsonl.\(number - 1).gz ] || mv F.jsonl.\(number - 1).gz F.jsonl.\(number).gz")
      }
      run.shell("[ ! -e F.jsonl.1 ] || gzip -c F.jsonl.1 >F.jsonl.2.gz; mv F.jsonl F.jsonl.1")
      run.append("F.jsonl", text(lines(20, "\(generation)")))
      all += lines(20, "\(generation)")
    }
    run.tick()
    run.tick()
    run.expectOnce(all)
    run.restart()
    run.tick()
    run.expectOnce(all)
  }

  @Test func a10NumberedShiftAndDatesEverySecond() {
    let run = TailRun(["F.jsonl", "G.jsonl"])
    var all: [String] = []
    for round in 0..<8 {
      run.append("F.jsonl", text(lines(10, "F\(round)")))
      run.append("G.jsonl", text(lines(10, "G\(round)")))
      all += lines(10, "F\(round)") + lines(10, "G\(round)")
      if round % 3 == 1 { run.tick() }
      if round % 3 == 2 { run.restart() }
      run.shell(
        "for n in 8 7 6 5 4 3 2; do [ ! -e F.jsonl.$n.gz ] || mv F.jsonl.$n.gz F.jsonl.$((n+1)).gz; done; "
          + "if [ -e F.jsonl.1 ]; then mv F.jsonl.1 F.jsonl.2; gzip F.jsonl.2; fi; mv F.jsonl F.jsonl.1; "
          + "mv G.jsonl G-2025112\(round).jsonl; [ \(round) = 0 ] || gzip G-2025112\(round - 1 < 0 ? 0 : round - 1).jsonl"
      )
    }
    run.tick()
    run.turn(after: 61_000)
    run.expectOnce(all)
  }

  @Test func a3CopiedTruncatedAndPacked() {
    let run = TailRun(["F.jsonl"])
    run.append("F.jsonl", text(lines(20, "a")))
    run.tick()
    run.restart()
    run.append("F.jsonl", text(lines(20, "b")))
    run.copy("F.jsonl", "F.jsonl.1")
    run.truncate("F.jsonl")
    run.shell("gzip F.jsonl.1")
    run.append("F.jsonl", text(lines(3, "c")))
    run.tick()
    run.expectOnce(lines(20, "a") + lines(20, "b") + lines(3, "c"))
    #expect(run.tailer.counts.unreadAtTruncation == 0)
  }

  @Test func b10NamesDoNotTell() {
    let run = TailRun(["*.log", "*.gz"])
    run.append("a", text(lines(10, "packed")))
    run.shell("gzip -c a >x.log")
    run.append("y.gz", text(lines(10, "plain")))
    run.append("z.gz", "")
    run.tick()
    run.shell("gzip -c a | sed 1q >/dev/null; echo 2026-11-24 other >b; gzip -c b >>z.gz")
    run.tick()
    run.tick()
    run.expectOnce(lines(10, "packed") + lines(10, "plain") + ["2026-11-24 other"])
    #expect(run.problems.isEmpty)
  }

  @Test func atTheEndOfWhatIsThereAtTheFirstStart() {
    let run = TailRun(["F.jsonl"], start: .end)
    run.append("F.jsonl.1", text(lines(10, "a")))
    run.shell("gzip F.jsonl.1")
    run.append("F.jsonl.2", text(lines(10, "b")))
    run.tick()
    run.restart()
    run.tick()
    run.expectOnce([])
  }
}
