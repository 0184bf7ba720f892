import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Where a record ends that nobody may read.
@Suite struct UnreadRecordTests {
  private func length(_ text: String) -> Int? { Array(text.utf8).withUnsafeBytes(UnreadRecord.length) }

  @Test(
    arguments: [
      ("", nil), ("x", nil), ("no object\nrest", 10), ("\"{\n", 3), ("{", nil), ("{}", 2), ("{}{}", 2),
      ("{\"a\":1}\n{}", 7), ("{\"a\":\"}\"}x", 9), ("{\"a\":\"\\\"}\"}x", 11), ("{\"a\":\"\\\\\"}x", 10),
      ("{\"a\":{\"b\":{}},\"c\":[{}]},", 23), ("{\"a\":1\nrest}", 7), ("{\"a\":\"x\nrest\"}", 8),
      ("{\n \"a\": {\n  \"b\": 1\n }\n}\n", 23), ("{ \t\r\n\"a\":\"x\ny\"}", 12),
      ("{\n\"a\":1\n{\"b\":2}", 8),
      ("{\n\"a\":1", nil), ("}\n", 2), ("{\"a\":}}}", 6),
    ] as [(String, Int?)]) func endsAt(_ text: String, _ end: Int?)
  {
    #expect(length(text) == end, "\(text)")
  }

  /// Of records that are whole it is where the parser ends them; any cut before says nothing.
  @Test func endsWhereTheParserEndsIt() {
    var dice = Dice(seed: 12)
    var parser = RecordParser(RecordLayout(.spendfuse))
    for _ in 0..<400 {
      let record = object(&dice, depth: 0)
      let bytes = Array((record + "," + "{}\n").utf8)
      var parsed = ParsedRecords()
      var context = FileContext()
      _ = bytes.withUnsafeBytes {
        parser.parse($0, isFinal: false, limit: 1, context: &context, into: &parsed)
      }
      #expect(bytes.withUnsafeBytes(UnreadRecord.length) == parsed.records.first?.end, "\(record)")
      let cut = Int.random(in: 0..<record.utf8.count, using: &dice)
      #expect(bytes[..<cut].withUnsafeBytes(UnreadRecord.length) == nil, "\(record) cut at \(cut)")
    }
  }

  private func object(_ dice: inout Dice, depth: Int) -> String {
    let members = (0..<Int.random(in: 0...3, using: &dice)).map { index in
      let texts = ["\"\"", "\"{\"", "\"}\\\"\"", "\"\\\\\"", "1", "[{},{}]", "null"]
      let value =
        depth < 3 && Bool.random(using: &dice)
        ? object(&dice, depth: depth + 1) : texts.randomElement(using: &dice) ?? "0"
      return "\"k\(index)\":\(value)"
    }
    return "{" + members.joined(separator: ",") + "}"
  }
}
