import Foundation
import SpendEngine
import SpendWatch
import Support
import Testing

@Suite struct ReportTests {
  private let dir = TempDir("report")
  private static let now = EngineTime.utc("2026-11-30T00:00:00Z")
  private static let prices = PriceTable(
    origin: "test",
    rows: [
      PriceRow(
        name: "small",
        rates: .init(
          input: 1_000_000_000, cacheRead: 100_000_000, cacheWrite5m: 1_250_000_000,
          cacheWrite1h: 2_000_000_000,
          output: 5_000_000_000, reasoning: 5_000_000_000)),
      PriceRow(
        name: "large",
        rates: .init(
          input: 10_000_000_000, cacheRead: 1_000_000_000, cacheWrite5m: 12_500_000_000,
          cacheWrite1h: 20_000_000_000,
          output: 50_000_000_000, reasoning: 50_000_000_000)),
    ])

  private func report(
    _ paths: [String], by: [GroupField], since: EngineTime? = nil, until: EngineTime? = nil,
    zone: String = "UTC",
    format: Format = .auto
  ) throws -> ReportResult {
    var report = Report(
      by: by, since: since, until: until, zone: try #require(TimeZone(identifier: zone)),
      prices: ReportTests.prices, now: ReportTests.now, fingerprintKey: (3, 4))
    let parser = LogParser(format)
    for log in LogPaths(paths).logs { try report.read(log, parser: parser) }
    return report.result()
  }

