/// How a source's counts become six disjoint buckets (FORMATS: C3, C4, C9): what a person must know to follow the numbers.
package enum TokenConvention: Sendable, Hashable {
  /// Every count stands for itself.
  case disjoint
  /// Input without what was cached; output with reasoning in it.
  case reasoningInOutput
  /// Input with what was cached in it; output with reasoning in it.
  case inclusive
  /// Input with what was cached in it; output without reasoning.
  case inclusiveBesideReasoning

  /// How each bucket is made.
  package func rule(of bucket: TokenBuckets.Name) -> String {
    switch (self, bucket) {
    case (.disjoint, _), (.reasoningInOutput, .freshInput), (.inclusiveBesideReasoning, .output),
      (.inclusiveBesideReasoning, .reasoning):
      "as logged"
    case (.inclusive, .freshInput), (.inclusiveBesideReasoning, .freshInput):
      "input as logged, without what was read from or written to a cache"
    case (_, .cacheRead): "as logged"
    case (_, .cacheWrite5m): "as logged; of a sum without a split all of it, of a larger sum the rest"
    case (_, .cacheWrite1h): "as logged"
    case (_, .output): "output as logged, without reasoning"
    case (_, .reasoning): "as logged; part of the source's output"
    }
  }
}

extension TokenBuckets {
  /// The six, in the order in which they are shown. Raw values as in `report --json`.
  package enum Name: String, CaseIterable, Sendable, Hashable {
    case freshInput = "fresh_input"
    case cacheRead = "cache_read"
    case cacheWrite5m = "cache_write_5m"
    case cacheWrite1h = "cache_write_1h"
    case output
    case reasoning
  }

  package subscript(name: Name) -> Int64 {
    switch name {
    case .freshInput: freshInput
    case .cacheRead: cacheRead
    case .cacheWrite5m: cacheWrite5m
    case .cacheWrite1h: cacheWrite1h
    case .output: output
    case .reasoning: reasoning
    }
  }
}
