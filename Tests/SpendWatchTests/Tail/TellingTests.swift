import SpendEngine
import Testing

@testable import SpendWatch

@Suite struct TellingTests {
  @Test(arguments: [
    (#"{"key":"cron","task":"nightly","model":"gpt-5","cost_usd":0.1}"#, false),
    (#"{"cost_usd":0.09174600000000001,"model":"claude-sonnet-4-5-20250929"}"#, false),
    ("", false), ("2026-11-2", false), ("x2026-11-24", false), ("2026-1-24 10:00", false),
    (#"{"time":"2026-11-24T10:00:00Z"}"#, true), (#"{"time":1795485238.5}"#, true),
    (#"{"ts":1795485238123}"#, true),
    (#"{"id":"msg_01FAKE000000000000000003"}"#, true), ("chatcmpl-up1795485462317083759", true),
    ("2026-11-24", true),
  ])
  func tellsWhatOtherLinesDoNotHave(text: String, isTelling: Bool) {
    #expect(Array(text.utf8).withUnsafeBytes { Telling.isTelling($0) } == isTelling)
  }

  /// What a first try looks like: the same line without a time, in several files and after a truncation.
  @Test func linesThatRepeatEachOtherAllCount() {
    let line = #"{"key":"cron","cost_usd":0.1}"#
    let run = TailRun(["*.jsonl"])
    var count = 0
    for (name, lines) in [("a.jsonl", 6), ("b.jsonl", 3), ("c.jsonl", 6), ("d.jsonl", 100)] {
      run.append(name, text(Array(repeating: line, count: lines)))
      count += lines
      run.tick()
    }
    run.truncate("a.jsonl")
    run.append("a.jsonl", text(Array(repeating: line, count: 3)))
    run.tick()
    run.remove("b.jsonl")
    run.tick()
    run.append("b.jsonl", text([line]))
    run.tick()
    #expect(run.order.count == count + 4)
  }
}
