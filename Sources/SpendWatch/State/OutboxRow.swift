package import SpendEngine

/// A notification that was committed and not yet delivered.
package struct OutboxRow: Sendable, Hashable {
  package var id: Int64
  /// Equal on every try and after every restart: a receiver can drop a repeat by it.
  package var notificationID: String
  /// The name in the rules file.
  package var receiver: String
  package var body: String
  /// Tries that failed.
  package var attempts: Int
  /// Not to be tried before.
  package var nextAt: EngineTime
  package var createdAt: EngineTime

  package init(
    id: Int64, notificationID: String, receiver: String, body: String, attempts: Int = 0, nextAt: EngineTime,
    createdAt: EngineTime
  ) {
    self.id = id
    self.notificationID = notificationID
    self.receiver = receiver
    self.body = body
    self.attempts = attempts
    self.nextAt = nextAt
    self.createdAt = createdAt
  }

  /// It stands in the state. What does not is known to the alerts thread only, and has a number below zero.
  package var isCommitted: Bool { id > 0 }
}

/// How a try went: one of the back edges, handed to the state thread with its next commit, so that one connection writes.
package struct DeliveryOutcome: Sendable, Hashable {
  package enum Result: Sendable, Hashable {
    case delivered
    /// Failed, to be tried again.
    case retry(at: EngineTime)
    /// Given up; the reason is for people and holds no URL.
    case dead(reason: String)

    /// No further try comes.
    var isFinal: Bool {
      if case .retry = self { return false }
      return true
    }
  }
  /// `OutboxRow.id`.
  package var row: Int64
  package var result: Result

  package init(row: Int64, result: Result) {
    self.row = row
    self.result = result
  }
}

/// How many notifications the outbox holds.
package struct OutboxCounts: Sendable, Hashable {
  package var pending: Int
  package var dead: Int
}
