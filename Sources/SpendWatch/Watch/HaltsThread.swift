internal import SpendEngine
internal import Synchronization

/// Projects the wanted halts on the switches. It waits for them, so nothing waits for it: intents come by mailbox, the latest of a subject
/// wins, and the fold goes on.
final class HaltsThread: Sendable {
  enum Message: Sendable {
    /// Everything that is halted now, complete: what is ours in a switch and not in here is removed.
    case begin([HaltIntent])
    case intents([HaltIntent])
    case endCatchUp
    case liftForeign(Subject, Answer<ForeignLift>)
    case reconfigure([Switch])
    case stop
  }

  private let mailbox: Mailbox<Message>
  private let worker: WorkerThread
  private let snapshot: Snapshot

  private final class Snapshot: Sendable {
    let status = Mutex<SwitchBoardStatus?>(nil)
  }

  /// Milliseconds between two looks at the switches.
  static let period: Int64 = 2_000
  /// The same while one of them fails: when it is back, what is halted must be there within the period.
  static let failingPeriod: Int64 = 1_000
  /// Milliseconds between two reports for `status`: with many halts one takes a while, and the next halt must not wait for it.
  private static let reportPeriod: Int64 = 250

  /// - Parameters:
  ///   - writer: the state's id.
  ///   - told: alarms that an earlier run told and did not end.
  ///   - alarm: told of a switch that fails for 5 s, and when it is well again.
  init(
    _ switches: [Switch], writer: String, told: [Alarm] = [], alarm: @escaping @Sendable (Alarm) -> Void
  ) throws(SystemError) {
    let mailbox = try Mailbox<Message>()
    let snapshot = Snapshot()
    self.mailbox = mailbox
    self.snapshot = snapshot
    worker = try WorkerThread(name: "halts") {
      HaltsThread.run(switches, writer, mailbox, told: told, alarm: alarm) { status in
        snapshot.status.withLock { $0 = status }
      }
    }
  }

  /// Nothing is asserted or lifted before this.
  func begin(with wanted: [HaltIntent]) { mailbox.send(.begin(wanted)) }
  func send(_ intents: [HaltIntent]) { mailbox.send(.intents(intents)) }
  /// The logs are read again up to now: what is ours in a switch and still not wanted goes.
  func endCatchUp() { mailbox.send(.endCatchUp) }
  func reconfigure(_ switches: [Switch]) { mailbox.send(.reconfigure(switches)) }

  /// Takes away what others wrote about `subject`.
  func liftForeign(_ subject: Subject, timeout: Int64) -> ForeignLift {
    var failed = ForeignLift(subject: subject)
    guard let reply = try? Answer<ForeignLift>() else {
      failed.failures = [
        "no descriptor is left to ask the switches: restart the daemon with a higher LimitNOFILE"
      ]
      return failed
    }
    mailbox.send(.liftForeign(subject, reply))
    failed.failures = ["the switches did not answer in time: look at `spendfuse status`"]
    return reply.wait(timeout: timeout) ?? failed
  }

  /// As of the last look; nil before the first.
  var status: SwitchBoardStatus? { snapshot.status.withLock { $0 } }

  func stop(timeout: Int64) -> Bool {
    mailbox.send(.stop)
    return worker.join(timeout: timeout)
  }

  private static func run(
    _ switches: [Switch], _ writer: String, _ mailbox: Mailbox<Message>, told: [Alarm],
    alarm: (Alarm) -> Void,
    publish: (SwitchBoardStatus) -> Void
  ) {
    var board: SwitchBoard?
    var next: Int64?
    var (reported, isReportDue) = (Int64.min, false)
    while true {
      var isStopping = false
      var intents: [HaltIntent] = []
      let due = isReportDue ? [next, reported + reportPeriod] : [next]
      for message in mailbox.receive(
        timeout: due.compactMap(\.self).min().map { max(0, $0 - WallClock.monotonic) })
      {
        switch message {
        case .begin(let wanted):
          // A halt that was asserted and never committed (kill -9, a full disk) is decided again by the catch-up: till then it stands.
          board = SwitchBoard(switches, writer: writer, wanted: wanted, keepsStrays: true, told: told)
          next = WallClock.monotonic
        case .intents(let new): intents += new
        case .endCatchUp: board?.keepsStrays = false
        case .liftForeign(let subject, let reply):
          reply.fill(board?.liftForeign(subject, now: WallClock.now) ?? ForeignLift(subject: subject))
        case .reconfigure(let switches): board?.reconfigure(switches, now: WallClock.now)
        case .stop: isStopping = true
        }
      }
      guard let board else {
        if isStopping { return }
        continue
      }
      if !intents.isEmpty { board.apply(latest(intents), now: WallClock.now) }
      if isStopping { return }
      if let due = next, WallClock.monotonic >= due {
        board.assertAll(now: WallClock.now)
        next = WallClock.monotonic + (board.isHealthy ? period : failingPeriod)
      }
      for alarmed in board.takeAlarms(now: WallClock.now) { alarm(alarmed) }
      isReportDue = true
      if reported == .min || WallClock.monotonic - reported >= reportPeriod {
        publish(board.status(now: WallClock.now))
        (reported, isReportDue) = (WallClock.monotonic, false)
      }
    }
  }

  /// The last intent of each subject, in order.
  private static func latest(_ intents: [HaltIntent]) -> [HaltIntent] {
    if intents.count < 2 { return intents }
    var seen: Set<Subject> = []
    return intents.reversed().filter { seen.insert($0.subject).inserted }.reversed()
  }
}
