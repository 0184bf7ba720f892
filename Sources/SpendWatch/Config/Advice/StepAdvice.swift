import SpendEngine

/// Steps of `alert_at` that come to the same count as the next one: percentages of small limits are rounded up.
enum StepAdvice {
  static func problems(_ rule: Rule) -> [SettingProblem] {
    guard let threshold = rule.threshold else { return [] }
    let steps = threshold.alertAt + [100]
    let limit = threshold.limit.amount
    var problems: [SettingProblem] = []
    for (index, (step, next)) in zip(steps, steps.dropFirst()).enumerated() {
      let value = Limit.share(step, of: limit)
      guard value == Limit.share(next, of: limit) else { continue }
      problems.append(
        .advice(
          "alert_at[\(index)]",
          "\(step)% and \(next)% of \(rule.metric.text(limit)) are the same: \(rule.metric.text(value))",
          hint: "this step is never told; leave it out"))
    }
    return problems
  }
}
