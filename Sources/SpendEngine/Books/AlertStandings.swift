// How alerts stand, for `status`.
extension Engine {
  /// One subject of a rule, with what is to be said of its alert.
  func standing(of key: AlertKey, value: Int64, limit: Int64, period: Period?) -> EngineStatus.Standing {
    let rule = rules.rules[key.rule]
    let state = alerts[key]
    var standing = EngineStatus.Standing(
      subject: intake.names.subject(rule.per, key.series), value: value, limit: limit,
      level: state.flatMap { Engine.level($0.level) }, windowStart: period?.start, windowEnd: period?.end,
      note: state.map { note(on: $0, rule) } ?? "")
    guard let state else { return standing }
    let waiting = state.pending.filter { $0.level > state.level }.max { $0.level < $1.level }
    standing.pending = waiting.flatMap { waiting in
      Engine.level(waiting.level).map { .init(level: $0, since: waiting.since) }
    }
    if let since = state.quietSince, state.level > 0, rule.keepFiring > 0 {
      (standing.quietSince, standing.quietUntil) = (since, since + rule.keepFiring)
    }
    standing.headroomEnd = state.headroomEnd
    return standing
  }

  /// A rule that looks at calls has no sums: its alerts are what there is, the latest first.
  func watched(by index: Int, top: Int) -> EngineStatus.RuleStanding {
    let found = alerts.filter { $0.key.rule == index }.sorted { a, b in
      let (last, other) = (a.value.quietSince ?? a.value.since, b.value.quietSince ?? b.value.since)
      return (last, b.key.series) > (other, a.key.series)
    }
    return .init(
      rule: rules.rules[index], subjects: found.count,
      top: found.prefix(top).map { key, state in
        standing(of: key, value: state.value, limit: state.limit, period: nil)
      })
  }

  private static func level(_ percent: Int64) -> Decision.Level? {
    percent <= 0 ? nil : percent >= 100 ? .firing : .step(percent)
  }

  private func note(on state: AlertState, _ rule: Rule) -> String {
    if state.headroomEnd != nil { return "resumed by \(state.resumedBy)" }
    if state.headroomValue == .max {
      return
        "resumed by \(state.resumedBy) \(state.window.resets ? "until the window ends" : "as long as this alert lasts")"
    }
    if let value = state.headroomValue {
      return rule.kind.name == .ceiling
        ? "resumed by \(state.resumedBy), halts again with the next such call"
        : "resumed by \(state.resumedBy), halts again at \(rule.metric.text(value))"
    }
    return ""
  }
}
