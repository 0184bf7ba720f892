import Fuzzing
import SpendEngine
import Testing

/// Input that would take for ever if something were looked at again for each byte: ten times as much is ten times the work at the most.
/// No time is asserted: work of the square would not end within the suite's.
@Suite struct HostileSizeTests {
  private static let good = #"{"key":"good","model":"m","output_tokens":1}"# + "\n"

  private func run(_ text: String, _ format: Format = .auto, cuts: [Int] = []) -> ParserRun {
    ParserRun(Array((text + "\n" + Self.good).utf8), format, cuts: cuts)
  }

  @Test func b9AMillionKeys() {
    var text = "{"
    for key in 0..<1_000_000 { text += "\"k\(key)\":\(key)," }
    text += #""model":"m","output_tokens":1}"#
    #expect(run(text).records.count == 2)
  }

  @Test func b9AMillionEqualKeys() {
    let text =
      "{" + String(repeating: #""output_tokens":9,"#, count: 1_000_000) + #""model":"m","output_tokens":1}"#
    let records = run(text, .spendfuse).records
    #expect(records.map(\.tokens.output) == [1, 1])
  }

  @Test func b9AMillionElements() {
    let text =
      #"{"messages":["# + String(repeating: "{},[],", count: 500_000) + #"0],"model":"m","output_tokens":1}"#
    #expect(run(text, .spendfuse).records.count == 2)
  }

  @Test func aMillionTinyRecords() {
    let run = run(String(repeating: "{}", count: 1_000_000), .spendfuse)
    #expect(run.pieces.count == 1_000_001 && run.records.count == 1)
  }

  @Test(arguments: ["{", "[", "{\"a\":", "{\"a\":[", "\"", "\\", "{\"\\", "}", "{}}", "{\n"])
  func b9AHundredThousandTimes(_ part: String) {
    let text = String(repeating: part, count: 100_000)
    for format in [Format.spendfuse, .auto] {
      let run = run(text, format)
      #expect(run.records.count == 1, "\(part): \(run.texts.suffix(2))")
      #expect(run.records.last.map { run.string($0.key) } == "good")
    }
  }

  @Test func b9AMegabyteNumberInEachField() {
    let digits = String(repeating: "1234567890", count: 100_000)
    for field in ["input_tokens", "cost_usd", "time", "max_tokens", "model", "status"] {
      let run = run(#"{"output_tokens":1,"\#(field)":\#(digits)}"#, .spendfuse)
      #expect(run.pieces.count == 2 && run.records.last?.tokens.output == 1, "\(field): \(run.texts.count)")
    }
  }
}
