extension Decision {
  /// `$26.10 of $25.00 used today`, without its subject. A share is said beside its limit, never as a part of it; of a call, what it asked
  /// for; of a spike, what is usual.
  package var usage: String {
    if let baseline {
      return "\(metric.text(value)) \(window.used(metric)) (usually \(metric.text(baseline)))"
    }
    return limitedUsage
  }

  private var limitedUsage: String {
    switch metric {
    case .errorRatio: "\(metric.text(value)) errors (limit \(metric.text(limit))) \(window.used(metric))"
    case .priceDrift:
      "logged costs \(metric.text(value)) off the price table (limit \(metric.text(limit))) \(window.spoken)"
    case .maxTokens:
      value < 0
        ? "no max_tokens set (limit \(metric.text(limit)))"
        : "max_tokens \(value.grouped) asked for (limit \(limit.grouped))"
    case _ where window == .request:
      "\(metric.text(value)) \(window.used(metric)) (limit \(metric.text(limit)))"
    default: "\(metric.text(value)) of \(metric.text(limit)) \(window.used(metric))"
    }
  }

  /// `$26.10 of $25.00 used today by key ci-bot`
  package var account: String {
    if let baseline {
      return "\(metric.text(value)) \(window.used(metric)) \(subject.by): usually \(metric.text(baseline))"
    }
    if metric == .priceDrift { return "\(subject.text): \(usage)" }
    guard metric == .maxTokens else { return "\(usage) \(subject.by)" }
    if value < 0 { return "no max_tokens was set \(subject.by)" }
    return "max_tokens \(value.grouped) asked for \(subject.by): more than \(limit.grouped)"
  }
}

extension Metric {
  /// Whether an amount of it is no share of its limit: a share of calls, or a ceiling that was not set.
  package func standsAlone(_ amount: Int64) -> Bool {
    isShare || self == .maxTokens && amount < 0
  }

  /// Whether its unit is a share times 1e9, which is no sum: per cent of its limit would be a share of a share.
  package var isShare: Bool { self == .errorRatio || self == .priceDrift }

  /// What single calls add, where it is made of other sums.
  package var counted: Metric {
    switch self {
    case .errorRatio: .errors
    case .priceDrift: .logged
    default: self
    }
  }
}

extension Window {
  /// `used today`, `made over its lifetime`: what was done with an amount of `metric`, and when.
  package func used(_ metric: Metric) -> String {
    let verb =
      switch metric {
      case .spend, .tokens, .inputTokens, .outputTokens: "used"
      case .requests, .attempts, .compared: "made"
      case .priceDrift, .logged, .listed: "logged"
      case .errors, .errorRatio: "seen"
      case .maxTokens: "asked for"
      }
    return "\(verb) \(spoken)"
  }

  /// `today`, `in the last 5m`
  var spoken: String {
    switch self {
    case .sliding(let span): "in the last \(span.windowText)"
    case .calendar(let period): period.spokenNow
    case .request: "in one call"
    case .lifetime: "over its lifetime"
    }
  }
}

extension Subject {
  /// `key ci-bot`, `key Bot (88dc28d0…)`, `key a + model m`, `global`. A name is cut to 80 characters; beside an alias, a long id to 8.
  /// Two subjects may read alike: order and identity are for `<` and `==`.
  package var text: String {
    if per == .global { return "global" }
    let parts = zip(per.dimensions, names).map { dimension, name in
      guard dimension == .key, let alias, !alias.isEmpty, alias != name else {
        return "\(dimension.name) \(Subject.cut(name))"
      }
      return "\(dimension.name) \(Subject.labelled(name, alias: alias))"
    }
    return parts.joined(separator: " + ")
  }

  /// `key 88dc28d0f030`, whole and without alias: for the audit.
  package var identity: String {
    per == .global
      ? "global" : zip(per.dimensions, names).map { "\($0.name) \($1)" }.joined(separator: " + ")
  }

  /// `by key ci-bot`, `in total`
  package var by: String { per == .global ? "in total" : "by \(text)" }

  /// `Bot (88dc28d0…)`: a proxy's key is a hash; people know it by its alias.
  package static func labelled(_ id: String, alias: String) -> String { "\(cut(alias)) (\(cut(id, to: 9)))" }

  /// Shortened to `longest` characters with an ellipsis.
  package static func cut(_ name: String, to longest: Int = 80) -> String {
    name.count <= longest ? name : "\(name.prefix(longest - 1))…"
  }
}
