/// A person's hand on the switch.
package enum OperatorCommand: Sendable {
  /// Halts `subject` until `until`, or until somebody lifts it.
  case halt(Subject, why: String, by: String, until: EngineTime?)
  /// Lifts every origin's halt of `subject` (`rule` nil), or that rule's only.
  case resume(Subject, rule: String?, why: String, by: String, headroom: Headroom)
  /// Lifts that rule's halts of whomever.
  case resumeRule(String, why: String, by: String, headroom: Headroom)
}

/// How much may be spent after a person's resume while the breach holds.
package enum Headroom: Sendable, Hashable {
  /// The rule halts again at the value at resume plus this many per cent of the limit.
  case percent(Int64)
  /// Not before the window ends.
  case untilReset
  /// Not for this long (ms).
  case span(Milliseconds)
  package static let standard = Headroom.percent(10)
}

/// What an operator is told.
package struct OperatorReply: Sendable, Hashable {
  /// false: nothing was changed, and `lines` say why.
  package var changed: Bool
  /// Plain text for people, one fact a line.
  package var lines: [String]
  /// What else may have been meant, where a name is none that is known.
  package var hint: String?
  /// Whom the command was about, under the name that is known: an alias stands for its key. nil where it named nobody.
  package var subject: Subject?
  package init(changed: Bool, lines: [String]) {
    self.changed = changed
    self.lines = lines
  }
}
