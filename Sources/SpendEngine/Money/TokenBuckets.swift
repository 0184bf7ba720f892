/// Tokens of one or many calls in six disjoint buckets (FORMATS: counting rules). Every count is >= 0.
package struct TokenBuckets: Hashable, Sendable {
  package var freshInput: Int64 = 0
  package var cacheRead: Int64 = 0
  /// Cache writes that live 5 minutes; sums without a split are filed here (C3).
  package var cacheWrite5m: Int64 = 0
  package var cacheWrite1h: Int64 = 0
  /// Output without reasoning (C4).
  package var output: Int64 = 0
  package var reasoning: Int64 = 0

  @inlinable package init() {}

  /// Everything that went in: fresh, read from and written to the cache.
  @inlinable package var input: Int64 {
    freshInput.addingSaturating(cacheRead).addingSaturating(cacheWrite5m).addingSaturating(cacheWrite1h)
  }
  /// Everything that came out, reasoning included.
  @inlinable package var outputWithReasoning: Int64 { output.addingSaturating(reasoning) }
  @inlinable package var total: Int64 { input.addingSaturating(outputWithReasoning) }
  @inlinable package var isZero: Bool { total == 0 }

  @inlinable package static func += (a: inout TokenBuckets, b: TokenBuckets) {
    a.freshInput = a.freshInput.addingSaturating(b.freshInput)
    a.cacheRead = a.cacheRead.addingSaturating(b.cacheRead)
    a.cacheWrite5m = a.cacheWrite5m.addingSaturating(b.cacheWrite5m)
    a.cacheWrite1h = a.cacheWrite1h.addingSaturating(b.cacheWrite1h)
    a.output = a.output.addingSaturating(b.output)
    a.reasoning = a.reasoning.addingSaturating(b.reasoning)
  }

  /// Field by field; a difference may be negative in a bucket.
  package static func - (a: TokenBuckets, b: TokenBuckets) -> TokenBuckets {
    var difference = TokenBuckets()
    difference.freshInput = a.freshInput.subtractingSaturating(b.freshInput)
    difference.cacheRead = a.cacheRead.subtractingSaturating(b.cacheRead)
    difference.cacheWrite5m = a.cacheWrite5m.subtractingSaturating(b.cacheWrite5m)
    difference.cacheWrite1h = a.cacheWrite1h.subtractingSaturating(b.cacheWrite1h)
    difference.output = a.output.subtractingSaturating(b.output)
    difference.reasoning = a.reasoning.subtractingSaturating(b.reasoning)
    return difference
  }
}
