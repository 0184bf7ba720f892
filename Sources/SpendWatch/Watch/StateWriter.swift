internal import Logging
internal import SpendEngine

/// The state thread's own values.
final class StateWriter {
  private let store: Store
  private let logger: Logger
  private let committed: @Sendable ([UInt8]) -> Void
  private let queued: @Sendable ([OutboxRow]) -> Void
  private var queue: CommitQueue
  private var health = StateThread.Health()
  private var isBroken = false
  /// When to try again, and when people were last told that it fails; on the steady clock.
  private var nextTry: Int64 = 0
  private var lastSaid: Int64 = 0
  /// Milliseconds between two tries after a failure.
  private static let patience: Int64 = 1_000
  /// Milliseconds between two lines in the log about a failure that lasts.
  private static let reminder: Int64 = 600_000

  init(
    store: Store, announcer: Announcer, logger: Logger, committed: @escaping @Sendable ([UInt8]) -> Void,
    queued: @escaping @Sendable ([OutboxRow]) -> Void
  ) {
    self.store = store
    queue = CommitQueue(announcer)
    self.logger = logger
    self.committed = committed
    self.queued = queued
  }

  func run(_ mailbox: Mailbox<StateThread.Message>, publish: (StateThread.Health) -> Void) {
    health.outbox = (try? store.outboxCounts()) ?? health.outbox
    while true {
      var isStopping = false
      let timeout = isBroken ? max(0, nextTry - WallClock.monotonic) : nil
      for message in mailbox.receive(timeout: timeout) {
        switch message {
        case .commit(let sealed): queue.add(sealed)
        case .outcomes(let new): queue.add(new)
        case .alarm(let alarm): queue.add(alarm)
        case .announce(let new): queue.announcer = new
        case .reading(let isPaused): say(isPaused: isPaused)
        case .stop: isStopping = true
        }
      }
      if isBroken, isStopping || WallClock.monotonic >= nextTry { mend() }
      while !isBroken, let commit = queue.next(now: WallClock.now) { write(commit) }
      health.waitingBytes = queue.waitingBytes
      publish(health)
      if isStopping { return stop() }
    }
  }

  private func stop() {
    if !queue.isEmpty {
      logger.error("the state could not be committed; the logs are read again from the last commit")
    }
    do { try store.close() } catch { logger.error("\(error)") }
  }

  private func mend() {
    do {
      try store.reopen()
      isBroken = false
    } catch { fail(error) }
  }

  private func write(_ commit: StateCommit) {
    let done: Committed
    do { done = try store.commit(commit) } catch { return fail(error) }
    let entry = queue.finish()
    if !commit.outcomes.isEmpty || !commit.notifications.isEmpty {
      health.outbox = (try? store.outboxCounts()) ?? health.outbox
    }
    health.sequence = done.sequence
    health.lastCommit = WallClock.now
    if health.failingSince != nil { logger.notice("the state can be written again") }
    (health.failingSince, health.error) = (nil, nil)
    // In the order people must see it: the line in the log, then the messages.
    for decision in commit.batch?.decisions ?? [] { queue.announcer.log(decision, logger) }
    for line in commit.audit where line.kind == AuditLine.quarantine { logger.critical("\(line.text)") }
    if !done.queued.isEmpty { queued(done.queued) }
    if entry?.isSealed == true { committed(commit.batch?.events ?? []) }
  }

  private func fail(_ error: StateError) {
    let now = WallClock.monotonic
    if health.failingSince == nil || now - lastSaid >= StateWriter.reminder {
      lastSaid = now
      let lasting = health.failingSince.map { "failing for \((WallClock.now - $0) / .minute) min: " } ?? ""
      logger.critical("\(lasting)\(error); halts go out, alerts wait")
    }
    if health.failingSince == nil { health.failingSince = WallClock.now }
    health.error = error.description
    isBroken = true
    nextTry = now + StateWriter.patience
  }

  private func say(isPaused: Bool) {
    if isPaused {
      logger.critical(
        "\(Uncommitted.limit >> 20) MB wait to be written to the state: the logs are not read until they are; what is spent meanwhile is not seen"
      )
    } else {
      logger.notice("the logs are read again")
    }
  }
}
