package import SpendEngine

/// What the alerts thread is told.
package enum OutboxMail: Sendable {
  /// Committed rows that wait: at the start all of them, then those of each commit.
  case rows([OutboxRow])
  /// Of an alarm that was found at `at`: sent before its commit, which may never come. Its rows come with `rows`, if it does.
  case straight([NewNotification], at: EngineTime)
  /// A new configuration.
  case receivers([Receiver])
  case stop
}

/// One outcome for the state thread to write, and a line for the log (empty where it was delivered). No URL in it.
package struct OutboxReport: Sendable, Hashable {
  package var outcome: DeliveryOutcome
  package var receiver: String
  package var text: String
  /// What came back; nil where nothing was sent.
  package var answer: Result<HTTPResponse, HTTPFailure>?
  /// From the start of the request to its end.
  package var took: Duration = .zero
}

/// How a receiver fares, for `status`.
package struct ReceiverHealth: Sendable, Hashable {
  package var name: String
  /// nil = the last try was fine, or there was none.
  package var failingSince: EngineTime?
  package var lastError: String
  package var waiting: Int
}

/// Sends what the outbox holds, each receiver in its own order and all at the same time. Confined to the alerts thread. It never
/// touches the state: rows come in after their commit, outcomes go out through `report`; a row whose outcome was lost in a crash is
/// sent again, under the same `Idempotency-Key`.
package final class OutboxWorker {
  private var lanes: [OutboxLane]
  private let client: HTTPClient
  private let policy: RetryPolicy
  private let random: (ClosedRange<Milliseconds>) -> Milliseconds
  private let report: (OutboxReport) -> Void
  private var sending: [Int: (receiver: String, key: String, since: ContinuousClock.Instant)] = [:]
  /// Rows of receivers that the configuration does not have.
  private var strays: [OutboxRow] = []
  /// Rows that no commit brought have numbers below zero.
  private var nextStraight: Int64 = -1
  /// How those of them fared that are done with, until their commits come.
  private var settledStraight: [Told: DeliveryOutcome.Result] = [:]

  private struct Told: Hashable {
    var notificationID: String
    var receiver: String
    init(_ row: OutboxRow) { (notificationID, receiver) = (row.notificationID, row.receiver) }
  }

  /// - Parameter report: called on the alerts thread for every outcome; hands it to the state thread.
  package init(
    _ receivers: [Receiver], limits: HTTPLimits = HTTPLimits(), policy: RetryPolicy = RetryPolicy(),
    random: @escaping (ClosedRange<Milliseconds>) -> Milliseconds = { Int64.random(in: $0) },
    report: @escaping (OutboxReport) -> Void
  ) {
    lanes = receivers.map(OutboxLane.init)
    client = HTTPClient(limits: limits)
    self.policy = policy
    self.random = random
    self.report = report
  }

  /// The thread's loop, until `stop`: what is on its way then is dropped and sent again after the next start.
  /// - Parameters:
  ///   - wakeDescriptor: readable while `drain` has something.
  ///   - drain: takes the mail; never blocks.
  package func run(wakeDescriptor: Int32, clock: () -> EngineTime, drain: () -> [OutboxMail]) {
    while true {
      for mail in drain() {
        switch mail {
        case .rows(let rows): add(rows)
        case .straight(let new, let at): addStraight(new, at: at)
        case .receivers(let receivers): reconfigure(receivers)
        case .stop: return
        }
      }
      turn(upTo: 60_000, wakeDescriptor: wakeDescriptor, clock: clock)
    }
  }

  /// Queues what is in no commit yet.
  package func addStraight(_ new: [NewNotification], at time: EngineTime) {
    add(
      new.map { notification in
        defer { nextStraight -= 1 }
        return OutboxRow(
          id: nextStraight, notificationID: notification.notificationID, receiver: notification.receiver,
          body: notification.body, nextAt: time, createdAt: time)
      })
  }

  package func add(_ new: [OutboxRow]) {
    let rows = new.filter { row in
      guard row.isCommitted, let result = settledStraight.removeValue(forKey: Told(row)) else { return true }
      report(
        OutboxReport(outcome: DeliveryOutcome(row: row.id, result: result), receiver: row.receiver, text: ""))
      return false
    }
    for (name, rows) in Dictionary(grouping: rows, by: \.receiver) {
      if let index = lanes.firstIndex(where: { $0.receiver.name == name }) {
        lanes[index].add(rows)
      } else {
        strays += rows
      }
    }
  }

  /// A receiver that stays as it is keeps its order and its waits; one that is new under an old name gets that one's rows.
  package func reconfigure(_ receivers: [Receiver]) {
    let old = lanes
    lanes = receivers.map { receiver in old.first { $0.receiver == receiver } ?? OutboxLane(receiver) }
    for lane in old where !receivers.contains(lane.receiver) { add(lane.rows) }
  }

  /// Starts what is due, waits for at most `milliseconds`, for the first end or for `wakeDescriptor`, and reports what ended.
  package func turn(upTo milliseconds: Int, wakeDescriptor: Int32 = -1, clock: () -> EngineTime) {
    for row in strays {
      let why = "receiver '\(row.receiver.printable)' is not in the rules file any more"
      report(
        OutboxReport(
          outcome: DeliveryOutcome(row: row.id, result: .dead(reason: why)), receiver: row.receiver, text: why
        ))
    }
    strays = []
    let now = clock()
    for index in lanes.indices {
      guard let delivery = lanes[index].begin(policy, now: now) else { continue }
      let receiver = lanes[index].receiver
      let request = HTTPRequest(
        .post, receiver.url,
        headers: [("Content-Type", "application/json"), ("Idempotency-Key", delivery.key)],
        body: Array(delivery.body.utf8))
      let since = ContinuousClock.now
      sending[client.start(request)] = (receiver.name, delivery.key, since)
    }
    let due = lanes.compactMap { $0.nextDue(policy, now: now) }.min()
    let wait =
      due.map { max(0, min(Int64(clamping: milliseconds), $0 - now)) } ?? Int64(clamping: milliseconds)
    for (id, result) in client.wait(upTo: Int(clamping: wait), wakeDescriptor: wakeDescriptor) {
      guard let (name, key, since) = sending.removeValue(forKey: id) else { continue }
      settle(name, key, result, took: ContinuousClock.now - since, clock())
    }
  }

  package var health: [ReceiverHealth] {
    lanes.map {
      ReceiverHealth(
        name: $0.receiver.name, failingSince: $0.failingSince, lastError: $0.lastError, waiting: $0.rows.count
      )
    }
  }

  /// Rows that wait or are on their way.
  package var waiting: Int { lanes.reduce(strays.count) { $0 + $1.rows.count } }

  private func settle(
    _ name: String, _ key: String, _ result: Result<HTTPResponse, HTTPFailure>, took: Duration,
    _ now: EngineTime
  ) {
    // A receiver that went or changed meanwhile: its rows were handed on, and are sent again from there.
    guard
      let index = lanes.firstIndex(where: {
        $0.receiver.name == name && $0.isSending && $0.current?.key == key
      }),
      let oldest = lanes[index].current?.rows.first
    else { return }
    let verdict = policy.verdict(
      result, failures: max(lanes[index].failures, oldest.attempts), createdAt: oldest.createdAt, now: now,
      label: URLLabel(lanes[index].receiver.url.revealed).description, random: random)
    let text =
      switch verdict {
      case .delivered: ""
      case .retry(_, let why), .dead(let why): why
      }
    let rows = Dictionary(
      (lanes[index].current?.rows ?? []).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for outcome in lanes[index].settle(verdict, now: now) {
      if let row = rows[outcome.row], !row.isCommitted, outcome.result.isFinal {
        settledStraight[Told(row)] = outcome.result
      }
      report(OutboxReport(outcome: outcome, receiver: name, text: text, answer: result, took: took))
    }
  }
}
