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

/// The message about a switch that has failed for 5 s, or is well again.
package func notifications(
  for alarm: SwitchAlarm, at now: EngineTime, receivers: [Receiver]
) -> [Notification] {
  // A decision that stands for it, so that every receiver has one shape to know.
  var decision = Decision(
    kind: alarm.isOver ? .resolve : .alert, at: now, rule: Decision.switches, subject: .global,
    level: .firing,
    metric: .errors,
    value: 0, limit: 0, window: .lifetime, mode: .warn, note: "", alertID: 0)
  decision.alertID = SHA256.digest("\(alarm.label)|\(alarm.failingSince.milliseconds)".utf8).prefix(8).reduce(
    0
  ) { $0 << 8 | UInt64($1) }
  decision.windowStart = alarm.failingSince
  var announcement = Announcement([Announcement.Item(decision: decision)], timeZone: "UTC")
  let since = TimeText.people(alarm.failingSince, timeZone: "UTC")
  announcement.text.title =
    alarm.isOver
    ? "Kill switch \(alarm.label) works again" : "Kill switch \(alarm.label) fails: halts do not reach it"
  announcement.text.lines =
    alarm.isOver
    ? ["It failed since \(since); what is halted was asserted again."] : ["Since \(since): \(alarm.error)"]
  return receivers.map {
    Notification(
      id: announcement.id, receiver: $0.name, body: $0.body(of: announcement), group: "switch|\(alarm.label)")
  }
}
