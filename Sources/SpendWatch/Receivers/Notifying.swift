package import SpendEngine

/// The messages about `decisions` for every receiver. Pure: the state thread calls it and stores the result in the decisions' own
/// transaction, so that none is lost and none is sent for what was never committed.
/// - Parameter timeZone: `Configuration.timeZone`.
/// - Parameter commandEnding: stands behind every command that people are told to run.
/// - Parameter notes: by rule.
package func notifications(
  for decisions: [Decision], receivers: [Receiver], timeZone: String, commandEnding: String = "",
  notes: [String: RuleNotes] = [:]
) -> [Notification] {
  guard !receivers.isEmpty else { return [] }
  return Announcement.all(of: decisions, timeZone: timeZone, notes: notes).flatMap { announcement in
    var announcement = announcement
    announcement.endCommands(with: commandEnding)
    let id = announcement.id
    return receivers.map {
      Notification(id: id, receiver: $0.name, body: $0.body(of: announcement), group: announcement.group)
    }
  }
}

/// The messages about an alarm, or its end.
package func notifications(for alarm: Alarm, receivers: [Receiver]) -> [Notification] {
  // A decision that stands for it, so that every receiver has one shape to know.
  var decision = Decision(
    kind: alarm.isOver ? .resolve : .alert, at: alarm.at, rule: alarm.kind.name, subject: .global,
    level: .firing, metric: .errors, value: 0, limit: 0, window: .lifetime, mode: .warn, note: "",
    alertID: alarm.id)
  decision.windowStart = alarm.since
  var notes = RuleNotes()
  notes.severity = alarm.severity
  var announcement = Announcement([Announcement.Item(decision: decision)], timeZone: "UTC", notes: notes)
  let text = AlarmText(alarm)
  announcement.text.title = text.title
  announcement.text.lines = text.lines
  announcement.labels = alarm.labels
  return receivers.filter(\.takesAlarms).map {
    Notification(
      id: announcement.id, receiver: $0.name, body: $0.body(of: announcement),
      group: "\(alarm.kind.name)|\(alarm.subject)")
  }
}
