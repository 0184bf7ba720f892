import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Finding files, and what is no file (B10, C of the catalogue).
@Suite struct TailDiscoveryTests {
  @Test func b10WhatIsNoRegularFileIsReportedAndNeverWaitedFor() throws {
    let run = TailRun(["*.jsonl", "*.gz"])
    try FileManager.default.createDirectory(atPath: run.path("dir.jsonl"), withIntermediateDirectories: true)
    #expect(mkfifo(run.path("fifo.jsonl"), 0o644) == 0)
    symlink("nowhere", run.path("dangling.jsonl"))
    symlink("loop.jsonl", run.path("loop.jsonl"))
    symlink("/dev/zero", run.path("device.jsonl"))
    run.append("old.jsonl.gz", "BZh9\n")
    run.append("good.jsonl", "good\n")
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // The path may be too long for a socket's name: then there is none to refuse.
    let name = Array(run.path("s.jsonl").utf8)
    let fits = name.count < 100
    if fits {
      withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
      let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      #expect(bound == 0)
    }
    run.tick()
    run.expectOnce(["good"])
    let reasons = Dictionary(
      uniqueKeysWithValues: run.problems.map {
        (String(decoding: $0.path.name, as: UTF8.self), $0.reason)
      })
    var expected: [String: FileProblem.Reason] = [
      "dir.jsonl": .directory, "fifo.jsonl": .notRegular, "dangling.jsonl": .brokenLink,
      "loop.jsonl": .brokenLink,
      "device.jsonl": .notRegular, "old.jsonl.gz": .compressed,
    ]
    if fits { expected["s.jsonl"] = .notRegular }
    #expect(reasons == expected)
    // What is mended is read, and no problem any more.
    rmdir(run.path("dir.jsonl"))
    run.append("dir.jsonl", "now a file\n")
    run.append("nowhere", "now a target\n")
    run.tick()
    run.expectOnce(["good", "now a file", "now a target"])
    #expect(run.problems.count == expected.count - 2)
  }

  @Test func directoriesBelowABareStarAreNoProblem() throws {
    let run = TailRun(["**"])
    try run.directory.write("a/b/x.log", "one\n")
    run.tick()
    run.expectOnce(["one"])
    #expect(run.problems.isEmpty)
  }

  @Test(arguments: [true, false])
  func c1ManyFiles(usesInotify: Bool) {
    var options = TailOptions()
    options.usesInotify = usesInotify
    options.descriptorLimit = 50
    let run = TailRun(options: options)
    for index in 0..<120 {
      run.append("\(index).jsonl", "\(index) first" + String(repeating: "x", count: 80) + "\n")
    }
    run.tick()
    for index in 120..<200 {
      run.append("\(index).jsonl", "\(index) first" + String(repeating: "x", count: 80) + "\n")
    }
    run.tick()
    for index in 0..<200 { run.append("\(index).jsonl", "second \(index)\n") }
    run.tick()
    run.restart()
    for index in 0..<200 { run.append("\(index).jsonl", "third \(index)\n") }
    run.tick()
    run.expectOnce(
      (0..<200).flatMap {
        ["\($0) first" + String(repeating: "x", count: 80), "second \($0)", "third \($0)"]
      })
    #expect(run.tailer.descriptors.count <= 50)
  }

  @Test(arguments: [true, false])
  func c2NewDirectoriesInOneGo(usesInotify: Bool) throws {
    var options = TailOptions()
    options.usesInotify = usesInotify
    let run = TailRun(["**/*.jsonl"], options: options)
    run.tick()
    try run.directory.write("a/b/c/F.jsonl", "deep\n")
    run.turn(after: usesInotify ? 0 : 2_000)
    run.append("a/b/c/F.jsonl", "deeper\n")
    run.turn(after: usesInotify ? 0 : 2_000)
    run.expectOnce(["deep", "deeper"])
    // A hint is enough: no full scan was needed.
    #expect(run.tailer.counts.scans == (usesInotify ? 1 : 3))
  }

  @Test func theWaitEndsWhenALineIsWritten() {
    let run = TailRun()
    run.append("F.jsonl", "")
    run.tick()
    #expect(run.wait(timeout: 0) == Wake(files: false, other: false))
    run.append("F.jsonl", "one\n")
    #expect(run.wait(timeout: 10_000).files)
    run.tailer.scan(now: run.now)
    run.drain()
    run.expectOnce(["one"])
    #expect(run.tailer.counts.scans == 1)
    var pipes: [Int32] = [0, 0]
    #expect(pipe(&pipes) == 0)
    defer { pipes.forEach { close($0) } }
    #expect(write(pipes[1], "x", 1) == 1)
    #expect(run.wait(timeout: 10_000, alsoPolling: pipes[0]) == Wake(files: false, other: true))
    #expect(run.timeUntilScan(0) > 0)
    #expect(run.timeUntilScan(60_000) == 0)
  }

