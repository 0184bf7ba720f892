internal import SpendEngine

/// What the state thread has yet to commit, in order. The commit that is next is built once and stays as it is until it is durable: a try
/// that failed may have reached the disk all the same, and what came after it was built belongs to the one after.
struct CommitQueue {
  /// A commit, and whose it is.
  struct Entry {
    var commit: StateCommit
    /// The reader waits for it.
    var isSealed = false
  }

  /// Who is told of what is built from now on.
  var announcer: Announcer
  private var sealed: [StateThread.Sealed] = []
  private var outcomes: [DeliveryOutcome] = []
  private var alarms: [Alarm] = []
  private var current: Entry?
  /// Of the batches that wait, the current one with them.
  private(set) var waitingBytes = 0

  init(_ announcer: Announcer) { self.announcer = announcer }

  mutating func add(_ new: StateThread.Sealed) {
    sealed.append(new)
    waitingBytes += new.batch?.byteCount ?? 0
  }
  mutating func add(_ new: [DeliveryOutcome]) { outcomes += new }
  mutating func add(_ alarm: Alarm) { alarms.append(alarm) }

  var isEmpty: Bool { current == nil && sealed.isEmpty && outcomes.isEmpty && alarms.isEmpty }

  /// What to commit next: the same until `finish`. nil = nothing waits.
  /// - Parameter now: of the clock, for what no batch brings.
  mutating func next(now: EngineTime) -> StateCommit? {
    if isEmpty { return nil }
    if current == nil { current = build(now) }
    return current?.commit
  }

  /// The current one is durable.
  mutating func finish() -> Entry? {
    defer { current = nil }
    waitingBytes -= current?.commit.batch?.byteCount ?? 0
    return current
  }

  /// Where the record is that moved a decision: its file was read in the same batch.
  private static func place(of decision: Decision, among files: [TrackedRow]) -> LogPlace? {
    guard let id = decision.file, let row = files.first(where: { $0.file == id }),
      let file = row.tracked.flatMap(TrackedFile.init(encoded:))
    else { return nil }
    return LogPlace(file: file.path.description, offset: decision.offset)
  }

  private mutating func build(_ now: EngineTime) -> Entry {
    let first = sealed.isEmpty ? nil : sealed.removeFirst()
    let time = first?.time ?? now
    var commit = StateCommit(batch: first?.batch, time: time, files: first?.files ?? [])
    commit.audit = first?.audit ?? []
    commit.outcomes = outcomes
    if let decisions = first?.batch?.decisions, !decisions.isEmpty {
      commit.notifications = announcer.notifications(for: decisions)
      commit.audit += decisions.map { decision in
        var line = announcer.audit(of: decision)
        if let place = CommitQueue.place(of: decision, among: commit.files) {
          line.text += "; record \(place.text)"
        }
        return line
      }
    }
    commit.alarms = alarms
    for alarm in alarms {
      commit.notifications += announcer.notifications(for: alarm)
      commit.audit.append(announcer.audit(of: alarm))
    }
    defer { (outcomes, alarms) = ([], []) }
    return Entry(commit: commit, isSealed: first != nil)
  }
}
