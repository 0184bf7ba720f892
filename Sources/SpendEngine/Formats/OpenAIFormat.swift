/// OpenAI's own objects as an SDK hands them out: chat completions and their stream's chunks (the last one has the usage), responses and
/// the events of theirs, embeddings. Counts are inclusive; all cache writes are of the 5-minute kind. What a call cost is not in them.
enum OpenAIFormat: LogFormat {
  enum Field: Int, FormatField {
    case type, sequence, response
    case object, id, created, createdAt, model, tier, user, safetyID, task, taskID, session
    case status, error, maxOutput, maxCompletion, maxTokens
    case usage, prompt, promptCached, promptWritten, completion, completionReasoning
    case input, inputCached, inputWritten, output, outputReasoning, total
    case eventObject, eventID, eventCreated, eventModel, eventTier, eventUser, eventSafetyID, eventTask,
      eventTaskID
    case eventSession, eventStatus, eventError, eventMaxOutput
    case eventUsage, eventInput, eventInputCached, eventInputWritten, eventOutput, eventOutputReasoning,
      eventTotal

    var path: String {
      switch self {
      case .type: "type"
      case .sequence: "sequence_number"
      case .response: "response"
      case .object: "object"
      case .id: "id"
      case .created: "created"
      case .createdAt: "created_at"
      case .model: "model"
      case .tier: "service_tier"
      case .user: "user"
      case .safetyID: "safety_identifier"
      case .task: "metadata.task"
      case .taskID: "metadata.task_id"
      case .session: "metadata.session_id"
      case .status: "status"
      case .error: "error"
      case .maxOutput: "max_output_tokens"
      case .maxCompletion: "max_completion_tokens"
      case .maxTokens: "max_tokens"
      case .usage: "usage"
      case .prompt: "usage.prompt_tokens"
      case .promptCached: "usage.prompt_tokens_details.cached_tokens"
      case .promptWritten: "usage.prompt_tokens_details.cache_write_tokens"
      case .completion: "usage.completion_tokens"
      case .completionReasoning: "usage.completion_tokens_details.reasoning_tokens"
      case .input: "usage.input_tokens"
      case .inputCached: "usage.input_tokens_details.cached_tokens"
      case .inputWritten: "usage.input_tokens_details.cache_write_tokens"
      case .output: "usage.output_tokens"
      case .outputReasoning: "usage.output_tokens_details.reasoning_tokens"
      case .total: "usage.total_tokens"
      case .eventObject: "response.object"
      case .eventID: "response.id"
      case .eventCreated: "response.created_at"
      case .eventModel: "response.model"
      case .eventTier: "response.service_tier"
      case .eventUser: "response.user"
      case .eventSafetyID: "response.safety_identifier"
      case .eventTask: "response.metadata.task"
      case .eventTaskID: "response.metadata.task_id"
      case .eventSession: "response.metadata.session_id"
      case .eventStatus: "response.status"
      case .eventError: "response.error"
      case .eventMaxOutput: "response.max_output_tokens"
      case .eventUsage: "response.usage"
      case .eventInput: "response.usage.input_tokens"
      case .eventInputCached: "response.usage.input_tokens_details.cached_tokens"
      case .eventInputWritten: "response.usage.input_tokens_details.cache_write_tokens"
      case .eventOutput: "response.usage.output_tokens"
      case .eventOutputReasoning: "response.usage.output_tokens_details.reasoning_tokens"
      case .eventTotal: "response.usage.total_tokens"
      }
    }
  }

  static let name = "openai"
  static let convention = TokenConvention.inclusive
  static let mark = "'object' is chat.completion, response or the like, or 'type' begins with 'response.'"
  static let parts: Set<RecordPart> = [.name(.task), .name(.model), .name(.user), .errors, .maxTokens]
  static let duplicates = Duplicates.copies

  static func recognizes(_ fields: FieldReader<Field>) -> Bool {
    isCompletion(fields) || isEmbedding(fields) || isEvent(fields) || fields.equals(.object, "response")
  }

  private static func isCompletion(_ fields: FieldReader<Field>) -> Bool {
    fields.equals(.object, "chat.completion") || fields.equals(.object, "chat.completion.chunk")
      || fields.equals(.object, "text_completion")
  }

  private static func isEmbedding(_ fields: FieldReader<Field>) -> Bool {
    fields.equals(.object, "list") && !fields.isEmpty(.prompt)
  }

  /// Of a stream of responses: `response.created`, `response.output_text.delta`, `response.completed`, …, or `error`.
  private static func isEvent(_ fields: FieldReader<Field>) -> Bool {
    guard fields.isString(.type) else { return false }
    if fields.equals(.type, "error") { return fields.hasKey(.sequence) }
    return fields.fields.hasPrefix(fields.slot(.type), "response.")
  }

