package import SpendEngine

/// Test alerts to receivers, sent by the outbox's own worker: the same requests, limits and verdicts as the daemon's, and no state.
package struct ReceiverTrial {
  /// How one receiver fared.
  package struct Outcome: Sendable, Hashable {
    package var receiver: Receiver
    /// What came back of the last message to it.
    package var answer: Result<HTTPResponse, HTTPFailure>
    /// Of that message.
    package var took: Duration
    /// Messages that were delivered: firing, and resolved where the receiver's kind wants one.
    package var delivered: Int
    /// The daemon would give such a message up, where others are sent again for three days.
    package var isFinal: Bool

    package var isDelivered: Bool {
      if case .success(let response) = answer { (200...299).contains(response.status) } else { false }
    }
  }

  private let receivers: [Receiver]
  private let limits: HTTPLimits

  /// - Parameter receivers: with their secrets read.
  package init(_ receivers: [Receiver], limits: HTTPLimits = HTTPLimits()) {
    self.receivers = receivers
    self.limits = limits
  }

  /// Sends to all of them at the same time, each message once, and waits for every answer: `HTTPLimits.total` a message at most.
  /// - Parameters:
  ///   - number: of the alert; two tests are two alerts.
  ///   - told: called for each receiver once it is through.
  package func run(
    number: UInt64 = .random(in: 1 ... .max), clock: () -> EngineTime = { WallClock.now },
    told: (Outcome) -> Void
  ) {
    let now = clock()
    var left: [String: [Notification]] = [:]
    for receiver in receivers {
      left[receiver.name] = TrialAlert(receiver: receiver, at: now, number: number).messages
    }
    var reports: [OutboxReport] = []
    let worker = OutboxWorker(receivers, limits: limits) { reports.append($0) }
    var row: Int64 = 0
    func send(_ message: Notification) {
      row += 1
      worker.add([
        OutboxRow(
          id: row, notificationID: message.id, receiver: message.receiver, body: message.body, nextAt: now,
          createdAt: now)
      ])
    }
    // One at a time to each: what resolves an alert that never arrived would puzzle its reader.
    func next(_ name: String) -> Bool {
      guard var messages = left[name], !messages.isEmpty else { return false }
      let message = messages.removeFirst()
      left[name] = messages
      send(message)
      return true
    }
    var delivered: [String: Int] = [:]
    var open = receivers.filter { next($0.name) }
    while !open.isEmpty {
      worker.turn(upTo: 1_000, clock: clock)
      let ended = reports
      reports = []
      for report in ended {
        guard let receiver = open.first(where: { $0.name == report.receiver }),
          let answer = report.answer
        else { continue }
        if report.outcome.result == .delivered {
          delivered[receiver.name, default: 0] += 1
          if next(receiver.name) { continue }
        }
        // A try that failed is not made again: the person who waits here is the one to repeat it.
        open.removeAll { $0.name == receiver.name }
        worker.reconfigure(open)
        let isFinal = if case .dead = report.outcome.result { true } else { false }
        told(
          Outcome(
            receiver: receiver, answer: answer, took: report.took, delivered: delivered[receiver.name] ?? 0,
            isFinal: isFinal))
      }
    }
  }
}
