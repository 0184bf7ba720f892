internal import CTransport
internal import Foundation
package import Logging
package import SpendEngine
internal import Synchronization

/// Why `watch` could not start: one line, with the way out.
package struct StartFailure: Error, Sendable, CustomStringConvertible {
  package var description: String
  /// No later try can succeed before a person has put another file in place.
  package private(set) var needsPerson = false

  init(description: String) { self.description = description }
}

extension StartFailure {
  package init(_ error: EngineError) {
    switch error {
    case .damagedState(let what):
      self.init(
        description: "the state is damaged: \(what); restore it from a backup, or move it away to count anew")
      needsPerson = true
    }
  }
}

/// The running watcher: four threads, the control socket, and the way to stop and reload them. Made and used by the main thread.
package final class Daemon {
  private let startedAt: EngineTime
  private let configuration: Current
  private let directory: StateDirectory
  private let logger: Logger
  private let mailbox: Mailbox<ReaderMessage>
  private let reader: WorkerThread
  private let state: StateThread
  private let halts: HaltsThread
  private let alerts: AlertsThread
  private let bell: AlarmBell
  private let control: ControlServer
  private let heartbeat = Heartbeat()
  private let inFlight: InFlight

  /// The rules in force, for whoever answers.
  final class Current: Sendable {
    let value: Mutex<Configuration>
    /// A rules file that was refused since: what people are told until a good one comes.
    let refusal = Mutex<String?>(nil)
    init(_ configuration: Configuration) { value = Mutex(configuration) }
  }

  /// Opens the state, starts everything, and returns once the first look at the files is under way.
  /// - Parameter patience: with what blinds it, before people are told.
  package init(
    _ configuration: Configuration, directory: StateDirectory, logger: Logger,
    patience: Patience = Patience()
  ) throws {
    startedAt = WallClock.now
    self.configuration = Current(configuration)
    self.directory = directory
    self.logger = logger
    try directory.prepare()
    let store = try Store(lock: try StateLock(directory), now: startedAt, ledger: .engine)
    let loaded = try store.load()
    let quarantine = Quarantine.atStart(directory, uuid: loaded.uuid, logger: logger) {
      loaded.tracked.compactMap { $0.tracked.flatMap(TrackedFile.init(encoded:)) }
    }
    inFlight = quarantine.inFlight
    directory.note(rulesPath: configuration.path)
    let mailbox = try Mailbox<ReaderMessage>()
    self.mailbox = mailbox
    let announcer = Announcer(configuration, state: directory)
    let stateBox = SetOnce<StateThread>()
    let alerts = try AlertsThread(configuration.receivers, logger: logger) {
      stateBox.value?.send(outcomes: $0)
    }
    self.alerts = alerts
    let state = try StateThread(
      store, announcer: announcer, logger: logger, committed: { mailbox.send(.committed($0)) },
      queued: { alerts.send($0) })
    self.state = state
    stateBox.set(state)
    let bell = AlarmBell(
      announcer, logger: logger, straight: { alerts.send($0, at: $1.at) }, commit: { state.send(.alarm($0)) })
    self.bell = bell
    halts = try HaltsThread(configuration.switches, writer: loaded.uuid, told: loaded.alarms) {
      bell.ring($0)
    }
    let ready = try Answer<StartFailure?>()
    let unpacking = try UnpackThread(directory: directory.path)
    reader = try Daemon.startReader(
      configuration, loaded, quarantine: quarantine, unpacking: unpacking, mailbox: mailbox, state: state,
      halts: halts, bell: bell, heartbeat: heartbeat, patience: patience, ready: ready)
    // A large state takes a while; a damaged one says so.
    guard let outcome = ready.wait(timeout: 600_000) else {
      throw StartFailure(
        description: "the state could not be read within ten minutes: look at the disk, and start again")
    }
    if let outcome { throw outcome }
    alerts.send(loaded.outbox)
    let (path, link) = ControlSocket.listening(directory)
    let answerer = Answerer(
      mailbox: mailbox, state: state, halts: halts, alerts: alerts, configuration: self.configuration,
      directory: directory, startedAt: startedAt)
    control = try ControlServer(path: path, link: link) { answerer.answer($0) }
  }

  /// A fault of this process is noted with the record at which it came, for the next start. Before any thread is started, once.
  package static func noteCrashes() { crash_catch() }

  /// Milliseconds since the reader last went round.
  package var readerAge: Int64 { heartbeat.age }

  /// Calendar tables reach 400 days: called once a day, so that a daemon that runs for years, or that started on a wrong clock, has its
  /// edges.
  package func renewCalendars() {
    var current = configuration.value.withLock { $0 }
    for period in current.rules.calendars.keys {
      guard let table = CalendarBuilder.table(period, current.calendar, around: WallClock.now) else {
        continue
      }
      current.rules.calendars[period] = table
    }
    current.rules.hours = CalendarBuilder.hours(current.calendar, around: WallClock.now)
    guard let answer = try? Answer<Bool>() else { return }
    configuration.value.withLock { $0 = current }
    mailbox.send(.reload(current, answer))
  }

  /// Puts new rules in force.
  package func reload(_ new: Configuration) -> Bool {
    guard let answer = try? Answer<Bool>() else { return false }
    configuration.value.withLock { $0 = new }
    configuration.refusal.withLock { $0 = nil }
    let announcer = Announcer(new, state: directory)
    state.send(.announce(announcer))
    bell.announce(announcer)
    alerts.reconfigure(new.receivers)
    mailbox.send(.reload(new, answer))
    halts.reconfigure(new.switches)
    return answer.wait(timeout: 30_000) ?? false
  }

  /// New rules were refused: `status` says so until good ones come.
  /// - Parameter errors: how many mistakes are in the file.
  package func refuse(_ path: String, errors: Int) {
    let when = TimeText.people(WallClock.now, timeZone: configuration.value.withLock { $0.timeZone })
    let count = "\(errors) \(errors == 1 ? "error" : "errors")"
    configuration.refusal.withLock {
      $0 = "\(path) was refused at \(when) (\(count)): the old rules stay; see `spendfuse check`"
    }
  }

  /// Commits what was read and ends every thread; within a second unless the disk hangs.
  package func stop() {
    control.stop(patience: 200)
    mailbox.send(.stop)
    if !reader.join(timeout: 5_000) { logger.error("the reader did not stop in time") }
    if !state.stop(timeout: 5_000) {
      logger.error("the state could not be committed in time; the logs are read again from the last commit")
    }
    _ = alerts.stop(timeout: 200)
    _ = halts.stop(timeout: 200)
    inFlight.end()
  }

  /// The engine is made on its thread, from values that may go there.
  private static func startReader(
    _ configuration: Configuration, _ loaded: LoadedState, quarantine: sending Quarantine,
    unpacking: UnpackThread,
    mailbox: Mailbox<ReaderMessage>,
    state: StateThread,
    halts: HaltsThread, bell: AlarmBell, heartbeat: Heartbeat, patience: Patience,
    ready: Answer<StartFailure?>
  ) throws(SystemError) -> WorkerThread {
    try WorkerThread(name: "reader", stack: 8 << 20) {
      crash_work_here()
      var tracked: [TrackedFile] = []
      for row in loaded.tracked {
        guard let bytes = row.tracked else { continue }
        guard let file = TrackedFile(encoded: bytes) else {
          ready.fill(
            StartFailure(
              description:
                "the state is damaged: the place of a file cannot be read; restore it from a backup"))
          return
        }
        tracked.append(file)
      }
      let key = loaded.saved.fingerprintKey
      do throws(EngineError) {
        let engine = try Engine(
          rules: configuration.rules, prices: configuration.prices, restoring: loaded.saved)
        let fold = Fold(
          engine: engine, sources: configuration.sources, halts: halts, quarantine: quarantine,
          forgotten: loaded.forgotten)
        fold.engine.beginCatchUp()
        fold.engine.advance(to: fold.now())
        halts.begin(with: fold.engine.drainHaltIntents())
        ready.fill(nil)
        Reader(
          fold: fold,
          tailer: Tailer(
            sources: configuration.sources, restored: tracked,
            nextFileID: (loaded.highestFile?.rawValue).map { $0 &+ 1 } ?? 1, key: MarkerKey(key.0, key.1),
            unpacking: unpacking),
          mailbox: mailbox, state: state, halts: halts, heartbeat: heartbeat, forgotten: loaded.forgotten,
          quarantined: loaded.quarantined.map(\.text),
          blindness: Blindness(patience, restored: loaded.alarms.filter { $0.kind != .switchFailing }),
          period: patience.period, ring: { bell.ring($0) }
        ).run()
      } catch {
        ready.fill(StartFailure(error))
      }
    }
  }
}

/// A value that is set once, after those who use it were made.
private final class SetOnce<Value: Sendable>: Sendable {
  private let held = Mutex<Value?>(nil)
  var value: Value? { held.withLock { $0 } }
  func set(_ value: Value) { held.withLock { $0 = value } }
}
