/// What a rollout has said that its counts lean on: whose they are, which model's, and what was counted last.
///
/// **Forks.** The file of a fork or a sub-agent begins with its own `session_meta` and then replays its parent's lines, counts included, with
/// their old times or with that of the fork. The parent's own file has those calls, so they are passed over here: what is older than the
/// session, and what was written together with its first line. The first turn whose id is younger than the session ends the replay (ids
/// are UUIDs of version 7, which begin with their time), and so does the first count of the session's own thread.
struct CodexContext: Sendable, Hashable {
  /// Of a session, cumulative.
  struct Totals: Sendable, Hashable {
    var input: Int64 = 0
    var cached: Int64 = 0
    var written: Int64 = 0
    var output: Int64 = 0
    var reasoning: Int64 = 0
    var total: Int64 = 0

    var counts: [Int64] { [input, cached, written, output, reasoning, total] }

    /// What came on top of `before`; all of it where a counter fell, which is a new start.
    func growth(since before: Totals) -> Totals {
      if zip(counts, before.counts).contains(where: { $0 < $1 }) { return self }
      return Totals(
        input: input - before.input, cached: cached - before.cached, written: written - before.written,
        output: output - before.output, reasoning: reasoning - before.reasoning, total: total - before.total)
    }
  }

  /// Names are cut to `UsageRecord.Name.maxLength` bytes.
  var thread: [UInt8] = []
  var parent: [UInt8] = []
  var task: [UInt8] = []
  var model: [UInt8] = []
  var start: EngineTime?
  var isFork = false
  /// Still among the lines of the parent.
  private(set) var isReplaying = false
  /// There are `token_usage_record` lines: the `token_count`s beside them are the same calls.
  var hasRecords = false
  /// What the session had used at the last count; a count with the same is a repeat.
  var totals = Totals()

  /// How long it may take to write the replay of a fork.
  private static let replaySpan: Milliseconds = 2 * .second

  init() {}

  /// A `session_meta` line. The first one of a file is the file's own; a fork's is followed by those of whom it was forked from.
  mutating func beginSession(
    thread: [UInt8], task: [UInt8], parent: [UInt8], start: EngineTime?
  ) {
    if thread == self.thread, !thread.isEmpty { return }
    if isAncestor(thread, start) {
      (isFork, isReplaying) = (true, true)
      return
    }
    // Rollouts joined into one file follow each other.
    self = CodexContext()
    self.thread = thread
    self.task = task
    self.parent = parent
    self.start = start
    isFork = !parent.isEmpty && parent != thread
    isReplaying = isFork
  }

  private func isAncestor(_ thread: [UInt8], _ start: EngineTime?) -> Bool {
    // They stand before anything that the session did itself.
    guard !self.thread.isEmpty, isReplaying || model.isEmpty && totals == Totals() && !hasRecords else {
      return false
    }
    if !parent.isEmpty, thread == parent { return true }
    guard let start, let own = self.start else { return false }
    return start < own
  }

  /// A turn begins; a replayed one has an id that is older than the session.
  mutating func beginTurn(_ turn: [UInt8], at time: EngineTime?) {
    guard isReplaying, let begun = CodexContext.time(of: turn), let born = CodexContext.time(of: thread)
    else { return }
    if let time, let start, time < start { return }
    if begun >= born { isReplaying = false }
  }

  /// Whether a line is its parent's.
  /// - Parameter thread: whose count it is; empty where it does not say.
  mutating func isReplayed(thread: [UInt8] = [], at time: EngineTime?) -> Bool {
    guard isReplaying else { return false }
    if let time, let start {
      if time > start + CodexContext.replaySpan { isReplaying = false }
      if !thread.isEmpty {
        // One with its old time is known by the id of its response.
        if time < start { return false }
        if thread == self.thread { isReplaying = false }
      }
    }
    return isReplaying
  }

  /// Milliseconds since 1970 in a UUID of version 7; nil for other ids.
  private static func time(of id: [UInt8]) -> UInt64? {
    guard id.count == 36, id[8] == UInt8(ascii: "-"), id[13] == UInt8(ascii: "-"), id[14] == UInt8(ascii: "7")
    else { return nil }
    var value: UInt64 = 0
    for index in Array(0..<8) + Array(9..<13) {
      switch id[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(id[index] - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"):
        value = value << 4 | UInt64(id[index] - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"):
        value = value << 4 | UInt64(id[index] - UInt8(ascii: "A") + 10)
      default: return nil
      }
    }
    return value
  }
}

extension CodexContext {
  func write(_ writer: inout ByteWriter) {
    for name in [thread, parent, task, model] { writer.blob(name) }
    writer.time(start)
    writer.byte((isFork ? 1 : 0) | (isReplaying ? 2 : 0) | (hasRecords ? 4 : 0))
    for count in totals.counts { writer.signed(count) }
  }

  /// After a failure of the reader it is of no use.
  init(_ reader: inout ByteReader) {
    thread = Array(reader.blob())
    parent = Array(reader.blob())
    task = Array(reader.blob())
    model = Array(reader.blob())
    start = reader.time()
    let flags = reader.byte()
    (isFork, isReplaying, hasRecords) = (flags & 1 != 0, flags & 2 != 0, flags & 4 != 0)
    totals = Totals(
      input: reader.signed(), cached: reader.signed(), written: reader.signed(), output: reader.signed(),
      reasoning: reader.signed(), total: reader.signed())
  }
}
