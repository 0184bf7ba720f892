import Logging
internal import SpendEngine

/// Who is told of decisions, and how: receivers get notifications, the audit and the log get lines.
package struct Announcer: Sendable {
  package var receivers: [Receiver]
  /// IANA name; instants are said in it.
  package var timeZone: String

  package init(_ configuration: Configuration) {
    receivers = configuration.receivers
    timeZone = configuration.timeZone
  }

  /// Outbox rows for the decisions of one batch.
  func notifications(for decisions: [Decision]) -> [NewNotification] { [] }

  /// One line a decision, for people who look back.
  func audit(of decisions: [Decision]) -> [AuditLine] {
    decisions.map { decision in
      AuditLine(
        at: decision.at, kind: decision.kind.rawValue, rule: decision.rule, subject: decision.subject.text,
        text: "")
    }
  }

  func log(_ decision: Decision, _ logger: Logger) {}
}
