/// A format that is a table, and at most a small function.
protocol SheetFormat: LogFormat where Field == SheetField {
  static var sheet: FormatSheet { get }
  /// What the table cannot say; false = it is no usage after all.
  static func adjust(_ fields: SheetReader, _ record: inout UsageRecord) throws(Rejection) -> Bool
}

extension SheetFormat {
  static var duplicates: Duplicates { .copies }
  static var convention: TokenConvention { sheet.convention }
  static var parts: Set<RecordPart> { sheet.parts }
  static var paths: [String] { sheet.paths }

  static func adjust(_ fields: SheetReader, _ record: inout UsageRecord) throws(Rejection) -> Bool { true }

  static func recognizes(_ fields: FieldReader<SheetField>) -> Bool {
    SheetReader(fields, sheet).holdsMarks()
  }

  static func read(
    _ reader: FieldReader<SheetField>, _ context: inout FileContext, into record: inout UsageRecord
  ) throws(Rejection) -> Bool {
    let fields = SheetReader(reader, sheet)
    guard fields.holdsMarks() else { throw .unknownFormat }
    // Nobody was paid.
    if fields.isHit { return false }
    let isError = fields.isError
    guard isError || SheetField.counts.contains(where: { !fields.isEmpty($0) }) else { return false }
    try readTokens(fields, &record)
    try readCost(fields, &record, isError: isError)
    record.time = try fields.fields.time(fields.slot(.time))
    record.key = fields.name(.key)
    record.keyAlias = fields.name(.keyAlias)
    record.task = fields.task
    record.model = fields.name(.model)
    record.user = fields.name(.user)
    record.team = fields.name(.team)
    if duplicates == .copies {
      record.identity = fields.name(.id)
      record.identityDetail = fields.name(.detail)
    } else {
      record.requestID = fields.name(.id)
    }
    if sheet.has(.maxTokens) {
      record.maxTokens = (try? fields.fields.integer(fields.slot(.maxTokens), most: .max)) ?? -1
    }
    guard try adjust(fields, &record) else { return false }
    return isError || !record.tokens.isZero || record.loggedCost ?? .zero != .zero
  }

  private static func readTokens(_ fields: SheetReader, _ record: inout UsageRecord) throws(Rejection) {
    record.tokens.cacheRead = try fields.count(.cacheRead)
    let writes = fields.writeDetails
    var agrees = record.tokens.setCacheWrites(
      sum: try fields.count(.cacheWrites),
      fiveMinutes: try fields.count(.write5m).addingSaturating(writes.fiveMinutes),
      oneHour: try fields.count(.write1h).addingSaturating(writes.oneHour))
    let input = try fields.count(.input)
    switch sheet.convention {
    case .inclusive, .inclusiveBesideReasoning:
      agrees = record.tokens.setFreshInput(inclusive: input) && agrees
    case .disjoint, .reasoningInOutput: record.tokens.freshInput = input
    }
    record.tokens.freshInput = record.tokens.freshInput.addingSaturating(try fields.count(.moreInput))
    let (output, reasoning) = (try fields.count(.output), try fields.count(.reasoning))
    switch sheet.convention {
    case .inclusive, .reasoningInOutput:
      agrees = record.tokens.setOutput(inclusive: output, reasoning: reasoning) && agrees
    case .disjoint, .inclusiveBesideReasoning:
      (record.tokens.output, record.tokens.reasoning) = (output, reasoning)
    }
    agrees = record.tokens.settle(total: try fields.count(.total)) && agrees
    record.isContradictory = !agrees
  }

  private static func readCost(_ fields: SheetReader, _ record: inout UsageRecord, isError: Bool)
    throws(Rejection)
  {
    var cost = try fields.fields.scaled(
      fields.slot(.cost), scale: sheet.costScale, most: RecordFields.mostNanoUSD
    ).map { NanoUSD(rawValue: $0) }
    if fields.isTrue(.hasMoreCost) {
      let more = try fields.fields.scaled(
        fields.slot(.moreCost), scale: sheet.costScale, most: RecordFields.mostNanoUSD)
      if let more { cost = NanoUSD(rawValue: (cost?.rawValue ?? 0).addingSaturating(more)) }
    }
    let isCached =
      record.tokens.cacheRead > 0 || record.tokens.cacheWrite5m > 0 || record.tokens.cacheWrite1h > 0
    if sheet.cost == .wrongWithCache, isCached { cost = nil }
    record.setCost(cost, isError: isError)
    guard record.loggedCost == nil else { return }
    let searches = try? fields.fields.integer(fields.slot(.webSearches), most: .max)
    record.webSearches = Int32(clamping: (searches ?? nil) ?? 0)
    record.tier = fields.tier
  }
}
