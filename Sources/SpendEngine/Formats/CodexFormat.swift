/// Codex's rollouts (`~/.codex/sessions/**/*.jsonl`). Newer ones write a `token_usage_record` a request, with the response's id, and a
/// `token_count` beside it; older ones only the latter, whose identity is what the session has used in all by then. Counts are inclusive.
///
/// The model is the last `turn_context`'s, the session the first line's: hence `CodexContext`. `total_token_usage` is cumulative and never
/// billed.
enum CodexFormat: LogFormat {
  enum Field: Int, FormatField {
    case type, time, payload, kind, id, session, thread, turn, model, metaTime, responseID
    case forkedFrom, parentThread, spawnParent, error
    case info, usage, last
    case input, cached, written, output, reasoning, total
    case threadInput, threadCached, threadWritten, threadOutput, threadReasoning, threadTotal
    case lastInput, lastCached, lastWritten, lastOutput, lastReasoning, lastTotal
    case sumInput, sumCached, sumWritten, sumOutput, sumReasoning, sumTotal

    var path: String {
      switch self {
      case .type: "type"
      case .time: "timestamp"
      case .payload: "payload"
      case .kind: "payload.type"
      case .id: "payload.id"
      case .session: "payload.session_id"
      case .thread: "payload.thread_id"
      case .turn: "payload.turn_id"
      case .model: "payload.model"
      case .metaTime: "payload.timestamp"
      case .responseID: "payload.response_id"
      case .forkedFrom: "payload.forked_from_id"
      case .parentThread: "payload.parent_thread_id"
      case .spawnParent: "payload.source.subagent.thread_spawn.parent_thread_id"
      case .error: "payload.error"
      case .info: "payload.info"
      case .usage: "payload.usage"
      case .last: "payload.info.last_token_usage"
      case .input: "payload.usage.input_tokens"
      case .cached: "payload.usage.cached_input_tokens"
      case .written: "payload.usage.cache_write_input_tokens"
      case .output: "payload.usage.output_tokens"
      case .reasoning: "payload.usage.reasoning_output_tokens"
      case .total: "payload.usage.total_tokens"
      case .threadInput: "payload.thread_token_usage.input_tokens"
      case .threadCached: "payload.thread_token_usage.cached_input_tokens"
      case .threadWritten: "payload.thread_token_usage.cache_write_input_tokens"
      case .threadOutput: "payload.thread_token_usage.output_tokens"
      case .threadReasoning: "payload.thread_token_usage.reasoning_output_tokens"
      case .threadTotal: "payload.thread_token_usage.total_tokens"
      case .lastInput: "payload.info.last_token_usage.input_tokens"
      case .lastCached: "payload.info.last_token_usage.cached_input_tokens"
      case .lastWritten: "payload.info.last_token_usage.cache_write_input_tokens"
      case .lastOutput: "payload.info.last_token_usage.output_tokens"
      case .lastReasoning: "payload.info.last_token_usage.reasoning_output_tokens"
      case .lastTotal: "payload.info.last_token_usage.total_tokens"
      case .sumInput: "payload.info.total_token_usage.input_tokens"
      case .sumCached: "payload.info.total_token_usage.cached_input_tokens"
      case .sumWritten: "payload.info.total_token_usage.cache_write_input_tokens"
      case .sumOutput: "payload.info.total_token_usage.output_tokens"
      case .sumReasoning: "payload.info.total_token_usage.reasoning_output_tokens"
      case .sumTotal: "payload.info.total_token_usage.total_tokens"
      }
    }
  }

  /// One of the four places where counts of one shape stand.
  private struct Counts {
    var input, cached, written, output, reasoning, total: Field

