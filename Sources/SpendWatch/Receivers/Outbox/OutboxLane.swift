import SpendEngine

/// What waits for one receiver, in the order it was committed: the head goes first, and while it must wait, all wait. So order holds for
/// each receiver, and a dead one (whose head waits ever longer) costs the others nothing.
struct OutboxLane {
  /// One request: a row, or many as a digest after a long outage.
  struct Delivery {
    var rows: [OutboxRow]
    var key: String
    var body: String
  }

  let receiver: Receiver
  private(set) var rows: [OutboxRow] = []
  /// Kept until it is settled: every try of it is the same request with the same key.
  private(set) var current: Delivery?
  private(set) var isSending = false
  /// Tries that failed since the last success.
  private(set) var failures = 0
  private(set) var failingSince: EngineTime?
  private(set) var lastError = ""
  private var notBefore = EngineTime.distantPast
  /// A digest was refused: one by one, then, until all are gone.
  private var mayMerge = true

  /// More than this many waiting go as one digest, with at most `mostMerged` in it.
  static let mostSingle = 20
  static let mostMerged = 500

  init(_ receiver: Receiver) { self.receiver = receiver }

  /// Those that are known already are not taken twice.
  mutating func add(_ new: [OutboxRow]) {
    adopt(new)
    let known = Set(rows.map(\.id))
    rows += new.filter { !known.contains($0.id) }
    rows.sort { $0.id < $1.id }
  }

  /// The commits of rows that came before them: they go on under the numbers that the state knows.
  private mutating func adopt(_ new: [OutboxRow]) {
    guard rows.contains(where: { !$0.isCommitted }) else { return }
    for row in new where row.isCommitted {
      func rename(_ waiting: inout OutboxRow) {
        if !waiting.isCommitted, waiting.notificationID == row.notificationID { waiting.id = row.id }
      }
      for index in rows.indices { rename(&rows[index]) }
      for index in current?.rows.indices ?? 0..<0 {
        if var waiting = current?.rows[index] {
          rename(&waiting)
          current?.rows[index] = waiting
        }
      }
    }
  }

  /// When there is something to do; nil = nothing waits, or it is on its way.
  func nextDue(_ policy: RetryPolicy, now: EngineTime) -> EngineTime? {
    guard !isSending, let head = rows.first else { return nil }
    let due = max(head.nextAt, notBefore)
    // No wait is longer than this: the clock was set back.
    return due - now > policy.longestAsked ? now : due
  }

  mutating func begin(_ policy: RetryPolicy, now: EngineTime) -> Delivery? {
    guard let due = nextDue(policy, now: now), due <= now, let head = rows.first else { return nil }
    isSending = true
    if let current { return current }
    var delivery = Delivery(rows: [head], key: head.notificationID, body: head.body)
    if mayMerge, rows.count > Self.mostSingle {
      let merged = Array(rows.prefix(Self.mostMerged))
      if let body = receiver.digest(of: merged.map(\.body), since: merged[0].createdAt) {
        delivery = Delivery(rows: merged, key: Notification.id(merged.map(\.notificationID)), body: body)
      }
    }
    current = delivery
    return delivery
  }

  /// What to report of each row.
  mutating func settle(_ verdict: RetryPolicy.Verdict, now: EngineTime) -> [DeliveryOutcome] {
    isSending = false
    guard let delivery = current else { return [] }
    let ids = Set(delivery.rows.map(\.id))
    switch verdict {
    case .delivered:
      remove(ids)
      (failures, failingSince, notBefore) = (0, nil, .distantPast)
      return delivery.rows.map { DeliveryOutcome(row: $0.id, result: .delivered) }
    case .retry(let at, let why):
      failures += 1
      notBefore = at
      note(why, now)
      for index in rows.indices where ids.contains(rows[index].id) {
        rows[index].attempts += 1
        rows[index].nextAt = at
      }
      return delivery.rows.map { DeliveryOutcome(row: $0.id, result: .retry(at: at)) }
    case .dead(let why):
      note(why, now)
      if delivery.rows.count > 1 {
        mayMerge = false
        current = nil
        return []
      }
      remove(ids)
      return delivery.rows.map { DeliveryOutcome(row: $0.id, result: .dead(reason: why)) }
    }
  }

  private mutating func note(_ why: String, _ now: EngineTime) {
    if failingSince == nil { failingSince = now }
    lastError = why
  }

  private mutating func remove(_ ids: Set<Int64>) {
    current = nil
    rows.removeAll { ids.contains($0.id) }
    if rows.isEmpty { mayMerge = true }
  }
}
