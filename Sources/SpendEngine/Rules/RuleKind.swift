/// The kinds of rule. Closed: what the engine asks of a kind is a member below, answered by the kind's own type in its own folder. So the
/// compiler names every place that a new kind needs, and nothing outside its folder looks into it.
package enum RuleKind: Sendable, Hashable {
  case threshold(ThresholdRule)

  /// A kind without its settings.
  package enum Name: String, CaseIterable, Sendable {
    case threshold
  }

  package var name: Name {
    switch self {
    case .threshold: .threshold
    }
  }
}

// What it counts.
extension RuleKind {
  /// What is compared with its limit: metric and window as people are told.
  package var metric: Metric {
    switch self {
    case .threshold(let rule): rule.metric
    }
  }
  package var window: Window {
    switch self {
    case .threshold(let rule): rule.window
    }
  }
  /// Every sum that a subject's series must hold for it.
  var sums: [SeriesLayout.Sum] {
    switch self {
    case .threshold(let rule): rule.sums
    }
  }
}

// When it acts.
extension RuleKind {
  /// The limit for one subject, in the metric's unit.
  /// - Parameter subject: needed only where `limitsByName`.
  func limit(for subject: Subject?) -> Int64 {
    switch self {
    case .threshold(let rule): rule.limit(for: subject)
    }
  }
  /// Whether `limit` depends on what the subject is called.
  var limitsByName: Bool {
    switch self {
    case .threshold(let rule): !rule.overrides.isEmpty
    }
  }
  /// The highest step that `value` has reached, in per cent; 100 at the limit, 0 below every step.
  func level(of value: Int64, limit: Int64) -> Int64 {
    switch self {
    case .threshold(let rule): rule.level(of: value, limit: limit)
    }
  }
  /// The value at which the next step after `level` is reached; `.max` above the limit.
  func trip(after level: Int64, limit: Int64) -> Int64 {
    switch self {
    case .threshold(let rule): rule.trip(after: level, limit: limit)
    }
  }
}

// How it is written.
extension RuleKind.Name {
  /// The setting that tells it from the other kinds; nil for the kind of a rule that has none of those.
  var mark: String? {
    switch self {
    case .threshold: nil
    }
  }

  /// The settings beside those every rule has (`Rule.settings`).
  package var settings: [Setting] {
    switch self {
    case .threshold: ThresholdRule.settings
    }
  }

  /// The kind that is meant where the settings `names` are written.
  init(writing names: Set<String>) {
    self = RuleKind.Name.allCases.first { $0.mark.map(names.contains) ?? false } ?? .threshold
  }

  /// - Returns: nil where a needed value is missing or wrong; why is in `problems`.
  func make(_ values: SettingValues, per: Per, problems: inout [SettingProblem]) -> RuleKind? {
    switch self {
    case .threshold: ThresholdRule(values: values, per: per, problems: &problems).map(RuleKind.threshold)
    }
  }
}

extension Rule {
  package var metric: Metric { kind.metric }
  package var window: Window { kind.window }
  /// The calendars whose edges its sums need.
  package var calendars: [CalendarPeriod] { kind.sums.compactMap(\.window.calendar) }
}
