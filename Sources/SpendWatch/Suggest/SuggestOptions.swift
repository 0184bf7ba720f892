package import SpendEngine

/// By which rules caps are made. The defaults are the guide's: two to three times the median of a real task, one and a half times the busiest
/// normal day.
package struct SuggestOptions: Sendable {
  /// Thousandths.
  package var taskFactor: Int64 = 2_500
  /// Thousandths.
  package var dayFactor: Int64 = 1_500
  /// Of the file.
  package var mode = Mode.shadow
  /// No limit in USD is below it: `check` would say that a single ordinary call reaches it.
  package var least: NanoUSD

  /// - Parameter prices: those that the rules file will have.
  package init(prices: PriceTable) {
    let costs = CallCosts(prices).ordinary
    // More than an ordinary call costs with half of the models.
    let middle = costs.isEmpty ? .zero : costs[costs.count / 2].amount
    least = NanoUSD(rawValue: HumaneAmount.roundedUp(middle.rawValue.addingSaturating(1)))
  }

  /// Below these a number is marked as made from too little.
  package static let enoughTasks = 20
  package static let enoughCalls: Int64 = 1_000
  /// Days with spend, the unfinished one aside, and the days from the first to the last of them: a working week, and a whole one.
  package static let enoughDays = 5
  package static let enoughSpan = 7

  /// A limit: the humane amount at or above a factor of what was seen, and not below `least`.
  func limit(_ seen: NanoUSD, _ thousandths: Int64) -> (amount: NanoUSD, isRaised: Bool) {
    let amount = HumaneAmount.roundedUp(HumaneAmount.times(seen.rawValue, thousandths: thousandths))
    return (NanoUSD(rawValue: max(amount, least.rawValue)), amount < least.rawValue)
  }
}
