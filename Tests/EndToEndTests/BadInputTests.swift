import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Whatever stands in a log or in its place: counted by reason, never a crash, never a stall; the next good record counts.
@Suite struct BadInputTests {
  private static let rules = """
    sources:
      - path: logs/*.jsonl
        format: spendfuse
    rules:
      - {name: all, per: global, window: lifetime, limit: 1000000.00}
      - {name: day, per: key, window: day, limit: 1000000.00}
    """

  /// A file's bytes, before a good record is added, and what becomes of them.
  private struct Case {
    var name: String
    var bytes: [UInt8]
    var folded: Int64 = 0
    var rejected: [String: Int64] = [:]
    var late: Int64 = 0
    var skewed: Int64 = 0

    init(
      _ name: String, _ text: String, folded: Int64 = 0, rejected: [String: Int64] = [:], late: Int64 = 0,
      skewed: Int64 = 0
    ) {
      self.init(name, bytes: Array(text.utf8), folded: folded, rejected: rejected, late: late, skewed: skewed)
    }
    init(
      _ name: String, bytes: [UInt8], folded: Int64 = 0, rejected: [String: Int64] = [:], late: Int64 = 0,
      skewed: Int64 = 0
    ) {
      self.name = name
      self.bytes = bytes
      (self.folded, self.rejected, self.late, self.skewed) = (folded, rejected, late, skewed)
    }
  }

  /// An object with the fields of a call, some of them changed.
  private static func call(_ changes: [String: String] = [:]) -> String {
    var fields = [
      "time": #""\#(WallClock.now.rfc3339)""#, "key": #""k""#, "model": #""gpt-5""#, "input_tokens": "10",
      "output_tokens": "1", "cost_usd": "0.01",
    ]
    for (name, value) in changes { fields[name] = value.isEmpty ? nil : value }
    return "{" + fields.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
      + "}"
  }

  private static var cases: [Case] {
    let good = call()
    let huge = String(repeating: "x", count: 20 << 20)
    return [
      Case("binary", bytes: (0..<5_000).map { UInt8(128 + $0 % 100) } + [10], rejected: ["not_object": 1]),
      Case("huge-good", call(["prompt": "\"\(huge)\""]) + "\n", folded: 1),
      Case("huge-junk", huge + "\n", rejected: ["not_object": 1]),
      Case("huge-torn", "{\"prompt\":\"\(huge)\n", rejected: ["torn": 1]),
      Case(
        "invalid-utf8",
        bytes: Array(good.replacing("\"k\"", with: "\"k~\"").utf8).map { $0 == 126 ? 255 : $0 } + [10],
        folded: 1),
      Case(
        "overflow",
        [
          call(["cost_usd": "1e400"]), call(["input_tokens": "99999999999999999999999"]),
          call(["output_tokens": "9223372036854775807"]),
          call(["cost_usd": "1" + String(repeating: "0", count: 99_999)]),
        ].joined(separator: "\n") + "\n", rejected: ["bad_number": 4]),
      Case(
        "negative", call(["input_tokens": "-5"]) + "\n" + call(["cost_usd": "-0.01"]) + "\n",
        rejected: ["negative": 2]),
      Case(
        "missing", "{}\n{\"a\":1}\n{\"time\":\"2026-01-01T00:00:00Z\"}\n", rejected: ["unknown_format": 3]),
      Case(
        "bad-time",
        call(["time": "\"yesterday\""]) + "\n" + call(["time": "\"2026-13-45T99:00:00Z\""]) + "\n",
        rejected: ["bad_time": 2]),
      Case(
        "year-1970", call(["time": "\"1970-01-01T00:00:00Z\""]) + "\n" + call(["time": "1"]) + "\n",
        folded: 2, late: 2),
      Case("year-2100", call(["time": "\"2100-01-01T00:00:00Z\""]) + "\n", folded: 1, skewed: 1),
      Case(
        "nested",
        [100, 100_000].map {
          String(repeating: "{\"a\":", count: $0) + "1" + String(repeating: "}", count: $0)
        }
        .joined(separator: "\n") + "\n", rejected: ["malformed": 2]),
      Case(
        "nested-arrays", "{\"a\":" + String(repeating: "[", count: 100_000) + "\n", rejected: ["malformed": 1]
      ),
      Case("crlf", "\(good)\r\n\(good)\r\n\r\n", folded: 2),
      Case("bom", "\u{feff}\(good)\n", folded: 1),
      Case("nul", bytes: [UInt8](repeating: 0, count: 70_000) + Array("\(good)\n".utf8), folded: 1),
      Case("joined", "\(good)\(good)\(good)", folded: 3),
      Case("stray", "}{\n\(good)\n", folded: 1, rejected: ["not_object": 1]),
      Case("array", "[\(good),\(good)]\n", folded: 2),
      Case("bare", "42\n\"text\"\nnull\nlevel=info msg=hello\n", rejected: ["not_object": 4]),
      Case(
        "types", call(["input_tokens": "{\"a\":1}"]) + "\n" + call(["input_tokens": "\"many\""]) + "\n",
        rejected: ["bad_field": 1, "bad_number": 1]),
      Case("cut", String(good.dropLast(9)) + "\n\(good)\n", folded: 1, rejected: ["torn": 1]),
      Case("indented", good.replacing(",", with: ",\n  ").replacing("{", with: "{\n") + "\n", folded: 1),
      Case("empty-lines", "\n\n\n  \n\(good)\n\n", folded: 1),
    ]
  }

