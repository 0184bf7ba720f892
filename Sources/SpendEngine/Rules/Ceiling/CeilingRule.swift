/// A ceiling on single calls: the guide's first layer. The call is already paid, so it alerts, and may halt the key or task behind it.
/// `max_tokens` also fires where a request set none: an output without a limit.
package struct CeilingRule: Sendable, Hashable {
  package var metric: Metric
  package var limit: Limit

  package init(metric: Metric, limit: Int64, overrides: [String: Int64] = [:]) {
    self.metric = metric
    self.limit = Limit(limit, overrides: overrides)
  }

  /// An alert is over when no call has met its condition for this long, unless `keep_firing_for` says otherwise.
  static let quiet: Milliseconds = .hour

  /// The value by which a call breaks `limit`; nil where it does not. A request may ask for `limit` tokens; what was used trips at it.
  func breach(by call: BookedCall, limit: Int64) -> Int64? {
    switch metric {
    case .maxTokens:
      guard call.isNew, call.maxTokens != UsageRecord.unstated else { return nil }
      return call.maxTokens < 0 || call.maxTokens > limit ? call.maxTokens : nil
    case .spend: return reached(call.cost.rawValue, limit)
    case .tokens: return reached(call.tokens.total, limit)
    case .inputTokens: return reached(call.tokens.input, limit)
    case .outputTokens: return reached(call.tokens.outputWithReasoning, limit)
    case .requests, .errors, .errorRatio, .attempts: return nil
    }
  }

  private func reached(_ value: Int64, _ limit: Int64) -> Int64? { value >= limit ? value : nil }
}

/// A whole call, as far as it is known: of one that grew, not the difference.
struct BookedCall {
  var tokens = TokenBuckets()
  var cost = NanoUSD.zero
  /// See `UsageRecord.maxTokens`.
  var maxTokens = UsageRecord.unstated
  /// It was not seen before, and was made: not a failed attempt.
  var isNew = false
}

extension CeilingRule {
  package static let settings: [Setting] =
    [
      Setting(
        "per", .choice(["request"]), required: true, help: "each call for itself", example: "request"),
      Setting(
        "metric", .choice(Metric.ofRequests.map(\.rawValue)), required: true,
        help: "max_tokens also fires where a request set none", example: "max_tokens"),
      Setting(
        "halt", .choice([HaltTarget.key.rawValue, HaltTarget.task.rawValue]),
        help: "whom to halt, though the call is already paid", example: "key"),
    ] + Limit.settings
    + ["window", "alert_at", "for", "clear_at", "min_calls"].map {
      .refused($0, "with 'per: request' each call is judged for itself: leave '\($0)' out")
    }

  /// - Returns: nil where a needed value is missing or wrong; why is in `problems` (or was said by the reader of the values).
  package init?(values: SettingValues, problems: inout [SettingProblem]) {
    guard let metric = values.text("metric").flatMap(Metric.init(rawValue:)),
      let limit = Limit(values: values, metric: metric, problems: &problems)
    else { return nil }
    self.init(metric: metric, limit: limit.amount, overrides: limit.overrides)
  }

  /// Whose alert a call's breach is.
  static func per(halt: HaltTarget?) -> Per { halt == .task ? .task : .key }
}
