internal import SpendEngine
internal import Synchronization

/// What other threads say to the reader: the back edges, no more.
enum ReaderMessage: Sendable {
  /// A batch is on disk; its buffer comes back.
  case committed([UInt8])
  /// New rules; answered when they hold.
  case reload(Configuration, Answer<Bool>)
  /// A person's hand on the switch; the subject comes back under its stable name.
  case perform(OperatorCommand, Answer<OperatorReply>)
  case status(top: Int, Answer<ReaderStatus>)
  case explain(ExplainRequest, Answer<ReaderExplanation>)
  case stop
}

/// What only the reader can tell, for `status`.
struct ReaderStatus: Sendable {
  var engine: EngineStatus
  var files: [FileStatus]
  var problems: [FileProblem]
  var counts: TailCounts
  /// Books of files that are forgotten, by pattern: part of the totals.
  var forgotten: [String: Books] = [:]
  /// Too much waits to be committed: nothing is read.
  var isPaused = false
  /// Records that were passed over unread, for people.
  var quarantined: [String] = []
  /// What truncations took of files that are closed.
  var closedCuts: [SourceID: TrackedFile.Cuts] = [:]
  /// Told and not over; those of switches aside.
  var alarms: [Alarm] = []
}

/// What only the reader can tell, for `explain`.
struct ReaderExplanation: Sendable {
  var answer: ExplainAnswer
  /// The window at the instant that was asked for; nil = now.
  var then: Explanation.Span?
}

/// The reader thread: files and engine. It waits for nothing but its files and its mailbox: no disk but the logs, no network.
struct Reader: ~Copyable {
  private let fold: Fold
  private var tailer: Tailer
  private let mailbox: Mailbox<ReaderMessage>
  private let state: StateThread
  private let halts: HaltsThread
  private let heartbeat: Heartbeat
  private let ring: @Sendable (Alarm) -> Void
  private var blindness: Blindness
  /// Milliseconds between two looks at what may be wrong, at least.
  private let period: Milliseconds
  private var nextLook: Int64 = .min

  private var uncommitted = Uncommitted()
  private var forgotten: [String: Books]
  private var quarantined: [String]
  private var isPaused = false
  private var buffer: [UInt8]?
  private var promises = Promises()
  private var isCatchingUp = true
  private var lastSeal: Int64 = 0
  private var isStopping = false

  init(
    fold: Fold, tailer: consuming Tailer, mailbox: Mailbox<ReaderMessage>, state: StateThread,
    halts: HaltsThread, heartbeat: Heartbeat, forgotten: [String: Books], quarantined: [String] = [],
    blindness: Blindness = Blindness(),
    period: Milliseconds = Patience().period, ring: @escaping @Sendable (Alarm) -> Void = { _ in }
  ) {
    self.blindness = blindness
    self.ring = ring
    self.period = period
    self.forgotten = forgotten
    self.quarantined = quarantined
    self.fold = fold
    self.tailer = tailer
    self.mailbox = mailbox
    self.state = state
    self.halts = halts
    self.heartbeat = heartbeat
  }

  consuming func run() {
    fold.engine.beginCatchUp()
    // As it was left.
    lookAround()
    while !isStopping {
      let isBusy = turn()
      if isSealDue { seal() }
      heartbeat.beat()
      // Also while there is work: the kernel's hints name the other files that grew, and its queue is not endless.
      if !isStopping { wait(forWork: !isBusy) }
    }
    // What was read is committed, what was decided leaves with it; unread bytes are for the next start.
    seal()
    promises.keepAll()
  }

  /// One turn of the loop; true if there may be more to do at once.
  private mutating func turn() -> Bool {
    serveMailbox()
    fold.engine.advance(to: fold.now())
    tailer.scan(now: WallClock.monotonic)
    if !isCatchingUp { followCatchUp() }
    tailer.forgetGone(at: fold.engine.time)
    let fold = fold
    pauseIfDue()
    var isBusy = !isPaused && tailer.readLive { fold.fold($0) }
    if uncommitted.mayReadBacklog(unsealed: fold.engine.unsealedBytes), tailer.hasBacklog {
      isBusy = tailer.readBacklog { fold.fold($0) } || isBusy
    }
    followCatchUp()
    fold.sendHalts()
    if WallClock.monotonic >= nextLook { lookAround() }
    return isBusy
  }

  /// Whether anything keeps us from seeing all. A small part of the time, however many files there are.
  private mutating func lookAround() {
    let began = WallClock.monotonicNanoseconds
    var look = Look(steady: WallClock.monotonic, wall: WallClock.now, sources: fold.watchedSources)
    look.isCatchingUp = isCatchingUp
    look.files = tailer.uneasyFiles
    look.losses = tailer.takeLosses()
    look.handed = tailer.handed
    look.oldestBatch = uncommitted.oldest
    look.commitProblem = state.health.error
    for alarm in blindness.take(look) { ring(alarm) }
    let cost = Int64(clamping: (WallClock.monotonicNanoseconds - began) / 1_000_000)
    nextLook = WallClock.monotonic + max(period, min(.minute / 2, cost * 500))
  }

