/// LiteLLM: its StandardLoggingPayload (callbacks, `generic_api`, the printed payload) and its SpendLogs rows, whose `metadata` and
/// `request_tags` are JSON in strings. Counts are inclusive for every provider: prompt tokens have the cached ones in them,
/// completion tokens the reasoning.
enum LiteLLMFormat: LogFormat {
  enum Field: Int, FormatField {
    case id, requestID, callType, status, cacheHit, start, end
    case model, responseCost, spend, promptTokens, completionTokens, totalTokens
    case tags, sessionID, traceID, endUser, rowUser, rowKey, rowTeam
    case keyHash, keyAlias, keyTeam, keyUser
    case usedPrompt, usedCompletion
    case cached, cachedSum, cacheWrites, cacheWriteSum, write5m, write1h, reasoning, webSearches
    case oldCached, oldCacheWrites
    case maxTokens, maxCompletionTokens, maxOutputTokens
    case message, level, timestamp

    var path: String {
      switch self {
      case .id: "id"
      case .requestID: "request_id"
      case .callType: "call_type"
      case .status: "status"
      case .cacheHit: "cache_hit"
      case .start: "startTime"
      case .end: "endTime"
      case .model: "model"
      case .responseCost: "response_cost"
      case .spend: "spend"
      case .promptTokens: "prompt_tokens"
      case .completionTokens: "completion_tokens"
      case .totalTokens: "total_tokens"
      case .tags: "request_tags(json)"
      case .sessionID: "session_id"
      case .traceID: "trace_id"
      case .endUser: "end_user"
      case .rowUser: "user"
      case .rowKey: "api_key"
      case .rowTeam: "team_id"
      case .keyHash: "metadata(json).user_api_key_hash"
      case .keyAlias: "metadata(json).user_api_key_alias"
      case .keyTeam: "metadata(json).user_api_key_team_id"
      case .keyUser: "metadata(json).user_api_key_user_id"
      case .usedPrompt: "metadata(json).usage_object.prompt_tokens"
      case .usedCompletion: "metadata(json).usage_object.completion_tokens"
      case .cached: "metadata(json).usage_object.prompt_tokens_details.cached_tokens"
      case .cachedSum: "metadata(json).usage_object.cache_read_input_tokens"
      case .cacheWrites: "metadata(json).usage_object.prompt_tokens_details.cache_creation_tokens"
      case .cacheWriteSum: "metadata(json).usage_object.cache_creation_input_tokens"
      case .write5m:
        "metadata(json).usage_object.prompt_tokens_details.cache_creation_token_details.ephemeral_5m_input_tokens"
      case .write1h:
        "metadata(json).usage_object.prompt_tokens_details.cache_creation_token_details.ephemeral_1h_input_tokens"
      case .reasoning: "metadata(json).usage_object.completion_tokens_details.reasoning_tokens"
      case .webSearches: "metadata(json).usage_object.server_tool_use.web_search_requests"
      case .oldCached: "metadata(json).additional_usage_values.cache_read_input_tokens"
      case .oldCacheWrites: "metadata(json).additional_usage_values.cache_creation_input_tokens"
      case .maxTokens: "model_parameters.max_tokens"
      case .maxCompletionTokens: "model_parameters.max_completion_tokens"
      case .maxOutputTokens: "model_parameters.max_output_tokens"
      case .message: "message"
      case .level: "level"
      case .timestamp: "timestamp"
      }
    }
  }

  static let name = "litellm"
  static let convention = TokenConvention.inclusive
  static let mark =
    "'metadata.user_api_key_hash' and 'response_cost', or 'spend', 'request_id' and 'call_type'"
  static let parts: Set<RecordPart> = RecordPart.all
  static let duplicates = Duplicates.none

  static func recognizes(_ fields: FieldReader<Field>) -> Bool {
    fields.hasKey(.keyHash) && fields.hasKey(.responseCost)
      || isRow(fields) && fields.hasKey(.callType) || isLogText(fields)
  }

