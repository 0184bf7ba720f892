package import SpendEngine

/// The records of many logs in the order of event time, each log's own order kept (SEMANTICS 1). Memory is bounded by the number of
/// logs, not by their length.
///
/// A time more than an hour ahead of its log's last one is believed only where that log's next time agrees; else the record goes where
/// the log stands, and moves no clock. At a log's end there is no next: the record then waits until the other logs have come as far.
package struct MergedLogs: ~Copyable {
  /// The next record: `log.parsed.records[index]`.
  package struct Item {
    package var log: LogStream
    package var number: Int
    package var index: Int
    /// Event time where it is believed; nil where the record has none, or is not believed.
    package var time: EngineTime?
  }

  private struct Head: HeapElement {
    var key: EngineTime
    /// Of the log; equal keys go in the order of the logs.
    var number: Int
    var time: EngineTime?

    func isBefore(_ other: Head) -> Bool { (key, number) < (other.key, other.number) }
  }

  private let logs: [LogStream]
  /// Of each log: the next record, and the last time believed.
  private var indices: [Int]
  private var clocks: [EngineTime?]
  /// Of each log that does not begin with a time: the first that it has, looked for once.
  private var starts: [Int: EngineTime] = [:]
  private var heap = Heap<Head>()
  /// The log whose record was given last: still the first of the heap.
  private var given: Int?
  /// Records of one log in memory at most, and beyond them for a look ahead.
  private let limit: Int
  private static let ahead = 16_384
  /// More logs than this are not held open.
  private static let open = 64
  /// Logs that could not be read, or not to their end.
  package private(set) var problems: [LogProblem] = []

  package static let jump: Milliseconds = .hour

  package init(_ logs: [LogStream]) {
    self.logs = logs
    indices = logs.map { _ in 0 }
    clocks = logs.map { _ in nil }
    limit = max(16, min(4_096, 200_000 / max(1, logs.count)))
    for number in logs.indices {
      if let head = head(of: number) { heap.add(head) }
    }
  }

  /// Bytes to ask for at a time where `count` logs are merged.
  package static func slice(for count: Int) -> Int {
    max(4 << 10, min(256 << 10, (64 << 20) / max(1, count)))
  }

  /// The earliest time that the logs begin with; nil where none says one.
  package var firstTime: EngineTime? {
    heap.unordered.compactMap { head in head.time ?? (head.key == .distantPast ? nil : head.key) }.min()
  }

  /// The next record; nil at the end of all logs. The one given before is gone with it: its slice may be used again.
  package mutating func next() -> Item? {
    if let number = given {
      indices[number] += 1
      heap.replaceFirst(with: head(of: number))
    }
    given = heap.first?.number
    return heap.first.map {
      Item(log: logs[$0.number], number: $0.number, index: indices[$0.number], time: $0.time)
    }
  }

  // MARK: One log

  private mutating func head(of number: Int) -> Head? {
    do {
      let log = logs[number]
      if indices[number] >= log.parsed.records.count {
        guard try read(log, { log throws(LogProblem) in try log.next(limit: limit) }) else { return nil }
        indices[number] = 0
      }
      let clock = clocks[number]
      guard let time = MergedLogs.time(of: log, at: indices[number]) else {
        if let clock { return Head(key: clock, number: number, time: nil) }
        return Head(key: try start(of: number), number: number, time: nil)
      }
      if let clock, time - clock <= MergedLogs.jump {
        clocks[number] = max(clock, time)
        return Head(key: time, number: number, time: time)
      }
      if let next = try nextTime(number), time - next > MergedLogs.jump {
        return Head(key: clock ?? next, number: number, time: nil)
      }
      clocks[number] = time
      return Head(key: time, number: number, time: time)
    } catch {
      problems.append(error)
      return nil
    }
  }

  private mutating func start(of number: Int) throws(LogProblem) -> EngineTime {
    if let known = starts[number] { return known }
    let start = try nextTime(number) ?? .distantPast
    starts[number] = start
    return start
  }

  /// The time of the log's next record that has one; nil at its end, or where none follows for long.
  private func nextTime(_ number: Int) throws(LogProblem) -> EngineTime? {
    let log = logs[number]
    var index = indices[number] + 1
    while true {
      while index < log.parsed.records.count {
        if let time = MergedLogs.time(of: log, at: index) { return time }
        index += 1
      }
      guard index - indices[number] < MergedLogs.ahead,
        try read(log, { log throws(LogProblem) in try log.extend(limit: limit) })
      else { return nil }
    }
  }

  private func read(_ log: LogStream, _ step: (LogStream) throws(LogProblem) -> Bool) throws(LogProblem)
    -> Bool
  {
    defer { if logs.count > MergedLogs.open { log.rest() } }
    return try step(log)
  }

  private static func time(of log: LogStream, at index: Int) -> EngineTime? {
    if case .usage(let record) = log.parsed.records[index].outcome { record.time } else { nil }
  }
}
