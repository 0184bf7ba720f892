internal import SpendEngine

/// Where a record begins: a file as people know it, and bytes from its start.
package struct LogPlace: Codable, Sendable, Hashable {
  package var file: String
  package var offset: Int64
  package init(file: String, offset: Int64) {
    self.file = file
    self.offset = offset
  }
  /// `usage.jsonl:1204`: what `--line` takes.
  package var text: String { "\(file):\(offset)" }
}

/// The calls behind a subject's sum: the newest and the largest one by one, and all of them in number and sum.
struct SubjectCalls: Sendable {
  struct Call: Sendable, Hashable {
    var event: UsageEvent
    /// In the rule's metric.
    var amount: Int64
    var place: LogPlace?
  }
  /// Calls of which only the sum is left.
  struct Hour: Sendable, Hashable {
    var start: EngineTime
    var amount: Int64
    var requests: Int64
  }

  let metric: Metric
  /// How many of the newest and of the largest are kept.
  let keep: Int
  /// In the order in which they were counted.
  private(set) var newest: [Call] = []
  /// The largest first; of equal ones the earlier.
  private(set) var largest: [Call] = []
  /// Calls that were seen one by one.
  private(set) var count: Int64 = 0
  /// Of those and of the hours.
  private(set) var sum: Int64 = 0
  private var byHour: [EngineTime: Hour] = [:]
  private var lastSeen: EngineTime?

  init(_ metric: Metric, keep: Int) {
    self.metric = SubjectCalls.counted(by: metric)
    self.keep = min(max(0, keep), ExplainRequest.mostCalls)
  }

  /// What one call adds where the metric is no sum.
  static func counted(by metric: Metric) -> Metric {
    switch metric {
    case .errorRatio: .errors
    case .maxTokens: .requests
    default: metric
    }
  }

  mutating func add(_ event: UsageEvent, at place: LogPlace? = nil) {
    let call = Call(event: event, amount: event.amount(metric), place: place)
    count += 1
    sum = sum.addingSaturating(call.amount)
    guard keep > 0 else { return }
    if newest.count >= 2 * keep { newest.removeFirst(newest.count - keep) }
    newest.append(call)
    if largest.count >= keep, let least = largest.last, least.amount >= call.amount { return }
    let index = largest.firstIndex { $0.amount < call.amount } ?? largest.count
    largest.insert(call, at: index)
    if largest.count > keep { largest.removeLast() }
  }

  /// Adds a cell of the ledger, which stands for the calls of an hour.
  mutating func add(hour cell: UsageEvent) {
    let amount = cell.amount(metric)
    sum = sum.addingSaturating(amount)
    var hour = byHour[cell.time] ?? Hour(start: cell.time, amount: 0, requests: 0)
    hour.amount = hour.amount.addingSaturating(amount)
    hour.requests = hour.requests.addingSaturating(cell.requests)
    byHour[cell.time] = hour
  }

  /// A lifetime's sum begins anew where its subject was idle for 30 days: what came before is no part of it.
  mutating func follow(_ event: UsageEvent, idle: Milliseconds = 30 * .day) {
    if let lastSeen, event.time - lastSeen > idle { self = SubjectCalls(metric, keep: keep) }
    lastSeen = max(lastSeen ?? event.time, event.time)
  }

  /// The newest last.
  var last: ArraySlice<Call> { newest.suffix(keep) }

  /// The largest first.
  var hours: [Hour] { byHour.values.sorted { ($1.amount, $0.start) < ($0.amount, $1.start) } }
}
