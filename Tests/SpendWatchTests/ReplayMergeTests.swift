import Foundation
import SpendEngine
import SpendWatch
import Support
import Testing

@Suite struct ReplayMergeTests {
  private let dir = TempDir("merge")

  /// Times of each log in minutes after 10:00; nil = a record without one.
  private func order(_ logs: [[Int64?]]) throws -> [(log: Int, minute: Int64?)] {
    let base = EngineTime.utc("2026-11-20T10:00:00Z")
    let parser = LogParser(.spendfuse)
    var streams: [LogStream] = []
    for (number, minutes) in logs.enumerated() {
      let text = minutes.map { minute in ReplayRules.call(minute.map { base + $0 * .minute }, usd: "1") }
        .joined()
      streams.append(LogStream(path: try dir.write("\(number).jsonl", text), parser: parser))
    }
    var merged = MergedLogs(streams)
    var found: [(log: Int, minute: Int64?)] = []
    while let item = merged.next() { found.append((item.number, item.time.map { ($0 - base) / .minute })) }
    #expect(merged.problems.isEmpty)
    return found
  }

  private static let cases: [(name: String, logs: [[Int64?]], order: [Int], times: [Int64?])] = [
    ("by time", [[0, 2, 4], [1, 3]], [0, 1, 0, 1, 0], [0, 1, 2, 3, 4]),
    ("equal times go by log", [[0, 1], [0, 1]], [0, 1, 0, 1], [0, 0, 1, 1]),
    ("a log keeps its own order", [[5, 1, 6], [2]], [1, 0, 0, 0], [2, 5, 1, 6]),
    ("no time: where the log stands", [[0, nil, 9], [5]], [0, 0, 1, 0], [0, nil, 5, 9]),
    (
      "no time at the beginning: where the log begins", [[nil, nil, 5], [1, 9]], [1, 0, 0, 0, 1],
      [1, nil, nil, 5, 9]
    ),
    ("a far time that the next contradicts", [[0, 10_000, 2], [1]], [0, 0, 1, 0], [0, nil, 1, 2]),
    ("a far time that the next confirms", [[0, 600, 601], [300]], [0, 1, 0, 0], [0, 300, 600, 601]),
    ("a sparse log is believed", [[0, 120, 240, 360], []], [0, 0, 0, 0], [0, 120, 240, 360]),
    ("the last of a log waits for the others", [[0, 9_000], [1, 2]], [0, 1, 1, 0], [0, 1, 2, 9_000]),
    ("a first time that the next contradicts", [[9_000, 1, 2], [0]], [1, 0, 0, 0], [0, nil, 1, 2]),
    (
      "a time long past moves nothing", [[99, 100, -90_000, 101], [50]], [1, 0, 0, 0, 0],
      [50, 99, 100, -90_000, 101]
    ),
    (
      "an untimed record is not the next", [[0, 600, nil, 601], [300]], [0, 1, 0, 0, 0],
      [0, 300, 600, nil, 601]
    ),
  ]

  @Test(arguments: cases.map(\.name)) func merges(_ name: String) throws {
    let example = try #require(ReplayMergeTests.cases.first { $0.name == name })
    let found = try order(example.logs)
    #expect(found.map(\.log) == example.order)
    #expect(found.map(\.minute) == example.times)
  }

  /// What does not begin with a time does not begin now.
  @Test func theFirstTimeIsTheFirstThatIsThere() throws {
    let base = EngineTime.utc("2026-11-20T10:00:00Z")
    let parser = LogParser(.spendfuse)
    func first(_ text: String) throws -> EngineTime? {
      MergedLogs([LogStream(path: try dir.write("first.jsonl", text), parser: parser)]).firstTime
    }
    let call = ReplayRules.call(base, usd: "1")
    #expect(try first("no record\n" + ReplayRules.call(nil, usd: "1") + call) == base)
    #expect(try first("no record\n") == nil)
  }

  @Test func mergesMoreLogsThanMayBeOpen() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = Dice(seed: seed)
    // More than are held open, each longer than what of it is in memory at a time.
    let logs = (0..<90).map { _ in
      var minute: Int64 = 0
      return (0..<Int.random(in: 1...40, using: &random)).map { _ -> Int64? in
        minute += Int64.random(in: 0...40, using: &random)
        return minute
      }
    }
    let found = try order(logs)
    let expected = logs.enumerated().flatMap { log, minutes in minutes.map { (log, $0 ?? 0) } }
      .enumerated().sorted { ($0.1.1, $0.1.0, $0.0) < ($1.1.1, $1.1.0, $1.0) }.map(\.element)
    #expect(found.map(\.log) == expected.map(\.0), "seed \(seed)")
    #expect(found.map(\.minute) == expected.map { $0.1 }, "seed \(seed)")
  }
}
