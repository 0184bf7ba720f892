/// Our own format, one flat object a call, for SDK wrappers to write:
///
///     {"time":"2026-11-24T10:00:00Z","key":"ci-bot","task":"build-7","model":"claude-sonnet-4-5","input_tokens":120,
///      "cache_read_tokens":18000,"output_tokens":350,"status":"success"}
///
/// The six token counts are disjoint: `input_tokens` has no cached tokens in it and `output_tokens` no reasoning. A `cost_usd` above
/// zero (a number, or a decimal in a string) is taken; zero or none beside tokens means unknown: the price table is used. `status` is
/// an HTTP status or a word; 400 and up, `error`, `failure`, `failed` and `timeout` are a failed attempt, which is a request only
/// where it has tokens or cost.
enum SpendfuseFormat: LogFormat {
  enum Field: Int, FormatField {
    case time, key, keyAlias, task, model, user, team
    case input, output, cacheRead, cacheWrite5m, cacheWrite1h, reasoning
    case cost, status, maxTokens, requestID

    var path: String {
      switch self {
      case .time: "time"
      case .key: "key"
      case .keyAlias: "key_alias"
      case .task: "task"
      case .model: "model"
      case .user: "user"
      case .team: "team"
      case .input: "input_tokens"
      case .output: "output_tokens"
      case .cacheRead: "cache_read_tokens"
      case .cacheWrite5m: "cache_write_5m_tokens"
      case .cacheWrite1h: "cache_write_1h_tokens"
      case .reasoning: "reasoning_tokens"
      case .cost: "cost_usd"
      case .status: "status"
      case .maxTokens: "max_tokens"
      case .requestID: "request_id"
      }
    }
  }

  static let name = "spendfuse"
  static let convention = TokenConvention.disjoint
  static let mark = "our own names: 'input_tokens', 'output_tokens', 'cost_usd', ..."
  static let parts: Set<RecordPart> = RecordPart.all
  static let duplicates = Duplicates.none

  static func recognizes(_ fields: FieldReader<Field>) -> Bool {
    hasCounts(fields) || (!fields.isEmpty(.model) || !fields.isEmpty(.key)) && fields.isFailure(.status)
  }

  private static func hasCounts(_ fields: FieldReader<Field>) -> Bool {
    !fields.isEmpty(.input) || !fields.isEmpty(.output) || !fields.isEmpty(.cost)
      || !fields.isEmpty(.cacheRead) || !fields.isEmpty(.reasoning)
  }

  static func read(
    _ fields: FieldReader<Field>, _ context: inout FileContext, into record: inout UsageRecord
  ) throws(Rejection) -> Bool {
    // A call that says no more than its model still is a request.
    guard hasCounts(fields) || !fields.isEmpty(.model) || !fields.isEmpty(.status) else {
      throw .unknownFormat
    }
    record.tokens.freshInput = try fields.count(.input)
    record.tokens.output = try fields.count(.output)
    record.tokens.cacheRead = try fields.count(.cacheRead)
    record.tokens.cacheWrite5m = try fields.count(.cacheWrite5m)
    record.tokens.cacheWrite1h = try fields.count(.cacheWrite1h)
    record.tokens.reasoning = try fields.count(.reasoning)
    record.setCost(try fields.cost(.cost), isError: fields.isFailure(.status))
    record.time = try fields.time(.time)
    record.key = fields.name(.key)
    record.keyAlias = fields.name(.keyAlias)
    record.task = fields.name(.task)
    record.model = fields.name(.model)
    record.user = fields.name(.user)
    record.team = fields.name(.team)
    record.requestID = fields.name(.requestID)
    record.maxTokens = fields.ceiling(.maxTokens)
    return true
  }
}

extension UsageRecord {
  /// Files a logged cost (C6) and whether the attempt failed (C2); the tokens must be set.
  /// Zero or no cost beside tokens is unknown. Without either: an explicit zero is free, and a failed attempt is no request.
  mutating func setCost(_ cost: NanoUSD?, isError: Bool) {
    errors = isError ? 1 : 0
    let isFree = (cost ?? .zero) == .zero
    if !isFree {
      loggedCost = cost
    } else if tokens.isZero {
      loggedCost = isError ? .zero : cost
      requests = isError ? 0 : 1
    }
  }
}
