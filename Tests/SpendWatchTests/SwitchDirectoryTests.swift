import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct SwitchDirectoryTests {
  private let root = TempDir("halts")
  private var path: String { root.file("run/halts") }
  private let start = EngineTime(milliseconds: 1_790_000_000_000)

  private func board(_ wanted: [HaltIntent] = [], writer: String = "w1") -> SwitchBoard {
    SwitchBoard([.directory(DirectorySwitch(path: path))], writer: writer, wanted: wanted)
  }
  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }
  private func text(_ file: String) throws -> String {
    try String(contentsOfFile: path + "/" + file, encoding: .utf8)
  }
  private func mode(_ path: String) -> UInt32 {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o777 : 0
  }
  private func health(_ board: SwitchBoard) -> SwitchHealth { board.status(now: start).switches[0] }

  @Test func writesReadsAndRemoves() throws {
    let board = board()
    let long = String(repeating: "x", count: 300)
    board.apply(
      [intent(.global), intent(.key("a/../b")), intent(.task(long), until: start + .hour)], now: start)
    #expect(health(board).lastError == "")
    #expect(try files() == ["global.halt", "key-a%2F..%2Fb.halt", "task-~\(SHA256.hex(long)).halt"])
    let reason = try #require(HaltReason(json: Array(text("task-~\(SHA256.hex(long)).halt").utf8)))
    #expect(
      reason.subject == ["task": long] && reason.until == (start + .hour).rfc3339
        && reason.writer == "w1")
    #expect(reason.why == "halted by rule cap")
    board.apply([lift(.global), lift(.key("a/../b"))], now: start)
    #expect(try files().count == 1)
  }

  @Test func straysStandUntilTheCatchUpIsOver() throws {
    // An earlier process of ours halted three, and died before it could commit.
    board().apply([intent(.key("a")), intent(.key("b")), intent(.key("c"))], now: start)
    let next = SwitchBoard(
      [.directory(DirectorySwitch(path: path))], writer: "w1", wanted: [intent(.key("a"))], keepsStrays: true)
    next.assertAll(now: start)
    #expect(try files() == ["key-a.halt", "key-b.halt", "key-c.halt"])
    // The logs are read again: b is decided anew, a person lifts c by name.
    next.apply([intent(.key("b")), lift(.key("c"))], now: start)
    next.assertAll(now: start)
    #expect(try files() == ["key-a.halt", "key-b.halt"])
    board().apply([intent(.key("d"))], now: start)
    next.keepsStrays = false
    next.assertAll(now: start)
    #expect(try files() == ["key-a.halt", "key-b.halt"])
  }

  @Test func everybodyMayReadThem() throws {
    let old = umask(0o077)
    defer { umask(old) }
    board().apply([intent(.global)], now: start)
    #expect(mode(root.file("run")) == 0o755 && mode(path) == 0o755 && mode(path + "/global.halt") == 0o644)
  }

  @Test func healsTampering() throws {
    let board = board()
    board.apply([intent(.key("a")), intent(.key("b")), intent(.key("c")), intent(.key("d"))], now: start)
    let before = try ["a", "b", "c", "d"].map { try text("key-\($0).halt") }
    try Data("{}".utf8).write(to: URL(fileURLWithPath: path + "/key-a.halt"))
    unlink(path + "/key-b.halt")
    unlink(path + "/key-c.halt")
    symlink("/etc/passwd", path + "/key-c.halt")
    unlink(path + "/key-d.halt")
    mkfifo(path + "/key-d.halt", 0o600)
    board.assertAll(now: start)
    #expect(try ["a", "b", "c", "d"].map { try text("key-\($0).halt") } == before)
    #expect(health(board).repairs == 4 && health(board).failingSince == nil)
    try FileManager.default.removeItem(atPath: root.file("run"))
    board.assertAll(now: start)
    #expect(try files().count == 4)
  }

  @Test func endsAndIsHonoured() throws {
    let board = board()
    board.apply([intent(.key("a"), until: start + 1_000)], now: start)
    board.assertAll(now: start + 999)
    #expect(try files() == ["key-a.halt"])
    board.assertAll(now: start + 1_000)
    #expect(try files() == [])
    #expect(health(board).repairs == 0)
  }

  @Test func keepsForeignFiles() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    _ = try root.write("run/halts/global.halt", "")
    _ = try root.write("run/halts/key-x.halt", "stop \u{1b}[2J")
    _ = try root.write("run/halts/notes.txt", "mine")
    let board = board([intent(.key("x"))])
    board.assertAll(now: start)
    #expect(health(board).foreign.map(\.subject) == [.global, .key("x")])
    #expect(board.status(now: start).confirmed[.key("x")] == start)
    board.apply([lift(.key("x")), lift(.global)], now: start)
    board.assertAll(now: start)
    #expect(try files() == ["global.halt", "key-x.halt", "notes.txt"])
    #expect(try text("key-x.halt") == "stop \u{1b}[2J")
    #expect(board.liftForeign(.key("x"), now: start).count == 1)
    #expect(try files() == ["global.halt", "notes.txt"])
  }

  @Test func tellsOursFromAnothersAfterACrash() throws {
    board().apply([intent(.key("mine"))], now: start)
    board(writer: "w2").apply([intent(.key("yours"))], now: start)
    _ = try root.write("run/halts/.key-mine.halt.999.tmp", "half")
    var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
    utimensat(AT_FDCWD, path + "/.key-mine.halt.999.tmp", &times, 0)
    let restarted = board()
    restarted.assertAll(now: start)
    #expect(try files() == ["key-yours.halt"])
    #expect(health(restarted).foreign.map(\.writer) == ["w2"])
  }

  @Test func saysWhatIsWrongAndTriesAgain() throws {
    let file = try root.write("plain", "")
    for (path, words) in [
      (file, "Not a directory"), (file + "/below", "Not a directory"),
      ("/proc/spendfuse-test/x", "cannot make it"),
    ] {
      let board = SwitchBoard([.directory(DirectorySwitch(path: path))], writer: "w")
      board.apply([intent(.global)], now: start)
      let health = board.status(now: start).switches[0]
      #expect(health.lastError.contains(words), "\(health.lastError)")
      #expect(health.failingSince == start && health.waiting == 1)
    }
    // A directory in the file's place cannot be replaced; once it is gone, it heals.
    try FileManager.default.createDirectory(atPath: path + "/global.halt", withIntermediateDirectories: true)
    let board = board([intent(.global)])
    board.apply([intent(.key("k"))], now: start)
    board.assertAll(now: start)
    #expect(health(board).failingSince == nil)  // It halts: whatever is there does.
    rmdir(path + "/global.halt")
    board.assertAll(now: start)
    #expect(try text("global.halt").contains("w1") && health(board).failingSince == nil)
  }
}
