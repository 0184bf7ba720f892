import SpendEngine

/// A mode that comes to nothing.
enum ModeAdvice {
  static func problems(_ rule: Rule, _ values: SettingValues, globalMode: Mode) -> [SettingProblem] {
    // A rule that says nothing of its mode is meant to follow the one at the top.
    guard rule.halt != nil, let name = values.text("mode"),
      let written = Mode.allCases.first(where: { $0.name == name }), written > globalMode
    else { return [] }
    let halts = written == .enforce ? ", so it halts nobody" : ", so nobody is told"
    return [
      .advice(
        "mode", "'mode: \(globalMode.name)' at the top of the file caps this\(halts)",
        hint: "leave one of them out")
    ]
  }
}
