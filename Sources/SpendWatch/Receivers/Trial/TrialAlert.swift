internal import SpendEngine

/// What `notify --test` sends: an alert that says in its first word that it is a test, in the form that every other one has.
///
/// Its severity is `info`, and its label `test` is `true`, so that a route by either can keep it from a pager. Alertmanager's receivers
/// hold an alert open until it is resolved, so a webhook is sent the end of it as well, under the same fingerprint; Slack keeps nothing
/// open, and gets one message.
struct TrialAlert {
  let receiver: Receiver
  let at: EngineTime
  /// Two tests are two alerts.
  let number: UInt64

  /// What a receiver of its kind wants to hear, in order.
  var messages: [Notification] {
    switch receiver.kind {
    case .slack: [message(isOver: false)]
    case .webhook: [message(isOver: false), message(isOver: true)]
    }
  }

  private func message(isOver: Bool) -> Notification {
    var decision = Decision(
      kind: isOver ? .resolve : .alert, at: at, rule: Decision.trial, subject: .global, level: .firing,
      metric: .errors, value: 0, limit: 0, window: .lifetime, mode: .warn, note: "", alertID: number)
    decision.since = at
    var notes = RuleNotes()
    notes.severity = .info
    notes.labels = ["test": "true"]
    var announcement = Announcement([Announcement.Item(decision: decision)], timeZone: "UTC", notes: notes)
    announcement.text.title =
      isOver ? "TEST is over: alerts reach this receiver" : "TEST: alerts of spendfuse reach this receiver"
    announcement.text.lines =
      isOver
      ? ["It resolves the test alert before it."]
      : [
        "Sent by hand with `spendfuse notify --test` to receiver \(receiver.name).",
        "Nothing is spent and nobody is halted.",
      ]
    return Notification(
      id: announcement.id, receiver: receiver.name, body: receiver.body(of: announcement),
      group: announcement.group)
  }
}
