import Support
import Testing

import Fuzzing
@testable import SpendEngine

/// What records say of later ones: it must not matter how a file is cut into reads, nor that the program was restarted between them.
@Suite struct FileContextTests {
  private static let names = [
    "codex", "codex-legacy", "codex-odd-lines", "anthropic-stream", "anthropic-odd-lines",
  ]

  private static func sample(_ name: String) throws -> [UInt8] {
    try #require(try FormatScenarioTests.scenarios().first { $0.name == name }).sample
  }

  @Test(arguments: names, [true, false])
  func everySplitGivesTheSameRecords(_ name: String, isAuto: Bool) throws {
    let scenario = try #require(try FormatScenarioTests.scenarios().first { $0.name == name })
    let format = isAuto ? Format.auto : scenario.format
    let whole = ParserRun(scenario.sample, format)
    #expect(whole.texts == scenario.events)
    let count = scenario.sample.count
    // A restart at every byte, and at one of them.
    let all = ParserRun(scenario.sample, RecordLayout(format), cuts: Array(0...count), restarts: true)
    #expect(all.pieces == whole.pieces)
    for cut in stride(from: 0, through: count, by: 97) {
      let run = ParserRun(scenario.sample, RecordLayout(format), cuts: [cut], restarts: true)
      #expect(run.pieces == whole.pieces, "cut at \(cut)")
    }
  }

  @Test func aRestartAfterEachRecordChangesNothing() throws {
    for name in Self.names {
      let bytes = try Self.sample(name)
      let whole = ParserRun(bytes, .auto)
      let cuts = whole.pieces.map(\.end)
      let run = ParserRun(bytes, RecordLayout(.auto), cuts: cuts, restarts: true)
      #expect(run.pieces == whole.pieces, "\(name)")
      // The models stand in other records than the counts.
      #expect(whole.texts.contains { $0.contains("gpt-5") || $0.contains("claude") })
    }
  }

  /// One parser, many files, a record of each in turn.
  @Test func filesDoNotMix() throws {
    let files = try Self.names.map { try Self.sample($0) }
    var parser = RecordParser(RecordLayout(.auto))
    var contexts = files.map { _ in FileContext() }
    var offsets = files.map { _ in 0 }
    var texts: [[String]] = files.map { _ in [] }
    while zip(files, offsets).contains(where: { $0.count > $1 }) {
      for index in files.indices where offsets[index] < files[index].count {
        var parsed = ParsedRecords()
        offsets[index] += files[index][offsets[index]...].withUnsafeBytes {
          parser.parse($0, isFinal: true, limit: 1, context: &contexts[index], into: &parsed)
        }
        texts[index] += parsed.records.map { parsed.text($0) }
      }
    }
    for index in files.indices { #expect(texts[index] == ParserRun(files[index], .auto).texts) }
  }

  @Test func longNamesStayWithinTheBound() throws {
    let long = String(repeating: "é\\u00e9", count: 4_000)
    let lines =
      #"{"type":"session_meta","timestamp":"2026-11-24T10:00:00Z","payload":{"id":"\#(long)1","#
      + #""session_id":"\#(long)2","forked_from_id":"\#(long)3"}}"# + "\n"
      + #"{"type":"turn_context","payload":{"model":"\#(long)4"}}"# + "\n"
      + #"{"type":"message_start","message":{"id":"\#(long)5","model":"\#(long)6","usage":{"output_tokens":1}}}"#
    var parser = RecordParser(RecordLayout(.auto))
    var parsed = ParsedRecords()
    var context = FileContext()
    _ = Array(lines.utf8).withUnsafeBytes {
      parser.parse($0, isFinal: true, context: &context, into: &parsed)
    }
    #expect(context.packed.count > 6 * 200 && context.packed.count <= FileContext.maxLength)
    #expect(FileContext(packed: context.packed) == context)
    // Names of lines that are no usage do not pile up.
    #expect(parsed.names.count < 3 * UsageRecord.Name.maxLength)
  }

  @Test func aRejectedRecordLeavesItAlone() throws {
    let lines = [
      #"{"type":"session_meta","timestamp":"2026-11-24T10:00:00Z","payload":{"id":"s"}}"#,
      #"{"type":"session_meta","timestamp":"never","payload":{"id":"other"}}"#,
      #"{"type":"turn_context","timestamp":[],"payload":{"turn_id":"t","model":"m"}}"#,
      #"{"type":"token_usage_record","payload":{"response_id":"r","usage":{"output_tokens":1}}}"#,
    ]
    #expect(
      ParserRun(lines.joined(separator: "\n"), .codex).texts == [
        #"{"no_usage":true}"#, #"{"rejected":"bad_time"}"#, #"{"rejected":"bad_time"}"#,
        #"{"task":"s","tokens":[0,0,0,0,1,0],"identity":"r"}"#,
      ])
  }

  private func junk(_ dice: inout Dice) -> [UInt8] {
    (0..<Int.random(in: 0...60, using: &dice)).map { _ in .random(in: 0...255, using: &dice) }
  }

  @Test func junkIsNoContext() {
    var dice = Dice(seed: 77)
    #expect(FileContext(packed: [])?.isEmpty == true)
    for _ in 0..<2_000 { _ = FileContext(packed: junk(&dice)) }
    for _ in 0..<2_000 { _ = FileContext(packed: [1, 3] + junk(&dice)) }
    #expect(FileContext(packed: [2, 0]) == nil && FileContext(packed: [1, 4]) == nil)
    #expect(FileContext(packed: [1, 0, 0]) == nil, "more than was written")
    #expect(FileContext(packed: [1, 2] + [UInt8](repeating: 0xff, count: 40)) == nil)
  }
}
