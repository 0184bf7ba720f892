/// Who asked for a halt. A subject is halted while any origin remains.
package enum HaltOrigin: Hashable, Sendable {
  case rule(String)
  case person(String)
}

/// One origin's halt of one subject.
package struct Halt: Sendable, Hashable {
  package var subject: Subject
  package var origin: HaltOrigin
  /// For people: "$26.10 of $25.00 used today by key ci-bot", or what the person wrote.
  package var why: String
  package var since: EngineTime
  /// nil = until somebody lifts it.
  package var until: EngineTime?
  /// Waits for the brake: decided, but not asserted yet.
  package var isHeld: Bool
  /// Its place among those that wait: the lowest goes first. Given by the table; means nothing where it does not wait.
  var turn: Int64 = 0
  /// Value and limit when it tripped, in the metric's unit; 0 for a person's.
  package var value: Int64
  package var limit: Int64

  package init(
    subject: Subject, origin: HaltOrigin, why: String, since: EngineTime, until: EngineTime?,
    isHeld: Bool = false,
    value: Int64 = 0, limit: Int64 = 0
  ) {
    self.subject = subject
    self.origin = origin
    self.why = why
    self.since = since
    self.until = until
    self.isHeld = isHeld
    self.value = value
    self.limit = limit
  }
}

/// What a switch must show for one subject: the union of its halts.
package struct HaltIntent: Sendable, Hashable {
  package var subject: Subject
  /// nil = lift it.
  package var shown: Shown?

  package struct Shown: Sendable, Hashable {
    package var why: String
    /// Rule names and people, for the reason beside the flag.
    package var origins: [HaltOrigin]
    package var since: EngineTime
    /// The latest end; nil if any origin has none.
    package var until: EngineTime?
    package init(why: String, origins: [HaltOrigin], since: EngineTime, until: EngineTime?) {
      self.why = why
      self.origins = origins
      self.since = since
      self.until = until
    }
  }
  package init(subject: Subject, shown: Shown?) {
    self.subject = subject
    self.shown = shown
  }
}
