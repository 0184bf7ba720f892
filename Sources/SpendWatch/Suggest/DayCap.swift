package import SpendEngine

/// A cap a day, from the busiest normal one.
package struct DayCap: Sendable {
  /// What one key, or everything, came to on a day.
  package struct Spend: Sendable, Hashable {
    package var day: History.Day
    /// Whose, where it is not everybody's.
    package var key: String?
    package var amount: NanoUSD { day.spend }
  }

  /// Days with spend, in order, the unfinished one included.
  package let days: [Spend]
  /// Left out as no normal days, in order.
  package let outliers: [Spend]
  package let busiest: Spend
  package let limit: NanoUSD
  /// The factor's amount was below what a single call may cost.
  package let isRaised: Bool
  /// The factor's amount was below another cap that this one must not be below.
  package let isHeldUp: Bool
  /// Days that came to the limit, the dearest first.
  package let reached: [Spend]

  /// - Parameters:
  ///   - days: in order, each with spend.
  ///   - atLeast: another cap that this one must not be below.
  /// - Returns: nil where there are none.
  init?(_ days: [Spend], _ options: SuggestOptions, atLeast: NanoUSD = .zero) {
    let whole = days.filter { !$0.day.isOpen }
    let odd = OutlierTest.outliers(
      whole.map(\.amount.rawValue), days: whole.map(\.day.start.milliseconds))
    outliers = odd.sorted().map { whole[$0] }
    var normal = whole.indices.filter { !odd.contains($0) }.map { whole[$0] }
    // The day that is not over says too little of a whole one, unless it is the busiest already.
    let test = OutlierTest(whole.map(\.amount.rawValue))
    let isNewLevel = whole.last.map { test.isOutlier($0.amount.rawValue) && !odd.contains(whole.count - 1) }
    normal += days.filter {
      $0.day.isOpen && (isNewLevel ?? true || !test.isOutlier($0.amount.rawValue))
    }
    guard let busiest = normal.max(by: { ($0.amount, $1.day.start) < ($1.amount, $0.day.start) }) else {
      return nil
    }
    self.days = days
    self.busiest = busiest
    let (amount, isRaised) = options.limit(busiest.amount, options.dayFactor)
    limit = max(amount, atLeast)
    isHeldUp = amount < atLeast
    self.isRaised = isRaised
    let limit = limit
    reached = days.filter { $0.amount >= limit }.sorted { $0.amount > $1.amount }
  }

  /// Days that are over.
  package var wholeDays: Int { Set(days.filter { !$0.day.isOpen }.map(\.day.start)).count }

  /// From the first of them to the last, both included.
  package var span: Int { DayCap.span(days.map(\.day)) }

  package var isEnough: Bool {
    wholeDays >= SuggestOptions.enoughDays && span >= SuggestOptions.enoughSpan
  }

  package var open: Spend? { days.first { $0.day.isOpen } }

  static func span(_ days: [History.Day]) -> Int {
    let whole = days.filter { !$0.isOpen }.map(\.start)
    guard let first = whole.min(), let last = whole.max() else { return 0 }
    // Half a day more, for days of 23 and 25 hours.
    return Int((last - first + .day / 2) / .day) + 1
  }
}
