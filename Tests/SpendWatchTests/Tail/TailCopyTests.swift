import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Copies inside the pattern (A12), and what looks like one.
@Suite struct TailCopyTests {
  @Test(arguments: [1, 10, 5_000])
  func a12BackupIsCountedOnce(count: Int) {
    let run = TailRun()
    run.append("F.jsonl", text(lines(count, "a")))
    run.tick()
    run.copy("F.jsonl", "F.jsonl.bak")
    run.tick()
    run.append("F.jsonl", text(lines(count, "b")))
    run.tick()
    run.restart()
    run.tick()
    run.expectOnce(lines(count, "a") + lines(count, "b"))
    #expect(run.file("F.jsonl.bak")?.state == .shadow)
    #expect(run.tailer.counts.truncations == 0)
  }

  @Test func a12BackupOfUnreadLines() {
    let run = TailRun()
    run.append("F.jsonl", text(lines(5, "a")))
    run.tick()
    run.append("F.jsonl", text(lines(5, "b")))
    run.copy("F.jsonl", "F.jsonl.bak")
    run.tick()
    run.expectOnce(lines(5, "a") + lines(5, "b"))
  }

  @Test(arguments: [true, false]) func a12BothAreThereAtTheFirstStart(originalIsOlder: Bool) throws {
    let run = TailRun()
    run.append("F.jsonl", text(lines(5, "a")))
    run.copy("F.jsonl", "F.jsonl.bak")
    if !originalIsOlder { run.append("F.jsonl", "more\n") }
    run.tick()
    run.expectOnce(lines(5, "a") + (originalIsOlder ? [] : ["more"]))
  }

  @Test func aCopyInTheMakingIsNotRead() {
    let run = TailRun()
    let content = text(lines(4_000, "a"))
    run.append("F.jsonl", content)
    run.tick()
    let copy = Writer(run.path("G.jsonl"))
    run.turn()
    for part in stride(from: 0, to: content.utf8.count, by: 8_192) {
      copy.write(Array(Array(content.utf8)[part..<min(content.utf8.count, part + 8_192)]))
      run.turn()
    }
    run.expectOnce(lines(4_000, "a"))
    #expect(run.file("G.jsonl")?.state == .shadow)
  }

  @Test func aCopyThatGoesItsOwnWayIsReadFromThere() {
    let run = TailRun()
    run.append("F.jsonl", text(lines(50, "a")))
    run.tick()
    run.copy("F.jsonl", "G.jsonl")
    run.tick()
    run.append("G.jsonl", "only G\n")
    run.append("F.jsonl", "only F, and longer\n")
    run.tick()
    run.restart()
    run.append("G.jsonl", "again G\n")
    run.tick()
    run.expectOnce(lines(50, "a") + ["only G", "only F, and longer", "again G"])
  }

  @Test(arguments: [true, false]) func aCopyOutlivesItsOriginal(isDown: Bool) {
    let run = TailRun()
    run.append("F.jsonl", text(lines(5, "a")))
    run.tick()
    run.append("F.jsonl", text(lines(5, "b")))
    if isDown { run.restart() }
    run.copy("F.jsonl", "G.jsonl")
    run.remove("F.jsonl")
    run.tick()
    run.turn(after: 61_000)
    run.tick()
    run.expectOnce(lines(5, "a") + lines(5, "b"))
    run.restart()
    run.append("G.jsonl", "new in G\n")
    run.tick()
    run.expectOnce(lines(5, "a") + lines(5, "b") + ["new in G"])
  }

  @Test func a14MovedToAnotherDirectoryByCopying() throws {
    let run = TailRun(["*.jsonl", "archive/*.jsonl"])
    run.append("F.jsonl", text(lines(5, "a")))
    run.tick()
    run.restart()
    try FileManager.default.createDirectory(atPath: run.path("archive"), withIntermediateDirectories: true)
    run.append("F.jsonl", text(lines(5, "b")))
    run.copy("F.jsonl", "archive/F.jsonl")
    run.remove("F.jsonl")
    run.tick()
    run.expectOnce(lines(5, "a") + lines(5, "b"))
  }

  @Test func a15SavedByAnEditor() {
    let run = TailRun()
    run.append("F.jsonl", text(lines(500, "a")))
    run.tick()
    // A new inode with the old content and a line more takes the name.
    run.copy("F.jsonl", ".F.tmp")
    run.append(".F.tmp", "added\n")
    run.rename(".F.tmp", "F.jsonl")
    run.tick()
    run.append("F.jsonl", "later\n")
    run.tick()
    run.expectOnce(lines(500, "a") + ["added", "later"])
  }

  @Test func logsThatBeginAlikeAreNoCopies() {
    // The same long preamble in each, then their own lines: both count in full.
    let preamble = String(repeating: "#", count: 5_000)
    let run = TailRun()
    for name in ["F", "G", "H"] {
      run.append("\(name).jsonl", text([preamble] + lines(3, name)))
      run.tick()
    }
    run.expectOnce([preamble, preamble, preamble] + lines(3, "F") + lines(3, "G") + lines(3, "H"))
  }

