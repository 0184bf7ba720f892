extension Rule {
  /// The settings of every rule, whatever its kind.
  package static let settings: [Setting] = [
    Setting(
      "name", .text, required: true, help: "unique in the file; appears in alerts", example: "key-daily-cap"),
    Setting("per", .per, required: true, help: "what is counted", example: "key", later: ["request"]),
    Setting(
      "halt", .choice(HaltTarget.allCases.map(\.rawValue)), help: "who is halted at 100 %", example: "key",
      later: ["user", "team", "model"]),
    Setting(
      "until", .choice(["reset", "manual"]),
      help: "when the halt ends; default reset, or manual with lifetime",
      example: "reset", later: ["clear", Setting.anyDuration]),
    Setting(
      "mode", .choice(Mode.allCases.map(\.name)), help: "default enforce with halt, else warn",
      example: "warn"),
    // Of other kinds of rule, and refinements, that are still to come.
    .later("for"), .later("keep_firing_for"), .later("clear_at"), .later("idle"), .later("active_within"),
    .later("spike"), .later("absent"), .later("new"), .later("burn_rate"), .later("loop"),
  ]

  /// What a rule with these settings written may have: the kind is known by what is there.
  package static func settings(writing names: Set<String>) -> [Setting] {
    settings + RuleKind.Name(writing: names).settings
  }

  /// Names that mean something else where a rule's name stands.
  package static let reservedNames: Set<String> = [Decision.brake, Decision.person]

  /// Makes the rule that `values` describe.
  /// - Parameters:
  ///   - values: each checked for itself against `settings(writing:)`; what was wrong or missing is left out.
  ///   - globalMode: caps the rule's mode.
  /// - Returns: nil with the problems, where it cannot be made; a rule may come with warnings.
  package static func make(values: SettingValues, globalMode: Mode) -> (
    rule: Rule?, problems: [SettingProblem]
  ) {
    var problems: [SettingProblem] = []
    let per = values.per("per")
    let kind = RuleKind.Name(writing: values.written).make(values, per: per ?? .global, problems: &problems)
    let halt = values.text("halt").flatMap(HaltTarget.init(rawValue:))
    if let halt, let per, let problem = refusal(of: halt, per: per) { problems.append(problem) }
    if let name = values.text("name"), reservedNames.contains(name) {
      problems.append(
        SettingProblem("name", "'\(name)' is taken: messages of the brake and of people carry it"))
    }
    let until = haltEnd(values, kind: kind, problems: &problems)
    let written = values.text("mode").flatMap { name in Mode.allCases.first { $0.name == name } }
    if written == .enforce, !values.has("halt") {
      problems.append(
        SettingProblem(
          "mode", "'mode: enforce' has nothing to enforce without 'halt'; the rule only alerts",
          hint: "add 'halt: key', or write 'mode: warn'", isWarning: true))
    }
    let mode = halt == nil ? min(written ?? .warn, .warn) : written ?? .enforce
    guard let name = values.text("name"), let per, let kind, !problems.contains(where: { !$0.isWarning })
    else {
      return (nil, problems)
    }
    let rule = Rule(
      name: name, per: per, kind: kind, mode: min(mode, globalMode), halt: halt, until: until)
    return (rule, problems)
  }

  /// Whether the subjects of `per` know whom to halt. A task's calls carry their key, so a task rule may halt the key.
  private static func refusal(of halt: HaltTarget, per: Per) -> SettingProblem? {
    switch halt {
    case .global: return nil
    case .key where per.contains(.key) || per == .task: return nil
    case .task where per.contains(.task): return nil
    case .key, .task:
      let name = halt.rawValue
      let hint =
        per.isEmpty ? "write 'halt: global'" : "write 'per: \(per.union(halt.per).name)', or 'halt: global'"
      return SettingProblem(
        "halt", "'halt: \(name)' has no \(name) to halt: the rule counts per \(per.name)", hint: hint)
    }
  }

  private static func haltEnd(_ values: SettingValues, kind: RuleKind?, problems: inout [SettingProblem])
    -> HaltEnd
  {
    let resets = kind?.window.resets ?? true
    guard let written = values.text("until") else { return resets ? .reset : .manual }
    if !values.has("halt") {
      problems.append(
        SettingProblem(
          "until", "'until' says when a halt ends, and this rule halts nobody",
          hint: "add 'halt', or leave 'until' out"))
    }
    if written == "reset", let window = kind?.window, !window.resets {
      problems.append(
        SettingProblem(
          "until", "a \(window.name) window never resets, so 'until: reset' would never come",
          hint: "write 'until: manual'"))
    }
    return written == "reset" ? .reset : .manual
  }
}

extension BrakeSettings {
  package static let settings: [Setting] = [
    Setting(
      "halts", .count(1...1_000_000), help: "new halts before the rest wait; default 10", example: "10"),
    Setting("in", .duration, help: "within how long; default 10m", example: "10m"),
  ]

  package init(values: SettingValues) {
    let standard = BrakeSettings()
    self.init(
      halts: values.number("halts").flatMap(Int.init(exactly:)) ?? standard.halts,
      span: values.number("in") ?? standard.span)
  }
}