    static let call = Counts(
      input: .input, cached: .cached, written: .written, output: .output, reasoning: .reasoning, total: .total
    )
    static let thread = Counts(
      input: .threadInput, cached: .threadCached, written: .threadWritten, output: .threadOutput,
      reasoning: .threadReasoning, total: .threadTotal)
    static let last = Counts(
      input: .lastInput, cached: .lastCached, written: .lastWritten, output: .lastOutput,
      reasoning: .lastReasoning, total: .lastTotal)
    static let sum = Counts(
      input: .sumInput, cached: .sumCached, written: .sumWritten, output: .sumOutput,
      reasoning: .sumReasoning,
      total: .sumTotal)
  }

  static let name = "codex"
  static let convention = TokenConvention.inclusive
  static let mark =
    "'type' is token_usage_record, event_msg, turn_context, session_meta or the like, and a 'payload'"
  static let parts: Set<RecordPart> = [.name(.task), .name(.model), .errors]
  static let duplicates = Duplicates.copies
  static let gates = [Field.type]

  /// Most lines are what was said and done, and long; their `type` stands before their payload.
  static func isDecided(_ fields: FieldReader<Field>, alone: Bool) -> Bool {
    alone && fields.isString(.type) && !fields.equals(.type, "event_msg")
      && !fields.equals(.type, "token_usage_record") && !fields.equals(.type, "turn_context")
      && !fields.equals(.type, "session_meta")
  }

  static func recognizes(_ fields: FieldReader<Field>) -> Bool {
    guard fields.isString(.type), fields.isObject(.payload) else { return false }
    return [
      "token_usage_record", "event_msg", "response_item", "turn_context", "session_meta", "compacted",
    ].contains { fields.equals(.type, $0) }
  }

  static func read(
    _ fields: FieldReader<Field>, _ context: inout FileContext, into record: inout UsageRecord
  ) throws(Rejection) -> Bool {
    guard fields.isString(.type), fields.isObject(.payload) else { throw .unknownFormat }
    var codex = context.codex ?? CodexContext()
    let isUsage: Bool
    if fields.equals(.type, "token_usage_record") {
      isUsage = try readRecord(fields, &codex, &record)
    } else if fields.equals(.type, "event_msg") {
      isUsage = try readEvent(fields, &codex, &record)
    } else {
      if fields.equals(.type, "session_meta") { try readSession(fields, &codex) }
      if fields.equals(.type, "turn_context") {
        try codex.beginTurn(fields.keptName(.turn), at: fields.time(.time))
        if !fields.isEmpty(.model) { codex.model = fields.keptName(.model) }
      }
      isUsage = false
    }
    context.codex = codex == CodexContext() ? nil : codex
    return isUsage
  }

  private static func readSession(
    _ fields: FieldReader<Field>, _ codex: inout CodexContext
  ) throws(Rejection) {
    let written = try fields.time(.time)
    let start = (try? fields.time(.metaTime)) ?? written
    codex.beginSession(
      thread: fields.keptName(.id, or: .session), task: fields.keptName(.session, or: .id),
      parent: parent(fields), start: start)
  }

  private static func parent(_ fields: FieldReader<Field>) -> [UInt8] {
    if !fields.isEmpty(.forkedFrom) { return fields.keptName(.forkedFrom) }
    return fields.keptName(.spawnParent, or: .parentThread)
  }

  // MARK: Calls

  private static func readRecord(
    _ fields: FieldReader<Field>, _ codex: inout CodexContext, _ record: inout UsageRecord
  ) throws(Rejection) -> Bool {
    guard fields.isObject(.usage) else { throw .badField }
    let time = try fields.time(.time)
    record.setTokens(try totals(fields, .call))
    let sum = try totals(fields, .thread)
    let thread = fields.keptName(.thread)
    let isCounted = sum == codex.totals && sum != CodexContext.Totals() && !codex.hasRecords
    codex.hasRecords = true
    if codex.isReplayed(thread: thread, at: time) { return false }
    codex.totals = sum
    // Its `token_count` came first.
    if record.tokens.isZero || isCounted { return false }
    fill(fields, codex, time, &record)
    if !fields.isEmpty(.session) { record.task = fields.name(.session, or: .thread) }
    if fields.isEmpty(.responseID) {
      identify(fields, thread.isEmpty ? codex.thread : thread, sum, time, &record)
    } else {
      record.identity = fields.name(.responseID)
    }
    return true
  }

