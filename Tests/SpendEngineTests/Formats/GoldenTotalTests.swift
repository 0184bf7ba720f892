import Fuzzing
import SpendEngine
import Testing

/// The totals that the formats' own programs say, from their own logs.
@Suite struct GoldenTotalTests {
  private func sample(_ name: String) throws -> [UInt8] {
    try #require(try FormatScenarioTests.scenarios().first { $0.name == name }).sample
  }

  /// Claude Code's cost-state of that session: 30 in, 2015 out (300 of it thinking), 75150 read, 500 and 10000 written.
  @Test(arguments: [false, true])
  func claudeCodeCountsEachCallOnce(withFork: Bool) throws {
    var files = [try sample("claude-code"), try sample("claude-code-subagent")]
    if withFork {
      // A fork copies its parent's lines, under its own session.
      let copy = String(decoding: files[0], as: UTF8.self)
      files.append(
        Array(copy.replacing("d6e3670c-ba55-49fd-87d5-497339dc944d", with: "0fork000-0000").utf8))
    }
    var calls: [String: TokenBuckets] = [:]
    for file in files {
      let run = ParserRun(file, .claudeCode)
      for record in run.records {
        let id = run.string(record.identity)
        #expect(!id.isEmpty && record.requests == 1)
        // Here every repeat has the whole usage.
        if let known = calls[id] { #expect(known == record.tokens) }
        calls[id] = record.tokens
      }
    }
    var total = TokenBuckets()
    for tokens in calls.values { total += tokens }
    #expect(calls.count == 5)
    #expect(total.freshInput == 30)
    #expect(total.outputWithReasoning == 2015)
    #expect(total.reasoning == 300)
    #expect(total.cacheRead == 75150)
    #expect(total.cacheWrite5m == 500)
    #expect(total.cacheWrite1h == 10000)
  }

  /// What Codex itself says a session used: the last `thread_token_usage`.
  @Test(
    arguments: [("codex", Format.codex, 300), ("codex", .auto, 300), ("codex-legacy", .codex, 0)]
      as [(String, Format, Int64)])
  func codexCountsEachCallOnce(name: String, format: Format, written: Int64) throws {
    let run = ParserRun(try sample(name), format)
    var total = TokenBuckets()
    for record in run.records { total += record.tokens }
    #expect(run.records.count == 3)
    #expect(total.input == 42_000 && total.cacheRead == 30_000 && total.cacheWrite5m == written)
    #expect(total.outputWithReasoning == 906 && total.reasoning == 384)
  }

  struct Golden: Sendable {
    var id: String
    var row: String
    var tokens: [Int64]
    var nanoUSD: Int64
  }

  /// FORMATS, golden prices, as LiteLLM logs them.
  private static let usage = #""prompt_tokens":2400,"completion_tokens":300,"total_tokens":2700"#
  private static let openAI =
    #""usage_object":{"prompt_tokens_details":{"cached_tokens":1920},"#
    + #""completion_tokens_details":{"reasoning_tokens":192}}"#
  static let goldens = [
    Golden(
      id: "G1",
      row: #"{"response_cost":0.00384,\#(usage),"metadata":{"user_api_key_hash":"k",\#(openAI)}}"#,
      tokens: [480, 1920, 0, 0, 108, 192], nanoUSD: 3_840_000),
    Golden(
      id: "G1f",
      row: #"{"response_cost":0.00192,\#(usage),"metadata":{"user_api_key_hash":"k",\#(openAI)}}"#,
      tokens: [480, 1920, 0, 0, 108, 192], nanoUSD: 1_920_000),
    Golden(
      id: "G2",
      row: #"{"response_cost":0.03676,"prompt_tokens":21120,"completion_tokens":350,"total_tokens":21470,"#
        + #""metadata":{"user_api_key_hash":"k","usage_object":{"cache_creation_input_tokens":3000,"#
        + #""cache_read_input_tokens":18000,"prompt_tokens_details":{"cached_tokens":18000,"#
        + #""cache_creation_tokens":3000,"cache_creation_token_details":"#
        + #"{"ephemeral_5m_input_tokens":1000,"ephemeral_1h_input_tokens":2000}}}}}"#,
      tokens: [120, 18000, 1000, 2000, 350, 0], nanoUSD: 36_760_000),
    // Gemini: LiteLLM leaves the 50 tool-use tokens out of the prompt, but not out of its total.
    Golden(
      id: "G4",
      row: #"{"response_cost":0.00975,"prompt_tokens":5000,"completion_tokens":800,"total_tokens":5850,"#
        + #""metadata":{"user_api_key_hash":"k","usage_object":{"prompt_tokens_details":{"cached_tokens":4000},"#
        + #""completion_tokens_details":{"reasoning_tokens":600}}}}"#,
      tokens: [1050, 4000, 0, 0, 200, 600], nanoUSD: 9_750_000),
  ]

  @Test(arguments: goldens)
  func litellmRowsSplitIntoDisjointBuckets(_ golden: Golden) throws {
    let record = try #require(ParserRun(golden.row, .litellm).records.first)
    let tokens = record.tokens
    #expect(
      [
        tokens.freshInput, tokens.cacheRead, tokens.cacheWrite5m, tokens.cacheWrite1h, tokens.output,
        tokens.reasoning,
      ] == golden.tokens)
    #expect(record.loggedCost == NanoUSD(rawValue: golden.nanoUSD))
  }

  @Test func zeroCostBesideTokensIsUnknown() throws {
    let row =
      #"{"spend":0.0,"request_id":"r","call_type":"c","prompt_tokens":5,"completion_tokens":1,"model":"m"}"#
    let record = try #require(ParserRun(row, .auto).records.first)
    #expect(record.loggedCost == nil && record.requests == 1)
  }
}
