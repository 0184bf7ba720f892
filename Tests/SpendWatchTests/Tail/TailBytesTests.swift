import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Torn, long and odd records (B of the catalogue).
@Suite struct TailBytesTests {
  @Test func b1APartialRecordWaits() {
    let run = TailRun()
    run.append("F.jsonl", "{\"a\"")
    for _ in 0..<5 { run.tick() }
    #expect(run.books.lines.isEmpty)
    run.append("F.jsonl", ":1}\n")
    run.turn()
    run.expectOnce(["{\"a\":1}"])
  }

  @Test(arguments: ["*.jsonl*", "*.jsonl"])
  func b2PartialThenRenamedThenCompleted(pattern: String) {
    let run = TailRun([pattern])
    let writer = Writer(run.path("F.jsonl"))
    writer.write("half")
    run.tick()
    run.rename("F.jsonl", "F.jsonl.1")
    run.append("F.jsonl", "new\n")
    run.tick()
    writer.write(" and half\n")
    run.tick()
    run.expectOnce(["half and half", "new"])
  }

  @Test(arguments: [true, false]) func b3PartialThenRestartThenCompleted(isKilled: Bool) {
    let run = TailRun()
    run.append("F.jsonl", "one\nha")
    run.tick()
    if isKilled { run.kill() } else { run.restart() }
    run.append("F.jsonl", "lf\n")
    run.tick()
    run.expectOnce(["one", "half"])
  }

  @Test func b4WhatIsLeftOverAtTheEndIsOfferedOnceAsFinal() {
    let run = TailRun()
    run.append("F.jsonl", "one\nleft over")
    run.tick()
    run.remove("F.jsonl")
    run.tick()
    run.expectOnce(["one"])
    run.turn(after: 61_000)
    run.expectOnce(["one", "torn:left over"])
    run.turn(after: 61_000)
    run.restart()
    run.tick()
    run.expectOnce(["one", "torn:left over"])
  }

  @Test func b5EverySplitPoint() {
    let content = Array("{\"a\":1}\n{\"b\":\"é\"}\n\n{\"c\":3}\n".utf8)
    for cut in 0...content.count {
      for second in stride(from: cut, through: content.count, by: 3) {
        let run = TailRun()
        let writer = Writer(run.path("F.jsonl"))
        run.tick()
        for piece in [content[..<cut], content[cut..<second], content[second...]] {
          writer.write(Array(piece))
          run.turn()
        }
        run.expectOnce(["{\"a\":1}", "{\"b\":\"é\"}", "", "{\"c\":3}"], "cut at \(cut) and \(second)")
      }
    }
  }

  @Test func b6ARecordLongerThanTheSliceIsRead() {
    let run = TailRun()
    let long = String(repeating: "x", count: 3_000_000)
    run.append("F.jsonl", "a\n" + long + "\nb\n")
    run.tick()
    run.expectOnce(["a", long, "b"])
    #expect(run.tailer.buffer.bytes.count <= 1 << 20)
  }

  @Test(arguments: [1, 4_096, 4_097, 10_000, 100_000])
  func b6ARecordLongerThanTheLimitIsSkippedAndTheNextCounts(length: Int) {
    var options = TailOptions()
    options.sliceSize = 1_024
    options.recordLimit = 4_096
    let run = TailRun(options: options)
    let long = String(repeating: "x", count: length)
    run.append("F.jsonl", "a\n" + long + "\nb\n")
    run.tick()
    run.append("F.jsonl", "c\n")
    run.tick()
    run.expectOnce(["a", "b", "c"] + (length < 4_096 ? [long] : []))
  }

  @Test func b6SkippingGoesOnAfterARestart() {
    var options = TailOptions()
    options.sliceSize = 1_024
    options.recordLimit = 4_096
    let run = TailRun(options: options)
    run.append("F.jsonl", "a\n" + String(repeating: "x", count: 9_000))
    run.tick()
    run.restart()
    run.append("F.jsonl", String(repeating: "x", count: 9_000))
    run.tick()
    run.restart()
    run.append("F.jsonl", "xx\nb\n")
    run.tick()
    run.expectOnce(["a", "b"])
  }

  @Test func aLongTornRecordIsNotOfferedForEveryByte() {
    let run = TailRun()
    let writer = Writer(run.path("F.jsonl"))
    writer.write(String(repeating: "x", count: 2_000_000))
    run.tick()
    run.tick()
    let before = run.bytesOffered
    for _ in 0..<100 {
      writer.write("y")
      run.turn()
    }
    #expect(run.bytesOffered == before)
    // But its end is seen at once.
    writer.write("\n")
    run.turn()
    #expect(run.books.lines.count == 1)
    // And a scan offers it again: an object may close without a newline.
    writer.write(String(repeating: "z", count: 200_000))
    run.tick()
    run.tick()
    let offered = run.bytesOffered
    writer.write("z")
    run.turn()
    #expect(run.bytesOffered == offered)
    run.tick()
    #expect(run.bytesOffered > offered)
  }

  @Test func b8OddBytesComeThroughUnchanged() {
    let run = TailRun()
    let writer = Writer(run.path("F.jsonl"))
    writer.write([0xFF, 0x00, 0x0D, 0x0A, 0x0A, 0xEF, 0xBB, 0xBF, 0x41, 0x0A])
    run.tick()
    #expect(run.books.lines == ["\u{FFFD}\0\r": 1, "": 1, "\u{FEFF}A": 1])
  }

  @Test func slicesAreCutAtRecordBoundariesOnly() {
    var options = TailOptions()
    options.sliceSize = 100
    let run = TailRun(options: options)
    let all = (0..<200).map { "\($0) " + String(repeating: "r", count: $0) }
    run.append("F.jsonl", text(all))
    run.tick()
    run.expectOnce(all)
    #expect(run.slices > 100)
  }
}
