package import SpendEngine

/// A ceiling on the output of single calls, from the 99.9th percentile of what calls put out.
package struct CallCeiling: Sendable {
  package static let permille: Int64 = 999

  /// `max_tokens` where the requests are known and hold to it, else `output_tokens`: a rule that every call meets says nothing.
  package let metric: Metric
  package let percentile: Int64
  /// Tokens.
  package let limit: Int64
  /// Calls that put something out: embeddings do not, and say nothing of answers.
  package let calls: Int64
  package let largest: Int64
  /// Calls that meet it.
  package let met: Int64
  /// Requests that set a `max_tokens`, and such as set none, where the log says so.
  package let stated: Int64
  package let unlimited: Int64

  /// Least and largest limit that `check` takes for one.
  static let sensible: ClosedRange<Int64> = 100...CallCosts.Size.largest.output

  /// nil where no call has output, or more than any model puts out.
  init?(_ history: History) {
    let outputs = history.outputs.positive
    guard let percentile = outputs.nearestRank(permille: CallCeiling.permille) else { return nil }
    self.percentile = percentile
    calls = outputs.total
    largest = outputs.nearestRank(permille: 1_000) ?? percentile
    stated = history.ceilings.total
    unlimited = history.unlimited
    func sensible(_ value: Int64) -> Int64 {
      max(CallCeiling.sensible.lowerBound, HumaneAmount.roundedUp(value))
    }
    // People write 1024 and 8192 there, not 1000 and 8200.
    var asked: Int64 = 128
    while asked < percentile, asked < CallCeiling.sensible.upperBound { asked *= 2 }
    let over = history.ceilings.count(from: asked.addingSaturating(1)).addingSaturating(unlimited)
    let known = stated.addingSaturating(unlimited)
    // Of all calls, 99 in 100 say it, and of those 99 in 100 keep to it.
    let holds = stated > 0 && known * 100 >= calls * 99 && (known - over) * 100 >= known * 99
    metric = holds ? .maxTokens : .outputTokens
    // `output_tokens` fires at its limit, `max_tokens` above.
    limit = holds ? asked : sensible(percentile.addingSaturating(1))
    met = holds ? over : outputs.count(from: limit)
    guard limit <= CallCeiling.sensible.upperBound else { return nil }
  }

  package var isEnough: Bool { calls >= SuggestOptions.enoughCalls }
}
