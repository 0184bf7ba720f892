public import Foundation
import SpendEngine

/// One call to a provider, as `UsageLog` writes it. What is nil or zero is left out.
public struct Call: Hashable, Sendable {
  public var time: Date
  /// Who pays, and what people call it.
  public var key: String?
  public var keyAlias: String?
  /// The job, session or agent run.
  public var task: String?
  /// As the provider names it.
  public var model: String
  public var usage: TokenUsage
  /// What it cost, where a gateway says so; nil = the reader's price list.
  public var cost: USD?
  /// An HTTP status, or a word: 400 and up, `error`, `failure`, `failed` and `timeout` are errors.
  public var status: String?
  /// The ceiling on output that the request asked for.
  public var maxTokens: Int?
  public var requestID: String?
  public var user: String?
  public var team: String?

  public init(
    key: String? = nil, task: String? = nil, model: String, usage: TokenUsage = TokenUsage(),
    cost: USD? = nil,
    maxTokens: Int? = nil, requestID: String? = nil, time: Date = Date()
  ) {
    self.time = time
    self.key = key
    self.task = task
    self.model = model
    self.usage = usage
    self.cost = cost
    self.maxTokens = maxTokens
    self.requestID = requestID
  }

  /// In our own format, without the newline.
  var line: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return try encoder.encode(Line(self))
    }
  }

  private struct Line: Encodable {
    var time: String
    var key, key_alias, task, user, team: String?
    var model: String
    var input_tokens, cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens: Int64?
    var output_tokens, reasoning_tokens: Int64?
    /// Decimal text: exact.
    var cost_usd: String?
    var status: String?
    var max_tokens: Int?
    var request_id: String?

    init(_ call: Call) {
      func written(_ count: Int64) -> Int64? { count == 0 ? nil : count }
      let tokens = call.usage.buckets
      time = call.time.engineTime.rfc3339
      (key, key_alias, task, user, team) = (call.key, call.keyAlias, call.task, call.user, call.team)
      model = call.model
      // A line always has a count, so that it is known for a call.
      input_tokens = tokens.freshInput
      cache_read_tokens = written(tokens.cacheRead)
      cache_write_5m_tokens = written(tokens.cacheWrite5m)
      cache_write_1h_tokens = written(tokens.cacheWrite1h)
      output_tokens = tokens.output
      reasoning_tokens = written(tokens.reasoning)
      cost_usd = call.cost?.decimal
      status = call.status
      max_tokens = call.maxTokens
      request_id = call.requestID
    }
  }
}

extension Date {
  /// Cut to milliseconds, and held in the years that RFC 3339 can write.
  var engineTime: EngineTime {
    let milliseconds = Int64(exactly: (timeIntervalSince1970 * 1000).rounded(.down))
    return EngineTime(milliseconds: milliseconds ?? (timeIntervalSince1970 < 0 ? .min : .max)).inCalendar
  }
}
