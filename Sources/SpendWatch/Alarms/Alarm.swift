package import SpendEngine

/// Something that blinds the watcher, or ties its hands, for long enough that people must know; or its end. It goes to every receiver, into
/// the audit and the log like an alert, and is told twice: when it begins and when it is over.
package struct Alarm: Sendable, Hashable {
  package var kind: AlarmKind
  /// What it is about, of which there is one alarm at a time: a switch's label, a source's pattern; empty for the state.
  package var subject: String
  /// When the trouble began: with kind and subject it names the incident.
  package var since: EngineTime
  /// When it was found, or found over.
  package var at: EngineTime
  /// What is known of it, a fact each; nothing that stood in a record. Of one that is over: why, where that is not that all is well.
  package var facts: [String]
  package var isOver: Bool

  package init(
    _ kind: AlarmKind, _ subject: String, since: EngineTime, at: EngineTime, facts: [String],
    isOver: Bool = false
  ) {
    self.kind = kind
    self.subject = subject
    self.since = since
    self.at = at
    self.facts = facts
    self.isOver = isOver
  }

  /// The end of it.
  /// - Parameter isWatched: false = nobody looks at its subject any more.
  func over(at time: EngineTime, isWatched: Bool = true) -> Alarm {
    Alarm(
      kind, subject, since: since, at: time,
      facts: isWatched ? [] : ["\(subject) is not in the rules file any more"], isOver: true)
  }

  /// Equal for the beginning and the end of an incident, and for no other: from what it is about and when it began.
  var id: UInt64 {
    SHA256.digest("\(kind.name)|\(subject)|\(since.milliseconds)".utf8).prefix(8).reduce(0) {
      $0 << 8 | UInt64($1)
    }
  }

  /// The webhook's label that tells alarms of one kind apart.
  var labels: [String: String] {
    switch kind {
    case .stateUnwritten: [:]
    case .switchFailing: ["switch": subject]
    case .fileStuck, .filesUnreadable, .recordsRefused, .sourceSilent, .bytesLost, .recordQuarantined:
      ["source": subject]
    }
  }

  /// A switch that fails lets spenders through; all else blinds.
  var severity: RuleNotes.Severity { kind == .switchFailing ? .critical : .warning }
}
