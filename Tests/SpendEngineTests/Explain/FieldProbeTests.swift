import Fuzzing
import SpendEngine
import Testing

@Suite struct FieldProbeTests {
  private func read(_ text: String, _ format: Format = .auto) -> FieldProbe.Reading {
    var probe = FieldProbe(RecordLayout(format))
    return Array(text.utf8).withUnsafeBytes { probe.read($0) }
  }

  @Test func showsWhatIsTaken() {
    let found = read(
      #"{"key":"ci \"bot\"","input_tokens":12,"output_tokens":null,"cost_usd":"0.5","other":1,"model":"m"}"#)
    #expect(
      found.format == .spendfuse
        && found.passedOver == Format.allCases.filter { $0 != .auto && $0 != .spendfuse })
    #expect(
      found.fields.map { "\($0.path)=\($0.value)" } == [
        "key=ci \"bot\"", "model=m", "input_tokens=12", "cost_usd=0.5",
      ])
  }

  @Test func followsPathsIntoText() {
    let found = read(
      #"{"request_id":"r","spend":0.1,"call_type":"c","prompt_tokens":9,"metadata":"{\"user_api_key_hash\":\"h\"}","request_tags":["task:x"]}"#
    )
    #expect(found.format == .litellm)
    #expect(found.fields.contains { $0.path == "metadata(json).user_api_key_hash" && $0.value == "h" })
    #expect(
      found.fields.contains { $0.path == "request_tags(json)" && $0.value == "(an array)" && !$0.isShown })
  }

  @Test func neverShowsWhatPeopleOrModelsWrote() {
    let secret = "sk-SECRET"
    let records = [
      #"{"message":"the prompt \#(secret)","level":"INFO","timestamp":"t","id":"1"}"#,
      #"{"key":"k","input_tokens":1,"prompt":"\#(secret) \"input_tokens\":999","messages":[{"content":"\#(secret)"}]}"#,
      #"{"type":"assistant","sessionId":"s","uuid":"u","message":{"id":"m","content":[{"text":"\#(secret)"}],"usage":{"input_tokens":1}}}"#,
      #"{"type":"assistant","sessionId":"s","message":"\#(secret)","error":"\#(secret)"}"#,
    ]
    for record in records {
      for format in Format.allCases {
        let found = read(record, format)
        #expect(
          !found.fields.contains { $0.value.contains(secret) || $0.value.contains("999") },
          "\(format) \(record)")
      }
    }
  }

  @Test func longTextIsCut() {
    let found = read(#"{"key":"\#(String(repeating: "ä", count: 5_000))","input_tokens":1}"#)
    #expect(found.fields.first?.value.count == 80 && found.fields.first?.value.hasSuffix("…") == true)
  }

  @Test(arguments: ["", "{", "no object", #"{"a":"#, "{}", #"{"input_tokens":{"a":1}}"#])
  func junkIsNoRecord(_ text: String) {
    for format in Format.allCases { #expect(read(text, format).fields.allSatisfy { !$0.isShown }) }
  }

  /// Every format's samples, all fields of all records: what a parser takes is what is shown.
  @Test func everySampleIsRead() throws {
    for scenario in try FormatScenarioTests.scenarios() {
      let run = ParserRun(scenario.sample, scenario.format)
      var probe = FieldProbe(RecordLayout(scenario.format))
      let usage = run.pieces.filter {
        !$0.text.hasPrefix(#"{"no_usage"#) && !$0.text.hasPrefix(#"{"rejected"#)
      }
      #expect(usage.count == run.records.count, "\(scenario.name)")
      for (piece, call) in zip(usage, run.records) {
        let found = scenario.sample[piece.start..<piece.end].withUnsafeBytes { probe.read($0) }
        #expect(found.format != nil && found.format != .auto, "\(scenario.name)")
        #expect(!found.fields.isEmpty, "\(scenario.name)")
        if !call.tokens.isZero {
          let numbers = found.fields.compactMap { Double($0.value) }
          #expect(numbers.contains { $0 > 0 }, "\(scenario.name)")
        }
      }
      #expect(!usage.isEmpty || scenario.name.contains("odd"), "\(scenario.name)")
    }
  }
}
