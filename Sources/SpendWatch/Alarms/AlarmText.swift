internal import SpendEngine

/// What people read of an alarm.
package struct AlarmText: Sendable, Hashable {
  package var title: String
  /// One fact a line, what to do the last.
  package var lines: [String]

  package init(_ alarm: Alarm) {
    let since = TimeText.people(alarm.since, timeZone: "UTC")
    if alarm.isOver {
      title = alarm.facts.first ?? AlarmText.ending(alarm)
      lines = ["It began \(since)."]
      if alarm.facts.isEmpty, let after = AlarmText.aftermath(alarm.kind) { lines.append(after) }
      return
    }
    title = AlarmText.beginning(alarm)
    lines = ["Since \(since)" + (alarm.facts.isEmpty ? "." : ": \(alarm.facts[0])")]
    lines += alarm.facts.dropFirst()
    if let advice = AlarmText.advice(alarm.kind) { lines.append(advice) }
  }

  private static func beginning(_ alarm: Alarm) -> String {
    switch alarm.kind {
    case .switchFailing: "Kill switch \(alarm.subject) fails: halts do not reach it"
    case .stateUnwritten: "The state cannot be written"
    case .fileStuck: "Files of \(alarm.subject) are not read on"
    case .filesUnreadable: "Files of \(alarm.subject) cannot be read"
    case .recordsRefused: "The records of \(alarm.subject) are not counted"
    case .sourceSilent: "No record comes from \(alarm.subject)"
    case .bytesLost: "Bytes of \(alarm.subject) were lost unread"
    case .recordQuarantined: "A record of \(alarm.subject) was passed over"
    }
  }

  private static func ending(_ alarm: Alarm) -> String {
    switch alarm.kind {
    case .switchFailing: "Kill switch \(alarm.subject) works again"
    case .stateUnwritten: "The state is written again"
    case .fileStuck: "Files of \(alarm.subject) are read on again"
    case .filesUnreadable: "Files of \(alarm.subject) can be read again"
    case .recordsRefused: "The records of \(alarm.subject) are counted again"
    case .sourceSilent: "Records come from \(alarm.subject) again"
    case .bytesLost: "Nothing more of \(alarm.subject) was lost for an hour"
    case .recordQuarantined: "No more records of \(alarm.subject) were passed over for an hour"
    }
  }

  private static func advice(_ kind: AlarmKind) -> String? {
    switch kind {
    case .switchFailing: nil
    case .stateUnwritten:
      "Halts go out, other alerts wait. Make room, or mend the disk: nothing is lost then."
    case .fileStuck: "What is spent in them is not seen. See `spendfuse status` and the daemon's log."
    case .filesUnreadable: "What is spent in them is not seen."
    case .recordsRefused: "What is spent in them is not seen: is `format` right?"
    case .sourceSilent: "Does the logger still write, and to this path?"
    case .bytesLost: "What is spent in them is not seen. Rotate by rename rather than by copytruncate."
    case .recordQuarantined: "The watcher died at it twice. Please report it."
    }
  }

  private static func aftermath(_ kind: AlarmKind) -> String? {
    switch kind {
    case .switchFailing: "What is halted was asserted again."
    case .stateUnwritten: "Everything that waited is in it."
    default: nil
    }
  }

  /// For the log, the audit and `status`.
  var line: String { ([title] + lines).joined(separator: ": ") }

  private static let mostNamed = 3
  /// Characters of a fact: a path may be long.
  private static let longest = 300

  /// Many files in the same trouble: the first few by name, and how many there are.
  static func few(_ facts: [String]) -> [String] {
    let shown = facts.sorted().prefix(mostNamed).map {
      $0.count > longest ? "\($0.prefix(longest / 2))…\($0.suffix(longest / 2))" : $0
    }
    return facts.count > mostNamed ? shown + ["and \(Int64(facts.count - mostNamed).grouped) more"] : shown
  }
}