  private static func isPayload(_ fields: FieldReader<Field>) -> Bool {
    fields.hasKey(.keyHash) || fields.hasKey(.responseCost) && fields.hasKey(.callType)
  }

  private static func isRow(_ fields: FieldReader<Field>) -> Bool {
    fields.hasKey(.spend) && !fields.isEmpty(.requestID)
  }

  /// A line of the proxy's own log (`json_logs`).
  private static func isLogText(_ fields: FieldReader<Field>) -> Bool {
    fields.hasKey(.message) && !fields.isEmpty(.level) && !fields.isEmpty(.timestamp)
      && fields.isEmpty(.promptTokens) && fields.isEmpty(.completionTokens)
  }

  static func read(
    _ fields: FieldReader<Field>, _ context: inout FileContext, into record: inout UsageRecord
  ) throws(Rejection) -> Bool {
    let isPayload = isPayload(fields)
    guard isPayload || isRow(fields) else {
      if isLogText(fields) { return false }
      throw .unknownFormat
    }
    // The proxy's own cache answered: nobody was paid.
    if fields.isTrue(.cacheHit) { return false }
    try readTokens(fields, &record)
    let isError = fields.equals(.status, "failure")
    let cost =
      isPayload && fields.hasKey(.responseCost) ? try fields.cost(.responseCost) : try fields.cost(.spend)
    record.setCost(cost, isError: isError)
    // Neither tokens nor cost nor a failure: refused by the proxy before any call.
    if record.tokens.isZero && (cost ?? .zero) == .zero && !isError { return false }
    if record.loggedCost == nil { record.webSearches = fields.pieces(.webSearches) }

    record.time = try fields.isEmpty(.end) ? fields.time(.start) : fields.time(.end)
    record.key = fields.name(.keyHash, or: .rowKey)
    record.keyAlias = fields.name(.keyAlias)
    record.team = fields.name(.keyTeam, or: .rowTeam)
    record.user = fields.isEmpty(.endUser) ? fields.name(.keyUser, or: .rowUser) : fields.name(.endUser)
    record.task = task(fields)
    record.model = fields.name(.model)
    record.requestID = isPayload ? fields.name(.id, or: .requestID) : fields.name(.requestID)
    if isPayload {
      for field in [Field.maxTokens, .maxCompletionTokens, .maxOutputTokens] where record.maxTokens < 0 {
        record.maxTokens = fields.ceiling(field)
      }
    }
    return true
  }

  private static func readTokens(
    _ fields: FieldReader<Field>, _ record: inout UsageRecord
  ) throws(Rejection) {
    func either(_ first: Field, _ second: Field) throws(Rejection) -> Int64 {
      try fields.isEmpty(first) ? fields.count(second) : fields.count(first)
    }
    let prompt = try either(.promptTokens, .usedPrompt)
    let completion = try either(.completionTokens, .usedCompletion)
    record.tokens.cacheRead = max(try either(.cached, .cachedSum), try fields.count(.oldCached))
    let writes = max(try either(.cacheWriteSum, .cacheWrites), try fields.count(.oldCacheWrites))
    var agrees = record.tokens.setCacheWrites(
      sum: writes, fiveMinutes: try fields.count(.write5m), oneHour: try fields.count(.write1h))
    agrees = record.tokens.setFreshInput(inclusive: prompt) && agrees
    agrees = record.tokens.setOutput(inclusive: completion, reasoning: try fields.count(.reasoning)) && agrees
    agrees = record.tokens.settle(total: try fields.count(.totalTokens)) && agrees
    record.isContradictory = !agrees
  }

  /// A tag, else the session, else the trace.
  private static func task(_ fields: FieldReader<Field>) -> UsageRecord.Name {
    let tag = fields.fields.taskTag(fields.slot(.tags))
    return tag.isEmpty ? fields.name(.sessionID, or: .traceID) : tag
  }
}
