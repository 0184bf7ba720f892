import SpendEngine

/// What a rules file may say and hardly means: warnings, given once the file has no mistake. One file a family.
enum Advice {
  /// A rule with what was written of it.
  struct WrittenRule {
    var rule: Rule
    var values: SettingValues
  }

  /// - Returns: what there is to say of each rule, in their order.
  static func problems(_ written: [WrittenRule], of configuration: Configuration) -> [[SettingProblem]] {
    let reach = SourceReach(configuration.sources)
    let costs = CallCosts(configuration.prices)
    let rules = written.map(\.rule)
    return written.enumerated().map { index, item in
      let rule = item.rule
      return reach.problems(rule) + ModeAdvice.problems(rule, item.values, globalMode: configuration.mode)
        + LimitAdvice.problems(rule, costs) + StepAdvice.problems(rule)
        + HoldAdvice.problems(rule, item.values)
        + OverlapAdvice.problems(of: index, among: rules)
    }
  }
}

extension RulesSections {
  /// Says what a configuration without mistakes hardly means.
  mutating func advise(_ configuration: Configuration) {
    let written = writtenRules.map { Advice.WrittenRule(rule: $0.rule, values: $0.section.values) }
    let advice = Advice.problems(written, of: configuration)
    for (rule, problems) in zip(writtenRules, advice) { reader.report(problems, in: rule.section) }
  }

  /// Says where it does not go with its logs.
  mutating func advise(_ configuration: Configuration, _ look: LogLook) {
    for (section, source) in zip(writtenSources, look.sources) {
      let problems =
        PathAdvice.problems(source, among: configuration.sources) + FormatAdvice.problems(source)
        + FieldFit.problems(source)
      reader.report(problems, in: section)
    }
    for written in writtenRules {
      reader.report(NameAdvice.problems(written.rule, look), in: written.section)
    }
  }
}

extension SettingProblem {
  /// A warning.
  static func advice(_ setting: String, _ message: String, hint: String = "") -> SettingProblem {
    SettingProblem(setting, message, hint: hint, isWarning: true)
  }
}

extension Rule {
  /// What it compares with, where that is a limit that was written.
  var limits: Limit? {
    switch kind {
    case .threshold(let rule): rule.limit
    case .ceiling(let rule): rule.limit
    case .spike: nil
    }
  }

  var threshold: ThresholdRule? {
    if case .threshold(let rule) = kind { rule } else { nil }
  }

  /// Somebody is halted when it trips.
  var enforcedHalt: HaltTarget? { mode == .enforce ? halt : nil }
}

extension Limit {
  /// The rule's own and every override, with the setting where each stands.
  var places: [(setting: String, name: String?, amount: Int64)] {
    [("limit", nil, amount)]
      + overrides.sorted { $0.key < $1.key }.map { ("overrides.\($0.key)", $0.key, $0.value) }
  }
}
