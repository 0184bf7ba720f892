internal import Glibc
package import SpendEngine

/// Shows how records become numbers: by the parser, the intake and the price table that count them.
package final class RecordTracer {
  private var intake: Intake
  private let prices: PriceTable
  private let rules: RuleSet?
  private let now: EngineTime
  private let timeZone: String
  private let ask: (Rule, Subject) -> ExplainMessage?
  private var search = RecordSearch()
  private var books = Books()
  /// First sightings, by what their calls are known by.
  private var first: [Identity: LogPlace] = [:]

  private struct Identity: Hashable {
    var identity: String
    /// nil = of the first call of that identity.
    var detail: String?
  }

  /// - Parameters:
  ///   - rules: nil = no rules file is known: rules are left out.
  ///   - ask: what a daemon or a state says of a rule's subject; nil = nothing.
  package init(
    prices: PriceTable, rules: RuleSet?, timeZone: String, now: EngineTime, fingerprintKey: (UInt64, UInt64),
    ask: @escaping (Rule, Subject) -> ExplainMessage?
  ) {
    intake = Intake(prices: prices, fingerprintKey: fingerprintKey)
    self.prices = prices
    self.rules = rules
    self.now = now
    self.timeZone = timeZone
    self.ask = ask
  }

  /// The record at a byte of a log. Whether it counts is told by the records before it in the same log.
  /// - Throws: `ExplainFailure`, `LogProblem`.
  package func trace(_ log: SearchedLog, offset: Int64, progress: (Int64) -> Void = { _ in }) throws
    -> TracesMessage
  {
    let record = try search.record(in: log, at: offset, progress: progress)
    var earlier: [FoundRecord] = []
    var notes: [String] = []
    if offset != record.start {
      notes.append("byte \(offset) is in the record that begins at \(record.start)")
    }
    if case .usage(let usage) = record.outcome, !usage.identity.isEmpty {
      let id = record.parsed.string(usage.identity)
      earlier = search.records(called: id, in: [log], until: record.start - 1, progress: progress).found
      notes.append(
        "other logs may hold the same call: spendfuse explain \(SubjectText.option("request", id))")
    }
    for other in earlier { _ = message(other, isShown: false) }
    return TracesMessage(records: [message(record, isShown: true)], logs: 1, notes: notes)
  }

  /// Every record of a call, in the order of the logs, with what each added.
  /// - Throws: `ExplainFailure` where there is none.
  package func trace(
    request id: String, in logs: [SearchedLog], progress: (Int64) -> Void = { _ in }
  ) throws(ExplainFailure) -> (message: TracesMessage, problems: [LogProblem]) {
    let (found, problems) = search.records(called: id, in: logs, progress: progress)
    guard !found.isEmpty else {
      let bytes = logs.reduce(Int64(0)) { $0.addingReportingOverflow($1.log.size).partialValue }
      throw ExplainFailure(
        "no record of a call '\(id)' is in \(Int64(logs.count).grouped) log\(logs.count == 1 ? "" : "s") "
          + "(\(bytes.grouped) bytes): name other logs at the end of the command"
          + (logs.first.map {
            ", or look at the ids that a log has: spendfuse explain \(SubjectText.option("line", "\($0.log.path):0"))"
          } ?? ""))
    }
    var notes: [String] = []
    if found.count > 1 {
      notes.append(
        "\(found.count) records of this call, in the order of the logs; a daemon may have met them in another"
      )
    }
    if found.count >= RecordSearch.most {
      notes.append("the search ended after \(RecordSearch.most) records")
    }
    return (
      TracesMessage(records: found.map { message($0, isShown: true) }, logs: logs.count, notes: notes),
      problems
    )
  }

  // MARK: One record

  private func message(_ found: FoundRecord, isShown: Bool) -> TraceMessage {
    let reading = isShown ? probe(found) : .nothing
    var message = TraceMessage(
      file: found.log.log.path, offset: found.start, length: found.end - found.start,
      source: found.log.log.source, sourceFormat: found.log.layout.name, format: reading.format?.name,
      formatText: RecordTracer.text(of: reading, asked: found.log.layout), outcome: "",
      fields: reading.fields.map { .init(path: $0.path, value: $0.value) }, buckets: [], rules: [])
    switch found.outcome {
    case .rejected(let why):
      message.outcome = why.name
      // What is no record has no fields: they would be made up.
      if [.notObject, .malformed, .torn, .tooLong].contains(why) { message.fields = [] }
    case .noUsage: message.outcome = "no_usage"
    case .usage(let record):
      message.outcome = "usage"
      describe(record, found, reading.format, &message)
    }
    return message
  }

  private func describe(
    _ record: UsageRecord, _ found: FoundRecord, _ format: Format?, _ message: inout TraceMessage
  ) {
    func name(_ name: UsageRecord.Name) -> String? { name.isEmpty ? nil : found.parsed.string(name) }
    message.time = record.time
    message.timeFrom = record.time == nil ? "none" : "logged"
    (message.key, message.keyAlias) = (name(record.key), name(record.keyAlias))
    (message.task, message.model) = (name(record.task), name(record.model))
    (message.user, message.team) = (name(record.user), name(record.team))
    message.requestId = name(record.requestID) ?? name(record.identity)
    (message.requests, message.errors) = (Int64(record.requests), Int64(record.errors))
    message.maxTokens = record.maxTokens >= 0 ? record.maxTokens : nil
    message.isContradictory = record.isContradictory
    let price =
      record.loggedCost == nil && !(record.tokens.isZero && record.webSearches == 0)
      ? prices.trace(
        model: message.model ?? "", tokens: record.tokens, webSearches: record.webSearches, tier: record.tier,
        surcharges: record.surcharges)
      : nil
    message.price = RecordTracer.price(record, price)
    message.buckets = TokenBuckets.Name.allCases.map { bucket in
      let part = price?.parts.first { $0.bucket == bucket }
      return .init(
        name: bucket.rawValue, tokens: record.tokens[bucket],
        rule: format?.convention?.rule(of: bucket) ?? "as logged", rateNanoUsdPerMillion: part?.rate,
        costNanoUsd: part?.cost.rawValue, costUsd: part?.cost.decimal)
    }
    let event = count(record, found, &message)
    guard let rules else { return }
    var names: [Dimension: String] = [:]
    for (dimension, text) in [
      (Dimension.key, message.key), (.task, message.task), (.model, message.model), (.user, message.user),
      (.team, message.team),
    ] { names[dimension] = text }
    let call = TracedCall(
      event: event, names: names, keyAlias: message.keyAlias, tokens: record.tokens,
      cost: NanoUSD(rawValue: message.price?.costNanoUsd ?? 0), maxTokens: record.maxTokens,
      isNew: message.counting?.outcome != "duplicate" && event.requests > 0)
    message.rules = rules.views(of: call).map { facts($0, maxTokens: record.maxTokens) }
  }

  /// Books it as the watcher would.
  private func count(_ record: UsageRecord, _ found: FoundRecord, _ message: inout TraceMessage) -> UsageEvent
  {
    let (before, source) = (books.grew, intake.names.internSource(found.log.log.source))
    let event = intake.book(record, names: found.parsed.names, source: source, arrival: now, books: &books)
    if let event { _ = intake.remember(event) }
    let added = event?.cost ?? .zero
    func counting(_ outcome: String, _ text: String, _ first: LogPlace? = nil) -> TraceMessage.Counting {
      .init(
        outcome: outcome, text: text, costNanoUsd: added.rawValue, costUsd: added.decimal,
        tokens: event?.tokens.total ?? 0, firstFile: first?.file, firstOffset: first?.offset)
    }
    let nothing = UsageEvent(time: min(record.time ?? now, now))
    let identity = found.parsed.string(record.identity)
    if identity.isEmpty {
      message.counting = counting("once", "its format writes each call once: every record counts")
    } else if let event, !event.isCorrection {
      for detail in [found.parsed.string(record.identityDetail), nil] {
        let call = Identity(identity: identity, detail: detail)
        if first[call] == nil { first[call] = found.place }
      }
      message.counting = counting("first", "first sighting of this call: it counts")
    } else {
      let detail = found.parsed.string(record.identityDetail)
      let place =
        first[Identity(identity: identity, detail: detail)]
        ?? first[Identity(identity: identity, detail: nil)]
      let of = place.map { " of \($0.text)" } ?? ""
      message.counting =
        books.grew > before
        ? counting("grew", "a larger report\(of): only what it has more counts", place)
        : counting("duplicate", "a duplicate\(of): it adds nothing", place)
    }
    return event ?? nothing
  }

  // MARK: Texts

  private func facts(_ view: RuleView, maxTokens: Int64) -> TraceMessage.RuleFacts {
    let metric = view.rule.metric
    let asked = ask(view.rule, view.subject)
    let isOver = view.span.end.map { $0 <= now } ?? (view.span.bucket != nil && isPast(view))
    var text: String
    if view.rule.window == .request {
      text =
        view.breach.map { "breaks it: \(metric.text($0)) against \(metric.text(view.limit))" }
        ?? (metric == .maxTokens && maxTokens == UsageRecord.unstated
          ? "its log does not say what the request asked for" : "within \(metric.text(view.limit))")
    } else {
      let unit = metric == .errorRatio ? Metric.errors : metric
      text = "adds \(unit.text(view.amount)) to \(span(view))"
      if isOver {
        text += "; that is over"
      } else if let asked {
        text += "; now \(metric.text(asked.value)) of \(metric.text(asked.limit)), \(asked.state)"
      } else {
        text += "; the limit is \(metric.text(view.limit))"
      }
    }
    return .init(
      name: view.rule.name, metric: metric.rawValue, subject: SubjectMessage(view.subject),
      alias: view.subject.alias, window: view.rule.window.name, windowStart: view.span.start,
      windowEnd: view.span.end, amount: view.amount, limit: asked?.limit ?? view.limit,
      value: isOver ? nil : asked?.value, state: isOver ? nil : asked?.state, text: text)
  }

  /// Whether a call has left its sliding window.
  private func isPast(_ view: RuleView) -> Bool {
    guard case .sliding(let span) = view.rule.window, let bucket = view.span.bucket,
      let start = view.span.start
    else { return false }
    return start + span + bucket + span < now
  }

  private func span(_ view: RuleView) -> String {
    switch view.rule.window {
    case .calendar(let period):
      guard let start = view.span.start, let end = view.span.end else { return "the \(period.name)" }
      return
        "the \(period.name) from \(TimeText.people(start, timeZone: timeZone)) to \(TimeText.people(end, timeZone: timeZone))"
    case .sliding: return "the window of \(view.rule.window.name)"
    case .lifetime: return "the lifetime"
    case .request: return "the call"
    }
  }

  private static func price(_ record: UsageRecord, _ trace: PriceTrace?) -> TraceMessage.Price {
    guard let trace else {
      let cost = record.loggedCost ?? .zero
      return .init(
        by: record.loggedCost == nil ? "none" : "log", costNanoUsd: cost.rawValue, costUsd: cost.decimal)
    }
    return .init(
      by: trace.isGuess ? "dearest" : "table", costNanoUsd: trace.total.rawValue,
      costUsd: trace.total.decimal,
      row: trace.row, origin: trace.origin, tier: String(describing: trace.tier),
      longContextAbove: trace.longContextAbove,
      surchargeMillionths: trace.factor == 1_000_000 ? nil : trace.factor,
      webSearches: trace.webSearches > 0 ? Int64(trace.webSearches) : nil,
      webSearchFeeNanoUsd: trace.webSearches > 0 ? trace.webSearchFee : nil)
  }

  private static func text(of reading: FieldProbe.Reading, asked: RecordLayout) -> String {
    if asked.fields != nil { return "where the source says" }
    guard asked.format == .auto else { return "the source says so" }
    guard let format = reading.format else {
      return reading.passedOver.isEmpty ? "" : "auto knows no format for it"
    }
    let passed = reading.passedOver.map(\.name)
    let others =
      passed.count > 4
      ? "; the \(passed.count) formats asked before do not know it"
      : passed.isEmpty ? "" : "; it is not \(passed.joined(separator: ", nor "))"
    return "auto knows it by \(format.mark)\(others)"
  }

  private func probe(_ found: FoundRecord) -> FieldProbe.Reading {
    var probe = FieldProbe(found.log.layout)
    return RecordTracer.bytes(of: found).withUnsafeBytes { probe.read($0) }
  }

  /// Read again from its file, which may have changed since: then there are no fields.
  private static func bytes(of found: FoundRecord) -> [UInt8] {
    guard found.log.log.path != "-" else { return [] }
    let descriptor = open(found.log.log.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    let length = Int(min(found.end - found.start, Int64(RecordParser.maxLength)))
    var bytes = [UInt8](repeating: 0, count: length)
    let count = bytes.withUnsafeMutableBytes {
      pread(descriptor, $0.baseAddress, $0.count, off_t(found.start))
    }
    return count == length ? bytes : []
  }
}
