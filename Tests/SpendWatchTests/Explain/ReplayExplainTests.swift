import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct ReplayExplainTests {
  private let dir = TempDir("explain")
  private static let morning = EngineTime.utc("2026-11-20T10:00:00Z")

  private func explain(
    _ paths: [String], rule: String = "key-daily-cap", subject: String = "k", at: EngineTime? = nil,
    calls: Int = 3
  ) throws -> ExplainMessage {
    let now = EngineTime.utc("2026-12-31T00:00:00Z")
    let replay = Replay(
      rules: ReplayRules.set(around: now, hasTasks: true), prices: ReplayRules.prices, now: now,
      calendar: { ReplayRules.utcDays($0, around: $1) })
    return try replay.explain(
      ExplainRequest(rule: rule, subject: subject, at: at, calls: calls), LogPaths(paths).logs,
      format: .spendfuse,
      fingerprintKey: (1, 2), timeZone: "UTC"
    ).message
  }

  /// Ten dollars a day: 4 at 10:00, 3 at 10:10, 4 at 10:20 from two logs.
  private func logs() throws -> [String] {
    let base = ReplayExplainTests.morning
    let one = try dir.write(
      "one.jsonl",
      ReplayRules.call(base, usd: "4") + ReplayRules.call(base + 20 * .minute, usd: "4")
        + ReplayRules.call(base + 20 * .minute, key: "other", usd: "1"))
    let two = try dir.write(
      "two.jsonl",
      ReplayRules.call(base + -.day, usd: "9") + ReplayRules.call(base + 10 * .minute, usd: "3"))
    return [one, two]
  }

  @Test func listsTheCallsWithTheirPlaces() throws {
    let paths = try logs()
    let message = try explain(paths)
    #expect(message.value == 11_000_000_000 && message.valueUsd == "11" && message.limitUsd == "10")
    #expect(message.state == "firing")
    let calls = try #require(message.calls)
    #expect(calls.count == 3 && calls.amount == message.value && calls.hourCount == 0)
    let line = Int64(ReplayRules.call(ReplayExplainTests.morning, usd: "4").utf8.count)
    #expect(calls.newest.map(\.file) == [paths[0], paths[1], paths[0]])
    #expect(calls.newest.map(\.offset) == [0, line, line])
    #expect(calls.newest.map(\.costUsd) == ["4", "3", "4"])
    #expect(calls.largest.map(\.costUsd) == ["4", "4", "3"] && calls.largest.first?.offset == 0)
    #expect(message.history.map(\.kind) == ["alert", "resolve", "alert", "halt", "alert"])
    #expect(message.history.last?.file == paths[0] && message.history.last?.offset == line)
    #expect(message.reasons.first == "$11.00 of $10.00 used today: $1.00 past the limit")
    #expect(message.halts.map(\.rule) == ["key-daily-cap"])
  }

  @Test func endsAtAnInstant() throws {
    let paths = try logs()
    let base = ReplayExplainTests.morning
    for (at, value, count) in [
      (base, Int64(4), Int64(1)), (base + 9 * .minute, 4, 1), (base + 10 * .minute, 7, 2),
      (base + -.hour, 0, 0),
      (base + -.day, 9, 1), (base + .day, 0, 0),
    ] {
      let message = try explain(paths, at: at)
      #expect(message.at == at && message.value == value * 1_000_000_000, "\(at.rfc3339)")
      #expect(
        message.calls?.count ?? 0 == count && message.calls?.amount ?? 0 == message.value, "\(at.rfc3339)")
    }
  }

  @Test func keepsOnlyAsManyAsAskedFor() throws {
    let base = ReplayExplainTests.morning
    let text = (0..<500).map {
      ReplayRules.call(base + $0 * .second, task: "t", usd: "0.00\(100 + $0 % 100)")
    }.joined()
    let path = try dir.write("many.jsonl", text)
    let message = try explain([path], rule: "task-budget", subject: "t", calls: 4)
    let calls = try #require(message.calls)
    #expect(calls.count == 500 && calls.newest.count == 4 && calls.largest.count == 4)
    #expect(calls.newest.map(\.costUsd) == ["0.00196", "0.00197", "0.00198", "0.00199"])
    #expect(calls.largest.map(\.time) == [99, 199, 299, 399].map { base + $0 * .second })
    #expect(calls.amount == message.value)
    #expect(try explain([path], rule: "task-budget", subject: "t", calls: 0).calls?.newest == [])
  }

  /// However far the journal is cut up on the way, and whatever else is in the logs, every call has its own place.
  @Test func placesHoldOverLongLogs() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var dice = Dice(seed: seed)
    var text = ""
    var offsets: [Int64] = []
    // Over a megabyte of journal.
    for number in 0..<30_000 {
      let key = Int.random(in: 0..<40, using: &dice) == 0 ? "k" : "other\(number % 7)"
      if Int.random(in: 0..<20, using: &dice) == 0 { text += "no record\n" }
      if key == "k" { offsets.append(Int64(text.utf8.count)) }
      text += ReplayRules.call(ReplayExplainTests.morning + Int64(number), key: key, usd: "0.0001")
    }
    let message = try explain([dir.write("long.jsonl", text)], calls: 1_000)
    #expect(message.calls?.newest.compactMap(\.offset) == offsets, "seed \(seed)")
  }

  @Test func whatIsNotThereIsSaid() throws {
    let paths = try logs()
    for (rule, subject, words) in [
      ("key-daily-cpa", "k", "did you mean 'key-daily-cap'?"),
      ("key-daily-cap", "othr", "did you mean 'other'?"),
      ("key-daily-cap", "task=x", "counts per key, not per task"),
      ("key-daily-cap", "zzzzzzzz", "such as key"),
    ] {
      let failure = #expect(throws: ExplainFailure.self) { try explain(paths, rule: rule, subject: subject) }
      #expect(failure?.description.contains(words) == true, "\(failure?.description ?? "")")
    }
  }
}
