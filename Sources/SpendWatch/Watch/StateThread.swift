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
    case switchAlarm(SwitchAlarm)
    /// Who is told, from here on.
    case announce(Announcer)
    case stop
  }

  /// How the state fares, for `status`.
  struct Health: Sendable {
    var sequence: Int64 = 0
    var lastCommit: EngineTime?
    var failingSince: EngineTime?
    var error: String?
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

/// The state thread's own values.
private final class StateWriter {
  private let store: Store
  private var announcer: Announcer
  private let logger: Logger
  private let committed: @Sendable ([UInt8]) -> Void
  private let queued: @Sendable ([OutboxRow]) -> Void
  private var health = StateThread.Health()
  private var outcomes: [DeliveryOutcome] = []
  private var alarms: [SwitchAlarm] = []
  /// Batches that wait, in order; the first may have been tried.
  private var waiting: [StateThread.Sealed] = []
  private var isBroken = false
  /// Milliseconds between two tries after a failure.
  private static let patience: Int64 = 1_000

  init(
    store: Store, announcer: Announcer, logger: Logger, committed: @escaping @Sendable ([UInt8]) -> Void,
    queued: @escaping @Sendable ([OutboxRow]) -> Void
  ) {
    self.store = store
    self.announcer = announcer
    self.logger = logger
    self.committed = committed
    self.queued = queued
  }

  func run(_ mailbox: Mailbox<StateThread.Message>, publish: (StateThread.Health) -> Void) {
    health.outbox = (try? store.outboxCounts()) ?? health.outbox
    while true {
      var isStopping = false
      for message in mailbox.receive(timeout: isBroken ? StateWriter.patience : nil) {
        switch message {
        case .commit(let sealed): waiting.append(sealed)
        case .outcomes(let new): outcomes += new
        case .switchAlarm(let alarm): alarms.append(alarm)
        case .announce(let new): announcer = new
        case .stop: isStopping = true
        }
      }
      if isBroken { mend() }
      while !isBroken, !waiting.isEmpty || !outcomes.isEmpty || !alarms.isEmpty { commitNext() }
      publish(health)
      if isStopping {
        do { try store.close() } catch { logger.error("\(error)") }
        return
      }
    }
  }

  private func mend() {
    do {
      try store.reopen()
      isBroken = false
    } catch { fail(error) }
  }

  private func commitNext() {
    let sealed = waiting.first
    let time = sealed?.time ?? WallClock.now
    var commit = StateCommit(batch: sealed?.batch, time: time, files: sealed?.files ?? [])
    commit.audit = sealed?.audit ?? []
    commit.outcomes = outcomes
    if let decisions = sealed?.batch?.decisions, !decisions.isEmpty {
      commit.notifications = announcer.notifications(for: decisions)
      commit.audit += decisions.map(announcer.audit)
    }
    for alarm in alarms {
      commit.notifications += announcer.notifications(for: alarm, at: time)
      commit.audit.append(
        AuditLine(
          at: time, kind: "switch", rule: "", subject: alarm.label,
          text: alarm.isOver ? "works again" : "fails: \(alarm.error)"))
    }
    do {
      let done = try store.commit(commit)
      if !waiting.isEmpty { waiting.removeFirst() }
      if !outcomes.isEmpty || !commit.notifications.isEmpty {
        health.outbox = (try? store.outboxCounts()) ?? health.outbox
      }
      for alarm in alarms {
        logger.log(
          level: alarm.isOver ? .notice : .error,
          "kill switch \(alarm.label) \(alarm.isOver ? "works again" : "fails: \(alarm.error)")")
      }
      (outcomes, alarms) = ([], [])
      health.sequence = done.sequence
      health.lastCommit = WallClock.now
      if health.failingSince != nil { logger.notice("the state can be written again") }
      (health.failingSince, health.error) = (nil, nil)
      // In the order people must see it: the line in the log, then the messages.
      if let decisions = commit.batch?.decisions {
        for decision in decisions { announcer.log(decision, logger) }
      }
      if !done.queued.isEmpty { queued(done.queued) }
      if sealed != nil { committed(commit.batch?.events ?? []) }
    } catch { fail(error) }
  }

  private func fail(_ error: StateError) {
    if health.failingSince == nil {
      health.failingSince = WallClock.now
      logger.critical("\(error)")
    }
    health.error = error.description
    isBroken = true
  }
}
