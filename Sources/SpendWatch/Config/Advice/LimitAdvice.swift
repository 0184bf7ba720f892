import SpendEngine

/// Limits that a single ordinary call reaches, and such as no call can.
enum LimitAdvice {
  static func problems(_ rule: Rule, _ costs: CallCosts) -> [SettingProblem] {
    var problems: [SettingProblem] = []
    for (setting, name, amount) in rule.limits?.places ?? [] {
      let problem =
        switch rule.metric {
        case .spend: spend(rule, setting, name, amount, costs)
        case .requests: requests(setting, name, amount)
        case .errors: errors(rule, setting, name, amount)
        case .errorRatio: ratio(rule, setting, amount)
        case .tokens:
          tokens(rule, setting, amount, CallCosts.Size.largest.input + CallCosts.Size.largest.output)
        case .inputTokens: tokens(rule, setting, amount, CallCosts.Size.largest.input)
        case .outputTokens, .maxTokens: output(rule, setting, amount)
        case .attempts: SettingProblem?.none
        }
      if let problem { problems.append(problem) }
    }
    return problems + patience(rule)
  }

  // MARK: Money

  private static func spend(
    _ rule: Rule, _ setting: String, _ name: String?, _ amount: Int64, _ costs: CallCosts
  ) -> SettingProblem? {
    let size = CallCosts.Size.ordinary.text
    if let model = name.flatMap({ model($0, rule.per) }), let cost = costs.ordinary(of: model) {
      guard cost.rawValue >= amount else { return nil }
      return .advice(
        setting, "a single call of \(size) reaches this: it costs \(cost.text) with \(model)",
        hint: "is the limit in USD?")
    }
    let all = costs.ordinary
    let reaching = all.count { $0.amount.rawValue >= amount }
    // With most models: a few dear ones say nothing of a limit that was set for others.
    if reaching * 2 >= all.count, reaching > 0, let least = all.first, let most = all.last {
      return .advice(
        setting,
        "a single call of \(size) reaches this with \(reaching) of the \(all.count) models that have a price",
        hint: "such a call costs from \(least.text) to \(most.text)")
    }
    guard rule.window == .request, let largest = costs.largest, amount > largest.amount.rawValue else {
      return nil
    }
    return .advice(
      setting, "no call comes to that: even \(CallCosts.Size.largest.text) cost only \(largest.text)",
      hint: "this never fires")
  }

  /// The model's name within an override's, where models are counted.
  private static func model(_ name: String, _ per: Per) -> String? {
    let parts = name.split(separator: "+", omittingEmptySubsequences: false)
    guard let index = per.dimensions.firstIndex(of: .model), parts.count == per.dimensions.count else {
      return nil
    }
    return String(parts[index])
  }

  // MARK: Counts

  private static func requests(_ setting: String, _ name: String?, _ amount: Int64) -> SettingProblem? {
    // Of a single name it may well be meant: nobody should use that key at all.
    guard amount == 1, name == nil else { return nil }
    return .advice(setting, "the very first call reaches this", hint: "write at least 2")
  }

  private static func errors(
    _ rule: Rule, _ setting: String, _ name: String?, _ amount: Int64
  ) -> SettingProblem? {
    guard amount == 1, name == nil, rule.enforcedHalt != nil else { return nil }
    return .advice(
      setting, "the first failed call halts",
      hint: "write at least 2, or 'metric: error_ratio' with a share such as 0.5")
  }

  private static func ratio(_ rule: Rule, _ setting: String, _ amount: Int64) -> SettingProblem? {
    guard let least = rule.threshold?.leastCalls, amount > 0 else { return nil }
    let one = DecimalText.unit / Int128(least)
    guard one >= Int128(amount) else { return nil }
    let enough = DecimalText.unit / Int128(amount) + 1
    return .advice(
      setting,
      least == 1
        ? "a single failed call reaches this"
        : "a single failed call of \(least.grouped) reaches this: it is \(rule.metric.text(Int64(one)))",
      hint: enough <= 1_000_000 ? "write 'min_calls: \(enough)' or more" : "write a higher limit")
  }

  /// Calls a second that a subject needs before a share of errors says anything.
  private static func patience(_ rule: Rule) -> [SettingProblem] {
    guard rule.metric == .errorRatio, let least = rule.threshold?.leastCalls,
      let span = rule.window.longest
    else { return [] }
    let rate = least / max(1, span / .second)
    guard rate >= 1_000 else { return [] }
    return [
      .advice(
        "min_calls",
        "that takes \(rate.grouped) calls a second \(rule.window.spokenSpan), else this says nothing",
        hint: "write fewer, or a longer window")
    ]
  }

  // MARK: Tokens

  private static func tokens(
    _ rule: Rule, _ setting: String, _ amount: Int64, _ most: Int64
  ) -> SettingProblem? {
    if amount < 1_000 {
      return .advice(
        setting, "a single call reaches this: a prompt has thousands of tokens",
        hint: "the limit is in tokens, not in thousands")
    }
    return rule.window == .request && amount > most ? tooMuch(setting, most) : nil
  }

  private static func output(_ rule: Rule, _ setting: String, _ amount: Int64) -> SettingProblem? {
    if amount < 100 {
      return .advice(
        setting,
        rule.metric == .maxTokens
          ? "an answer of a few sentences needs more: nearly every request asks for it"
          : "a single call reaches this: an answer of a few sentences has more",
        hint: "the limit is in tokens, not in thousands")
    }
    let most = CallCosts.Size.largest.output
    guard rule.window == .request, amount > most else { return nil }
    if rule.metric == .maxTokens {
      return .advice(
        setting, "only calls that set no max_tokens can fire this: no model puts out \(most.grouped) tokens",
        hint: "such as 8192")
    }
    return tooMuch(setting, most)
  }

  private static func tooMuch(_ setting: String, _ most: Int64) -> SettingProblem {
    .advice(setting, "no call has more than \(most.grouped) of these tokens", hint: "this never fires")
  }
}
