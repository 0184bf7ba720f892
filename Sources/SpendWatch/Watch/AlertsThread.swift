internal import Logging
internal import SpendEngine
internal import Synchronization

/// Delivers what the outbox holds. Rows come in after their commit, outcomes go back to the state thread; a slow receiver delays nobody.
final class AlertsThread: Sendable {
  private let mailbox: Mailbox<OutboxMail>
  private let worker: WorkerThread
  private let shared: Shared

  private final class Shared: Sendable {
    let health = Mutex<[ReceiverHealth]>([])
  }

  /// - Parameter finished: how each try went, for the state thread.
  init(
    _ receivers: [Receiver], logger: Logger, finished: @escaping @Sendable ([DeliveryOutcome]) -> Void
  ) throws(SystemError) {
    let mailbox = try Mailbox<OutboxMail>()
    let shared = Shared()
    self.mailbox = mailbox
    self.shared = shared
    worker = try WorkerThread(name: "alerts") {
      let outbox = OutboxWorker(receivers) { report in
        if !report.text.isEmpty { logger.warning("\(report.receiver): \(report.text)") }
        // Of what no commit brought the state knows nothing.
        if report.outcome.row > 0 { finished([report.outcome]) }
      }
      outbox.run(wakeDescriptor: mailbox.descriptor, clock: { WallClock.now }) {
        shared.health.withLock { $0 = outbox.health }
        return mailbox.drain()
      }
    }
  }

  func send(_ rows: [OutboxRow]) { mailbox.send(.rows(rows)) }
  /// What must not wait for its commit.
  func send(_ notifications: [NewNotification], at time: EngineTime) {
    mailbox.send(.straight(notifications, at: time))
  }
  func reconfigure(_ receivers: [Receiver]) { mailbox.send(.receivers(receivers)) }

  /// As of its last turn.
  var health: [ReceiverHealth] { shared.health.withLock { $0 } }

  func stop(timeout: Int64) -> Bool {
    mailbox.send(.stop)
    return worker.join(timeout: timeout)
  }
}