  private func usage() throws -> String {
    try dir.write(
      "usage.jsonl",
      #"""
      {"time":"2026-11-20T10:00:00Z","key":"ci-bot","task":"t1","model":"small","input_tokens":1000,"cache_read_tokens":2000,"cache_write_5m_tokens":400,"cache_write_1h_tokens":100,"output_tokens":200,"reasoning_tokens":50}
      {"time":"2026-11-20T11:30:00Z","key":"ci-bot","task":"t2","model":"small","input_tokens":10,"output_tokens":1,"cost_usd":1.25}
      {"time":"2026-11-21T23:30:00Z","key":"ann","team":"core","user":"ann","model":"never-heard-of","input_tokens":1000,"output_tokens":1000}
      {"time":"2026-11-21T23:31:00Z","key":"ann","model":"small","status":429}
      {"time":"2026-11-21T23:32:00Z","model":"small","status":"error","input_tokens":10,"output_tokens":0,"cost_usd":0.5}
      {"time":"2026-11-21T23:33:00Z","key":"ann","model":"small","input_tokens":-1,"output_tokens":1}
      plain text

      """#)
  }

  @Test func sumsByKey() throws {
    let result = try report([usage()], by: [.key])
    #expect(result.rows.map(\.labels) == [["ci-bot"], ["(none)"], ["ann"]])
    // 1000·1 + 2000·0.1 + 400·1.25 + 100·2 + 250·5 = 3150 millionths, and the logged 1.25
    #expect(result.rows[0].sums.cost.decimal == "1.25315")
    #expect(result.rows[0].sums.requests == 2)
    #expect(result.rows[0].sums.pricedByLog == 1 && result.rows[0].sums.pricedByTable == 1)
    #expect(result.rows[0].sums.tokens.reasoning == 50)
    // A failed attempt that cost something is a request too; one that cost nothing is an error only.
    #expect(result.rows[1].sums.requests == 1 && result.rows[1].sums.errors == 1)
    #expect(result.rows[2].sums.requests == 1 && result.rows[2].sums.errors == 1)
    // The dearest: 1000·10 + 1000·50 millionths
    #expect(result.rows[2].sums.cost.decimal == "0.06")
    #expect(result.rows[2].sums.pricedByDearest == 1)
    #expect(result.guessed.map(\.model) == ["never-heard-of"])
    #expect(result.totals.cost.decimal == "1.81315")
    #expect(result.books.read == 7 && result.books.folded == 5)
    #expect(result.books.rejections.map(\.reason) == [.notObject, .negative])
  }

  @Test func everyGroupingHasTheSameTotal() throws {
    let path = try usage()
    let total = try report([path], by: []).totals
    for field in GroupField.allCases {
      let result = try report([path], by: [field, .model])
      var sum = Sums()
      for row in result.rows { sum += row.sums }
      #expect(sum == total, "\(field)")
      #expect(result.totals == total)
    }
  }

  @Test func timeComesInItsOrder() throws {
    let path = try usage()
    let days = try report([path], by: [.day])
    #expect(days.rows.map(\.labels) == [["2026-11-20"], ["2026-11-21"]])
    let hours = try report([path], by: [.key, .hour])
    #expect(
      hours.rows.map(\.labels) == [
        ["ci-bot", "2026-11-20T10:00"], ["ci-bot", "2026-11-20T11:00"], ["(none)", "2026-11-21T23:00"],
        ["ann", "2026-11-21T23:00"],
      ])
    let berlin = try report([path], by: [.day], zone: "Europe/Berlin")
    #expect(berlin.rows.map(\.labels) == [["2026-11-20"], ["2026-11-22"]])
  }

  @Test func leavesOutWhatIsEarlierAndLater() throws {
    let path = try usage()
    let from = EngineTime.utc("2026-11-20T11:30:00Z")
    #expect(try report([path], by: [.day], since: from).totals.requests == 3)
    #expect(try report([path], by: [.day], until: from).totals.requests == 1)
    #expect(try report([path], by: [.day], since: from, until: from + 1).totals.cost.decimal == "1.25")
  }

  @Test func aCallIsCountedOnceOverAllLogs() throws {
    func line(_ output: Int, session: String, id: String = "msg_1") -> String {
      #"{"type":"assistant","timestamp":"2026-11-20T10:00:00.000Z","sessionId":"\#(session)","requestId":"req_1","uuid":"u","#
        + #""message":{"id":"\#(id)","type":"message","role":"assistant","model":"small","usage":{"input_tokens":1000,"output_tokens":\#(output)}}}"#
        + "\n"
    }
    // A growing report of one call, a fork that copies it, and another call.
    let one = try dir.write("one.jsonl", line(10, session: "a") + line(100, session: "a"))
    let two = try dir.write("two.jsonl", line(100, session: "b") + line(7, session: "b", id: "msg_2"))
    let result = try report([one, two], by: [.model])
    #expect(result.totals.requests == 2)
    #expect(result.totals.tokens.output == 107)
    #expect(result.totals.tokens.freshInput == 2_000)
    // 2·1000·1 + 107·5 millionths
    #expect(result.totals.cost.decimal == "0.002535")
    #expect(result.totals.pricedByTable == 2)
    #expect(result.books.duplicate == 2 && result.books.grew == 1)
    #expect(result.books.read == result.books.folded + result.books.duplicate)
  }

  @Test func sumsWhatAStateHolds() throws {
    // What a daemon would have committed: names in blobs, events in a journal, older ones in a ledger.
    var names = Names(hash: SipHash(key: (5, 6)))
    func intern(_ dimension: SpendEngine.Dimension, _ text: String) -> NameID {
      Array(text.utf8).withUnsafeBytes { names.intern(dimension, $0) }
    }
    var event = UsageEvent(time: .utc("2026-11-20T10:00:00Z"))
    event.key = intern(.key, "ci-bot")
    event.model = intern(.model, "small")
    event.source = names.internSource("/var/log/llm/*.jsonl")
    event.requests = 1
    event.cost = NanoUSD(rawValue: 250_000_000)
    event.pricing = .log
    var correction = event
    (correction.requests, correction.isCorrection, correction.cost) = (0, true, NanoUSD(rawValue: 50_000_000))
    var other = event
    other.key = intern(.key, "ann")
    var ledger = Ledger()
    for _ in 0..<3 { ledger.add(other) }
    let cells = ledger.packed().map(\.blob)

    var report = Report(
      by: [.key, .source], zone: .gmt, prices: ReportTests.prices, now: ReportTests.now,
      fingerprintKey: (7, 8))
    let isRestored = report.restore(names: names.drain())
    #expect(isRestored)
    var books = Books()
    (books.read, books.folded) = (5, 4)
    try report.add(books: books) { body in
      body(event)
      body(correction)
      for blob in cells {
        var reader = try #require(JournalReader(blob))
        while let event = reader.next() { body(event) }
      }
    }
    let result = report.result()
    #expect(
      result.rows.map(\.labels) == [["ann", "/var/log/llm/*.jsonl"], ["ci-bot", "/var/log/llm/*.jsonl"]])
    #expect(result.rows.map(\.sums.requests) == [3, 1])
    #expect(result.rows.map(\.sums.cost.decimal) == ["0.75", "0.3"])
    #expect(result.rows.map(\.sums.pricedByLog) == [3, 1])
    #expect(result.books == books)
  }

  @Test func keepsTheDearest() throws {
    var result = try report([usage()], by: [.day, .key])
    let totals = result.totals
    result.keepTop(2)
    #expect(result.rows.map(\.labels) == [["2026-11-20", "ci-bot"], ["2026-11-21", "(none)"]])
    #expect(result.omitted.rows == 1)
    #expect(result.omitted.sums.cost.decimal == "0.06")
    #expect(result.totals == totals)
  }

  @Test func hostileNumbersDoNotStopIt() throws {
    let line =
      #"{"time":"2026-11-20T10:00:00Z","key":"k","model":"large","input_tokens":1000000000000,"output_tokens":1000000000000,"cost_usd":1000000000}"#
      + "\n"
    let path = try dir.write("usage.jsonl", String(repeating: line, count: 40))
    let result = try report([path], by: [.key])
    #expect(result.totals.cost == NanoUSD(rawValue: .max))
    #expect(result.totals.requests == 40)
    #expect(result.json.contains("\"cost_nano_usd\":9223372036854775807"))
  }
}
