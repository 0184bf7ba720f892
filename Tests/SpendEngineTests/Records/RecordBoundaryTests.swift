import Fuzzing
import SpendEngine
import Testing

/// SEMANTICS 3: where records end, and that it does not matter how the bytes arrive.
@Suite struct RecordBoundaryTests {
  private static let stream = [
    #"{"key":"a","model":"m","output_tokens":1}"#, "\n",
    #"{"key":"b \u00e9\"\\","model":"m","output_tokens":2}{"key":"c","model":"m","output_tokens":3}"#, "\r\n",
    "\u{feff}[{\"key\":\"d\",\"model\":\"m\",\"output_tokens\":4},\n{\"key\":\"e\",\"x\":[[],{}],\"output_tokens\":5}]\n",
    "plain text {\n", "{\"key\":\"torn\n", "{\"key\":\"torn\",\"x\":[\n", "{'bad':{}} rest\n",
    #"{"x":[}{"key":"f","output_tokens":6}"#,
    "\n\0\0\0{ \r\n  \"key\": \"g\",\n  \"x\": {\n    \"y\": [\n      1\n    ]\n  },\n  \"output_tokens\": 7\n}\n",
    "{\n  \"key\": \"torn\",\n", "{\n  \"key\": \"torn\n", "{\n  bad\n {\"x\":1} }",
    "{\"key\":\"h\",\"output_tokens\":8}\u{1e}{\"key\":\"i\",\"output_tokens\":9}",
  ].joined()

