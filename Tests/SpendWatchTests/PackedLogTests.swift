import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Compressed logs, as `report`, `replay`, `suggest` and `explain` read them.
@Suite struct PackedLogTests {
  private let dir = TempDir("packed-logs")

  private static func lines(_ range: Range<Int>) -> String {
    range.map {
      #"{"time":"2026-11-24T10:00:0\#($0 % 10)Z","key":"k\#($0)","note":"\#(String(repeating: "\($0) ", count: 40))","cost_usd":1}"#
        + "\n"
    }.joined()
  }

  /// Runs a line of shell in the directory.
  private func shell(_ line: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-ec", line]
    process.currentDirectoryURL = URL(fileURLWithPath: dir.path)
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(line)")
  }

  /// Records of a log, and what was wrong with it.
  private func read(_ name: String, slice: Int = 4 << 10, rests: Bool = false) -> (
    usage: Int, rejected: Int, problem: String?
  ) {
    let stream = LogStream(path: dir.file(name), parser: LogParser(.spendfuse), slice: slice)
    var (usage, rejected) = (0, 0)
    do throws(LogProblem) {
      while try stream.next(limit: 7) {
        for record in stream.parsed.records {
          if case .usage = record.outcome { usage += 1 } else { rejected += 1 }
        }
        if rests { stream.rest() }
      }
    } catch { return (usage, rejected, error.message) }
    return (usage, rejected, nil)
  }

  @Test(arguments: ["gzip -c", "xz -c", "zstd -qc"]) func everyMemberIsRead(_ packer: String) throws {
    let tool = String(packer.prefix { $0 != " " })
    guard access("/usr/bin/\(tool)", X_OK) == 0 else { return }
    try dir.write("a", Self.lines(0..<500))
    try dir.write("b", Self.lines(500..<503))
    // The second begins in the middle of a line.
    try shell("head -c 100001 a >a1; tail -c +100002 a >a2; for f in a1 a2 b; do \(packer) $f; done >all")
    for rests in [false, true] {
      for slice in [4 << 10, 256 << 10] {
        let found = read("all", slice: slice, rests: rests)
        #expect(found == (503, 0, nil), "\(packer), slices of \(slice), rests: \(rests)")
      }
    }
    let stream = LogStream(path: dir.file("all"), parser: LogParser(.spendfuse))
    while try stream.next() {}
    #expect(stream.bytesRead == (try shellSize("all")), "progress is told in bytes of the file")
  }

  private func shellSize(_ name: String) throws -> Int64 {
    Int64(try Data(contentsOf: URL(fileURLWithPath: dir.file(name))).count)
  }

  /// What comes before the damage counts, and the damage is told.
  @Test func cutAndDamagedOnesSaySo() throws {
    try dir.write("a", Self.lines(0..<500))
    try shell("gzip -c a >whole; head -c $(($(wc -c <whole) - 2000)) whole >cut")
    let cut = read("cut")
    #expect((1..<500).contains(cut.usage) && cut.problem?.contains("ends in the middle") == true, "\(cut)")
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: dir.file("whole"))))
    for index in bytes.count / 2..<bytes.count / 2 + 40 { bytes[index] ^= 0x55 }
    try Data(bytes).write(to: URL(fileURLWithPath: dir.file("damaged")))
    let damaged = read("damaged")
    #expect(damaged.usage < 500 && damaged.problem?.contains("damaged") == true, "\(damaged)")
    try Data("BZh91AY".utf8).write(to: URL(fileURLWithPath: dir.file("other")))
    #expect(read("other").problem?.contains("gzip, zstd and xz are") == true)
  }

  /// As rotation leaves them: the log, its last generation, older ones compressed, and a copy of one before it is removed.
  @Test func aDirectoryIsReadWhole() throws {
    try dir.write("logs/u.jsonl", Self.lines(0..<10))
    try dir.write("logs/u.jsonl.1", Self.lines(10..<30))
    try dir.write("logs/u.jsonl.2", Self.lines(30..<60))
    try dir.write("logs/u.jsonl.3", Self.lines(60..<100))
    try shell("cd logs; gzip -k u.jsonl.2; gzip u.jsonl.3; gzip -c u.jsonl.1 | head -c 500 >u.jsonl.1.gz")
    for argument in ["logs", "logs/*.jsonl"] {
      let paths = LogPaths([dir.file(argument)])
      let names = paths.logs.map { ($0.path as NSString).lastPathComponent }
      #expect(
        names == ["u.jsonl", "u.jsonl.1", "u.jsonl.2", "u.jsonl.3.gz"], "\(argument): \(paths.problems)")
      let copies = paths.copies.map { ($0.path as NSString).lastPathComponent }
      #expect(copies == ["u.jsonl.1.gz", "u.jsonl.2.gz"])
      #expect(names.reduce(0) { $0 + read("logs/\($1)").usage } == 100)
    }
  }
}
