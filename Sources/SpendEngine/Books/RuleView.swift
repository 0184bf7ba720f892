/// What one call is to one rule: for `explain` of a record.
package struct RuleView: Sendable {
  package var rule: Rule
  package var subject: Subject
  /// What the call adds to the rule's sum, in its metric's unit (of a share: the failed calls).
  package var amount: Int64
  package var limit: Int64
  /// The window that the call's time is in.
  package var span: Explanation.Span
  /// Of a rule that looks at calls: the value by which this one breaks it; nil where it does not.
  package var breach: Int64?
}

/// A call as a rule sees it, without an engine.
package struct TracedCall: Sendable {
  /// What it adds: of a duplicate nothing, of one that grew the difference.
  package var event: UsageEvent
  /// By dimension; a name that is missing is not there.
  package var names: [Dimension: String]
  package var keyAlias: String?
  /// The whole call.
  package var tokens: TokenBuckets
  package var cost: NanoUSD
  /// See `UsageRecord.maxTokens`.
  package var maxTokens: Int64
  package var isNew: Bool

  package init(
    event: UsageEvent, names: [Dimension: String], keyAlias: String?, tokens: TokenBuckets, cost: NanoUSD,
    maxTokens: Int64, isNew: Bool
  ) {
    self.event = event
    self.names = names
    self.keyAlias = keyAlias
    self.tokens = tokens
    self.cost = cost
    self.maxTokens = maxTokens
    self.isNew = isNew
  }

  /// The subject that it counts for.
  package func subject(_ per: Per) -> Subject {
    Subject(
      per, per.dimensions.map { names[$0] ?? Subject.none },
      alias: per == .key && keyAlias != names[.key] ? keyAlias : nil)
  }
}

extension RuleSet {
  /// Every rule's view of a call, in the order of the rules.
  package func views(of call: TracedCall) -> [RuleView] {
    rules.map { rule in
      let subject = call.subject(rule.per)
      let limit = rule.kind.limit(for: subject)
      var breach: Int64?
      if case .ceiling(let ceiling) = rule.kind {
        let booked = BookedCall(
          tokens: call.tokens, cost: call.cost, maxTokens: call.maxTokens, isNew: call.isNew)
        breach = ceiling.breach(by: booked, limit: limit)
      }
      let metric: Metric = rule.metric == .errorRatio ? .errors : rule.metric
      return RuleView(
        rule: rule, subject: subject, amount: call.event.amount(metric), limit: limit,
        span: span(of: rule.window, at: call.event.time), breach: breach)
    }
  }

  /// The part of time that a window stands for at an instant.
  package func span(of window: Window, at time: EngineTime) -> Explanation.Span {
    switch window {
    case .calendar(let calendar):
      guard let period = calendars[calendar]?.period(of: time) else { return .init() }
      return .init(start: period.start, end: period.end)
    case .sliding(let span):
      let shape = RingShape(span)
      return .init(
        start: EngineTime(
          milliseconds: shape.oldest(at: time).multipliedReportingOverflow(by: shape.width).partialValue),
        bucket: shape.width)
    case .lifetime, .request: return .init()
    }
  }
}
