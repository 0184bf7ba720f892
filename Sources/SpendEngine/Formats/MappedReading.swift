/// Reading a record by a source's own mapping.
extension FieldMapping.Target: FormatField {
  /// Paths are the mapping's.
  var path: String { "" }
}

extension FieldMapping {
  /// Its fields are the first format's of the tree, and there is no other.
  func fieldTree() -> FieldTree {
    FieldTree(paths: [listed], gates: [])
  }

  /// By target; empty where it is not mapped.
  var listed: [String] { Target.allCases.map { paths[$0] ?? "" } }

  /// - Returns: false where the record says something, but nothing that counts.
  func read(
    _ fields: FieldReader<Target>, into record: inout UsageRecord
  ) throws(Rejection) -> Bool {
    let isError = fields.isFailure(.status)
    guard isError || Target.allCases.contains(where: { $0.isCount && !fields.isEmpty($0) }) else {
      // A time alone is in everybody's lines.
      if Target.allCases.allSatisfy({ $0 == .time || fields.isEmpty($0) }) { throw .unknownFormat }
      return false
    }
    try FieldMapping.readTokens(fields, &record)
    // The configuration maps one of them at most.
    var cost = try fields.cost(.costUSD)
    if cost == nil { cost = try fields.cost(.costCents, scale: 7) }
    if cost == nil { cost = try fields.cost(.costMicroUSD, scale: 3) }
    record.setCost(cost, isError: isError)
    record.time = try fields.time(.time)
    record.key = fields.name(.key)
    record.keyAlias = fields.name(.keyAlias)
    record.task = fields.name(.task)
    record.model = fields.name(.model)
    record.user = fields.name(.user)
    record.team = fields.name(.team)
    record.tier = fields.tier(.serviceTier)
    record.requestID = fields.name(.requestID)
    if has(.maxTokens) { record.maxTokens = fields.ceiling(.maxTokens) }
    return true
  }

  private static func readTokens(
    _ fields: FieldReader<Target>, _ record: inout UsageRecord
  ) throws(Rejection) {
    record.tokens.cacheRead = try fields.count(.cacheRead)
    var agrees = record.tokens.setCacheWrites(
      sum: try fields.count(.cacheWrite), fiveMinutes: try fields.count(.cacheWrite5m),
      oneHour: try fields.count(.cacheWrite1h))
    if fields.isEmpty(.prompt) {
      record.tokens.freshInput = try fields.count(.input)
    } else {
      agrees = record.tokens.setFreshInput(inclusive: try fields.count(.prompt)) && agrees
    }
    let reasoning = try fields.count(.reasoning)
    if fields.isEmpty(.completion) {
      record.tokens.output = try fields.count(.output)
      record.tokens.reasoning = reasoning
    } else {
      agrees =
        record.tokens.setOutput(inclusive: try fields.count(.completion), reasoning: reasoning) && agrees
    }
    record.isContradictory = !agrees
  }
}