  @Test func aLogThatBeginsLikeTheOneItReplacedCounts() {
    let preamble = String(repeating: "#", count: 5_000)
    let run = TailRun(["F.jsonl"])
    run.append("F.jsonl", text([preamble] + lines(3, "old")))
    run.tick()
    run.rename("F.jsonl", "F.1")
    // Only the preamble so far: as yet it could be a copy.
    run.append("F.jsonl", text([preamble]))
    run.tick()
    run.turn(after: 61_000)
    run.tick()
    run.append("F.jsonl", text(lines(3, "new")))
    run.tick()
    run.expectOnce([preamble, preamble] + lines(3, "old") + lines(3, "new"))
  }

  @Test(arguments: ["*.jsonl*", "F.jsonl*"]) func aLogTakenForItsCopyIsStillFollowed(pattern: String) throws {
    // Both are new; the copy is read first, so the log counts as the copy: until it grows, even renamed or deleted.
    for ending in ["grows", "is renamed", "is deleted"] {
      let run = TailRun([pattern])
      let writer = Writer(run.path("F.jsonl.z"))
      writer.write(text(lines(5, "a")))
      run.copy("F.jsonl.z", "F.jsonl.a")
      // The oldest is read first: make sure that it is the copy, however fast the clock of the file system ticks.
      let hourAgo = Date(timeIntervalSinceNow: -3_600)
      try FileManager.default.setAttributes([.modificationDate: hourAgo], ofItemAtPath: run.path("F.jsonl.a"))
      run.tick()
      #expect(run.file("F.jsonl.z")?.state == .shadow)
      if ending == "is renamed" { run.rename("F.jsonl.z", "away") }
      if ending == "is deleted" { run.remove("F.jsonl.z") }
      run.tick()
      writer.write("last words\n")
      run.tick()
      run.expectOnce(lines(5, "a") + ["last words"], "\(ending)")
    }
  }

  @Test func severalCopiesAndATruncation() {
    let run = TailRun()
    run.append("F.jsonl", text(lines(5, "a")))
    run.tick()
    run.copy("F.jsonl", "F.jsonl.bak1")
    run.append("F.jsonl", text(lines(5, "b")))
    run.copy("F.jsonl", "F.jsonl.bak2")
    run.append("F.jsonl", text(lines(5, "c")))
    run.copy("F.jsonl", "F.jsonl.bak3")
    run.copy("F.jsonl", "F.jsonl.bak4")
    run.truncate("F.jsonl")
    run.append("F.jsonl", "new\n")
    run.tick()
    run.restart()
    run.tick()
    run.expectOnce(lines(5, "a") + lines(5, "b") + lines(5, "c") + ["new"])
  }
}

@Suite struct TailKinshipTests {
  private func readable(_ size: Int64, base: Int64, original: Int64, shares: (Bool, Bool)) -> Kinship {
    Kinship.toReadable(
      size: size, base: base, originalSize: original, sharesBase: { shares.0 }, sharesEnd: { shares.1 })
  }

  @Test func toAnOriginalThatCanBeRead() {
    // Shorter than what was read of the original.
    #expect(readable(50, base: 100, original: 100, shares: (true, true)) == .copy)
    #expect(readable(50, base: 100, original: 100, shares: (true, false)) == .none)
    // As long or longer.
    #expect(readable(100, base: 100, original: 100, shares: (true, true)) == .copy)
    #expect(readable(150, base: 100, original: 200, shares: (true, true)) == .copy)
    #expect(readable(150, base: 100, original: 200, shares: (true, false)) == .fork)
    #expect(readable(250, base: 100, original: 200, shares: (true, true)) == .fork)
    #expect(readable(250, base: 100, original: 200, shares: (false, true)) == .none)
  }

  @Test func toAnOriginalThatIsGone() {
    #expect(Kinship.toGone(size: 100, offset: 100, sharesMarkers: { true }) == .successor(from: 100))
    #expect(Kinship.toGone(size: 99, offset: 100, sharesMarkers: { true }) == .none)
    #expect(Kinship.toGone(size: 100, offset: 100, sharesMarkers: { false }) == .none)
  }

  @Test func theVerdictThatCountsLeastTwiceWins() {
    #expect(!Kinship.isBetter((.none, base: 9), than: nil))
    #expect(Kinship.isBetter((.fork, base: 1), than: nil))
    #expect(Kinship.isBetter((.copy, base: 1), than: (.successor(from: 9), base: 9)))
    #expect(Kinship.isBetter((.fork, base: 5), than: (.successor(from: 4), base: 4)))
    #expect(!Kinship.isBetter((.successor(from: 4), base: 4), than: (.fork, base: 5)))
  }

  @Test func lengthsOfMarkers() {
    #expect(Marker.tailLength(10, lastRecord: 3) == 10)
    #expect(Marker.tailLength(10_000, lastRecord: 3) == 4096)
    #expect(Marker.tailLength(10_000, lastRecord: 5_000) == 5_000)
    #expect(Marker.tailLength(1_000_000, lastRecord: 500_000) == 65_536)
  }

  @Test func markersTellContentsAndKeysApart() {
    func marker(_ text: String, _ key: UInt64 = 1) -> Marker {
      Array(text.utf8).withUnsafeBytes(MarkerKey(key, 2).marker)
    }
    let one = marker("some bytes")
    #expect(one == marker("some bytes") && one.length == 10 && one.low != one.high)
    for other in [marker("some bytez"), marker("some byte"), marker("some bytes", 2)] {
      #expect(other.low != one.low && other.high != one.high)
    }
    #expect(marker("") == .empty)
  }
}