  /// A catch-up ends when nothing from before is left, and begins again where a reload brings new sources.
  private mutating func followCatchUp() {
    if isCatchingUp, !tailer.hasBacklog {
      isCatchingUp = false
      fold.engine.endCatchUp()
      halts.endCatchUp()
    } else if !isCatchingUp, tailer.hasBacklog {
      isCatchingUp = true
      fold.engine.beginCatchUp()
    }
  }

  /// Where commits fail for so long that memory would run out, reading waits for them.
  private mutating func pauseIfDue() {
    let mustPause = !uncommitted.mayRead(unsealed: fold.engine.unsealedBytes)
    if mustPause == isPaused { return }
    isPaused = mustPause
    state.send(.reading(isPaused: mustPause))
  }

  private mutating func serveMailbox() {
    for message in mailbox.drain() {
      switch message {
      case .committed(let bytes):
        uncommitted.commit()
        promises.keep()
        // What a flood left is not kept for the quiet after it.
        buffer = bytes.capacity <= Uncommitted.batchLimit ? bytes : nil
        tailer.committed()
      case .reload(let new, let reply):
        fold.engine.reload(rules: new.rules, prices: new.prices)
        fold.setSources(new.sources)
        tailer.setSources(new.sources)
        fold.sendHalts()
        reply.fill(true)
      case .perform(let command, let reply):
        fold.engine.advance(to: fold.now())
        let answer = fold.engine.performHinting(command)
        fold.sendHalts()
        promises.add(answer, to: reply, now: WallClock.monotonic)
      case .status(let top, let reply):
        reply.fill(
          ReaderStatus(
            engine: fold.engine.status(top: top), files: tailer.status, problems: tailer.problems,
            counts: tailer.counts, forgotten: forgotten, isPaused: isPaused, quarantined: quarantined,
            closedCuts: tailer.closedCuts, alarms: blindness.open))
      case .explain(let request, let reply):
        fold.engine.advance(to: fold.now())
        reply.fill(fold.engine.explain(request))
      case .stop: isStopping = true
      }
    }
    promises.giveUp(now: WallClock.monotonic)
  }

  private var hasUnsealed: Bool { fold.engine.hasUnsealed || tailer.hasChanges }

  private var isSealDue: Bool {
    guard hasUnsealed else { return false }
    let isUrgent =
      fold.engine.pendingDecisions > 0 || WallClock.monotonic - lastSeal >= Uncommitted.sealPeriod
    return uncommitted.isSealDue(unsealed: fold.engine.unsealedBytes, isUrgent: isUrgent)
  }

  private mutating func seal() {
    fold.take(tailer.takePositions())
    guard hasUnsealed else { return }
    promises.seal()
    let batch = fold.engine.seal(reusing: buffer)
    buffer = nil
    lastSeal = WallClock.monotonic
    uncommitted.send(batch?.byteCount ?? 0)
    let audit = fold.takePassed().map { AuditLine($0, path: tailer.row($0.file)?.path, at: WallClock.now) }
    quarantined += audit.map(\.text)
    var rows = tailer.sealFiles().map { TrackedRow(file: $0.id, tracked: $0.encoded) }
    for (file, pattern) in tailer.takeForgotten() {
      rows.append(TrackedRow(file: file, tracked: nil, pattern: pattern))
      if let book = fold.engine.forget(file) { forgotten[pattern, default: Books()] += book.books }
    }
    state.send(.commit(StateThread.Sealed(batch: batch, files: rows, audit: audit, time: WallClock.now)))
  }

  /// Until a file changes, a message comes, or something is due.
  private mutating func wait(forWork: Bool) {
    guard forWork else {
      _ = tailer.wait(timeout: 0, alsoPolling: mailbox.descriptor)
      return
    }
    var timeout = tailer.timeUntilScan(now: WallClock.monotonic)
    if let deadline = fold.engine.nextDeadline { timeout = min(timeout, max(0, deadline - fold.now())) }
    if hasUnsealed, uncommitted.isEmpty {
      timeout = min(timeout, max(0, lastSeal + Uncommitted.sealPeriod - WallClock.monotonic))
    }
    timeout = min(timeout, 2_000, max(0, nextLook - WallClock.monotonic))
    _ = tailer.wait(timeout: timeout, alsoPolling: mailbox.descriptor)
  }
}

/// Shows that the reader goes round: the watchdog is fed only while it does.
package final class Heartbeat: Sendable {
  private let last = Atomic<Int64>(0)
  package init() {}
  func beat() { last.store(WallClock.monotonic, ordering: .relaxed) }
  /// Milliseconds since the last round.
  package var age: Int64 { WallClock.monotonic - last.load(ordering: .relaxed) }
}
