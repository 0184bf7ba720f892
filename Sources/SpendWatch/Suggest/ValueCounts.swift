/// How often each value occurred: percentiles of any number of calls in memory bounded by distinct values. Exact below 2^17 (131,072:
/// no model puts out more tokens at once today); above it a value counts as the next higher of 128 steps a power of two, so by less than
/// 1 % too much.
package struct ValueCounts: Sendable, Hashable {
  private var counts: [Int64: Int64] = [:]
  /// Of all values.
  package private(set) var total: Int64 = 0

  private static let exactBits = 17
  private static let stepBits = 7

  package init() {}

  package mutating func add(_ value: Int64, count: Int64 = 1) {
    counts[ValueCounts.step(value), default: 0] += count
    total += count
  }

  /// A value that was added turned out to be another one: a call that grew.
  package mutating func replace(_ old: Int64, with new: Int64) {
    let step = ValueCounts.step(old)
    guard let known = counts[step], known > 0 else { return }
    counts[step] = known == 1 ? nil : known - 1
    total -= 1
    add(new)
  }

  /// Values that occurred with their counts, ascending.
  package var ascending: [(value: Int64, count: Int64)] {
    counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Without those that are 0.
  package var positive: ValueCounts {
    var other = self
    other.total -= other.counts.removeValue(forKey: 0) ?? 0
    return other
  }

  /// Values at or above a bound.
  package func count(from bound: Int64) -> Int64 {
    counts.reduce(0) { $0 + ($1.key >= bound ? $1.value : 0) }
  }

  /// The value of nearest rank: the least one that at least `permille` of a thousand values do not pass; nil where there are none.
  package func nearestRank(permille: Int64) -> Int64? {
    guard total > 0 else { return nil }
    let rank = Statistics.rank(permille, of: total)
    var passed: Int64 = 0
    for (value, count) in ascending {
      passed += count
      if passed >= rank { return value }
    }
    return nil
  }

  private static func step(_ value: Int64) -> Int64 {
    guard value >= 1 << exactBits else { return max(0, value) }
    let shift = Int64.bitWidth - value.leadingZeroBitCount - 1 - stepBits
    let (rounded, overflow) = value.addingReportingOverflow((1 << shift) - 1)
    return overflow ? .max : (rounded >> shift) << shift
  }
}
