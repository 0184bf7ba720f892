import Fuzzing
import SpendEngine
import Testing

/// b9: where usage is of the wrong type or out of range, in the format of each program: what it says, and that the next call counts.
@Suite struct HostileUsageTests {
  /// A record with `usage` in its place, and without a usage.
  private static func record(_ format: Format, _ usage: String) -> String {
    switch format {
    case .claudeCode:
      #"{"type":"assistant","uuid":"u","sessionId":"s","timestamp":"2026-11-24T10:00:00Z","requestId":"r","message":"#
        + #"{"id":"i","model":"claude-sonnet-4-5","usage":\#(usage)}}"#
    case .anthropic:
      #"{"type":"message","id":"i","model":"claude-sonnet-4-5","role":"assistant","usage":\#(usage)}"#
    case .openai:
      #"{"object":"chat.completion","id":"i","model":"gpt-5","created":1795000000,"usage":\#(usage)}"#
    case .codex:
      #"{"timestamp":"2026-11-24T10:00:00Z","type":"event_msg","payload":{"type":"token_count","info":"#
        + #"{"last_token_usage":\#(usage)}}}"#
    case .litellm:
      #"{"request_id":"r","call_type":"acompletion","model":"gpt-5","spend":0.1,"startTime":"2026-11-24T10:00:00Z","#
        + #""metadata":{"user_api_key_hash":"h","usage_object":\#(usage)}}"#
    default: #"{"model":"m","input_tokens":\#(usage)}"#
    }
  }

  static let usages = [
    #""text""#, #""""#, "null", "-5", "[]", "[1,2]", "true", "false", "{}", "1e400", "-0",
    "9223372036854775807",
    #"{"input_tokens":"7"}"#, #"{"input_tokens":-7}"#, #"{"input_tokens":[7]}"#, #"{"input_tokens":true}"#,
    #"{"input_tokens":null}"#, #"{"input_tokens":9223372036854775807,"output_tokens":9223372036854775807}"#,
    #"{"prompt_tokens":1e400}"#, #"{"prompt_tokens":-1,"completion_tokens":{}}"#,
    #"{"input_tokens":1000000000000,"output_tokens":1000000000000,"cache_read_input_tokens":1000000000000}"#,
    #"{"input_tokens":7,"input_tokens":8,"output_tokens":1}"#,
  ]

  @Test(arguments: Format.allCases)
  func b9UsageOfAnyKindIsCountedOrRejected(_ format: Format) {
    let good = #"{"key":"good","model":"m","output_tokens":1}"#
    for usage in Self.usages {
      let text = Self.record(format, usage)
      // In a mixed file, with our own format behind; then in a file of its own.
      let run = ParserRun(text + "\n" + good + "\n", .auto)
      #expect(run.pieces.count == 2, "\(format.name), \(usage): \(run.texts)")
      #expect(run.records.last.map { run.string($0.key) } == "good", "\(format.name), \(usage): \(run.texts)")
      let own = ParserRun(text + "\n", format)
      #expect(own.pieces.count == 1, "\(format.name), \(usage): \(own.texts)")
      for record in run.records.dropLast() {
        let tokens = record.tokens
        #expect(tokens.freshInput >= 0 && tokens.cacheRead >= 0 && tokens.outputWithReasoning >= 0)
      }
    }
  }

  /// Negative, too large or of another type is never a call without tokens: it is said by reason.
  @Test(arguments: [Format.claudeCode, .anthropic, .openai, .spendfuse])
  func b9AWrongCountIsARejection(_ format: Format) {
    let wrong: [(String, String)] =
      format == .spendfuse
      ? [
        ("-5", "negative"), ("true", "bad_field"), ("[]", "bad_field"), ("1e400", "bad_number"),
        (#""x""#, "bad_number"),
      ]
      : [
        (#"{"input_tokens":-7}"#, "negative"), (#"{"input_tokens":[7]}"#, "bad_field"),
        (#"{"input_tokens":9223372036854775807}"#, "bad_number"), (#"{"input_tokens":"x"}"#, "bad_number"),
      ]
    for (usage, reason) in wrong {
      // What chat completions call it.
      let named = format == .openai ? usage.replacing("input_tokens", with: "prompt_tokens") : usage
      let run = ParserRun(Self.record(format, named) + "\n", .auto)
      #expect(run.texts == [#"{"rejected":"\#(reason)"}"#], "\(format.name), \(usage)")
    }
  }
}