  @Test func c3AnOverflowOfTheQueueIsFollowedByAScan() throws {
    let limit = try Int(
      String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8).trimmingCharacters(
        in: .whitespacesAndNewlines))
    let run = TailRun()
    run.append("F.jsonl", "")
    run.tick()
    let writers = [Writer(run.path("F.jsonl")), Writer(run.path("G.jsonl"))]
    // Alternating, for equal events in a row are told once.
    let count = (limit ?? 16_384) + 100
    try #require(count < 100_000)
    for index in 0..<count { writers[index % 2].write("\(index)\n") }
    run.append("late.jsonl", "late\n")
    run.turn()
    #expect(run.tailer.counts.overflows == 1)
    #expect(run.tailer.counts.scans == 2)
    run.expectOnce((0..<count).map(String.init) + ["late"])
  }

  /// No room for watches, or none to be had: found by polling, at twice a second.
  @Test func c4WithoutHintsEverythingIsFoundByPolling() {
    var options = TailOptions()
    options.usesInotify = false
    let run = TailRun(["*.jsonl*"], options: options)
    let writer = Writer(run.path("F.jsonl"))
    var written: [String] = []
    for round in 0..<20 {
      let line = "2026-11-24 line \(round)"
      if round % 5 == 4 {
        run.rename("F.jsonl", "F.jsonl.\(round)")
        run.append("F.jsonl", "2026-11-24 new \(round)\n")
        written.append("2026-11-24 new \(round)")
        writer.write(line + "\n")
        run.turn(after: 500)
        run.rename("F.jsonl.\(round)", "F.jsonl")
      } else {
        writer.write(line + "\n")
      }
      written.append(line)
      run.turn(after: 500)
      if round % 3 == 0 { run.restart() }
    }
    run.turn(after: 500)
    #expect(run.timeUntilScan(0) <= 500)
    // A name that was written over: its lines were read before.
    run.expectOnce(written)
  }

  @Test func c4WhatIsNotThereIsNotMissedAndWhatCannotBeHadIs() {
    func isIncomplete(_ isUsed: Bool, _ path: String) -> Bool {
      var watches = DirectoryWatches(isUsed: isUsed)
      watches.add(RawPath(path), isDirectory: true)
      return watches.isIncomplete
    }
    #expect(!isIncomplete(true, "/nowhere-at-all"))
    #expect(isIncomplete(true, String(repeating: "a", count: 5_000)))
    #expect(isIncomplete(false, "/"))
  }

  /// More files than descriptors, all of them rotated and deleted, with late lines.
  @Test func c7FewDescriptors() {
    var options = TailOptions()
    options.descriptorLimit = 4
    let run = TailRun(["*.jsonl"], options: options)
    for file in 0..<60 { run.append("\(file).jsonl", "2026-11-24 first \(file)\n") }
    run.tick()
    for file in 0..<60 { run.append("\(file).jsonl", "2026-11-24 second \(file)\n") }
    for file in 0..<30 { run.rename("\(file).jsonl", "\(file).old") }
    run.tick()
    for file in 0..<30 { run.append("\(file).old", "2026-11-24 late \(file)\n") }
    run.tick()
    run.restart()
    run.tick()
    run.expectOnce(
      (0..<60).flatMap { ["2026-11-24 first \($0)", "2026-11-24 second \($0)"] }
        + (0..<30).map { "2026-11-24 late \($0)" })
  }

  @Test(.enabled(if: dlsym(nil, "setfsuid") != nil))
  func c8UnreadableThenReadable() {
    let run = TailRun()
    chmod(run.directory.path, 0o755)
    run.append("good.jsonl", "good\n")
    run.append("F.jsonl", "secret\n")
    chmod(run.path("F.jsonl"), 0o000)
    asNobody { run.tick() }
    run.expectOnce(["good"])
    #expect(run.problems.map(\.reason) == [.notPermitted])
    #expect(run.isCaughtUp)
    run.append("good.jsonl", "more\n")
    asNobody { run.tick() }
    run.expectOnce(["good", "more"])
    chmod(run.path("F.jsonl"), 0o644)
    asNobody { run.turn() }
    run.expectOnce(["good", "more", "secret"])
    #expect(run.problems.isEmpty)
  }

  @Test func c9SymbolicLinks() throws {
    let run = TailRun(["*.jsonl"])
    try run.directory.write("elsewhere/one", "one\n")
    try run.directory.write("elsewhere/two", "two\n")
    symlink("elsewhere/one", run.path("F.jsonl"))
    run.tick()
    run.append("elsewhere/one", "one again\n")
    // The target's directory is not watched; the target is.
    run.turn()
    run.expectOnce(["one", "one again"])
    // Swapped: the former target is read to its end all the same.
    symlink("elsewhere/two", run.path("next"))
    run.append("elsewhere/one", "one, late\n")
    run.rename("next", "F.jsonl")
    run.tick()
    run.append("elsewhere/one", "one, later\n")
    run.append("elsewhere/two", "two again\n")
    run.tick()
    run.expectOnce(["one", "one again", "one, late", "one, later", "two", "two again"])
  }

  @Test func c10NamesAreBytes() {
    let run = TailRun(["**/*.jsonl"])
    let names: [[UInt8]] = [
      Array("new\nline.jsonl".utf8), Array("quo\"te'.jsonl".utf8), [0xFF, 0xFE] + Array(".jsonl".utf8),
      [UInt8](repeating: 0x61, count: 249) + Array(".jsonl".utf8), Array("[x]*.jsonl".utf8),
    ]
    for (index, name) in names.enumerated() {
      RawPath(run.directory.path).appending(name).withCString { path in
        let file = fopen(path, "a")
        #expect(file != nil)
        fputs("\(index)\n", file)
        fclose(file)
      }
    }
    run.tick()
    run.restart()
    run.tick()
    run.expectOnce(names.indices.map(String.init))
    for name in names {
      let path = RawPath(run.directory.path).appending(name)
      #expect(run.status.contains { $0.path == path })
      path.withCString { _ = unlink($0) }
    }
  }

  /// The files are looked at without root's powers. On this thread only.
  private func asNobody(_ body: () -> Void) {
    typealias SetFSUID = @convention(c) (UInt32) -> Int32
    guard let symbol = dlsym(nil, "setfsuid") else { return }
    let setfsuid = unsafeBitCast(symbol, to: SetFSUID.self)
    let former = geteuid()
    if former == 0 { _ = setfsuid(65_534) }
    body()
    if former == 0 { _ = setfsuid(former) }
  }
}
