package import SpendEngine

/// Asks where one subject of one rule stands, and why.
package struct ExplainRequest: Codable, Sendable, Hashable {
  package var rule: String
  /// As a person writes it: see `Per.subjects(written:)`.
  package var subject: String
  /// The value as of then, from what was kept; nil = now.
  package var at: EngineTime?
  /// How many calls are shown one by one; 0 = of now, none are looked for.
  package var calls: Int
  package static let mostCalls = 1_000

  package init(rule: String, subject: String, at: EngineTime? = nil, calls: Int = 5) {
    self.rule = rule
    self.subject = subject
    self.at = at
    self.calls = calls
  }
}

/// `explain --rule R --subject S --json`. Amounts are in the metric's unit (nano-dollars for spend), with a decimal string of USD beside
/// them where they are money; times are RFC 3339.
package struct ExplainMessage: Codable, Sendable, Hashable {
  package struct RuleFacts: Codable, Sendable, Hashable {
    package var name: String
    package var per: String
    package var metric: String
    package var window: String
    package var mode: String
    /// Whom it halts at the limit; nil = nobody.
    package var halt: String?
    /// `manual`, `reset`, `clear` or a span; nil where it halts nobody.
    package var until: String?
    package var forMs: Int64?
  }
  package struct WindowFacts: Codable, Sendable, Hashable {
    package var start: EngineTime?
    package var end: EngineTime?
    /// Of a sliding window and its buckets.
    package var spanMs: Int64?
    package var bucketMs: Int64?
    package var timeZone: String
  }
  package struct StepFacts: Codable, Sendable, Hashable {
    /// `50%`, `firing`.
    package var level: String
    package var value: Int64
    package var valueUsd: String?
    package var isReached: Bool
  }

  package var rule: RuleFacts
  package var subject: SubjectMessage
  package var alias: String?
  /// The instant that it is about.
  package var at: EngineTime
  package var value: Int64
  package var valueUsd: String?
  package var limit: Int64
  package var limitUsd: String?
  package var window: WindowFacts
  /// `inactive`, `pending`, `50%`, `80%`, `firing`; of an instant in the past what the value had reached.
  package var state: String
  /// When the breach began; nil where there is none.
  package var since: EngineTime?
  package var steps: [StepFacts]
  package var halts: [StatusMessage.HaltMessage]
  /// Why it fired or has not, and what comes next: a sentence each.
  package var reasons: [String]
  /// What the rule holds to be normal; of kinds that learn.
  package var baseline: [String]
  /// nil where they could not be read: `notes` say why.
  package var calls: CallsMessage?
  /// What happened to the subject by this rule, oldest first.
  package var history: [HistoryMessage]
  /// What a reader must know about these numbers.
  package var notes: [String]
}

extension ExplainMessage {
  /// What the engine knows; the caller adds calls and history.
  package init(_ found: Explanation, timeZone: String) {
    let rule = found.rule
    let isMoney = rule.metric == .spend
    func usd(_ amount: Int64) -> String? { isMoney ? NanoUSD(rawValue: amount).decimal : nil }
    self.rule = RuleFacts(
      name: rule.name, per: rule.per.name, metric: rule.metric.rawValue, window: rule.window.name,
      mode: rule.mode.name, halt: rule.halt?.rawValue, until: rule.halt == nil ? nil : rule.until.text,
      forMs: rule.hold > 0 ? rule.hold : nil)
    subject = SubjectMessage(found.subject)
    alias = found.subject.alias
    at = found.time
    value = found.value
    valueUsd = usd(found.value)
    limit = found.limit
    limitUsd = usd(found.limit)
    var span: Milliseconds?
    if case .sliding(let length) = rule.window { span = length }
    window = WindowFacts(
      start: found.span.start, end: found.span.end, spanMs: span, bucketMs: found.span.bucket,
      timeZone: timeZone)
    state = ExplainMessage.state(found)
    since = found.alert?.since
    steps = found.steps.map {
      StepFacts(
        level: ExplainMessage.level($0.level), value: $0.value, valueUsd: usd($0.value),
        isReached: found.value >= $0.value)
    }
    halts = found.halts.map { StatusMessage.HaltMessage($0, ends: [rule.name: rule.until.name]) }
    reasons = ExplainReasons(found, timeZone: timeZone).lines
    baseline = found.baseline
    history = []
    notes = []
    if found.isCatchingUp {
      notes.append("what the logs held before the start is still being read: alerts wait for its end")
    }
  }

  private static func state(_ found: Explanation) -> String {
    guard let alert = found.alert else { return "inactive" }
    return alert.level == 0 ? "pending" : level(alert.level)
  }

  /// `80%`, `firing`
  static func level(_ percent: Int64) -> String { percent >= 100 ? "firing" : "\(percent)%" }

  /// The subject for people.
  package var subjectText: String { subject.text(alias: alias) }
}

extension HaltEnd {
  /// As in a rules file.
  package var text: String {
    switch self {
    case .manual: "manual"
    case .reset: "reset"
    case .clear: "clear"
    case .after(let span): span.spanText
    }
  }
}
