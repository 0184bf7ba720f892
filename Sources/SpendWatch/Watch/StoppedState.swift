package import SpendEngine

/// A state whose daemon is down, opened under its lock: for `status`, `halt` and `resume`. What a person does goes through the same engine
/// and is committed; the switches are told from here, the receivers by the next daemon.
package final class StoppedState {
  private let store: Store
  private let configuration: Configuration
  private let directory: StateDirectory
  private let uuid: String
  private let loaded:
    (committedAt: EngineTime, forgotten: [String: Books], tracked: [TrackedFile], quarantined: [String])
  private var engine: Engine

  /// - Throws: `StateError`, `EngineError`.
  package init(_ configuration: Configuration, _ directory: StateDirectory) throws {
    try directory.prepare()
    store = try Store(lock: try StateLock(directory), now: WallClock.now, ledger: .engine)
    let loaded = try store.load()
    self.configuration = configuration
    self.directory = directory
    uuid = loaded.uuid
    self.loaded = (
      loaded.committedAt, loaded.forgotten,
      loaded.tracked.compactMap { $0.tracked.flatMap(TrackedFile.init(encoded:)) },
      loaded.quarantined.map(\.text)
    )
    engine = try Engine(rules: configuration.rules, prices: configuration.prices, restoring: loaded.saved)
    engine.leaveDecisionsAlone()
    engine.advance(to: WallClock.now)
  }

  /// A person's hand on the switch.
  /// - Throws: `StateError` where it could not be kept; nothing was told to the switches then.
  package func perform(_ command: OperatorCommand) throws -> OperatorReply {
    var reply = engine.performHinting(command)
    let announcer = Announcer(configuration, state: directory)
    if var batch = engine.seal() {
      // Sums, positions and the engine's own row are the daemon's: a visitor with another rules file must not touch them.
      (batch.pages, batch.files, batch.journalSettled) = ([], [], 0)
      batch.rows.removeAll { $0.kind == StateRow.Kind.meta.rawValue }
      _ = try store.commit(
        StateCommit(
          batch: batch, time: WallClock.now, notifications: announcer.notifications(for: batch.decisions),
          audit: batch.decisions.map(announcer.audit)))
    }
    let board = SwitchBoard(
      configuration.switches, writer: uuid, wanted: engine.allHaltIntents(), keepsStrays: true)
    board.assertAll(now: WallClock.now)
    // What this act lifted goes by name; what else is ours there is left to the daemon.
    board.apply(engine.drainHaltIntents().filter { $0.shown == nil }, now: WallClock.now)
    if case .resume(let subject, nil, _, _, _) = command {
      reply.add(board.liftForeign(reply.subject ?? subject, now: WallClock.now))
    }
    for health in board.status(now: WallClock.now).switches where health.failingSince != nil {
      reply.lines.append(
        "kill switch \(health.label) fails: \(health.lastError); a daemon will set it when it can")
    }
    // What else may be meant stands beside what was not found.
    reply.lines = reply.told
    reply.hint = nil
    reply.lines.append(
      "no daemon is running: nothing is watched, and the next `spendfuse watch` goes on from here")
    return reply
  }

  /// - Throws: `ExplainFailure` where there is no such rule or subject.
  package func explain(_ request: ExplainRequest) throws -> ExplainMessage {
    var message = try ExplainMessage(engine.explain(request), request, configuration, state: directory)
    message.notes.append("no daemon is running: this is what the state holds")
    return message
  }

  /// Since when nobody watches, what stands all the same, and how to begin again.
  private func absence(_ status: StatusMessage) -> [String] {
    let since = TimeText.people(loaded.committedAt, timeZone: configuration.timeZone)
    let ago = max(0, WallClock.now - loaded.committedAt)
    var lines = [
      "no daemon is running: nothing is watched; the last commit is of \(since)"
        + (ago < .minute ? "" : ", \(TimeText.span(ago - ago % .minute)) ago")
    ]
    let standing = status.halts.count { !$0.isHeld }
    if standing > 0 {
      lines.append(
        "\(standing) halt\(standing == 1 ? " stands" : "s stand") all the same, and \(standing == 1 ? "ends" : "end") when a daemon or "
          + "`spendfuse resume` lifts \(standing == 1 ? "it" : "them")")
    }
    lines.append("start it again: \(directory.startCommand(rules: configuration.path))")
    return lines
  }

  /// As they were left.
  private var files: [FileStatus] {
    loaded.tracked.filter { $0.state != .closed }.map { row in
      FileStatus(
        file: row.id, source: source(of: row), path: row.path, size: row.offset, offset: row.offset,
        state: row.state, isCatchingUp: false, isMissing: false, unread: 0, cuts: row.cuts)
    }
  }

  private var closedCuts: [SourceID: TrackedFile.Cuts] {
    var sums: [SourceID: TrackedFile.Cuts] = [:]
    for row in loaded.tracked where row.state == .closed {
      if let source = source(of: row) { sums[source, default: TrackedFile.Cuts()] += row.cuts }
    }
    return sums
  }

  private func source(of row: TrackedFile) -> SourceID? {
    configuration.sources.firstIndex { $0.pattern == row.pattern }.map {
      SourceID(rawValue: UInt16(clamping: $0))
    }
  }

  package func status() throws -> StatusMessage {
    var message = StatusMessage(
      engine.status(top: 20), state: directory.path, pid: 0, startedAt: loaded.committedAt)
    message.rulesFile = configuration.path
    message.timeZone = configuration.timeZone
    message.add(
      ReaderStatus(
        engine: engine.status(top: 0), files: files, problems: [], counts: TailCounts(),
        quarantined: loaded.quarantined, closedCuts: closedCuts),
      sources: configuration.sources, forgotten: loaded.forgotten)
    // Nobody looks at the files: of none is it known that it is well, or not.
    message.alarms = nil
    // Looking must not change them, and looking without changing is the daemon's: only which there are is said.
    message.switches = SwitchBoard(configuration.switches, writer: uuid).status(now: WallClock.now).switches
      .map(StatusMessage.SwitchMessage.init)
    let counts = try store.outboxCounts()
    message.outbox = .init(pending: counts.pending, dead: counts.dead)
    message.commits = .init(at: loaded.committedAt)
    message.warnings.insert(contentsOf: absence(message), at: 0)
    return message
  }
}
