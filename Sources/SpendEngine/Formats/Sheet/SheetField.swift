/// What a record that holds one call may say of it, in a format that is a table (`FormatSheet`).
enum SheetField: Int, FormatField {
  /// `detail`: calls of one id are the same where this is.
  case time, id, detail, key, keyAlias, task, model, user, team
  case input, output, cacheRead, cacheWrites, write5m, write1h, reasoning, total
  /// Cache writes as an array of objects with `ttl` and `inputTokens`.
  case writeDetails
  /// Billed input beside `input`.
  case moreInput
  /// Of `cost`: what comes on top where `hasMoreCost` is true.
  case moreCost, hasMoreCost
  case cost, status, error, maxTokens, webSearches, tier
  /// Whether a cache of the gateway's own answered.
  case hit

  /// Paths are the sheet's.
  var path: String { "" }

  /// A record without any of these is no call.
  static let counts: [SheetField] = [
    .input, .output, .cacheRead, .cacheWrites, .write5m, .write1h, .reasoning, .total, .cost,
  ]

  /// What rules can ask of a format that has it.
  var part: RecordPart? {
    switch self {
    case .key: .name(.key)
    case .task: .name(.task)
    case .model: .name(.model)
    case .user: .name(.user)
    case .team: .name(.team)
    case .status, .error: .errors
    case .maxTokens: .maxTokens
    default: nil
    }
  }
}