  private static func readEvent(
    _ fields: FieldReader<Field>, _ codex: inout CodexContext, _ record: inout UsageRecord
  ) throws(Rejection) -> Bool {
    let time = try fields.time(.time)
    if fields.equals(.kind, "task_started") { codex.beginTurn(fields.keptName(.turn), at: time) }
    if fields.equals(.kind, "task_complete") { return readFailure(fields, &codex, time, &record) }
    guard fields.equals(.kind, "token_count"), !fields.isEmpty(.info) else { return false }
    guard fields.isObject(.info) else { throw .badField }
    let sum = try totals(fields, .sum)
    let before = codex.totals
    let isReplayed = codex.isReplayed(at: time)
    codex.totals = sum
    // A repeat: nothing was used since.
    if isReplayed || codex.hasRecords || sum == before { return false }
    record.setTokens(fields.isEmpty(.last) ? sum.growth(since: before) : try totals(fields, .last))
    if record.tokens.isZero { return false }
    fill(fields, codex, time, &record)
    identify(fields, codex.thread, sum, time, &record)
    record.isLoose = codex.isFork
    return true
  }

  /// A task that ended in an error: one failed attempt. One that a person stopped (`turn_aborted`) is none.
  private static func readFailure(
    _ fields: FieldReader<Field>, _ codex: inout CodexContext, _ time: EngineTime?,
    _ record: inout UsageRecord
  ) -> Bool {
    if fields.isEmpty(.error) || codex.isReplayed(at: time) { return false }
    record.requests = 0
    record.errors = 1
    record.loggedCost = .zero
    fill(fields, codex, time, &record)
    if !fields.isEmpty(.turn) {
      record.identity = fields.fields.name(Array("codex-error ".utf8) + fields.keptName(.turn))
    }
    return true
  }

  private static func fill(
    _ fields: FieldReader<Field>, _ codex: CodexContext, _ time: EngineTime?, _ record: inout UsageRecord
  ) {
    record.time = time
    record.task = fields.fields.name(codex.task)
    record.model = fields.isEmpty(.model) ? fields.fields.name(codex.model) : fields.name(.model)
  }

  /// What the session had used by then, and when: no two calls of a session share that, and a copy has both. Other sessions may share
  /// it; whoever forks one replays its lines.
  private static func identify(
    _ fields: FieldReader<Field>, _ thread: [UInt8], _ sum: CodexContext.Totals, _ time: EngineTime?,
    _ record: inout UsageRecord
  ) {
    var writer = ByteWriter(Array("codex ".utf8))
    for count in sum.counts { writer.bytes += Array("\(count) ".utf8) }
    if let time { writer.bytes += Array("\(time.milliseconds)".utf8) }
    record.identity = fields.fields.name(writer.bytes)
    record.identityDetail = fields.fields.name(thread)
  }

  // MARK: Counts

  private static func totals(
    _ fields: FieldReader<Field>, _ counts: Counts
  ) throws(Rejection) -> CodexContext.Totals {
    CodexContext.Totals(
      input: try fields.count(counts.input), cached: try fields.count(counts.cached),
      written: try fields.count(counts.written), output: try fields.count(counts.output),
      reasoning: try fields.count(counts.reasoning), total: try fields.count(counts.total))
  }
}

extension UsageRecord {
  fileprivate mutating func setTokens(_ counts: CodexContext.Totals) {
    tokens.cacheRead = counts.cached
    tokens.cacheWrite5m = counts.written
    var agrees = tokens.setFreshInput(inclusive: counts.input)
    agrees = tokens.setOutput(inclusive: counts.output, reasoning: counts.reasoning) && agrees
    agrees = tokens.settle(total: counts.total) && agrees
    isContradictory = !agrees
  }
}
