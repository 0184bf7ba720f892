import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Runs of NUL (B7): holes, and zeros that were written.
@Suite struct TailZerosTests {
  /// Writes at a place of its own, as a logger without O_APPEND does.
  private func write(_ run: TailRun, _ name: String, _ text: String, at offset: Int64) {
    let descriptor = open(run.path(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    #expect(pwrite(descriptor, bytes, bytes.count, off_t(offset)) == bytes.count)
  }

  private func grow(_ run: TailRun, _ name: String, by count: Int) {
    let size = Int((try? FileFacts.of(RawPath(run.path(name))).get().size) ?? 0)
    run.truncate(name, to: size + count)
  }

  @Test(arguments: [1, 4_096, 1 << 20], [0, 1, 2, 3])
  func b7AHoleBetweenLines(length: Int, way: Int) {
    let run = TailRun()
    func look() {
      if way > 0 { run.tick() }
      if way == 2 { run.restart() }
      if way == 3 { run.kill() }
    }
    for round in 0..<3 {
      run.append("F.jsonl", "one \(round)\n")
      look()
      grow(run, "F.jsonl", by: length)
      look()
    }
    run.append("F.jsonl", "last\n")
    run.tick()
    run.tick()
    run.expectOnce(["one 0", "one 1", "one 2", "last"])
    #expect(run.file("F.jsonl")?.unread == 0 && run.tailer.counts.truncations == 0)
    #expect(run.bytesOffered < 64 << 10 || way == 3)
  }

  /// After copytruncate, a writer goes on where it stood: the file begins with a hole of any size.
  @Test(arguments: [true, false]) func b7AHugeHoleBeforeAStaleWriter(looksBetween: Bool) {
    let run = TailRun()
    let before = lines(50, "before")
    run.append("F.jsonl", text(before))
    run.tick()
    run.append("F.jsonl", text(lines(5, "unread")))
    run.copy("F.jsonl", "F.jsonl.1")
    run.truncate("F.jsonl")
    if looksBetween { run.tick() }
    write(run, "F.jsonl", text(lines(5, "after")), at: 10 << 30)
    let start = ContinuousClock.now
    let offered = run.bytesOffered
    run.tick()
    write(run, "F.jsonl", "more\n", at: 20 << 30)
    run.tick()
    run.restart()
    run.tick()
    run.expectOnce(before + lines(5, "unread") + lines(5, "after") + ["more"])
    #expect(run.bytesOffered - offered < 1 << 20)
    #expect(ContinuousClock.now - start < .seconds(20), "ten gigabytes were read")
    #expect(run.file("F.jsonl")?.offset == Int64(20 << 30) + 5)
  }

  /// Zeros that were written, cut anywhere, looked at after each piece.
  @Test func b7EverySplitPoint() {
    let zeros = [UInt8](repeating: 0, count: 5)
    let content =
      Array("one\n".utf8) + zeros + Array("two\n".utf8) + zeros + zeros + Array("th".utf8)
      + Array("ree\n".utf8)
    for first in 0...content.count {
      for second in stride(from: first, through: content.count, by: 3) {
        let run = TailRun()
        for piece in [content[..<first], content[first..<second], content[second...]] {
          Writer(run.path("F.jsonl")).write(Array(piece))
          run.turn(after: 2_000)
        }
        run.expectOnce(["one", "two", "three"], "\(first) \(second)")
      }
    }
  }

  /// A logger that makes room ahead and writes into it: what is blank now is not passed over.
  @Test(arguments: [true, false]) func b7RoomThatIsFilledLater(isHole: Bool) {
    let run = TailRun()
    run.append("F.jsonl", "one\n")
    if isHole {
      grow(run, "F.jsonl", by: 1 << 20)
    } else {
      Writer(run.path("F.jsonl")).write([UInt8](repeating: 0, count: 1 << 20))
    }
    var end = 4
    for round in 0..<5 {
      run.tick()
      #expect(run.file("F.jsonl")?.offset == Int64(end) && run.file("F.jsonl")?.unread == 0)
      if round == 2 { run.restart() }
      write(run, "F.jsonl", "line \(round)\n", at: Int64(end))
      end += 7
    }
    run.tick()
    // Closed in good order: the room that is left is given back.
    run.truncate("F.jsonl", to: end)
    run.tick()
    run.append("F.jsonl", "last\n")
    run.tick()
    run.expectOnce(["one", "last"] + (0..<5).map { "line \($0)" })
    #expect(run.tailer.counts.truncations == 0)
  }

  /// Half a record after a hole, and the end of the daemon: the offset stands behind zeros, and is true all the same.
  @Test(arguments: [true, false]) func b7ARestartBehindAHole(isRewritten: Bool) {
    let run = TailRun()
    run.append("F.jsonl", "one\n")
    grow(run, "F.jsonl", by: 1 << 20)
    run.append("F.jsonl", "ha")
    run.tick()
    run.seal()
    #expect(run.rows.values.first?.offset == Int64(1 << 20) + 4)
    run.kill()
    if isRewritten {
      run.truncate("F.jsonl")
      run.append("F.jsonl", text(lines(50_000, "anew")))
      run.tick()
      run.expectOnce(["one"] + lines(50_000, "anew"))
    } else {
      run.append("F.jsonl", "lf\n")
      run.tick()
      run.expectOnce(["one", "half"])
    }
  }

  @Test func b7ACopyOfAFileThatBeginsWithAHole() {
    let run = TailRun()
    write(run, "F.jsonl", text(lines(300, "late")), at: 100_000)
    run.tick()
    run.copy("F.jsonl", "F.jsonl.1")
    run.tick()
    // Another one with such a beginning is no copy.
    write(run, "G.jsonl", text(lines(300, "other")), at: 100_000)
    run.tick()
    run.expectOnce(lines(300, "late") + lines(300, "other"))
    #expect(run.tailer.counts.copies == 1)
  }

  @Test func b7ZerosThatWereWrittenAreReadOnceAndNotOffered() {
    let run = TailRun()
    run.append("F.jsonl", "one\n")
    Writer(run.path("F.jsonl")).write([UInt8](repeating: 0, count: 20 << 20))
    run.tick()
    // So many that nobody will fill them: passed over.
    #expect((run.file("F.jsonl")?.offset ?? 0) >= 16 << 20)
    run.append("F.jsonl", "two\n")
    run.tick()
    run.expectOnce(["one", "two"])
    #expect(run.bytesOffered < 64)
  }

  @Test func b7ADeletedFileThatEndsWithAHoleIsClosed() {
    let run = TailRun()
    run.append("F.jsonl", "one\nleft over")
    grow(run, "F.jsonl", by: 1 << 20)
    run.tick()
    run.remove("F.jsonl")
    run.tick()
    run.turn(after: 61_000)
    run.turn(after: 61_000)
    run.seal()
    run.expectOnce(["one", "torn:left over"])
    #expect(run.rows.values.map(\.state) == [.closed] && run.tailer.descriptors.count == 0)
  }
}
