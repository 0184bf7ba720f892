/// The counting rules that several formats share (FORMATS: C3, C4, C9).
extension TokenBuckets {
  /// Cache writes from a sum and its split by lifetime. A split wins; what the sum has beyond it lives five minutes.
  /// - Returns: false where the two contradict each other: the larger reading is booked.
  mutating func setCacheWrites(sum: Int64, fiveMinutes: Int64, oneHour: Int64) -> Bool {
    let split = fiveMinutes.addingSaturating(oneHour)
    cacheWrite5m = fiveMinutes.addingSaturating(max(0, sum.subtractingSaturating(split)))
    cacheWrite1h = oneHour
    return sum == 0 || split == 0 || sum == split
  }

  /// Output from a count that has the reasoning in it.
  /// - Returns: false where there is more reasoning than output.
  mutating func setOutput(inclusive: Int64, reasoning: Int64) -> Bool {
    self.reasoning = reasoning
    output = max(0, inclusive.subtractingSaturating(reasoning))
    return reasoning <= inclusive
  }

  /// Fresh input from a count that has cache reads and writes in it; these must be set.
  /// - Returns: false where there is more cached than input.
  mutating func setFreshInput(inclusive: Int64) -> Bool {
    freshInput = 0
    let cached = input
    freshInput = max(0, inclusive.subtractingSaturating(cached))
    return cached <= inclusive
  }

  /// Checks the source's own total (0 = it gives none): what it has beyond the buckets is fresh input, the larger reading.
  /// - Returns: false where it contradicts the buckets.
  mutating func settle(total given: Int64) -> Bool {
    guard given > 0, given != total else { return true }
    freshInput = freshInput.addingSaturating(max(0, given.subtractingSaturating(total)))
    return false
  }
}
