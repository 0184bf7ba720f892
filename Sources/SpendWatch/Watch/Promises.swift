internal import SpendEngine

/// Replies to people that wait for the disk: what somebody was told is done must outlive a crash in the next moment.
struct Promises {
  private struct Promise {
    var reply: OperatorReply
    let answer: Answer<OperatorReply>
    let since: Int64
    /// Number of the batch that holds what it is about; nil = not sealed yet.
    var batch: Int?

    /// - Parameter committed: how many batches are on disk.
    func isKept(by committed: Int) -> Bool { batch.map { $0 <= committed } ?? false }
  }

  private var waiting: [Promise] = []
  private var sealed = 0
  private var committed = 0
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
    sealed += 1
    for index in waiting.indices where waiting[index].batch == nil { waiting[index].batch = sealed }
  }

  /// The oldest of the sealed batches is on disk.
  mutating func keep() {
    committed += 1
    let kept = committed
    for promise in waiting where promise.isKept(by: kept) { promise.answer.fill(promise.reply) }
    waiting.removeAll { $0.isKept(by: kept) }
  }

  /// The reader stops: the state thread commits what was sealed before it stops too.
  mutating func keepAll() {
    for promise in waiting { promise.answer.fill(promise.reply) }
    waiting.removeAll()
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