  static func read(
    _ fields: FieldReader<Field>, _ context: inout FileContext, into record: inout UsageRecord
  ) throws(Rejection) -> Bool {
    if isEvent(fields) {
      if fields.isObject(.response) { return try readResponse(fields, .event, &record) }
      return fields.equals(.type, "error") && fail(&record)
    }
    if fields.equals(.object, "response") { return try readResponse(fields, .top, &record) }
    if isCompletion(fields) || isEmbedding(fields) { return try readCompletion(fields, &record) }
    // What the API answers to a call that it refuses.
    if fields.isEmpty(.object), fields.isObject(.error) { return fail(&record) }
    throw .unknownFormat
  }

  private static func fail(_ record: inout UsageRecord) -> Bool {
    record.setCost(nil, isError: true)
    return true
  }

  // MARK: Chat

  private static func readCompletion(
    _ fields: FieldReader<Field>, _ record: inout UsageRecord
  ) throws(Rejection) -> Bool {
    // Every chunk of a stream but the last.
    if fields.isEmpty(.usage) { return false }
    guard fields.isObject(.usage) else { throw .badField }
    record.tokens.cacheRead = try fields.count(.promptCached)
    record.tokens.cacheWrite5m = try fields.count(.promptWritten)
    var agrees = record.tokens.setFreshInput(inclusive: try fields.count(.prompt))
    agrees =
      record.tokens.setOutput(
        inclusive: try fields.count(.completion), reasoning: try fields.count(.completionReasoning)) && agrees
    agrees = record.tokens.settle(total: try fields.count(.total)) && agrees
    record.isContradictory = !agrees
    if record.tokens.isZero { return false }
    record.time = try fields.time(.created)
    // Answers do not repeat it; a wrapper may have added it.
    for field in [Field.maxCompletion, .maxTokens] where record.maxTokens < 0 && !fields.isEmpty(field) {
      record.maxTokens = fields.ceiling(field)
    }
    record.identity = fields.name(.id)
    record.model = fields.name(.model)
    record.tier = fields.tier(.tier)
    record.user = fields.name(.user, or: .safetyID)
    record.task = fields.isEmpty(.task) ? fields.name(.taskID, or: .session) : fields.name(.task)
    return true
  }

  // MARK: Responses

  /// The fields of a response: at the top, or inside an event.
  private struct Response {
    var id, created, model, tier, user, safetyID, task, taskID, session, status, error, maxOutput: Field
    var usage, input, cached, written, output, reasoning, total: Field

    static let top = Response(
      id: .id, created: .createdAt, model: .model, tier: .tier, user: .user, safetyID: .safetyID, task: .task,
      taskID: .taskID, session: .session, status: .status, error: .error, maxOutput: .maxOutput,
      usage: .usage,
      input: .input, cached: .inputCached, written: .inputWritten, output: .output,
      reasoning: .outputReasoning,
      total: .total)
    static let event = Response(
      id: .eventID, created: .eventCreated, model: .eventModel, tier: .eventTier, user: .eventUser,
      safetyID: .eventSafetyID, task: .eventTask, taskID: .eventTaskID, session: .eventSession,
      status: .eventStatus, error: .eventError, maxOutput: .eventMaxOutput, usage: .eventUsage,
      input: .eventInput, cached: .eventInputCached, written: .eventInputWritten, output: .eventOutput,
      reasoning: .eventOutputReasoning, total: .eventTotal)
  }

  private static func readResponse(
    _ fields: FieldReader<Field>, _ response: Response, _ record: inout UsageRecord
  ) throws(Rejection) -> Bool {
    let isError = fields.equals(response.status, "failed") || !fields.isEmpty(response.error)
    if fields.isEmpty(response.usage), !isError { return false }
    guard fields.isEmpty(response.usage) || fields.isObject(response.usage) else { throw .badField }
    record.tokens.cacheRead = try fields.count(response.cached)
    record.tokens.cacheWrite5m = try fields.count(response.written)
    var agrees = record.tokens.setFreshInput(inclusive: try fields.count(response.input))
    agrees =
      record.tokens.setOutput(
        inclusive: try fields.count(response.output), reasoning: try fields.count(response.reasoning))
      && agrees
    agrees = record.tokens.settle(total: try fields.count(response.total)) && agrees
    record.isContradictory = !agrees
    if record.tokens.isZero, !isError { return false }
    record.setCost(nil, isError: isError)
    record.time = try fields.time(response.created)
    record.maxTokens = fields.ceiling(response.maxOutput)
    record.identity = fields.name(response.id)
    record.model = fields.name(response.model)
    record.tier = fields.tier(response.tier)
    record.user = fields.name(response.user, or: response.safetyID)
    record.task =
      fields.isEmpty(response.task)
      ? fields.name(response.taskID, or: response.session) : fields.name(response.task)
    return true
  }
}
