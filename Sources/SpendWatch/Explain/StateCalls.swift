internal import SpendEngine

/// The calls and the history of a subject as a state keeps them: the newest calls one by one (in the journal), earlier ones summed by the
/// hour (in the ledger), and the audit. A daemon may be running on it.
enum StateCalls {
  struct Found {
    /// nil where none were asked for.
    var calls: CallsMessage?
    var history: [HistoryMessage]
    /// What lies in the hour in which the span begins or ends: it is counted whole.
    var partly: Int64
  }

  /// Lines of history at most.
  private static let mostLines = 10

  /// - Parameters:
  ///   - span: only calls of then.
  ///   - until: only calls up to and with then.
  /// - Throws: `StateError`.
  static func read(
    _ directory: StateDirectory, _ rule: Rule, _ subject: Subject, span: Explanation.Span, until: EngineTime?,
    keep: Int
  ) throws -> Found {
    let reader = try StateReader(directory)
    let isWanted = keep > 0 || until != nil
    var lines: [AuditLine] = []
    var stored: StoredEvents?
    let day = span.start.map { $0.milliseconds.dividedDown(by: .day) - 1 } ?? .min
    try reader.read { snapshot in
      if isWanted { stored = try StoredEvents(snapshot, firstDay: day) }
      lines = try snapshot.audit(rule: rule.name, subject: subject.identity, until: until, limit: mostLines)
    }
    var names = Names(hash: SipHash(key: (.random(in: .min ... .max), .random(in: .min ... .max))))
    try stored?.restoreNames { names.restore($0) }
    var calls = SubjectCalls(rule.metric, keep: keep)
    var partly: Int64 = 0
    let number = names.number(of: subject)
    let ids = number.map { names.ids(rule.per, $0) } ?? []
    func isOfSubject(_ event: UsageEvent) -> Bool {
      guard number != nil else { return false }
      return event.time <= until ?? .distantFuture
        && zip(rule.per.dimensions, ids).allSatisfy { event.name($0) == $1 }
    }
    try stored?.forEachCell { cell in
      guard isOfSubject(cell), overlaps(span, hour: cell.time) else { return }
      if rule.window == .lifetime { calls.follow(cell) }
      calls.add(hour: cell)
      let end = cell.time + .hour
      let isWhole = span.start ?? .distantPast <= cell.time && until ?? .distantFuture >= end
      if !isWhole { partly = partly.addingSaturating(cell.amount(calls.metric)) }
    }
    try stored?.forEachCall { event in
      guard isOfSubject(event), span.contains(event.time + -event.ahead) else { return }
      if rule.window == .lifetime { calls.follow(event) }
      calls.add(event)
    }
    return Found(
      calls: isWanted ? CallsMessage(calls, names) : nil,
      history: lines.map { HistoryMessage(at: $0.at, kind: $0.kind, text: $0.text) }, partly: partly)
  }

  private static func overlaps(_ span: Explanation.Span, hour: EngineTime) -> Bool {
    hour + .hour > span.start ?? .distantPast && hour < span.end ?? .distantFuture
  }
}
