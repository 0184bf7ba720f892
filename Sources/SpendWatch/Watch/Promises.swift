internal import SpendEngine

/// Replies to people that wait for the disk: what somebody was told is done must outlive a crash in the next moment.
struct Promises {
  private struct Promise {
    var reply: OperatorReply
    let answer: Answer<OperatorReply>
    let since: Int64
    /// What it is about is in the batch that is being committed.
    var isSealed = false
  }

  private var waiting: [Promise] = []
  /// Milliseconds after which a person is told all the same: well within what the control socket waits.
  private static let patience: Int64 = 2_000

  /// - Parameter now: of the clock that never steps, as below.
  mutating func add(_ reply: OperatorReply, to answer: Answer<OperatorReply>, now: Int64) {
    // Nothing to keep.
    guard reply.changed else { return answer.fill(reply) }
    waiting.append(Promise(reply: reply, answer: answer, since: now))
  }

  /// A batch holds everything that was asked for until now.
  mutating func seal() {
    for index in waiting.indices { waiting[index].isSealed = true }
  }

  /// The last sealed batch is on disk.
  mutating func keep() {
    for promise in waiting where promise.isSealed { promise.answer.fill(promise.reply) }
    waiting.removeAll { $0.isSealed }
  }

  /// Says of what waits for too long that it is done, and not on disk.
  mutating func giveUp(now: Int64) {
    for var promise in waiting where now - promise.since >= Promises.patience {
      promise.reply.lines.append("the state cannot be written now: until it can, a restart would forget this")
      promise.answer.fill(promise.reply)
    }
    waiting.removeAll { now - $0.since >= Promises.patience }
  }
}
