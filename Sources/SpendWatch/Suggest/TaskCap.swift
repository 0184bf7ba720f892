package import SpendEngine

/// A budget for each task, from the median cost of a real one.
package struct TaskCap: Sendable {
  /// Billed calls of a real task at least, and how long it has been idle: what is still running says little of what it will cost.
  package static let leastCalls: Int64 = 2
  package static let idle: Milliseconds = .hour

  /// Costs of the real tasks, ascending, none 0.
  package let real: [NanoUSD]
  /// Tasks that cost something and are no real ones: a single call, or still at work.
  package let others: Int
  package let median: NanoUSD
  package let limit: NanoUSD
  package let isRaised: Bool
  /// Tasks that came to the limit, real or not, the dearest first.
  package let stopped: [History.Task]

  /// nil where there is no real task.
  init?(_ history: History, _ options: SuggestOptions) {
    let billed = history.tasks.filter { $0.cost > .zero }
    real = billed.filter {
      $0.calls >= TaskCap.leastCalls && history.now - $0.last >= TaskCap.idle
    }.map(\.cost).sorted()
    guard !real.isEmpty else { return nil }
    others = billed.count - real.count
    median = NanoUSD(rawValue: Statistics.nearestRank(real.map(\.rawValue), permille: 500))
    (limit, isRaised) = options.limit(median, options.taskFactor)
    let limit = limit
    stopped = billed.filter { $0.cost >= limit }
  }

  package var isEnough: Bool { real.count >= SuggestOptions.enoughTasks }

  package func percentile(_ permille: Int64) -> NanoUSD {
    NanoUSD(rawValue: Statistics.nearestRank(real.map(\.rawValue), permille: permille))
  }
}
