package import SpendEngine

/// What came of a demo: everything in it was measured, or said by the watcher.
package struct DemoOutcome: Sendable, Hashable {
  package var key: String
  /// From just before the write of the record that passed the limit to the halt in the switch's directory.
  package var nanoseconds: Int64
  /// What the key had spent when it was halted, by the watcher's sums; nano-dollars.
  package var value: Int64
  package var limit: Int64
  /// Calls of the loop that went out.
  package var calls: Int
  /// What they cost, and over how long by their log lines.
  package var loopCost: Int64
  package var loopSpan: Milliseconds

  package init(
    key: String, nanoseconds: Int64, value: Int64, limit: Int64, calls: Int, loopCost: Int64,
    loopSpan: Milliseconds
  ) {
    self.key = key
    self.nanoseconds = nanoseconds
    self.value = value
    self.limit = limit
    self.calls = calls
    self.loopCost = loopCost
    self.loopSpan = loopSpan
  }

  /// Friday 18:00 to Monday 08:00.
  package static let weekend: Milliseconds = 62 * .hour

  /// Nano-dollars.
  package var pastLimit: Int64 { value.subtractingSaturating(limit) }

  /// What the loop would have cost in `span`, had it gone on as it went; nano-dollars.
  package func cost(in span: Milliseconds) -> Int64 {
    guard loopSpan > 0 else { return 0 }
    let product = loopCost.multipliedFullWidth(by: span)
    let isLarge = product.high >= loopSpan / 2
    return isLarge ? .max : loopSpan.dividingFullWidth(product).quotient
  }
}
