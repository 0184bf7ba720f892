import Glibc
package import SpendEngine

/// The simple rules that people write: the last five minutes against the five minutes of the trailing week, from the second day on, and from
/// 2 USD on.
package struct TrailingRule: IncidentDetector {
  package enum Bar: Sendable {
    /// So many times the mean.
    case factor(Double)
    /// The mean and so many standard deviations.
    case deviations(Double)
  }
  private let bar: Bar
  private var first: Int64?
  private var bucket: Int64 = 0
  private var spent = 0.0
  /// Of the trailing week: buckets with spend, and their sums.
  private var past: ArraySlice<(bucket: Int64, spent: Double)> = []
  private var sum = 0.0
  private var squares = 0.0

  private static let week: Int64 = 7 * 288
  private static let least = 2e9

  package init(_ bar: Bar) { self.bar = bar }

  package mutating func isAlarmed(by call: MadeCall) -> Bool {
    let now = call.time.milliseconds / (5 * .minute)
    if first == nil { (first, bucket) = (now, now) }
    if now > bucket {
      past.append((bucket, spent))
      sum += spent
      squares += spent * spent
      (bucket, spent) = (now, 0)
      while let oldest = past.first, oldest.bucket < now - TrailingRule.week {
        sum -= oldest.spent
        squares -= oldest.spent * oldest.spent
        past.removeFirst()
      }
    }
    spent += Double(call.cost)
    let age = now - (first ?? now)
    guard age >= 288 else { return false }
    let count = Double(min(age, TrailingRule.week))
    let mean = max(0, sum) / count
    let limit =
      switch bar {
      case .factor(let factor): factor * mean
      case .deviations(let many): mean + many * max(0, squares / count - mean * mean).squareRoot()
      }
    return spent > limit && spent - mean >= TrailingRule.least
  }
}

/// The spike rule alone, without an engine around it.
package struct SpikeDetector: IncidentDetector {
  private var state: SpikeState?
  private let rule: SpikeRule
  private let level: SpikeLevel

  package init(_ rule: SpikeRule = SpikeRule(), level: SpikeLevel = .alert) {
    self.rule = rule
    self.level = level
  }

  package mutating func isAlarmed(by call: MadeCall) -> Bool {
    if state == nil { state = SpikeState(first: call.time, calendar: .utc, rule: rule) }
    let verdict = state?.observe(time: call.time, cost: call.cost, calendar: .utc, rule: rule)
    return verdict.map { $0.level >= level } ?? false
  }
}
