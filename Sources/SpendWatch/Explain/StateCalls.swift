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
    var blobs: (ledger: [[UInt8]], journal: [[UInt8]]) = ([], [])
    var lines: [AuditLine] = []
    var names = Names(hash: SipHash(key: (.random(in: .min ... .max), .random(in: .min ... .max))))
    var stored: [[UInt8]] = []
    let day = span.start.map { $0.milliseconds.dividedDown(by: .day) - 1 } ?? .min
    try reader.read { snapshot in
      if isWanted {
        stored = try snapshot.names()
        try snapshot.forEachLedgerBlob { if $0 >= day { blobs.ledger.append($1) } }
        try snapshot.forEachEventBlob { blobs.journal.append($0) }
      }
      lines = try snapshot.audit(rule: rule.name, subject: subject.identity, until: until, limit: mostLines)
    }
    for blob in stored where !names.restore(blob) {
      throw StateError(.damaged, path: directory.databasePath, detail: "a block of names cannot be read")
    }
    var calls = SubjectCalls(rule.metric, keep: keep)
    var partly: Int64 = 0
    let number = names.number(of: subject)
    let ids = number.map { names.ids(rule.per, $0) } ?? []
    func isOfSubject(_ event: UsageEvent) -> Bool {
      guard number != nil else { return false }
      return event.time <= until ?? .distantFuture
        && zip(rule.per.dimensions, ids).allSatisfy { event.name($0) == $1 }
    }
    for blob in blobs.ledger {
      guard var events = JournalReader(blob) else { continue }
      while let cell = events.next() {
        guard isOfSubject(cell), overlaps(span, hour: cell.time) else { continue }
        if rule.window == .lifetime { calls.follow(cell) }
        calls.add(hour: cell)
        let end = cell.time + .hour
        let isWhole = span.start ?? .distantPast <= cell.time && until ?? .distantFuture >= end
        if !isWhole { partly = partly.addingSaturating(cell.amount(calls.metric)) }
      }
    }
    for blob in blobs.journal {
      guard var events = JournalReader(blob) else { continue }
      while let event = events.next() {
        guard isOfSubject(event), span.contains(event.time + -event.ahead) else { continue }
        if rule.window == .lifetime { calls.follow(event) }
        calls.add(event)
      }
    }
    return Found(
      calls: isWanted ? CallsMessage(calls, names) : nil,
      history: lines.map { HistoryMessage(at: $0.at, kind: $0.kind, text: $0.text) }, partly: partly)
  }

  private static func overlaps(_ span: Explanation.Span, hour: EngineTime) -> Bool {
    hour + .hour > span.start ?? .distantPast && hour < span.end ?? .distantFuture
  }
}
