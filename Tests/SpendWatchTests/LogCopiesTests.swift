import Foundation
import SpendWatch
import Support
import Testing

/// Files that are copies of others are not read, as in the daemon.
@Suite struct LogCopiesTests {
  private let dir = TempDir("copies")

  private static func lines(_ range: Range<Int>) -> String {
    range.map { #"{"time":"2026-11-24T10:00:0\#($0 % 10)Z","key":"k\#($0)","cost_usd":1}"# + "\n" }.joined()
  }

  private func found(_ pattern: String = "*") throws -> (logs: [String], copies: [String]) {
    let paths = LogPaths([dir.file(pattern)])
    func names(_ paths: [String]) -> [String] { paths.map { ($0 as NSString).lastPathComponent } }
    return (names(paths.logs.map(\.path)), names(paths.copies.map(\.path)))
  }

  /// Whole, or cut anywhere: shorter than what files are found by, and longer.
  @Test(arguments: [3..<3, 0..<3, 0..<40, 0..<200]) func copiesOfAnyLength(_ kept: Range<Int>) throws {
    try dir.write("a.jsonl", Self.lines(0..<200))
    try dir.write("b.jsonl", String(Self.lines(kept).dropLast(5)))
    try dir.write("c.jsonl", Self.lines(0..<200))
    let found = try found()
    // What is empty, or shorter than a head, is left alone.
    let isCopy = kept.count > 20
    #expect(found.copies == (isCopy ? ["b.jsonl", "c.jsonl"] : ["c.jsonl"]))
    #expect(found.logs == (isCopy ? ["a.jsonl"] : ["a.jsonl", "b.jsonl"]))
  }

  @Test func smallOnesAreCopiesIfTheyAreAlike() throws {
    for name in ["a", "b"] { try dir.write("\(name).jsonl", Self.lines(0..<2)) }
    try dir.write("c.jsonl", Self.lines(1..<3))
    #expect(try found() == (["a.jsonl", "c.jsonl"], ["b.jsonl"]))
  }

  /// One that went its own way after the last byte of the other but one, and one whose lines anybody could have written.
  @Test func whatIsNoCopyIsRead() throws {
    let text = Self.lines(0..<100)
    try dir.write("a.jsonl", text)
    try dir.write("b.jsonl", text.dropLast(3) + "2}\n")
    for name in ["c", "d"] {
      try dir.write("\(name).jsonl", String(repeating: #"{"key":"k","cost_usd":1}"# + "\n", count: 100))
    }
    #expect(try found() == (["a.jsonl", "b.jsonl", "c.jsonl", "d.jsonl"], []))
  }

  @Test func saysSo() throws {
    for name in ["a", "b", "c"] { try dir.write("\(name).jsonl", Self.lines(0..<100)) }
    let note = try #require(LogPaths([dir.file("*")]).copyNote)
    #expect(note.contains("b.jsonl is a copy of \(dir.path)/a.jsonl, and 1 more like it"))
    #expect(LogPaths([dir.file("a.jsonl")]).copyNote == nil)
  }
}
