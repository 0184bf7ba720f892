internal import Logging
internal import SpendEngine

/// Who is told of decisions, and how: receivers get notifications, the audit and the log get a line.
struct Announcer: Sendable {
  private let receivers: [Receiver]
  /// IANA name; instants are said in it.
  private let timeZone: String
  /// By rule: severity, labels, annotations.
  private let notes: [String: RuleNotes]

  /// Behind every command that people are told to run.
  private let commandEnding: String

  /// - Parameter state: of the daemon; named in commands where they would not find it by themselves.
  init(_ configuration: Configuration, state: StateDirectory? = nil) {
    commandEnding = state.flatMap(\.option).map { " " + $0 } ?? ""
    receivers = configuration.receivers
    timeZone = configuration.timeZone
    notes = Dictionary(configuration.rules.rules.map { ($0.name, $0.notes) }) { first, _ in first }
  }

  /// Outbox rows for the decisions of one batch.
  func notifications(for decisions: [Decision]) -> [NewNotification] {
    SpendWatch.notifications(
      for: decisions, receivers: receivers, timeZone: timeZone, commandEnding: commandEnding, notes: notes
    ).map(
      NewNotification.init)
  }

  /// Outbox rows about an alarm, for the receivers that are told of alarms.
  func notifications(for alarm: Alarm) -> [NewNotification] {
    SpendWatch.notifications(for: alarm, receivers: receivers).map(NewNotification.init)
  }

  func audit(of alarm: Alarm) -> AuditLine {
    AuditLine(
      at: alarm.at, kind: alarm.isOver ? "resolve" : "alarm", rule: alarm.kind.name, subject: alarm.subject,
      text: AlarmText(alarm).line)
  }

  func audit(of decision: Decision) -> AuditLine {
    AuditLine(
      at: decision.at, kind: decision.kind.rawValue, rule: decision.rule, subject: decision.subject.identity,
      text: line(decision))
  }

  /// One line in the log, for whoever reads along: where there are no receivers it is all that people see.
  func log(_ decision: Decision, _ logger: Logger) {
    // Its halt has just been said, with the same numbers.
    if decision.kind == .alert, decision.level == .firing, decision.target != nil, !decision.isDigest {
      return
    }
    let isQuiet =
      decision.kind == .resume || decision.kind == .resolve || decision.mode == .shadow
      || decision.isExtension
    logger.log(level: isQuiet ? .notice : decision.kind == .halt ? .error : .warning, "\(line(decision))")
  }

  private func line(_ decision: Decision) -> String {
    let text = AlertText(decision, timeZone: timeZone)
    let mode = decision.mode == .shadow ? "shadow: " : ""
    let level = decision.kind == .alert ? " \(decision.level.name)" : ""
    let said =
      "\(mode)\(decision.kind.rawValue)\(level): \(text.title) (rule \(decision.rule))"
      + (decision.note.isEmpty ? "" : ": \(decision.note)")
    guard decision.kind == .halt, decision.limit > 0 else { return said }
    if decision.isHeld { return said + "; HELD by the brake, not halted" }
    let past = decision.value.subtractingSaturating(decision.limit)
    return said
      + (decision.isPartOfLimit && past >= 0 ? "; \(decision.metric.text(past)) past the limit" : "")
      + (text.command.map { "; lift it with: \($0)\(commandEnding)" } ?? "")
  }
}

extension NewNotification {
  fileprivate init(_ notification: Notification) {
    self.init(notificationID: notification.id, receiver: notification.receiver, body: notification.body)
  }
}
