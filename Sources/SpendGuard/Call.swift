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
      return try encoder.encode(Line(call: self))
    }
  }

  private struct Line: Encodable {
    enum CodingKeys: String, CodingKey {
      case time, key, task, user, team, model, status
      case keyAlias = "key_alias"
      case input = "input_tokens"
      case cacheRead = "cache_read_tokens"
      case cacheWrite5m = "cache_write_5m_tokens"
      case cacheWrite1h = "cache_write_1h_tokens"
      case output = "output_tokens"
      case reasoning = "reasoning_tokens"
      case cost = "cost_usd"
      case maxTokens = "max_tokens"
      case requestID = "request_id"
    }

    var call: Call

    func encode(to encoder: any Encoder) throws {
      let tokens = call.usage.buckets
      var line = encoder.container(keyedBy: CodingKeys.self)
      func count(_ count: Int64, _ field: CodingKeys) throws {
        if count > 0 { try line.encode(count, forKey: field) }
      }
      try line.encode(call.time.engineTime.rfc3339, forKey: .time)
      try line.encodeIfPresent(call.key, forKey: .key)
      try line.encodeIfPresent(call.keyAlias, forKey: .keyAlias)
      try line.encodeIfPresent(call.task, forKey: .task)
      try line.encodeIfPresent(call.user, forKey: .user)
      try line.encodeIfPresent(call.team, forKey: .team)
      try line.encode(call.model, forKey: .model)
      // These two always: a line without any count is not known for a call.
      try line.encode(tokens.freshInput, forKey: .input)
      try line.encode(tokens.output, forKey: .output)
      try count(tokens.cacheRead, .cacheRead)
      try count(tokens.cacheWrite5m, .cacheWrite5m)
      try count(tokens.cacheWrite1h, .cacheWrite1h)
      try count(tokens.reasoning, .reasoning)
      // As text: a number would go through a binary fraction.
      try line.encodeIfPresent(call.cost?.decimal, forKey: .cost)
      try line.encodeIfPresent(call.status, forKey: .status)
      try line.encodeIfPresent(call.maxTokens, forKey: .maxTokens)
      try line.encodeIfPresent(call.requestID, forKey: .requestID)
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
