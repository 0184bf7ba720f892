/// Anthropic's own objects as an SDK hands them out: messages (`type: message`), and a stream's events. A stream's `message_start` has the id,
/// the model and the cache writes by lifetime; its `message_delta`s have cumulative counts (null where nothing is new) and no id: they
/// belong to the last `message_start` of the file, hence `AnthropicContext`. None has a time.
enum AnthropicFormat: LogFormat {
  enum Field: Int, FormatField {
    case type, role, error, requestID
    case id, model, usage, input, output, thinking, cacheRead, cacheWriteSum, write5m, write1h, webSearches,
      tier
    case startID, startModel, startUsage, startInput, startOutput, startThinking, startCacheRead
    case startCacheWriteSum, startWrite5m, startWrite1h, startWebSearches, startTier
    case speed, geography, startSpeed, startGeography

    var path: String {
      switch self {
      case .type: "type"
      case .role: "role"
      case .error: "error"
      case .requestID: "request_id"
      case .id: "id"
      case .model: "model"
      case .usage: "usage"
      case .input: "usage.input_tokens"
      case .output: "usage.output_tokens"
      case .thinking: "usage.output_tokens_details.thinking_tokens"
      case .cacheRead: "usage.cache_read_input_tokens"
      case .cacheWriteSum: "usage.cache_creation_input_tokens"
      case .write5m: "usage.cache_creation.ephemeral_5m_input_tokens"
      case .write1h: "usage.cache_creation.ephemeral_1h_input_tokens"
      case .webSearches: "usage.server_tool_use.web_search_requests"
      case .tier: "usage.service_tier"
      case .startID: "message.id"
      case .startModel: "message.model"
      case .startUsage: "message.usage"
      case .startInput: "message.usage.input_tokens"
      case .startOutput: "message.usage.output_tokens"
      case .startThinking: "message.usage.output_tokens_details.thinking_tokens"
      case .startCacheRead: "message.usage.cache_read_input_tokens"
      case .startCacheWriteSum: "message.usage.cache_creation_input_tokens"
      case .startWrite5m: "message.usage.cache_creation.ephemeral_5m_input_tokens"
      case .startWrite1h: "message.usage.cache_creation.ephemeral_1h_input_tokens"
      case .startWebSearches: "message.usage.server_tool_use.web_search_requests"
      case .startTier: "message.usage.service_tier"
      case .speed: "usage.speed"
      case .geography: "usage.inference_geo"
      case .startSpeed: "message.usage.speed"
      case .startGeography: "message.usage.inference_geo"
      }
    }
  }

  /// The fields of a message: at the top, or inside `message_start`.
  private struct Message {
    var id, model, usage, input, output, thinking, cacheRead, cacheWriteSum, write5m, write1h: Field
    var webSearches, tier, speed, geography: Field

    static let top = Message(
      id: .id, model: .model, usage: .usage, input: .input, output: .output, thinking: .thinking,
      cacheRead: .cacheRead, cacheWriteSum: .cacheWriteSum, write5m: .write5m, write1h: .write1h,
      webSearches: .webSearches, tier: .tier, speed: .speed, geography: .geography)
    static let started = Message(
      id: .startID, model: .startModel, usage: .startUsage, input: .startInput, output: .startOutput,
      thinking: .startThinking, cacheRead: .startCacheRead, cacheWriteSum: .startCacheWriteSum,
      write5m: .startWrite5m, write1h: .startWrite1h, webSearches: .startWebSearches, tier: .startTier,
      speed: .startSpeed, geography: .startGeography)
  }

  static let name = "anthropic"
  static let convention = TokenConvention.reasoningInOutput
  static let mark = "'type' is message, message_start, message_delta or the like"
  static let parts: Set<RecordPart> = [.name(.model), .errors]
  static let duplicates = Duplicates.copies

  static func recognizes(_ fields: FieldReader<Field>) -> Bool {
    guard fields.isString(.type) else { return false }
    if fields.equals(.type, "message") { return fields.equals(.role, "assistant") && !fields.isEmpty(.usage) }
    if fields.equals(.type, "error") { return fields.isObject(.error) }
    if fields.equals(.type, "message_start") { return !fields.isEmpty(.startUsage) }
    if fields.equals(.type, "message_delta") { return fields.hasKey(.usage) }
    return [
      "content_block_start", "content_block_delta", "content_block_stop", "message_stop", "ping",
    ].contains { fields.equals(.type, $0) }
  }

  static func read(
    _ fields: FieldReader<Field>, _ context: inout FileContext, into record: inout UsageRecord
  ) throws(Rejection) -> Bool {
    guard fields.isString(.type) else { throw .unknownFormat }
    if fields.equals(.type, "message") { return try readMessage(fields, .top, &record) }
    if fields.equals(.type, "message_start") {
      let isUsage = try readMessage(fields, .started, &record)
      context.anthropic = AnthropicContext(
        id: fields.keptName(.startID), model: fields.keptName(.startModel), webSearches: record.webSearches,
        tier: record.tier)
      return isUsage
    }
    if fields.equals(.type, "message_delta") {
      guard try readMessage(fields, .top, &record) else { return false }
      guard let begun = context.anthropic else { return true }
      record.identity = fields.fields.name(begun.id)
      record.model = fields.fields.name(begun.model)
      // It repeats the counts, not the rest. (Surcharges stay with a call once they were seen.)
      record.webSearches = max(record.webSearches, begun.webSearches)
      record.tier = begun.tier
      return true
    }
    if fields.equals(.type, "error") {
      record.requests = 0
      record.errors = 1
      record.loggedCost = .zero
      record.identity = fields.name(.requestID)
      return true
    }
    return false
  }

  private static func readMessage(
    _ fields: FieldReader<Field>, _ message: Message, _ record: inout UsageRecord
  ) throws(Rejection) -> Bool {
    if fields.isEmpty(message.usage) { return false }
    guard fields.isObject(message.usage) else { throw .badField }
    record.tokens.freshInput = try fields.count(message.input)
    record.tokens.cacheRead = try fields.count(message.cacheRead)
    let isSplit = record.tokens.setCacheWrites(
      sum: try fields.count(message.cacheWriteSum), fiveMinutes: try fields.count(message.write5m),
      oneHour: try fields.count(message.write1h))
    let isWhole = record.tokens.setOutput(
      inclusive: try fields.count(message.output), reasoning: try fields.count(message.thinking))
    record.isContradictory = !isSplit || !isWhole
    record.webSearches = fields.pieces(message.webSearches)
    record.tier = fields.tier(message.tier)
    if fields.equals(message.speed, "fast") { record.surcharges.insert(.fast) }
    if fields.equals(message.geography, "us") { record.surcharges.insert(.inUS) }
    record.model = fields.name(message.model)
    record.identity = fields.name(message.id)
    return !record.tokens.isZero
  }
}

/// Of the last `message_start` of a file: what its `message_delta`s leave out.
struct AnthropicContext: Sendable, Hashable {
  /// Names are cut to `UsageRecord.Name.maxLength` bytes.
  var id: [UInt8]
  var model: [UInt8]
  var webSearches: Int32
  var tier: ServiceTier
}

extension AnthropicContext {
  func write(_ writer: inout ByteWriter) {
    writer.blob(id)
    writer.blob(model)
    writer.unsigned(UInt64(max(0, webSearches)))
    writer.byte(tier.rawValue)
  }

  /// After a failure of the reader it is of no use.
  init(_ reader: inout ByteReader) {
    id = Array(reader.blob())
    model = Array(reader.blob())
    webSearches = reader.number()
    tier = ServiceTier(rawValue: reader.byte()) ?? .standard
  }
}
