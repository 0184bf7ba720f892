/// Claude Code's transcripts (`~/.claude/projects/**/*.jsonl`): one line a content block, each with the whole call's usage; forks and
/// resumed sessions copy lines into other files. Hence `copies`.
///
/// Not billed: `toolUseResult.usage` (the sub-agent has its own lines), `cost-state` (cumulative), `<synthetic>` messages.
enum ClaudeCodeFormat: LogFormat {
  enum Field: Int, FormatField {
    case type, subtype, time, session, streamSession, streamParent, uuid, parentUUID, requestID
    case isSidechain, isAPIError, leafUUID, cost, model, messageID, usage
    case input, output, thinking, cacheRead, cacheWriteSum, write5m, write1h, webSearches
    case tier, speed, geography
    case errorRequestID, errorRequestIDOfSDK

    var path: String {
      switch self {
      case .type: "type"
      case .subtype: "subtype"
      case .time: "timestamp"
      case .session: "sessionId"
      case .streamSession: "session_id"
      case .streamParent: "parent_tool_use_id"
      case .uuid: "uuid"
      case .parentUUID: "parentUuid"
      case .requestID: "requestId"
      case .isSidechain: "isSidechain"
      case .isAPIError: "isApiErrorMessage"
      case .leafUUID: "leafUuid"
      case .cost: "costUSD"
      case .model: "message.model"
      case .messageID: "message.id"
      case .usage: "message.usage"
      case .input: "message.usage.input_tokens"
      case .output: "message.usage.output_tokens"
      case .thinking: "message.usage.output_tokens_details.thinking_tokens"
      case .cacheRead: "message.usage.cache_read_input_tokens"
      case .cacheWriteSum: "message.usage.cache_creation_input_tokens"
      case .write5m: "message.usage.cache_creation.ephemeral_5m_input_tokens"
      case .write1h: "message.usage.cache_creation.ephemeral_1h_input_tokens"
      case .webSearches: "message.usage.server_tool_use.web_search_requests"
      case .tier: "message.usage.service_tier"
      case .speed: "message.usage.speed"
      case .geography: "message.usage.inference_geo"
      case .errorRequestID: "error.requestId"
      case .errorRequestIDOfSDK: "error.requestID"
      }
    }
  }

  static let name = "claude-code"
  static let convention = TokenConvention.reasoningInOutput
  static let mark = "a 'type', and a session, a request id or a uuid beside it"
  static let parts: Set<RecordPart> = [.name(.task), .name(.model), .errors]
  static let decidesAmongOthers = true
  static let duplicates = Duplicates.copies
  static let gates = [Field.type]

  /// Lines of 100 KB are mostly what a tool printed; their `type` stands near their beginning. In a mixed file another format may
  /// have a `type` of its own, so there the line must have shown a transcript's keys before.
  static func isDecided(_ fields: FieldReader<Field>, alone: Bool) -> Bool {
    guard fields.isString(.type), !mayBeUsage(fields) else { return false }
    return alone || fields.hasKey(.isSidechain) || fields.hasKey(.parentUUID) || fields.hasKey(.session)
  }

  /// Assistant lines, api_error lines among the system's, and result lines (of another format).
  private static func mayBeUsage(_ fields: FieldReader<Field>) -> Bool {
    fields.equals(.type, "assistant") || fields.equals(.type, "system") || fields.equals(.type, "result")
  }

  static func recognizes(_ fields: FieldReader<Field>) -> Bool {
    guard fields.isString(.type) else { return false }
    if fields.equals(.type, "assistant") && !fields.isEmpty(.usage) {
      return !fields.isEmpty(.session) || !fields.isEmpty(.requestID) || !fields.isEmpty(.uuid)
    }
    return !fields.isEmpty(.session) || fields.equals(.type, "file-history-snapshot")
      || fields.equals(.type, "summary") && !fields.isEmpty(.leafUUID)
  }

  static func read(
    _ fields: FieldReader<Field>, _ context: inout FileContext, into record: inout UsageRecord
  ) throws(Rejection) -> Bool {
    guard fields.isString(.type) else { throw .unknownFormat }
    // The lines of `--output-format stream-json`: partial counts, billed by their result line.
    let isStream = fields.isEmpty(.session) && fields.hasKey(.streamSession)
    if fields.equals(.type, "result") || isStream && fields.hasKey(.streamParent) { throw .unknownFormat }
    if fields.equals(.type, "system") {
      return fields.equals(.subtype, "api_error") ? try readFailure(fields, into: &record) : false
    }
    guard fields.equals(.type, "assistant") else { return false }
    if fields.isTrue(.isAPIError) { return try readFailure(fields, into: &record) }
    if fields.isEmpty(.usage) || fields.equals(.model, "<synthetic>") { return false }
    guard fields.isObject(.usage) else { throw .badField }

    try readTokens(fields, &record)
    let cost = try fields.cost(.cost)
    if record.tokens.isZero && (cost ?? .zero) == .zero { return false }
    record.setCost(cost, isError: false)
    if record.loggedCost == nil { readService(fields, &record) }
    record.time = try fields.time(.time)
    record.task = fields.name(.session)
    record.model = fields.name(.model)
    if fields.isEmpty(.messageID) {
      record.identity = fields.name(.requestID, or: .uuid)
    } else {
      record.identity = fields.name(.messageID)
      record.identityDetail = fields.name(.requestID)
      record.isLoose = fields.isTrue(.isSidechain)
    }
    return true
  }

  /// What changes the price beside the tokens.
  private static func readService(_ fields: FieldReader<Field>, _ record: inout UsageRecord) {
    record.webSearches = fields.pieces(.webSearches)
    if fields.equals(.tier, "batch") { record.tier = .batch }
    if fields.equals(.tier, "priority") { record.tier = .priority }
    if fields.equals(.speed, "fast") { record.surcharges.insert(.fast) }
    if fields.equals(.geography, "us") { record.surcharges.insert(.inUS) }
  }

  private static func readTokens(
    _ fields: FieldReader<Field>, _ record: inout UsageRecord
  ) throws(Rejection) {
    record.tokens.freshInput = try fields.count(.input)
    record.tokens.cacheRead = try fields.count(.cacheRead)
    let isSplit = record.tokens.setCacheWrites(
      sum: try fields.count(.cacheWriteSum), fiveMinutes: try fields.count(.write5m),
      oneHour: try fields.count(.write1h))
    let isWhole = record.tokens.setOutput(
      inclusive: try fields.count(.output), reasoning: try fields.count(.thinking))
    record.isContradictory = !isSplit || !isWhole
  }

  /// One failed attempt (C2), which cost nothing. Its copies share an id.
  private static func readFailure(
    _ fields: FieldReader<Field>, into record: inout UsageRecord
  ) throws(Rejection) -> Bool {
    record.requests = 0
    record.errors = 1
    record.loggedCost = .zero
    record.time = try fields.time(.time)
    record.task = fields.name(.session)
    if !fields.equals(.model, "<synthetic>") { record.model = fields.name(.model) }
    let isMessage = fields.equals(.type, "assistant")
    if isMessage || fields.isEmpty(.errorRequestID) && fields.isEmpty(.errorRequestIDOfSDK) {
      record.identity = fields.name(.uuid)
    } else {
      record.identity = fields.name(.errorRequestID, or: .errorRequestIDOfSDK)
    }
    return true
  }
}
