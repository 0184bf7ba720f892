extension SpikeRule {
  /// The settings of this kind beside those every rule has (`Rule.settings`).
  package static let ruleSettings: [Setting] =
    [
      Setting(
        "spike", .section(settings), required: true,
        help: "spend far above what its subject spends at this hour",
        example: "{window: 5m, baseline: 7d, factor: 5, min: 2.00}")
    ] + Rule.holdSettings

  /// Of a rule's settings, with `spike` among them.
  init?(ruleValues values: SettingValues, per: Per, problems: inout [SettingProblem]) {
    guard let inner = values.section("spike") else { return nil }
    var found: [SettingProblem] = []
    let rule = SpikeRule(values: inner, per: per, problems: &found)
    for var problem in found {
      if problem.setting != "per" { problem.setting = "spike.\(problem.setting)" }
      problems.append(problem)
    }
    guard let rule else { return nil }
    self = rule
  }

  /// The settings inside `spike: {...}`.
  package static let settings: [Setting] = [
    Setting(
      "window", .duration, help: "the first of three horizons (the others: 1h, 24h), 1m to 24h; default 5m",
      example: "5m"),
    Setting(
      "baseline", .duration, help: "how long the past is remembered, 1d to 60d; default 7d", example: "7d"),
    Setting(
      "factor", .number, help: "never below so many times the expected spend in the window; default 5",
      example: "5"),
    Setting(
      "min", .amount, help: "USD above the expected spend, at the least; default 2.00", example: "2.00"),
    Setting(
      "sensitivity", .choice(SpikeSensitivity.allCases.map(\.rawValue)),
      help: "how surprising it must be; default normal", example: "high"),
  ]

  /// - Parameter values: of the section `spike`.
  /// - Returns: nil where a value is wrong; why is in `problems`, whose settings are those of the section, or the rule's `per`.
  package init?(values: SettingValues, per: Per, problems: inout [SettingProblem]) {
    var found: [SettingProblem] = []
    if per.contains(.task) {
      found.append(
        SettingProblem(
          "per",
          "a spike per \(per.name) can never fire: it needs a day of history, and a task never reaches 24 hours",
          hint: "write 'per: key', or stop a task that runs away with 'loop' and a 'limit'"))
    }
    let window = values.number("window")
    if let window, !Self.windows.contains(window) {
      found.append(
        SettingProblem(
          "window", "a window of a spike is from 1m to 24h", hint: "write '5m', the one that was measured"))
    }
    if let window, Self.windows.contains(window), window >= Self.lonely {
      found.append(
        SettingProblem(
          "window",
          "a window of 12h or more is judged alone, without shorter ones beside it: it hardly ever fires",
          hint: "write '5m', which looks at 1h and 24h too, or use a limit", isWarning: true))
    }
    let baseline = values.number("baseline")
    if let baseline, !Self.baselines.contains(baseline) {
      found.append(SettingProblem("baseline", "a baseline is from 1d to 60d", hint: "write '7d'"))
    }
    let factor = values.number("factor")
    if let factor, !Self.factors.contains(factor) {
      found.append(
        SettingProblem(
          "factor",
          factor < Self.factors.lowerBound
            ? "a factor must be more than 1: usual spend is 1 times the usual" : "a factor is at most 1000",
          hint: "write '5'"))
    }
    let minimum = values.amount("min")
    if let minimum, minimum <= 0 {
      found.append(
        SettingProblem(
          "min", "'min' must be more than 0: without it a few pennies at night would be a spike",
          hint: "write '2.00'"))
    } else if let minimum, Int64(exactly: minimum) == nil {
      found.append(SettingProblem("min", "too large", hint: "at most 9000000000 USD"))
    }
    problems += found
    guard found.allSatisfy(\.isWarning) else { return nil }
    let standard = SpikeRule()
    self.init(
      window: window ?? standard.window, baseline: baseline ?? standard.baseline,
      factor: factor ?? standard.factor, minimum: minimum.flatMap(Int64.init(exactly:)) ?? standard.minimum,
      sensitivity: values.text("sensitivity").flatMap(SpikeSensitivity.init(rawValue:)) ?? .normal)
  }
}
