/// Where one subject of one rule stands, and what that depends on: for `explain`.
package struct Explanation: Sendable {
  /// Which part of time the rule looks at.
  package struct Span: Sendable, Hashable {
    /// Of a calendar period its edges; of a sliding window where its oldest bucket begins; nil where no instant bounds it.
    package var start: EngineTime?
    package var end: EngineTime?
    /// Of a sliding window's buckets (ms).
    package var bucket: Milliseconds?
    package init(start: EngineTime? = nil, end: EngineTime? = nil, bucket: Milliseconds? = nil) {
      self.start = start
      self.end = end
      self.bucket = bucket
    }
    package func contains(_ time: EngineTime) -> Bool {
      time >= start ?? .distantPast && time < end ?? .distantFuture
    }
  }
  /// A step that people are told of.
  package struct Step: Sendable, Hashable {
    /// Per cent of the limit.
    package var level: Int64
    /// The value that reaches it, in the metric's unit.
    package var value: Int64
  }
  /// The condition of a step holds since then, and acts when it has held for the rule's `for`.
  package struct Pending: Sendable, Hashable {
    package var level: Int64
    package var since: EngineTime
    package var due: EngineTime
  }
  /// The life of the breach that is under way.
  package struct Alert: Sendable, Hashable {
    /// Per cent of the limit; 100 = firing, 0 = pending only.
    package var level: Int64
    /// The highest level that people were told of.
    package var told: Int64
    package var since: EngineTime
    /// Value and limit when the level was reached; of a rule that looks at calls, those of the last that met its condition.
    package var value: Int64
    package var limit: Int64
    package var pending: [Pending]
    /// Since when it has been below its clear value; of a rule that looks at calls, when one met its condition last.
    package var quietSince: EngineTime?
    /// Whom the rule's halt stands against.
    package var halted: Subject?
    /// Halts decided in this breach.
    package var halts: Int64
    /// After a person's resume: the value at which it halts again (`.max` = not before the window ends), or the instant.
    package var headroomValue: Int64?
    package var headroomEnd: EngineTime?
    package var resumedBy: String
  }
  /// What a share is made of.
  package struct Ratio: Sendable, Hashable {
    package var part: Int64
    package var whole: Int64
    /// Below so many the share counts as 0.
    package var least: Int64
  }

  package var rule: Rule
  package var subject: Subject
  /// Engine time.
  package var time: EngineTime
  /// In the metric's unit.
  package var value: Int64
  package var limit: Int64
  package var span: Span
  package var steps: [Step]
  /// The value below which an alert is over, where the value can fall; nil where only the window's end ends it.
  package var clearValue: Int64?
  /// When it will have fallen below `clearValue` if nothing more comes; of a sliding window.
  package var fallsAt: EngineTime?
  package var ratio: Ratio?
  /// Event time of the subject's last call; nil where the rule has seen none.
  package var lastSeen: EngineTime?
  package var alert: Alert?
  /// Every halt that stops the subject: its own, of its key and task, and of everything.
  package var halts: [Halt]
  /// It is about an instant in the past: of the alert's life nothing is known.
  package var isPast = false
  /// Some source is still behind: alerts wait.
  package var isCatchingUp: Bool
  /// What the rule holds to be normal for the subject, a fact a line; of kinds that learn.
  package var baseline: [String]

  /// The highest step that `value` has reached, in per cent; 0 below every step.
  package var reached: Int64 { steps.last { value >= $0.value }?.level ?? 0 }
  /// The lowest step above the value.
  package var next: Step? { steps.first { value < $0.value } }
}

/// What `Engine.explain` found.
package enum ExplainAnswer: Sendable {
  case found(Explanation)
  /// No rule has that name: those there are.
  case noRule(known: [String])
  /// The text can be no subject of the rule.
  case notSubject(Per)
  /// No such subject was seen.
  case noSubject(Per, NearSubjects)
}

/// Subjects that a rule knows, for a person who named another.
package struct NearSubjects: Sendable, Hashable {
  /// Names (and a key's alias) that look like what was asked for, the likest first; a bounded number.
  package var alike: [Subject]
  /// Those nearest to their limits.
  package var top: [Subject]
  package var count: Int
}
