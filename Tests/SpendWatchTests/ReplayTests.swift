import Foundation
import SpendEngine
import SpendWatch
import Support
import Testing

@Suite struct ReplayTests {
  private let dir = TempDir("replay")
  private static let morning = EngineTime.utc("2026-11-20T10:00:00Z")

  @Test func mergesLogsByTime() throws {
    let base = ReplayTests.morning
    let one = try dir.write(
      "one.jsonl",
      ReplayRules.call(base, usd: "4") + ReplayRules.call(base + 20 * .minute, usd: "4"))
    let two = try dir.write("two.jsonl", ReplayRules.call(base + 10 * .minute, usd: "3"))
    let (lines, summary) = try ReplayRules.decisions(of: [one, two])
    #expect(lines.count == 3)
    #expect(lines.first?.contains(#""level":"50%","value":"7","#) == true)
    #expect(lines.first?.contains(#""file":"two.jsonl","offset":0"#) == true)
    #expect(lines.last?.contains(#""file":"one.jsonl""#) == true)
    #expect(summary.cost == NanoUSD(rawValue: 11_000_000_000))
    #expect(summary.decisions == [.alert: 2, .halt: 1])
    #expect(summary.books.read == 3 && summary.books.folded == 3)
  }

  /// A log that a source names is read as that source says, unless the user says otherwise.
  @Test func readsLogsAsTheirSourcesSay() throws {
    let base = ReplayTests.morning
    try dir.write("own/a.log", #"{"t":"\#(base.rfc3339)","who":"k","usd":7}"# + "\n")
    try dir.write("other/b.log", ReplayRules.call(base, usd: "4"))
    let mapping = try FieldMapping.make(["time": "t", "key": "who", "cost_usd": "usd"]).get()
    let replay = Replay(
      rules: ReplayRules.set(around: base, hasTasks: false), prices: ReplayRules.prices,
      sources: [Source(pattern: dir.path + "/own/*.log", format: .auto, fields: mapping)],
      now: base + .day, calendar: { ReplayRules.utcDays($0, around: $1) })
    func cost(_ format: Format?) throws -> (Int64, Int64) {
      let paths = LogPaths([dir.path + "/own/../own/a.log", dir.file("other/b.log")])
      #expect(paths.problems.isEmpty)
      let summary = try replay.run(paths.logs, format: format, fingerprintKey: (1, 2), decide: { _, _ in })
      return (summary.cost.rawValue, summary.books.rejectedTotal)
    }
    #expect(try cost(nil) == (11_000_000_000, 0))
    #expect(try cost(.auto) == (4_000_000_000, 1))
  }

  @Test func decidesAlikeHoweverTheLogIsCut() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var random = Dice(seed: seed)
    // Distinct times, pauses of up to a day, four keys, some tasks; several midnights.
    var time = ReplayTests.morning
    var calls: [String] = []
    for number in 0..<600 {
      time = time + Int64.random(in: 1_000...(number % 50 == 0 ? 20 * .hour : 3 * .minute), using: &random)
      calls.append(
        ReplayRules.call(
          time, key: "k\(Int.random(in: 0..<4, using: &random))",
          task: Bool.random(using: &random) ? "t\(Int.random(in: 0..<40, using: &random))" : "",
          usd: "0.\(Int.random(in: 100...999, using: &random))"))
    }
    let whole = try decisions(dir.write("whole.jsonl", calls.joined()))
    #expect(whole.count > 20, "seed \(seed)")
    for round in 0..<6 {
      let count = Int.random(in: 2...12, using: &random)
      var parts = [String](repeating: "", count: count)
      for call in calls { parts[Int.random(in: 0..<count, using: &random)] += call }
      var paths: [String] = []
      for (number, part) in parts.enumerated() where !part.isEmpty {
        paths.append(try dir.write("cut-\(round)/\(number).jsonl", part))
      }
      #expect(try decisions(paths) == whole, "seed \(seed), round \(round)")
    }
  }

  /// The lines without their place, which a cut changes.
  private func decisions(_ paths: String...) throws -> [String] { try decisions(paths) }
  private func decisions(_ paths: [String]) throws -> [String] {
    try ReplayRules.decisions(of: paths, hasTasks: true).lines.map { $0.replacing(/"file".*/, with: "") }
  }

  @Test func aRecordWithoutTimeStaysInItsPlace() throws {
    let base = ReplayTests.morning
    let one = try dir.write(
      "one.jsonl",
      ReplayRules.call(base, key: "a", usd: "1") + ReplayRules.call(nil, key: "a", usd: "9.5")
        + ReplayRules.call(base + .minute, key: "a", usd: "1"))
    let two = try dir.write("two.jsonl", ReplayRules.call(base + 30 * .second, key: "b", usd: "1"))
    let (lines, summary) = try ReplayRules.decisions(of: [one, two])
    #expect(lines.first?.hasPrefix(#"{"at":"2026-11-20T10:00:00.000Z""#) == true)
    #expect(summary.books.untimed == 1)
  }

  @Test func logsWithoutAnyTimeAreOfNow() throws {
    let now = EngineTime.utc("2026-12-01T12:00:00Z")
    let log = try dir.write("log.jsonl", ReplayRules.call(nil, usd: "12"))
    let (lines, _) = try ReplayRules.decisions(of: [log], now: now)
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.hasPrefix(#"{"at":"2026-12-01T12:00:00.000Z""#) })
  }

  @Test func timeNeverPassesTheClock() throws {
    // A host whose clock is a week ahead, all of it: the clock of this one is the end.
    let now = ReplayTests.morning
    let ahead = now + 7 * .day
    let log = try dir.write(
      "log.jsonl", ReplayRules.call(ahead, usd: "6") + ReplayRules.call(ahead + .minute, usd: "6"))
    let (lines, summary) = try ReplayRules.decisions(of: [log], now: now)
    #expect(lines.count == 3)
    #expect(lines.allSatisfy { $0.hasPrefix(#"{"at":"2026-11-20T10:00:00.000Z""#) })
    #expect(summary.books.skewed == 2)
  }

  @Test func logsOlderThanTheTablesHaveDays() throws {
    let old = EngineTime.utc("2021-03-01T23:30:00Z")
    let log = try dir.write(
      "log.jsonl",
      ReplayRules.call(old, usd: "6") + ReplayRules.call(old + 45 * .minute, usd: "6")
        + ReplayRules.call(old + 50 * .minute, usd: "0.1"))
    let (lines, summary) = try ReplayRules.decisions(of: [log])
    #expect(summary.books.late == 0)
    // 50 % on each of two days, and the first resolves between them.
    #expect(lines.map { $0.contains(#""decision":"alert","level":"50%""#) } == [true, false, true])
    #expect(lines[1].hasPrefix(#"{"at":"2021-03-02T00:00:00.000Z""#))
  }

  @Test func whatCannotBeReadIsToldAndTheRestReplayed() throws {
    let good = try dir.write("good.jsonl", ReplayRules.call(ReplayTests.morning, usd: "12"))
    let packed = dir.file("packed.jsonl")
    try Data([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]).write(to: URL(fileURLWithPath: packed))
    let (lines, summary) = try ReplayRules.decisions(of: [packed, good])
    #expect(lines.count == 2)
    #expect(summary.problems.map(\.path) == [packed])
  }
}
