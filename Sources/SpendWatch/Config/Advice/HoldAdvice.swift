import SpendEngine

/// `for` and `until` that the rule's window outruns.
enum HoldAdvice {
  static func problems(_ rule: Rule, _ values: SettingValues) -> [SettingProblem] {
    [hold(rule), until(rule)].compactMap { $0 }
  }

  private static func hold(_ rule: Rule) -> SettingProblem? {
    guard rule.hold > 0, let span = rule.window.longest else { return nil }
    switch rule.window {
    case .sliding where rule.hold > span && rule.threshold != nil:
      return .advice(
        "for",
        "one burst has left a window of \(rule.window.name) before it can hold for \(rule.hold.spanText): only what goes on fires",
        hint: "write a shorter 'for' or a longer window")
    case .calendar where rule.endsBeforeHold:
      let name = rule.window.name
      return .advice(
        "for",
        "\(name == "hour" ? "an" : "a") \(name) is over before anything can hold for \(rule.hold.spanText): this never fires",
        hint: "write a shorter 'for', or leave it out")
    case .sliding, .calendar, .lifetime, .request: return nil
    }
  }

  private static func until(_ rule: Rule) -> SettingProblem? {
    guard case .after(let span) = rule.until else { return nil }
    let time = span.spanText
    if rule.window == .lifetime {
      return .advice(
        "until", "a lifetime's sum never falls, so the halt is renewed every \(time) until a person lifts it",
        hint: "write 'until: manual'")
    }
    if rule.window.resets, !rule.kind.canFall {
      return .advice(
        "until",
        "the sum of a \(rule.window.name) cannot fall, so the halt is renewed every \(time) until the \(rule.window.name) has ended",
        hint: "write 'until: reset'")
    }
    if span < rule.hold {
      return .advice(
        "until",
        "a halt of \(time) is shorter than the \(rule.hold.spanText) that 'for' waits before the next one",
        hint: "write 'until: \(rule.hold.spanText)' or longer")
    }
    return nil
  }
}
