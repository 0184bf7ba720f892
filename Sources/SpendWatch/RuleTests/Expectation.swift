import SpendEngine

/// One entry of `expect:`: what must be so at an instant, after every call and everything due up to it, that instant included.
struct Expectation: Sendable {
  /// Of the file, from 1.
  var line: Int
  var at: EngineTime
  var claims: [Claim] = []

  /// Each is looked at for itself.
  enum Claim: Sendable {
    case standing(ExpectedStanding)
    /// Whether a call of this key and task would be stopped: by a halt of everything, of the key or of the task.
    case isStopped(SubjectName, Bool)
    /// Everybody who is halted.
    case halted([SubjectName])
    /// Everybody whose halt waits for the brake.
    case held([SubjectName])
    case decisions(ExpectedDecisions)
  }
}

/// Where a rule stands with one subject. What is nil is not asked.
struct ExpectedStanding: Sendable {
  var rule: String
  var subject: SubjectName
  /// `none`, `50%`, `firing`
  var level: String?
  /// In the metric's unit.
  var value: Int64?
  var limit: Int64?
  /// Whether a halt by this rule stops the subject.
  var isHalted: Bool?
}

/// Which decisions are meant.
struct DecisionFilter: Sendable, Hashable {
  /// nil: any rule.
  var rule: String?
  /// Nothing named: any subject.
  var subject = SubjectName.global

  func matches(_ decision: Decision) -> Bool {
    (rule == nil || rule == decision.rule) && subject.matches(decision.subject)
  }

  /// `of rule task-budget, key ci-bot`; empty for all.
  var text: String {
    let parts = [rule.map { "rule \($0)" }, subject.names.isEmpty ? nil : subject.text].compactMap { $0 }
    return parts.isEmpty ? "" : " of " + parts.joined(separator: ", ")
  }
}

/// Exactly what was decided in a span of time, in order.
struct ExpectedDecisions: Sendable {
  /// What is at this instant is not meant any more; nil: from where the last such list with this filter ended, else from the start on.
  var since: EngineTime?
  var filter = DecisionFilter()
  var list: [ExpectedDecision]
}

/// One decision; what is nil is not asked.
struct ExpectedDecision: Sendable {
  var kind: Decision.Kind
  var rule: String?
  var subject = SubjectName.global
  var at: EngineTime?
  /// `50%`, `firing`
  var level: String?
  /// In the metric's unit.
  var value: Int64?
  var limit: Int64?
  var target: SubjectName?
  var mode: Mode?
  var isHeld: Bool?

  func matches(_ decision: Decision) -> Bool {
    kind == decision.kind && (rule ?? decision.rule) == decision.rule && subject.matches(decision.subject)
      && (at ?? decision.at) == decision.at && (level ?? decision.level.name) == decision.level.name
      && (value ?? decision.value) == decision.value && (limit ?? decision.limit) == decision.limit
      && (target.map { name in decision.target.map(name.isWhole) ?? false } ?? true)
      && (mode ?? decision.mode) == decision.mode && (isHeld ?? decision.isHeld) == decision.isHeld
  }
}
