import SpendEngine

/// Rules whose limit another one is always past before them.
enum OverlapAdvice {
  /// - Returns: at most one problem: the first rule that comes before is enough.
  static func problems(of index: Int, among rules: [Rule]) -> [SettingProblem] {
    let rule = rules[index]
    for (position, other) in rules.enumerated() where position != index {
      if let problem = problem(rule, after: other, isSecond: position < index) { return [problem] }
    }
    return []
  }

  /// - Parameter isSecond: `other` stands before it in the file: of two that are alike one is told.
  private static func problem(_ rule: Rule, after other: Rule, isSecond: Bool) -> SettingProblem? {
    guard let own = rule.limits, let others = other.limits, rule.metric == other.metric,
      rule.metric != .errorRatio, other.window.covers(rule.window),
      rule.window == .request || other.per.isSubset(of: rule.per),
      let isBelow = comparison(own, others, isByName: rule.per == other.per || rule.window == .request)
    else { return nil }
    let isSame = rule.window == other.window && rule.per == other.per
    let limit = "\(other.metric.text(others.amount)) \(other.window.spokenSpan)"
    let per =
      other.per == rule.per || rule.window == .request
      ? "" : " \(other.per.isEmpty ? "in all" : "per \(other.per.name)")"
    let hint = "write a lower limit, or leave one of the rules out"
    if isSame, isSecond, rule.kind == other.kind, rule.mode == other.mode, rule.halt == other.halt,
      rule.until == other.until, rule.hold == other.hold, rule.notes == other.notes
    {
      return .advice("limit", "rule '\(other.name)' says the same", hint: "leave one of them out")
    }
    if let halt = other.enforcedHalt {
      // Whom it stops spends no more, so the rest is never reached. A task's halted key leaves the task its other keys.
      let isWhole = halt == .global || other.per.isSuperset(of: halt.per)
      guard isWhole, halt == .global || rule.halt == nil || rule.halt == halt, other.hold <= rule.hold,
        isBelow || rule.enforcedHalt != nil && (!isSame || isSecond)
      else { return nil }
      let when = isBelow ? "before this is reached" : "no later than this one"
      return .advice("limit", "rule '\(other.name)' halts \(when): at \(limit)\(per)", hint: hint)
    }
    guard rule.enforcedHalt == nil, rule.mode <= other.mode else { return nil }
    // Two warnings at two limits of one sum are two steps.
    guard isBelow, !isSame else { return nil }
    return .advice(
      "limit", "rule '\(other.name)' is past its limit before this is reached: \(limit)\(per)", hint: hint)
  }

  /// Whether the other's limit is below its own; nil where for some name it is above.
  private static func comparison(_ own: Limit, _ others: Limit, isByName: Bool) -> Bool? {
    if isByName {
      let names = Set(own.overrides.keys).union(others.overrides.keys)
      guard others.amount <= own.amount,
        names.allSatisfy({ others.overrides[$0] ?? others.amount <= own.overrides[$0] ?? own.amount })
      else { return nil }
    } else {
      // Names of one mean nothing to the other.
      let most = others.overrides.values.max().map { max($0, others.amount) } ?? others.amount
      let least = own.overrides.values.min().map { min($0, own.amount) } ?? own.amount
      guard most <= least else { return nil }
    }
    return others.amount < own.amount
  }
}
