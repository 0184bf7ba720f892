import Foundation
import SpendEngine
import SpendWatch
import Support
import Testing

@Suite struct ReplayLogTests {
  private let dir = TempDir("log")

  private func offsets(_ path: String, slice: Int = 4 << 10, limit: Int = .max, rest: Bool = false) throws
    -> [Int64]
  {
    let stream = LogStream(path: path, parser: LogParser(.spendfuse), slice: slice)
    var found: [Int64] = []
    while try stream.next(limit: limit) {
      found += stream.parsed.records.map { stream.base + Int64($0.start) }
      if rest { stream.rest() }
    }
    return found
  }

  @Test func recordsStandWhereTheyAreHoweverTheLogIsRead() throws {
    var text = ""
    var expected: [Int64] = []
    for number in 0..<400 {
      expected.append(Int64(text.utf8.count))
      // Some longer than a slice.
      let filler = String(repeating: "x", count: number % 97 == 3 ? 20_000 : number % 13)
      text += "{\"key\":\"k\",\"model\":\"m\",\"input_tokens\":\(number),\"note\":\"\(filler)\"}\n"
    }
    let path = try dir.write("log.jsonl", text)
    #expect(try offsets(path) == expected)
    #expect(try offsets(path, slice: 1 << 20) == expected)
    #expect(try offsets(path, limit: 7) == expected)
    #expect(try offsets(path, limit: 16, rest: true) == expected)
  }

  @Test func aFurtherSliceIsAppended() throws {
    let call = ReplayRules.call(nil, usd: "1")
    let path = try dir.write("log.jsonl", String(repeating: call, count: 9))
    let stream = LogStream(path: path, parser: LogParser(.spendfuse))
    #expect(try stream.next(limit: 4))
    #expect(try stream.extend(limit: 4))
    #expect(stream.parsed.records.map(\.start) == (0..<8).map { $0 * call.utf8.count })
    #expect(try stream.next())
    #expect(stream.base + Int64(stream.parsed.records[0].start) == Int64(8 * call.utf8.count))
    #expect(try !stream.next())
  }

  @Test func halfARecordAtTheEndIsTorn() throws {
    let path = try dir.write("log.jsonl", ReplayRules.call(nil, usd: "1") + "{\"key\":\"k\",")
    let stream = LogStream(path: path, parser: LogParser(.spendfuse))
    var rejected = 0
    while try stream.next() {
      rejected += stream.parsed.records.count {
        if case .rejected(.torn) = $0.outcome { true } else { false }
      }
    }
    #expect(rejected == 1)
  }

  @Test(arguments: ["empty": "", "blank": "\n\n \n"]) func nothingIsNothing(_ name: String, _ text: String)
    throws
  {
    #expect(try offsets(dir.write(name, text)).isEmpty)
  }

  // MARK: Paths

  private func names(_ paths: LogPaths) -> [String] {
    paths.logs.map { String($0.path.dropFirst(dir.path.count + 1)) }
  }

  @Test func findsLogs() throws {
    for name in ["a.jsonl", "b.log", "x/c.jsonl", "x/y/d.jsonl", "x/y/e.txt", "[q].jsonl"] {
      try dir.write(name, "{}\n")
    }
    try FileManager.default.createDirectory(atPath: dir.file("z.jsonl"), withIntermediateDirectories: true)
    let everything = ["[q].jsonl", "a.jsonl", "x/c.jsonl", "x/y/d.jsonl"]
    #expect(names(LogPaths([dir.path])) == everything)
    #expect(names(LogPaths([dir.file("**/*.jsonl")])) == everything)
    #expect(names(LogPaths([dir.file("*.jsonl")])) == ["[q].jsonl", "a.jsonl"])
    #expect(names(LogPaths([dir.file("x/*/[d-f].*")])) == ["x/y/d.jsonl", "x/y/e.txt"])
    #expect(names(LogPaths([dir.file("[q].jsonl")])) == ["[q].jsonl"])
    #expect(names(LogPaths([dir.file("b.log"), dir.file("b.log"), dir.file("?.log")])) == ["b.log"])
    #expect(LogPaths([dir.file("b.log")]).size == 3)
  }

  @Test func aFileUnderTwoNamesIsReadOnce() throws {
    let one = try dir.write("one.jsonl", "{}\n")
    try FileManager.default.createSymbolicLink(atPath: dir.file("two.jsonl"), withDestinationPath: one)
    try FileManager.default.linkItem(atPath: one, toPath: dir.file("three.jsonl"))
    #expect(LogPaths([dir.path]).logs.count == 1)
  }

  @Test func loopsOfLinksEnd() throws {
    try dir.write("a/log.jsonl", "{}\n")
    try FileManager.default.createSymbolicLink(atPath: dir.file("a/up"), withDestinationPath: dir.path)
    #expect(LogPaths([dir.path]).logs.count == 1)
    #expect(LogPaths([dir.file("**/*.jsonl")]).logs.count == 1)
  }

  /// As a shell's user names them, hidden ones too; a link leads to what it names.
  @Test func namesStayAsTheUserWroteThem() throws {
    for name in ["own/.h.jsonl", "own/a.jsonl"] { try dir.write(name, "{}\n") }
    // The tests' own directory is the only one that needs no `chdir`, which other tests would feel.
    let up = String(
      repeating: "../", count: FileManager.default.currentDirectoryPath.split(separator: "/").count)
    let relative = up + dir.path.dropFirst()
    let found = LogPaths([relative + "/own/*.jsonl"]).logs.map(\.path)
    #expect(found == [relative + "/own/.h.jsonl", relative + "/own/a.jsonl"])
    #expect(LogPaths([relative + "/own"]).logs.map(\.path) == found)
    #expect(LogPaths(["-", "-"]).logs.map(\.path) == ["-"])
  }

  @Test func tellsWhatLeadsNowhere() throws {
    try FileManager.default.createDirectory(atPath: dir.file("empty"), withIntermediateDirectories: true)
    let paths = LogPaths([dir.file("gone.jsonl"), dir.file("*.none"), dir.file("empty")])
    #expect(paths.logs.isEmpty)
    #expect(
      paths.problems.map(\.message) == [
        "no such file or directory", "matches no file: ls shows what is there",
        "holds no *.jsonl file: name its files, or a glob in quotes",
      ])
  }
}