  private static let expected: [String] = {
    func usage(_ key: String, _ output: Int, model: Bool = false) -> String {
      #"{"key":"\#(key)",\#(model ? #""model":"m","# : "")"tokens":[0,0,0,0,\#(output),0]}"#
    }
    func rejected(_ name: String) -> String { #"{"rejected":"\#(name)"}"# }
    return [
      usage("a", 1, model: true), usage(#"b é\"\\"#, 2, model: true), usage("c", 3, model: true),
      usage("d", 4, model: true), usage("e", 5), rejected("not_object"), rejected("torn"), rejected("torn"),
      rejected("malformed"), rejected("not_object"), rejected("malformed"), usage("f", 6), usage("g", 7),
      rejected("torn"), rejected("torn"), rejected("malformed"), usage("h", 8), usage("i", 9),
    ]
  }()

  @Test func endsWhereTheRulesSay() {
    #expect(ParserRun(Self.stream, .spendfuse).texts == Self.expected)
  }

  @Test func everySplitGivesTheSameRecords() {
    let bytes = Array(Self.stream.utf8)
    let whole = ParserRun(bytes, .spendfuse)
    for cut in 0...bytes.count {
      #expect(ParserRun(bytes, .spendfuse, cuts: [cut]).pieces == whole.pieces, "cut at \(cut)")
    }
    #expect(ParserRun(bytes, .spendfuse, cuts: Array(0...bytes.count)).pieces == whole.pieces)
    for limit in 1...3 { #expect(ParserRun(bytes, .spendfuse, limit: limit).pieces == whole.pieces) }
  }

  @Test func everyPairOfSplitsGivesTheSameRecords() {
    let bytes = Array(Self.stream.utf8.suffix(150))
    let whole = ParserRun(bytes, .auto)
    for first in 0...bytes.count {
      for second in first...bytes.count where (first + second) % 3 == 0 {
        #expect(ParserRun(bytes, .auto, cuts: [first, second]).pieces == whole.pieces, "\(first), \(second)")
      }
    }
  }

  @Test(arguments: [
    ("", 0), ("\n\n", 0), (#"{"a":1}"#, 0), ("{\"a\":1}\n", 0), (#"{"a":1"#, 6), ("text", 4), ("{", 1),
    ("{\n", 2),
    ("{\n \"a\":1,\n", 10), (#"{"a":"}"#, 7), ("{'a'", 4), ("\u{feff}", 0),
  ])
  func whatIsNotWholeWaits(_ text: String, waiting: Int) {
    let run = ParserRun(text, .spendfuse, isFinal: false)
    #expect(run.waiting == waiting)
  }

  @Test func aHalfByteOrderMarkWaits() {
    #expect(ParserRun([0xef, 0xbb], .auto, isFinal: false).waiting == 2)
  }

  @Test(arguments: [
    (#"{"a":1"#, "torn"), ("{\n", "torn"), ("{'a'", "torn"), ("text", "not_object"), ("\u{1}", "not_object"),
  ])
  func whatIsLeftAtTheEndIsARecord(_ text: String, reason: String) {
    #expect(ParserRun(text, .spendfuse).texts == [#"{"rejected":"\#(reason)"}"#])
  }

  @Test func theSpansAreTheRecords() {
    let bytes = Array(Self.stream.utf8)
    let separators = Set([UInt8](" \t\r\n\0,[]\u{1e}".utf8) + [0xef, 0xbb, 0xbf])
    var end = 0
    for piece in ParserRun(bytes, .spendfuse).pieces {
      #expect(piece.start >= end && piece.end > piece.start)
      #expect(bytes[end..<piece.start].allSatisfy(separators.contains))
      end = piece.end
    }
    #expect(bytes[end...].allSatisfy(separators.contains))
  }

  // Too long.

  private static let long = "{\"key\":\"long\",\"x\":\"" + String(repeating: "x", count: 200) + "\"}"

  @Test(arguments: [
    // Exactly as long as may be, one byte more, and a line of text.
    (long, long.utf8.count, [#"{"rejected":"unknown_format"}"#]),
    (long, long.utf8.count - 1, [#"{"rejected":"too_long"}"#]),
    (String(repeating: "t", count: 300), 100, [#"{"rejected":"too_long"}"#]),
    ("{\n" + String(repeating: " ", count: 300) + "}", 100, [#"{"rejected":"too_long"}"#]),
    (String(repeating: "{\"a\":", count: 300), 100, [#"{"rejected":"too_long"}"#]),
  ])
  func tooLongIsSkippedWhole(_ record: String, maxLength: Int, outcomes: [String]) {
    let good = #"{"key":"k","output_tokens":1}"#
    let bytes = Array("\(good)\n\(record)\n\(good)\n".utf8)
    let counted = #"{"key":"k","tokens":[0,0,0,0,1,0]}"#
    let whole = ParserRun(bytes, .spendfuse, maxLength: maxLength)
    #expect(whole.texts == [counted] + outcomes + [counted])
    for cut in 0...bytes.count {
      #expect(ParserRun(bytes, .spendfuse, cuts: [cut], maxLength: maxLength).pieces == whole.pieces)
    }
  }

  @Test func aLineOf20MegabytesCounts() {
    let text = #"{"key":"k","x":"\#(String(repeating: "\\\\ab", count: 5 << 20))","output_tokens":1}"#
    #expect(ParserRun(text, .auto).texts == [#"{"key":"k","tokens":[0,0,0,0,1,0]}"#])
  }

  @Test func aFullBufferOf64MegabytesIsUsedUp() {
    var bytes = [UInt8](repeating: UInt8(ascii: "x"), count: RecordParser.maxLength)
    bytes[0] = UInt8(ascii: "{")
    bytes[1] = UInt8(ascii: "\"")
    let run = ParserRun(bytes, .auto, isFinal: false)
    #expect(run.texts == [#"{"rejected":"too_long"}"#])
    #expect(run.waiting == 0)
  }

  @Test func anEmptySliceIsNothing() {
    var parser = RecordParser(RecordLayout(.auto))
    var parsed = ParsedRecords()
    var context = FileContext()
    let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
    #expect(parser.parse(nothing, isFinal: true, context: &context, into: &parsed) == 0)
    #expect(parsed.records.isEmpty)
  }
}
