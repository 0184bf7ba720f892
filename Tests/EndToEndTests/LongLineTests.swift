import Foundation
import Glibc
import Support
import Testing

@testable import SpendWatch

/// b6: lines of 12 MB, of 64 MB and of more without an end: counted or rejected, the line behind them counts, and memory stays bounded.
@Suite struct LongLineTests {
  /// What the daemon may hold at its highest (bytes): the buffer of 64 MB, half of it while it grows, and what the program is besides.
  private static let mostMemory = 256 << 20

  private func peak(_ program: Program) throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(program.pid)/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return (Int(line.filter(\.isNumber)) ?? 0) << 10
  }

  private func line(_ key: String, length: Int) -> [UInt8] {
    let start = Array(#"{"key":"\#(key)","model":"gpt-5","cost_usd":0.01,"output_tokens":1,"prompt":""#.utf8)
    let end = Array("\"}\n".utf8)
    return start + [UInt8](repeating: 0x78, count: length - start.count - end.count) + end
  }

  @Test func b6LongLinesAreCountedOrRejectedAndTheNextCounts() throws {
    let site = try Site(
      rules: """
        sources:
          - {path: logs/*.jsonl, format: spendfuse}
        rules:
          - {name: all, per: global, window: lifetime, limit: 1000000.00}
        """)
    let watch = try site.watch()
    let good = line("good", length: 200)
    /// Waits until so many are counted, and so many bytes are behind.
    func expect(_ folded: Int64, _ rejected: Int64, _ what: String) throws {
      let isSo = eventually(within: Site.patience(10)) {
        guard let books = try? site.status().books else { return false }
        return books.folded == folded && (books.rejected["too_long"] ?? 0) == rejected
      }
      let books = try site.status().books
      #expect(isSo, "\(what): \(books)")
      let peak = try peak(watch)
      #expect(peak <= Self.mostMemory, "\(what): \(peak >> 20) MB")
    }
    try site.append(line("long", length: 12 << 20) + good)
    try expect(2, 0, "12 MB")
    try site.append(line("longest", length: 64 << 20) + good)
    try expect(4, 0, "64 MB with its line feed")
    try site.append(line("too-long", length: (64 << 20) + 2_000) + good)
    try expect(5, 1, "more than 64 MB")
    // Never ends: rejected when 64 MB are there, and skipped as it goes on, until there is a line feed at last.
    let junk = [UInt8](repeating: 0x78, count: 34 << 20)
    try site.append(Array(#"{"prompt":""#.utf8) + junk)
    try site.append(junk)
    try expect(5, 2, "64 MB without a line feed")
    try site.append(junk)
    try site.append(Array("\n".utf8) + good)
    try expect(6, 2, "the line behind it")
    let status = try site.status()
    site.expectBalance(status)
    #expect(status.files.allSatisfy { $0.offset == $0.size })
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0, "\(watch.errors)")
  }
}
