package import SpendEngine

/// What goes into one transaction: a batch, and all that must stand or fall with it. Kept by the caller until it is
/// committed, and then retried as it is.
package struct StateCommit: Sendable {
  /// nil: outcomes or audit lines alone.
  package var batch: Batch?
  /// The clock's time; new notifications are due at it.
  package var time: EngineTime
  /// The tailer's rows that changed.
  package var files: [TrackedRow]
  package var notifications: [NewNotification]
  package var outcomes: [DeliveryOutcome]
  package var audit: [AuditLine]
  /// What begins, and what is over.
  package var alarms: [Alarm] = []

  package init(
    batch: Batch? = nil, time: EngineTime, files: [TrackedRow] = [], notifications: [NewNotification] = [],
    outcomes: [DeliveryOutcome] = [], audit: [AuditLine] = []
  ) {
    self.batch = batch
    self.time = time
    self.files = files
    self.notifications = notifications
    self.outcomes = outcomes
    self.audit = audit
  }
}

/// The tailer's own row of a file, beside the engine's `FileBook`; its encoding is the tailer's.
package struct TrackedRow: Sendable, Hashable {
  package var file: FileID
  /// nil = the tailer forgets the file: the row goes, and its books join those of its source's forgotten files.
  package var tracked: [UInt8]?
  /// Of a file that is forgotten: of the source that found it.
  package var pattern: String

  package init(file: FileID, tracked: [UInt8]?, pattern: String = "") {
    self.pattern = pattern
    self.file = file
    self.tracked = tracked
  }
}

/// A notification for one receiver. One whose (id, receiver) is already waiting is not queued again.
package struct NewNotification: Sendable, Hashable {
  package var notificationID: String
  package var receiver: String
  package var body: String

  package init(notificationID: String, receiver: String, body: String) {
    self.notificationID = notificationID
    self.receiver = receiver
    self.body = body
  }
}

/// One decision or operator's act, for people. Kept for 90 days.
package struct AuditLine: Sendable, Hashable {
  package var at: EngineTime
  /// `alert`, `halt`, `resume`, `resolve`, `reload`, ...
  package var kind: String
  /// Empty where no rule is meant.
  package var rule: String
  package var subject: String
  package var text: String

  package init(at: EngineTime, kind: String, rule: String, subject: String, text: String) {
    self.at = at
    self.kind = kind
    self.rule = rule
    self.subject = subject
    self.text = text
  }
}

/// What a commit left behind.
package struct Committed: Sendable, Hashable {
  /// The highest sequence in the state.
  package var sequence: Int64
  /// The commit's notifications that are waiting now: to hand to the alerts thread.
  package var queued: [OutboxRow]
}
