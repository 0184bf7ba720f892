import SpendEngine

/// Names in `overrides` that no call bears.
enum NameAdvice {
  /// With fewer calls a name that is missing says nothing, unless another one is near it.
  static let least: Int64 = 100

  static func problems(_ rule: Rule, _ look: LogLook) -> [SettingProblem] {
    guard look.calls > 0, let limits = rule.limits, let names = look.names[rule.per] else { return [] }
    return limits.overrides.keys.sorted().compactMap { name in
      guard !names.contains(name) else { return nil }
      let near = Nearest.name(to: name, among: names.sorted())
      guard near != nil || look.calls >= least else { return nil }
      let calls = look.calls == 1 ? "the only call" : "the \(look.calls.grouped) calls"
      return .advice(
        "overrides.\(name)", "'\(name)' is no \(rule.per.name) of \(calls) looked at",
        hint: near.map { "did you mean '\($0)'?" } ?? "nobody has this limit until such a call comes")
    }
  }
}
