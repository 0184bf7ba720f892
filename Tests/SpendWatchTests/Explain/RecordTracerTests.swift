import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct RecordTracerTests {
  private let dir = TempDir("trace")
  private static let now = EngineTime.utc("2026-12-31T00:00:00Z")
  private static let samples = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Scenarios/formats")

  private func tracer(_ rules: RuleSet? = nil) -> RecordTracer {
    RecordTracer(
      prices: .bundled, rules: rules, timeZone: "UTC", now: RecordTracerTests.now, fingerprintKey: (1, 2),
      ask: { _, _ in nil })
  }

  private func log(_ path: String, _ format: Format = .auto) throws -> SearchedLog {
    SearchedLog(try #require(LogPaths([path]).logs.first), RecordLayout(format))
  }

  /// Every record of every sample, found by its place, by a place inside it, and with what the report counts in all.
  @Test(arguments: try FileManager.default.contentsOfDirectory(atPath: samples.path).sorted())
  func everySampleAddsUp(_ name: String) throws {
    let path = RecordTracerTests.samples.appendingPathComponent("\(name)/sample.jsonl").path
    let log = try log(path)
    let stream = LogStream(path: path, parser: LogParser(.auto))
    var (cost, tokens) = (Int64(0), Int64(0))
    while try stream.next() {
      for record in stream.parsed.records {
        let start = stream.base + Int64(record.start)
        let length = Int64(record.end - record.start)
        let found = try tracer().trace(log, offset: start)
        let inside = try tracer().trace(log, offset: start + length - 1)
        #expect(found.records == inside.records, "\(name) \(start)")
        let message = try #require(found.records.first)
        #expect(message.offset == start && message.length == length, "\(name)")
        guard case .usage(let usage) = record.outcome else {
          #expect(message.outcome != "usage" && message.buckets.isEmpty && message.counting == nil, "\(name)")
          continue
        }
        #expect(message.buckets.reduce(0) { $0 + $1.tokens } == usage.tokens.total, "\(name) \(start)")
        cost += message.counting?.costNanoUsd ?? 0
        tokens += message.counting?.tokens ?? 0
      }
    }
    var report = Report(
      by: [], zone: .gmt, prices: .bundled, now: RecordTracerTests.now, fingerprintKey: (1, 2))
    try report.read(log.log, parser: LogParser(.auto))
    let totals = report.result().totals
    #expect(cost == totals.cost.rawValue && tokens == totals.tokens.total, "\(name)")
  }

  /// A source's own fields are shown as it maps them, and a session's first line is known further down.
  @Test func readsAsTheSourceSays() throws {
    let dir = TempDir("tracer")
    let fields = try FieldMapping.make(["input_tokens": "u.n", "task": "m(json).t"]).get()
    let path = try dir.write("a.log", #"{"u":{"n":3},"m":"{\"t\":\"x\"}","input_tokens":9}"#)
    let log = SearchedLog(try #require(LogPaths([path]).logs.first), RecordLayout(.auto, fields: fields))
    let message = try #require(try tracer().trace(log, offset: 5).records.first)
    #expect(message.sourceFormat == "fields" && message.formatText == "where the source says")
    #expect(message.fields.map { "\($0.path) \($0.value)" } == ["m(json).t x", "u.n 3"])
    #expect(message.task == "x" && message.buckets.first?.tokens == 3)

    let codex = RecordTracerTests.samples.appendingPathComponent("codex/sample.jsonl").path
    let found = try tracer().trace(request: "resp_0FAKE000000000000000000000000000003", in: [self.log(codex)])
    let call = try #require(found.message.records.first)
    #expect(call.model == "gpt-5.2-codex" && call.price?.costNanoUsd == 13_954_500)
  }

  /// A call of Claude Code in two files: a first sighting, a copy, one that grew.
  @Test func tellsDuplicatesAndGrowth() throws {
    func line(_ output: Int, id: String = "msg_1") -> String {
      #"{"type":"assistant","sessionId":"s","uuid":"u","requestId":"req_1","timestamp":"2026-11-24T10:00:00Z","#
        + #""message":{"id":"\#(id)","model":"claude-sonnet-4-5","content":[{"text":"sk-SECRET"}],"#
        + #""usage":{"input_tokens":1000,"output_tokens":\#(output)}}}"# + "\n"
    }
    let one = try dir.write("one.jsonl", line(10, id: "msg_0") + line(100))
    let two = try dir.write("two.jsonl", line(100) + line(300))
    let offset = Int64(line(10, id: "msg_0").utf8.count)
    for id in ["msg_1", "msg_0"] {
      let (message, problems) = try tracer().trace(request: id, in: [log(one), log(two)])
      #expect(problems.isEmpty && message.logs == 2)
      guard id == "msg_1" else {
        #expect(message.records.count == 1 && message.records[0].counting?.outcome == "first")
        continue
      }
      #expect(message.records.compactMap(\.counting).map(\.outcome) == ["first", "duplicate", "grew"])
      #expect(message.records.map(\.file) == [one, two, two])
      // 1,000 in at $3 and 100, then 200 more out at $15 a million.
      #expect(message.records.compactMap(\.counting?.costNanoUsd) == [4_500_000, 0, 3_000_000])
      #expect(message.records.compactMap(\.counting?.tokens) == [1_100, 0, 200])
      #expect(
        message.records[1].counting?.firstFile == one && message.records[1].counting?.firstOffset == offset)
      let json = String(decoding: try ControlJSON.encode(message), as: UTF8.self)
      #expect(!json.contains("SECRET"))
    }
    #expect(try tracer().trace(request: "req_1", in: [log(one), log(two)]).message.records.count == 4)
    let failure = #expect(throws: ExplainFailure.self) {
      try tracer().trace(request: "msg_9", in: [log(one)])
    }
    #expect(failure?.description.contains("no record of a call 'msg_9' is in 1 log") == true)
    // By its place: what came before it in the same log counts.
    let found = try tracer().trace(log(two), offset: Int64(line(100).utf8.count))
    #expect(found.records.first?.counting?.outcome == "grew" && found.records.count == 1)
  }

  @Test func showsTheRulesThatLook() throws {
    let path = try dir.write(
      "a.jsonl", ReplayRules.call(.utc("2026-11-24T10:00:00Z"), key: "ci", task: "t1", usd: "1.5"))
    let rules = ReplayRules.set(around: RecordTracerTests.now, hasTasks: true)
    let message = try #require(try tracer(rules).trace(log(path), offset: 3).records.first)
    #expect(message.rules.map(\.name) == ["key-daily-cap", "task-budget"])
    #expect(message.rules.map(\.amount) == [1_500_000_000, 1_500_000_000])
    #expect(message.rules[0].windowStart == .utc("2026-11-24T00:00:00Z"))
    #expect(
      message.rules[0].text
        == "adds $1.50 to the day from 2026-11-24 00:00 UTC to 2026-11-25 00:00 UTC; that is over")
    #expect(message.rules[1].text == "adds $1.50 to the lifetime; the limit is $0.50")
    #expect(message.price?.by == "log" && message.price?.costUsd == "1.5")
  }

  @Test func saysWhereThereIsNoRecord() throws {
    let path = try dir.write("a.jsonl", "{\"key\":\"a\",\"cost_usd\":1}\n\n{\"key\":\"b\",\"cost_usd\":1}\n")
    let log = try log(path)
    for (offset, words) in [
      (Int64(25), "one ends at 24, the next begins at 26"), (51, "ends at byte 51"),
      (50, "the last one ends at 50"),
      (9_000, "there is no byte 9000"),
    ] {
      let failure = #expect(throws: ExplainFailure.self) { try tracer().trace(log, offset: offset) }
      #expect(failure?.description.contains(words) == true, "\(failure?.description ?? "")")
    }
    #expect(try tracer().trace(log, offset: 30).notes == ["byte 30 is in the record that begins at 26"])
  }

  @Test func whatIsRejectedSaysWhy() throws {
    let text =
      "plain text sk-SECRET\n{\"key\":\"a\",\"input_tokens\":-5}\n{\"key\":\"a\",\"input\n{\"x\":1}\n"
    let log = try log(try dir.write("a.jsonl", text))
    for (offset, outcome) in [
      (Int64(0), "not_object"), (21, "negative"), (51, "torn"), (70, "unknown_format"),
    ] {
      let message = try #require(try tracer().trace(log, offset: offset).records.first)
      #expect(message.outcome == outcome, "\(offset)")
      #expect(!message.fields.contains { $0.value.contains("SECRET") })
    }
  }

  @Test func findsTheSourceOfAFile() {
    let rules = Configuration(
      path: "r", timeZone: "UTC",
      sources: [
        Source(pattern: "/var/log/a/*.jsonl", format: .litellm),
        Source(pattern: "/var/log/**/*.jsonl", format: .spendfuse),
      ], prices: .bundled, rules: RuleSet(rules: [], calendars: [:]), receivers: [], switches: [])
    #expect(rules.source(of: "/var/log/a/x.jsonl")?.format == .litellm)
    #expect(rules.source(of: "/var/log/b/../a/x.jsonl")?.format == .litellm)
    #expect(rules.source(of: "/var/log/b/c/x.jsonl")?.format == .spendfuse)
    #expect(rules.source(of: "/srv/x.jsonl") == nil)
  }
}