  @Test func everyCaseIsCountedByReason() throws {
    let site = try Site(rules: BadInputTests.rules)
    let watch = try site.watch()
    var folded: Int64 = 0
    for item in BadInputTests.cases {
      let name = "logs/\(item.name).jsonl"
      try site.append(item.bytes, to: name)
      // Not a record with it: what stands before it is whole, or was given up.
      try site.append(
        (item.bytes.last == 10 ? "" : "\n") + BadInputTests.call(["key": "\"next\""]) + "\n", to: name)
      folded += item.folded + 1
      let start = ContinuousClock.now
      let counts = eventually(within: Site.patience(1)) { (try? site.status().books.folded) == folded }
      let status = try site.status()
      let books = try #require(status.files.first { $0.path.hasSuffix("/\(item.name).jsonl") }?.books)
      #expect(
        counts, "\(item.name): the next record did not count within \(ContinuousClock.now - start): \(books)")
      #expect(books.folded == item.folded + 1, "\(item.name)")
      #expect(books.rejected == item.rejected, "\(item.name)")
      #expect(books.late == item.late && books.skewed == item.skewed, "\(item.name): \(books)")
      folded = status.books.folded
    }
    let status = try site.status()
    site.expectBalance(status)
    #expect(status.files.allSatisfy { $0.offset == $0.size }, "all is read")

    // The same after a restart, and on disk.
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0, "\(watch.errors)")
    let again = try site.watch()
    #expect(try site.status().books == status.books)
    site.expectBalance(try site.status())
    let report = try site.report(["--by", "key"])
    #expect(report.requests["next"] == Int64(BadInputTests.cases.count))
    #expect(report.books.events == status.books.folded && report.books.lines == status.books.read)
    again.kill(SIGTERM)
    #expect(again.wait() == 0)
  }

  @Test func whatIsNoLogIsNamedAndPassedOver() throws {
    let site = try Site(rules: BadInputTests.rules)
    try FileManager.default.createDirectory(
      atPath: site.path("logs/directory.jsonl"), withIntermediateDirectories: true)
    #expect(mkfifo(site.path("logs/pipe.jsonl"), 0o644) == 0)
    #expect(symlink("loop.jsonl", site.path("logs/loop.jsonl")) == 0)
    #expect(symlink("nowhere", site.path("logs/dangling.jsonl")) == 0)
    let socket = try LocalSocket.listen(path: site.path("logs/socket.jsonl"))
    defer { close(socket) }
    let isRoot = geteuid() == 0
    try site.append(key: "hidden", usd: "1", to: "logs/unreadable.jsonl")
    chmod(site.path("logs/unreadable.jsonl"), 0)
    let watch = try site.watch()
    try site.append(key: "k", usd: "1")
    #expect(eventually(within: Site.patience(1)) { (try? site.status().books.folded) == (isRoot ? 2 : 1) })
    func warning(_ name: String) throws -> String? {
      try site.status().warnings.first { $0.contains("/logs/\(name).jsonl") }
    }
    #expect(try warning("directory")?.contains("is a directory") == true)
    for name in ["pipe", "socket"] { #expect(try warning(name)?.contains("is a pipe, a socket") == true) }
    for name in ["loop", "dangling"] { #expect(try warning(name)?.contains("leads nowhere") == true) }
    if !isRoot { #expect(try warning("unreadable")?.contains("may not be read") == true) }
    // Mended, it counts.
    chmod(site.path("logs/unreadable.jsonl"), 0o644)
    try FileManager.default.removeItem(atPath: site.path("logs/directory.jsonl"))
    try site.append(key: "late", usd: "1", to: "logs/directory.jsonl")
    #expect(eventually { (try? site.status().books.folded) == 3 })
    #expect(eventually { ((try? warning("directory")) ?? nil) == nil })
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0)
  }

  /// Half a record waits for its rest, over a kill too, and never counts as a wrong one.
  @Test func aTornRecordIsCompletedLater() throws {
    let site = try Site(rules: BadInputTests.rules)
    var watch = try site.watch()
    let line = BadInputTests.call()
    let parts = stride(from: 0, to: line.utf8.count, by: 37).map { start in
      String(decoding: Array(line.utf8)[start..<min(start + 37, line.utf8.count)], as: UTF8.self)
    }
    for (index, part) in parts.enumerated() {
      try site.append(part)
      // Something to see that it has looked.
      try site.append(key: "other", usd: "0.01", to: "logs/b.jsonl")
      #expect(eventually { ((try? site.status().books.folded) ?? 0) >= index + 1 })
      if index == 1 {
        watch.kill(SIGKILL)
        _ = watch.wait()
        watch = try site.watch()
      }
    }
    #expect(eventually { (try? site.status().books.folded) == Int64(parts.count + 1) })
    #expect(try site.status().books.rejected == [:])
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0)
  }
}
