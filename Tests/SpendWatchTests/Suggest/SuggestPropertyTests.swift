import Foundation
import SpendEngine
import SpendWatch
import Support
import Testing

/// Random histories, against a model that keeps every call, and against a replay with what was suggested.
@Suite struct SuggestPropertyTests {
  private struct Call {
    var time: EngineTime
    var key: String
    var task: String
    var cost: Int64
    var output: Int64

    var line: String {
      "{\"time\":\"\(time.rfc3339)\",\"key\":\"\(key)\",\"task\":\"\(task)\",\"model\":\"m\","
        + "\"output_tokens\":\(output),\"cost_usd\":\(NanoUSD(rawValue: cost).decimal)}\n"
    }
  }

  private static let now = EngineTime.utc("2026-11-29T12:00:00Z")

  /// Calls of up to six weeks, ascending, some without a name, some of a loop.
  private static func calls(_ dice: inout Dice) -> [Call] {
    let days = dice.roll(2...42)
    let (keys, tasks) = (dice.roll(1...5), dice.roll(1...60))
    var calls = (0..<dice.roll(20...400)).map { _ in
      Call(
        time: now + -dice.roll(0...days * .day), key: dice.one(in: 9) ? "" : "k\(dice.roll(1...keys))",
        task: dice.one(in: 9) ? "" : "t\(dice.roll(1...tasks))", cost: dice.roll(0...1 << dice.roll(20...33)),
        output: dice.roll(0...1 << dice.roll(1...15)))
    }
    if dice.one(in: 2) {
      let start = now + -dice.roll(.day...days * .day)
      calls += (0..<80).map {
        Call(time: start + $0 * .minute, key: "k1", task: "loop", cost: 9_000_000_000, output: 700)
      }
    }
    return calls.sorted { $0.time < $1.time }
  }

  @Test(arguments: Dice.seeds + [11, 12, 13], ["UTC", "Europe/Berlin", "Asia/Kolkata"])
  func isTheModelAndWhatAReplayStops(_ seed: UInt64, _ zone: String) throws {
    var dice = Dice(seed: seed)
    let calls = SuggestPropertyTests.calls(&dice)
    let dir = TempDir("suggest")
    // Two logs, each in order: they are merged.
    let logs = try ["a", "b"].map { name in
      try dir.write(
        name + ".jsonl",
        calls.enumerated().filter { ($0.offset % 3 == 0) == (name == "a") }.map(\.element.line).joined())
    }
    let history = SuggestHistories.read(logs, now: SuggestPropertyTests.now, zone: zone)
    let options = SuggestOptions(prices: .bundled)
    let suggestion = Suggestion(history, options)

    // The model: sums of every call.
    #expect(history.calls == Int64(calls.count), "seed \(seed)")
    #expect(history.cost.rawValue == calls.reduce(0) { $0 + $1.cost }, "seed \(seed)")
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: zone))
    func day(_ call: Call) -> DateComponents {
      calendar.dateComponents(
        [.year, .month, .day],
        from: Date(timeIntervalSince1970: Double(call.time.milliseconds) / 1_000))
    }
    let byDay = Dictionary(grouping: calls, by: day).mapValues { $0.reduce(0) { $0 + $1.cost } }
    #expect(
      history.days.map(\.spend.rawValue).sorted() == byDay.values.filter { $0 > 0 }.sorted(), "seed \(seed)")
    for key in history.keys {
      let own = Dictionary(grouping: calls.filter { $0.key == key.name }, by: day)
      #expect(
        key.days.map(\.spend.rawValue).sorted()
          == own.values.map { $0.reduce(0) { $0 + $1.cost } }.filter { $0 > 0 }.sorted(), "seed \(seed)")
    }
    let outputs = calls.map(\.output).sorted()
    if let ceiling = suggestion.ceiling {
      #expect(ceiling.percentile == outputs[(outputs.count * 999 + 999) / 1_000 - 1], "seed \(seed)")
      #expect(ceiling.met == Int64(outputs.count { $0 >= ceiling.limit }), "seed \(seed)")
    }

    // No cap is below what it was made from.
    if let task = suggestion.task {
      #expect(
        task.limit.rawValue >= HumaneAmount.times(task.median.rawValue, thousandths: 2_500), "seed \(seed)")
    }
    for cap in (suggestion.keys?.own.map(\.cap) ?? [])
      + [suggestion.keys?.others, suggestion.global].compactMap(\.self)
    {
      #expect(
        cap.limit.rawValue >= HumaneAmount.times(cap.busiest.amount.rawValue, thousandths: 1_500),
        "seed \(seed)")
      #expect(!cap.outliers.contains(cap.busiest), "seed \(seed)")
    }

    // The file is taken without a word, and a replay stops as many as it says.
    let text = RulesText(
      suggestion, sources: [SuggestedSource(pattern: dir.path + "/*.jsonl", format: .spendfuse)]
    ).text
    let (configuration, said) = SuggestHistories.load(text)
    #expect(said == "", "seed \(seed)")
    let halts = try SuggestHistories.halts(
      logs, try #require(configuration), now: SuggestPropertyTests.now)
    #expect(halts["task-budget", default: 0] == suggestion.task?.stopped.count ?? 0, "seed \(seed)")
    #expect(halts["key-daily-cap", default: 0] == suggestion.keys?.reached.count ?? 0, "seed \(seed)")
    #expect(halts["global-daily-cap", default: 0] == suggestion.global?.reached.count ?? 0, "seed \(seed)")
  }

  /// A call that is logged in three lines, growing, is one call of the last size.
  @Test func callsThatGrowCountOnce() throws {
    let dir = TempDir("suggest")
    let lines = [5, 90, 400].map { output in
      """
      {"type":"assistant","timestamp":"2026-11-20T10:00:00Z","sessionId":"s","requestId":"r1","uuid":"u\(output)","message":{"id":"m1","type":"message","role":"assistant","model":"claude-sonnet-4-5","usage":{"input_tokens":10,"output_tokens":\(output)}}}

      """
    }
    let history = SuggestHistories.read(
      [try dir.write("s.jsonl", lines.joined())], now: SuggestPropertyTests.now, format: .claudeCode)
    #expect(history.calls == 1)
    #expect(history.outputs.total == 1)
    #expect(history.outputs.nearestRank(permille: 500) == 400)
    #expect(history.tasks.map(\.calls) == [1])
  }

  @Test func largeAndOddHistogramsFit() {
    for values in [[1], [.max], [1, .max], [3, 3, 3], [1, 1_000, 1_000_000, 1_000_000_000_000]] as [[Int64]] {
      var history = History(now: SuggestPropertyTests.now, zone: .gmt)
      history.days = values.enumerated().map { index, value in
        History.Day(
          label: "2026-11-0\(index + 1)", start: .utc("2026-11-0\(index + 1)T00:00:00Z"),
          spend: NanoUSD(rawValue: value))
      }
      let text = RulesText(Suggestion(history, SuggestOptions(prices: .bundled)), sources: []).text
      let bars = text.split(separator: "\n").filter { $0.contains("█") }
      #expect(!bars.isEmpty && bars.count <= 9)
      #expect(bars.allSatisfy { $0.count <= 80 })
    }
  }
}
