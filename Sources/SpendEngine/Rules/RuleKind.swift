/// The kinds of rule. Closed: what the engine asks of a kind is a member below, answered by the kind's own type in its own folder. So the
/// compiler names every place that a new kind needs, and nothing outside its folder looks into it.
package enum RuleKind: Sendable, Hashable {
  case threshold(ThresholdRule)
  case ceiling(CeilingRule)
  case spike(SpikeRule)

  /// A kind without its settings.
  package enum Name: String, CaseIterable, Sendable {
    case threshold, ceiling, spike
  }

  package var name: Name {
    switch self {
    case .threshold: .threshold
    case .ceiling: .ceiling
    case .spike: .spike
    }
  }
}

/// What a rule looks at.
enum RuleReading: Sendable, Hashable {
  case sum(Metric)
  /// A share of `whole` times 1e9, which counts as 0 as long as `whole` is below `least`.
  case ratio(part: Metric, whole: Metric, least: Int64)

  var metrics: [Metric] {
    switch self {
    case .sum(let metric): [metric]
    case .ratio(let part, let whole, _): [part, whole]
    }
  }
}

// What it counts.
extension RuleKind {
  /// What is compared with its limit: metric and window as people are told.
  package var metric: Metric {
    switch self {
    case .threshold(let rule): rule.metric
    case .ceiling(let rule): rule.metric
    case .spike: .spend
    }
  }
  package var window: Window {
    switch self {
    case .threshold(let rule): rule.window
    case .ceiling: .request
    case .spike(let rule): .sliding(rule.window)
    }
  }
  /// nil for a kind that looks at each call instead of a sum.
  var reading: RuleReading? {
    switch self {
    case .threshold(let rule): rule.reading
    case .ceiling, .spike: nil
    }
  }
  /// Every sum that a subject's series must hold for it.
  var sums: [SeriesLayout.Sum] {
    reading?.metrics.map { SeriesLayout.Sum(window: window, metric: $0) } ?? []
  }
  /// Whether a record may lower its value.
  var fallsByRecords: Bool {
    if case .ratio? = reading { true } else { false }
  }
  /// Whether its value may fall in the course of a window.
  package var canFall: Bool {
    switch self {
    case .threshold(let rule): rule.canFall
    case .ceiling, .spike: false
    }
  }
}

// When it acts.
extension RuleKind {
  /// The limit for one subject, in the metric's unit.
  /// - Parameter subject: needed only where `limitsByName`.
  func limit(for subject: Subject?) -> Int64 {
    switch self {
    case .threshold(let rule): rule.limit.of(subject)
    case .ceiling(let rule): rule.limit.of(subject)
    // What it compares with is its subject's own, and comes with the alert.
    case .spike: 0
    }
  }
  /// Whether `limit` depends on what the subject is called.
  var limitsByName: Bool {
    switch self {
    case .threshold(let rule): !rule.limit.overrides.isEmpty
    case .ceiling(let rule): !rule.limit.overrides.isEmpty
    case .spike: false
    }
  }
  /// The steps that it tells of, in per cent of its limit, ascending; the last is 100.
  var levels: [Int64] {
    switch self {
    case .threshold(let rule): rule.alertAt + [100]
    case .ceiling, .spike: [100]
    }
  }
  /// The value below which an alert is over, where the value can fall.
  func clearValue(limit: Int64) -> Int64 {
    switch self {
    case .threshold(let rule): rule.clearValue(limit: limit)
    case .ceiling, .spike: limit
    }
  }
}

extension RuleKind {
  /// The highest step that `value` has reached, in per cent; 100 at the limit, 0 below every step.
  func level(of value: Int64, limit: Int64) -> Int64 {
    levels.last { value >= Limit.share($0, of: limit) } ?? 0
  }

  /// The value at which the next step after `level` is reached; `.max` above the limit.
  func trip(after level: Int64, limit: Int64) -> Int64 {
    levels.first { $0 > level }.map { Limit.share($0, of: limit) } ?? .max
  }
}

// How it is written.
extension RuleKind.Name {
  /// The settings beside those every rule has (`Rule.settings`); of two with one name the kind's own counts.
  package var settings: [Setting] {
    switch self {
    case .threshold: ThresholdRule.settings
    case .ceiling: CeilingRule.settings
    case .spike: SpikeRule.ruleSettings
    }
  }

  /// The kind that is meant, by what is written: settings with their texts.
  package init(written: [String: String]) {
    self = written["spike"] != nil ? .spike : written["per"] == "request" ? .ceiling : .threshold
  }

  /// - Returns: nil where a needed value is missing or wrong; why is in `problems`.
  func make(_ values: SettingValues, per: Per, problems: inout [SettingProblem]) -> RuleKind? {
    switch self {
    case .threshold: ThresholdRule(values: values, per: per, problems: &problems).map(RuleKind.threshold)
    case .ceiling: CeilingRule(values: values, problems: &problems).map(RuleKind.ceiling)
    case .spike: SpikeRule(ruleValues: values, per: per, problems: &problems).map(RuleKind.spike)
    }
  }
}

extension Rule {
  package var metric: Metric { kind.metric }
  package var window: Window { kind.window }
  /// The calendars whose edges its sums need.
  package var calendars: [CalendarPeriod] { kind.sums.compactMap(\.window.calendar) }
}
