package import Foundation
package import SpendEngine

/// Takes a history in, by the intake that `watch`, `replay` and `report` count with: each call once, in the order of event time.
package struct HistoryIntake: ~Copyable {
  private let now: EngineTime
  private let zone: TimeZone
  private let since: EngineTime?
  private var intake: Intake
  private var days: PeriodLabels
  private var tasks: [NameID: History.Task] = [:]
  /// Lives of tasks that came back after the engine had forgotten them.
  private var pastTasks: [History.Task] = []
  private struct KeyDay: Hashable {
    var key: NameID
    var day: UInt32
  }
  private var keyDays: [KeyDay: NanoUSD] = [:]
  private var guessed: [NameID: Int64] = [:]
  private var history: History

  /// A `lifetime` ends when its subject has been idle for so long (`SeriesTable.idle`).
  private static let lifetimeIdle: Milliseconds = 30 * .day
  /// Tasks whose names are kept.
  private static let named = 20

  /// - Parameters:
  ///   - zone: of days.
  ///   - now: stands in for a missing event time, and caps one that is ahead; the day it is in is not over.
  ///   - since: earlier calls are left out; nil = none.
  package init(
    zone: TimeZone, prices: PriceTable, now: EngineTime, since: EngineTime? = nil,
    fingerprintKey: (UInt64, UInt64)
  ) {
    self.now = now
    self.zone = zone
    self.since = since
    intake = Intake(prices: prices, fingerprintKey: fingerprintKey)
    days = PeriodLabels(.day, zone: zone)
    history = History(now: now, zone: zone)
  }

  // MARK: Logs

  /// Reads logs to their end, merged as `replay` does it.
  /// - Parameter progress: called now and then with the bytes that are done with.
  /// - Returns: logs that could not be read, or not to their end.
  package mutating func read(
    _ paths: [LogPath], layouts: LogLayouts, progress: (Int64) -> Void = { _ in }
  ) -> [LogProblem] {
    var layouts = layouts
    let slice = MergedLogs.slice(for: paths.count)
    let logs = paths.map { LogStream(path: $0.path, parser: layouts.parser(for: $0.path), slice: slice) }
    let sources = paths.map { intake.names.internSource($0.source) }
    var merged = MergedLogs(logs)
    var time = min(now, merged.firstTime ?? now)
    var records = 0
    while let item = merged.next() {
      if let claimed = item.time { time = max(time, min(claimed, now)) }
      count(item.log.parsed, item.index, source: sources[item.number], at: time)
      records += 1
      if records % 4_096 == 0 { progress(logs.reduce(0) { $0 + $1.bytesRead }) }
    }
    return merged.problems
  }

  private mutating func count(
    _ parsed: borrowing ParsedRecords, _ index: Int, source: NameID, at time: EngineTime
  ) {
    history.books.read += 1
    switch parsed.records[index].outcome {
    case .rejected(let why): history.books.rejected[Int(why.rawValue)] += 1
    case .noUsage: history.books.noUsage += 1
    case .usage(let record):
      let event = intake.book(
        record, names: parsed.names, source: source, arrival: time, books: &history.books)
      guard let event else { return }
      _ = intake.remember(event)
      guard add(event) else { return }
      let output = intake.call.tokens.outputWithReasoning
      // A failed attempt that turns out to be a call is a correction too, and counts now.
      if event.isCorrection, event.requests == 0 {
        history.outputs.replace(output - event.tokens.outputWithReasoning, with: output)
      } else if event.requests > 0 {
        history.outputs.add(output)
        if record.maxTokens >= 0 {
          history.ceilings.add(record.maxTokens)
        } else if record.maxTokens != UsageRecord.unstated {
          history.unlimited += 1
        }
      }
    }
  }

  // MARK: A state

  /// Takes in the names that a state's events are about. False if they are damaged.
  mutating func restore(names blob: [UInt8]) -> Bool { intake.names.restore(blob) }

  /// Names of the sources that the events are from.
  package var sourceNames: [String] {
    (Int(NameTable.other) + 1..<max(Int(NameTable.other) + 1, intake.names.sources.count)).map {
      intake.names.sources.string(NameID($0))
    }
  }

  mutating func add(books: Books) {
    history.books += books
    history.isFromState = true
  }

  /// A cell of the ledger, which stands for the calls of an hour.
  mutating func add(cell: UsageEvent) { _ = add(cell) }

  /// A call of the journal, which is whole unless it is grown later.
  /// - Parameter outputs: output tokens of the journal's calls by fingerprint.
  mutating func add(journaled event: UsageEvent, outputs: inout [UInt64: Int64]) {
    guard add(event) else { return }
    let output = event.tokens.outputWithReasoning
    if event.isCorrection {
      // Of a call that is in the ledger already only the growth is known: no call.
      guard let known = outputs[event.fingerprint] else { return }
      history.outputs.replace(known, with: known.addingSaturating(output))
      outputs[event.fingerprint] = known.addingSaturating(output)
    } else if event.requests > 0 {
      history.outputs.add(output)
      if event.fingerprint != 0 { outputs[event.fingerprint] = output }
    }
  }

  // MARK: Both

  /// - Returns: false where it is left out.
  private mutating func add(_ event: UsageEvent) -> Bool {
    if let since, event.time < since { return false }
    history.calls = history.calls.addingSaturating(event.requests)
    history.cost += event.cost
    let span = history.span ?? event.time...event.time
    history.span = min(span.lowerBound, event.time)...max(span.upperBound, event.time)
    if event.pricing == .dearest { guessed[event.model, default: 0] += event.requests }
    keyDays[KeyDay(key: event.key, day: days.number(of: event.time)), default: .zero] += event.cost
    if event.task > NameTable.other { add(event, toTask: event.task) }
    return true
  }

  private mutating func add(_ event: UsageEvent, toTask id: NameID) {
    var task = tasks[id] ?? History.Task(id: id, cost: .zero, calls: 0, last: event.time)
    if event.time - task.last > HistoryIntake.lifetimeIdle {
      pastTasks.append(task)
      task = History.Task(id: id, cost: .zero, calls: 0, last: event.time)
    }
    task.cost += event.cost
    task.calls = task.calls.addingSaturating(event.requests)
    task.last = max(task.last, event.time)
    tasks[id] = task
  }

  /// What was taken in.
  package consuming func finish() -> History {
    var result = history
    let number = Int(days.number(of: now))
    let today = days.starts[number]
    func day(_ number: UInt32, _ spend: NanoUSD) -> History.Day {
      let start = days.starts[Int(number)]
      return History.Day(
        label: days.labels[Int(number)], start: start, spend: spend, isOpen: start >= today)
    }
    var byKey: [NameID: [History.Day]] = [:]
    var byDay: [UInt32: NanoUSD] = [:]
    for (place, spend) in keyDays where spend > .zero {
      byDay[place.day, default: .zero] += spend
      if place.key > NameTable.other { byKey[place.key, default: []].append(day(place.day, spend)) }
    }
    result.days = byDay.map { day($0.key, $0.value) }.sorted { $0.start < $1.start }
    let names = intake.names.aliases
    result.keys = byKey.map { id, days in
      let name = intake.names.keys.string(id)
      let alias = names[id].map { String(decoding: $0, as: UTF8.self) }
      return History.Key(
        name: name, alias: alias == name ? nil : alias, days: days.sorted { $0.start < $1.start })
    }
    .sorted { ($1.total, $0.name) < ($0.total, $1.name) }
    result.tasks = (pastTasks + tasks.values).sorted { ($1.cost, $0.id) < ($0.cost, $1.id) }
    for task in result.tasks.prefix(HistoryIntake.named) {
      result.taskNames[task.id] = intake.names.tasks.string(task.id)
    }
    result.guessed = guessed.filter { $0.value > 0 }
      .map { (intake.names.models.string($0.key), $0.value) }
      .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    return result
  }
}

extension History.Key {
  var total: NanoUSD { days.reduce(.zero) { $0 + $1.spend } }
}
