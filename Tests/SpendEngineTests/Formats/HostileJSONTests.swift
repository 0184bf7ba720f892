import Fuzzing
import SpendEngine
import Testing

/// Whatever stands in a log: the record is counted or rejected by reason, and the next good one counts.
@Suite struct HostileJSONTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var text: String
    /// What comes out before the good record.
    var outcomes: [String]
    var testDescription: String { name }
    init(_ name: String, _ text: String, _ outcomes: String...) {
      self.name = name
      self.text = text
      self.outcomes = outcomes
    }
  }

  private static let good = #"{"key":"good","model":"m","output_tokens":1}"#
  private static let goodText = #"{"key":"good","model":"m","tokens":[0,0,0,0,1,0]}"#
  private static func rejected(_ name: String) -> String { #"{"rejected":"\#(name)"}"# }
  private static func tokens(_ input: String, _ output: Int64 = 1) -> String {
    #"{"model":"m","tokens":[\#(input),0,0,0,\#(output),0]}"#
  }
  private static func input(_ number: String) -> String {
    #"{"model":"m","input_tokens":\#(number),"output_tokens":1}"#
  }
  private static func cost(_ number: String) -> String {
    #"{"model":"m","output_tokens":1,"cost_usd":\#(number)}"#
  }
  private static func costing(_ nano: Int64) -> String {
    #"{"model":"m","tokens":[0,0,0,0,1,0],"cost_nano_usd":\#(nano)}"#
  }

  static let cases: [Case] = [
    // Nesting.
    Case("nests 64 deep", #"{"model":"m","output_tokens":1,"x":\#(nest(63))}"#, tokens("0")),
    Case("nests 65 deep", #"{"model":"m","output_tokens":1,"x":\#(nest(64))}"#, rejected("malformed")),
    Case("nests 100k arrays", #"{"x":"# + String(repeating: "[", count: 100_000), rejected("malformed")),
    Case("nests 100k objects", String(repeating: #"{"a":"#, count: 100_000), rejected("malformed")),
    Case("closes too often", #"{"model":"m","output_tokens":1}}}}"#, tokens("0"), rejected("not_object")),
    // Numbers.
    Case("1e400 tokens", input("1e400"), rejected("bad_number")),
    Case("-1e400 tokens", input("-1e400"), rejected("negative")),
    Case("1e-400 tokens", input("1e-400"), tokens("0")),
    Case("huge exponent", input("1e99999999999999999999999"), rejected("bad_number")),
    Case("huge negative exponent", input("1e-99999999999999999999999"), tokens("0")),
    Case("-0", input("-0"), tokens("0")),
    Case("-0.0", input("-0.0"), tokens("0")),
    Case("Int64.max", input("9223372036854775807"), rejected("bad_number")),
    Case(
      "Int64.max twice", input("9223372036854775807,\"input_tokens\":9223372036854775807"),
      rejected("bad_number")),
    Case("Int64.max + 1", input("9223372036854775808"), rejected("bad_number")),
    Case("UInt64.max + 1", input("18446744073709551616"), rejected("bad_number")),
    Case("1e12 tokens", input("1000000000000"), tokens("1000000000000")),
    Case("1e12 + 1 tokens", input("1000000000001"), rejected("bad_number")),
    Case("a megabyte of digits", input(String(repeating: "9", count: 1 << 20)), rejected("bad_number")),
    Case("a megabyte of zeros", input("0." + String(repeating: "0", count: 1 << 20) + "1"), tokens("0")),
    Case("leading zeros", input("000000000000000000000000000007"), tokens("7")),
    Case("12.0", input("12.0"), tokens("12")),
    Case("1.2e1", input("1.2e1"), tokens("12")),
    Case("a number in a string", input(#""12""#), tokens("12")),
    Case("an escaped number in a string", input(#""\u0031\u0032""#), tokens("12")),
    Case("an empty string", input(#""""#), tokens("0")),
    Case("null", input("null"), tokens("0")),
    Case("a word in a string", input(#""many""#), rejected("bad_number")),
    Case("NaN", input("NaN"), rejected("bad_number")),
    Case("-Infinity", input("-Infinity"), rejected("bad_number")),
    Case("two points", input("1.2.3"), rejected("bad_number")),
    Case("a lone minus", input("-"), rejected("bad_number")),
    Case("negative", input("-3"), rejected("negative")),
    Case("negative in a string", input(#""-3""#), rejected("negative")),
    Case(
      "a number that nobody wants is not read", #"{"x":1.2.3,"y":NaN,"model":"m","output_tokens":1}"#,
      tokens("0")),
    Case("1e-05 USD", cost("1e-05"), costing(10_000)),
    Case("3.84E-3 USD", cost("3.84E-3"), costing(3_840_000)),
    Case("rounds up once", cost("0.0000000005"), costing(1)),
    Case("rounds down", cost("0.00000000149999999999999999999999999999"), costing(1)),
    Case("binary floats' tails", cost("0.00023999999999999998"), costing(240_000)),
    Case("1e9 USD", cost("1e9"), costing(1_000_000_000_000_000_000)),
    Case("over 1e9 USD", cost("1000000000.000000001"), rejected("bad_number")),
    Case("negative USD", cost("-0.01"), rejected("negative")),
    // Types.
    Case("an object for a number", input("{}"), rejected("bad_field")),
    Case("an array for a number", input("[]"), rejected("bad_field")),
    Case("true for a number", input("true"), rejected("bad_field")),
    Case(
      "an object for a name", #"{"key":{"a":1},"model":["m"],"output_tokens":1}"#,
      #"{"tokens":[0,0,0,0,1,0]}"#),
    // Grammar.
    Case("a misspelt word", input("nul"), rejected("malformed")),
    Case("no colon", #"{"model" "m"}"#, rejected("malformed")),
    Case("no comma", #"{"model":"m" "output_tokens":1}"#, rejected("malformed")),
    Case("a comma too many", #"{"model":"m",}"#, rejected("malformed")),
    Case("no value", #"{"model":}"#, rejected("malformed")),
    Case("single quotes", #"{'model':'m','output_tokens':1}"#, rejected("malformed")),
    Case(
      "brackets that cross", #"{"model":"m","x":[1},"output_tokens":1]}"#, rejected("malformed"),
      rejected("not_object")),
    Case("an empty object", "{}", rejected("unknown_format")),
    Case("torn in a string", "{\"model\":\"m\n", rejected("torn")),
    Case("torn after a backslash", "{\"model\":\"m\\\n", rejected("torn")),
    Case("torn in an array", "{\"model\":[1,\n", rejected("torn")),
    Case("a bare string", #""text""#, rejected("not_object")),
    // Keys.
    Case(
      "the last of equal keys", #"{"model":"a","output_tokens":3,"model":"m","output_tokens":1}"#, tokens("0")
    ),
    Case(
      "null takes back", #"{"model":"m","input_tokens":3,"input_tokens":null,"output_tokens":1}"#, tokens("0")
    ),
    Case("escaped keys", #"{"mod\u0065l":"m","\u006fut\u0070ut_tokens":1,"inp\/t":3}"#, tokens("0")),
    Case(
      "10^5 keys",
      "{" + (0..<100_000).map { #""k\#($0)":\#($0),"# }.joined() + #""model":"m","output_tokens":1}"#,
      tokens("0")),
    Case("an empty key", #"{"":1,"model":"m","output_tokens":1}"#, tokens("0")),
    // Usage that is only text.
    Case(
      "usage in a prompt",
      #"{"prompt":"\"output_tokens\":9,\\\"usage\\\":{\"output_tokens\":9}}","model":"m","output_tokens":1}"#,
      tokens("0")),
    Case(
      "usage further down",
      #"{"x":{"output_tokens":9},"y":[{"output_tokens":9}],"model":"m","output_tokens":1}"#, tokens("0")),
    Case(
      "usage in an array", #"{"messages":["{","}","\"",{"model":"z"}],"model":"m","output_tokens":1}"#,
      tokens("0")),
  ]

  private static func nest(_ depth: Int) -> String {
    String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
  }

  @Test(arguments: cases, [Format.spendfuse, .auto])
  func b9IsCountedOrRejected(_ hostile: Case, format: Format) {
    let run = ParserRun(hostile.text + "\n" + Self.good + "\n", format)
    #expect(run.texts == hostile.outcomes + [Self.goodText])
  }

  private static func utf16(_ text: String, _ shifts: [UInt16]) -> [UInt8] {
    text.utf16.flatMap { unit in shifts.map { UInt8(truncatingIfNeeded: unit >> $0) } }
  }

  /// Bytes that are no text.
  static let bytes: [(String, [UInt8], [String])] = [
    (
      "invalid UTF-8 in a name",
      Array(#"{"model":"m"#.utf8) + [0xff, 0xc3] + Array(#"","output_tokens":1}"#.utf8),
      [
        #"{"model":"m\#u{fffd}\#u{fffd}","tokens":[0,0,0,0,1,0]}"#
      ]
    ),
    (
      "invalid UTF-8 elsewhere",
      Array(#"{"x":"\#u{00}"#.utf8) + [0xff, 0x00] + Array(#"","model":"m","output_tokens":1}"#.utf8),
      [
        tokens("0")
      ]
    ),
    ("a byte order mark in the middle", [0xef, 0xbb, 0xbf] + Array(input("0").utf8), [tokens("0")]),
    ("UTF-16", [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00], [rejected("not_object")]),
    ("a hole", [UInt8](repeating: 0, count: 5000) + Array(input("0").utf8), [tokens("0")]),
    ("carriage returns and blank lines", Array("\r\n\r\n\(input("0"))\r\n \t\r\n".utf8), [tokens("0")]),
    ("carriage returns alone", Array("\(input("0"))\r\(input("2"))\r".utf8), [tokens("0"), tokens("2")]),
    ("U+2028", Array("\(input("0"))\u{2028}".utf8), [tokens("0"), rejected("not_object")]),
    ("U+2028 in a string", Array(##"{"x":"\u{2028}","model":"m","output_tokens":1}"##.utf8), [tokens("0")]),
    (
      "a byte order mark in a record", Array("{\"model\":\u{feff}\"m\",\"output_tokens\":1}".utf8),
      [rejected("malformed")]
    ),
    ("carriage returns alone, and text", Array("text\r\(input("0"))\r".utf8), [rejected("not_object")]),
    (
      "UTF-16, little end first", utf16(input("0") + "\n" + input("2"), [0, 8]),
      [rejected("malformed"), rejected("malformed")]
    ),
    (
      "UTF-16, big end first", utf16(input("0") + "\n" + input("2"), [8, 0]),
      [rejected("malformed"), rejected("malformed")]
    ),
    (
      "a sentence in UTF-16", utf16("seven words\nand\n", [0, 8]),
      [rejected("not_object"), rejected("not_object")]
    ),
    ("RFC 7464", [0x1e] + Array(input("0").utf8), [tokens("0")]),
    (
      "lone surrogates", Array(#"{"model":"\ud800x\udc00","output_tokens":1}"#.utf8),
      [
        #"{"model":"\#u{fffd}x\#u{fffd}","tokens":[0,0,0,0,1,0]}"#
      ]
    ),
  ]

  @Test(arguments: bytes.indices)
  func b8BytesThatAreNoTextAreNoObstacle(_ index: Int) {
    let (name, bytes, outcomes) = Self.bytes[index]
    let run = ParserRun(bytes + Array("\n\(Self.good)\n".utf8), .auto)
    #expect(run.texts == outcomes + [Self.goodText], "\(name)")
  }
}
