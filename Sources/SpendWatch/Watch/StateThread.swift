internal import Logging
internal import SpendEngine
internal import Synchronization

/// The one thread that writes the state: commits sealed batches, makes the outbox rows of their decisions in the same transaction, and
/// hands committed rows to the alerts thread. A commit that fails is kept and tried again on a reopened database; the engine meanwhile
/// stays ahead in memory, and halts have long gone out.
final class StateThread: Sendable {
  /// A batch with what the tailer and people add to it.
  struct Sealed: Sendable {
    var batch: Batch?
    var files: [TrackedRow] = []
    var audit: [AuditLine] = []
    var time: EngineTime
  }

  enum Message: Sendable {
    case commit(Sealed)
    case outcomes([DeliveryOutcome])
    case alarm(Alarm)
    /// Who is told, from here on.
    case announce(Announcer)
    /// The reader stopped reading, since too much waits to be committed; or goes on.
    case reading(isPaused: Bool)
    case stop
  }

  /// How the state fares, for `status`.
  struct Health: Sendable {
    var sequence: Int64 = 0
    var lastCommit: EngineTime?
    var failingSince: EngineTime?
    var error: String?
    /// Of batches that wait in memory, while commits fail.
    var waitingBytes = 0
    var outbox = OutboxCounts(pending: 0, dead: 0)
  }

  private let mailbox: Mailbox<Message>
  private let worker: WorkerThread
  private let shared = Shared()

  private final class Shared: Sendable {
    let health = Mutex(Health())
  }

  /// - Parameters:
  ///   - store: opened and loaded; from here on this thread's alone.
  ///   - committed: a batch is on disk; its journal bytes come back for the next one.
  ///   - queued: rows to deliver.
  init(
    _ store: sending Store, announcer: Announcer, logger: Logger,
    committed: @escaping @Sendable ([UInt8]) -> Void,
    queued: @escaping @Sendable ([OutboxRow]) -> Void
  ) throws(SystemError) {
    let mailbox = try Mailbox<Message>()
    let shared = shared
    self.mailbox = mailbox
    let writer = StateWriter(
      store: store, announcer: announcer, logger: logger, committed: committed, queued: queued)
    worker = try WorkerThread(name: "state") {
      writer.run(mailbox) { health in shared.health.withLock { $0 = health } }
    }
  }

  var health: Health { shared.health.withLock { $0 } }

  func send(_ message: Message) { mailbox.send(message) }
  func send(outcomes: [DeliveryOutcome]) { mailbox.send(.outcomes(outcomes)) }

  /// Commits what was sent, and ends; false if that takes longer than `timeout` ms.
  func stop(timeout: Int64) -> Bool {
    mailbox.send(.stop)
    return worker.join(timeout: timeout)
  }
}
