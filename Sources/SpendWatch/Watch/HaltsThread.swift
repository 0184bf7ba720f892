import Logging
package import SpendEngine
import Synchronization

/// Projects the wanted halts on the switches. It waits for them, so nothing waits for it: intents come by mailbox, the latest of a subject
/// wins, and the fold goes on.
package final class HaltsThread: Sendable {
  enum Message: Sendable {
    case intents([HaltIntent])
    case liftForeign(Subject, Reply<[String]>)
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

  /// - Parameters:
  ///   - writer: the state's id.
  ///   - wanted: everything that is halted now, complete.
  ///   - alarm: told of a switch that fails for 5 s, and when it is well again.
  package init(
    _ switches: [Switch], writer: String, wanted: [HaltIntent],
    alarm: @escaping @Sendable (SwitchAlarm) -> Void
  ) throws(SystemError) {
    let mailbox = try Mailbox<Message>()
    let snapshot = Snapshot()
    self.mailbox = mailbox
    self.snapshot = snapshot
    worker = try WorkerThread(name: "halts") {
      HaltsThread.run(
        SwitchBoard(switches, writer: writer, wanted: wanted), mailbox, alarm: alarm
      ) { status in
        snapshot.status.withLock { $0 = status }
      }
    }
  }

  package func send(_ intents: [HaltIntent]) { mailbox.send(.intents(intents)) }
  package func reconfigure(_ switches: [Switch]) { mailbox.send(.reconfigure(switches)) }

  /// Takes away what others wrote about `subject`; lines for people.
  package func liftForeign(_ subject: Subject, timeout: Int64) -> [String] {
    let reply = Reply<[String]>()
    mailbox.send(.liftForeign(subject, reply))
    return reply.wait(timeout: timeout) ?? ["the switches did not answer in time: look at `spendfuse status`"]
  }

  /// As of the last look; nil before the first.
  package var status: SwitchBoardStatus? { snapshot.status.withLock { $0 } }

  package func stop(timeout: Int64) -> Bool {
    mailbox.send(.stop)
    return worker.join(timeout: timeout)
  }

  private static func run(
    _ board: SwitchBoard, _ mailbox: Mailbox<Message>, alarm: (SwitchAlarm) -> Void,
    publish: (SwitchBoardStatus) -> Void
  ) {
    board.assertAll(now: WallClock.now)
    publish(board.status(now: WallClock.now))
    var next = WallClock.monotonic + period
    while true {
      var isStopping = false
      var intents: [HaltIntent] = []
      for message in mailbox.receive(timeout: max(0, next - WallClock.monotonic)) {
        switch message {
        case .intents(let new): intents += new
        case .liftForeign(let subject, let reply):
          let (lifted, failures) = board.liftForeign(subject, now: WallClock.now)
          reply.give(
            (lifted > 0 ? ["took away \(lifted) foreign halt(s) of \(subject.text)"] : []) + failures)
        case .reconfigure(let switches): board.reconfigure(switches, now: WallClock.now)
        case .stop: isStopping = true
        }
      }
      if !intents.isEmpty { board.apply(latest(intents), now: WallClock.now) }
      if isStopping { return }
      if WallClock.monotonic >= next {
        board.assertAll(now: WallClock.now)
        next = WallClock.monotonic + period
      }
      for alarmed in board.takeAlarms(now: WallClock.now) { alarm(alarmed) }
      publish(board.status(now: WallClock.now))
    }
  }

  /// The last intent of each subject, in order.
  private static func latest(_ intents: [HaltIntent]) -> [HaltIntent] {
    if intents.count < 2 { return intents }
    var seen: Set<Subject> = []
    return intents.reversed().filter { seen.insert($0.subject).inserted }.reversed()
  }
}
