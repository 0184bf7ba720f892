extension Rule {
  /// The settings of every rule, whatever its kind.
  package static let settings: [Setting] = [
    Setting(
      "name", .text, required: true, help: "unique in the file; appears in alerts", example: "key-daily-cap"),
    Setting("per", .per, required: true, help: "what is counted", example: "key"),
    Setting(
      "halt", .choice(HaltTarget.allCases.map(\.rawValue)), help: "who is halted at 100 %", example: "key",
      later: ["user", "team", "model"]),
    Setting(
      "until", .wordOrDuration(["reset", "clear", "manual"]),
      help: "when the halt ends: default reset of a calendar window, clear of a sliding one, else manual",
      example: "reset"),
    Setting(
      "mode", .choice(Mode.allCases.map(\.name)), help: "default enforce with halt, else warn",
      example: "warn"),
    Setting(
      "keep_firing_for", .duration, help: "how long an alert goes on after its condition has gone",
      example: "10m"),
    // Of other kinds of rule, and refinements, that are still to come.
    .later("idle"), .later("active_within"), .later("absent"), .later("new"), .later("burn_rate"),
    .later("loop"),
  ]

  /// Of the kinds whose condition can hold for a time.
  static let holdSettings: [Setting] = [
    Setting("for", .duration, help: "how long the condition must hold before anything is done", example: "1m")
  ]

  /// What a rule with these settings written may have: the kind is known by what is there.
  /// - Parameter written: the rule's settings with their texts, as far as they have one.
  package static func settings(writing written: [String: String]) -> [Setting] {
    let own = RuleKind.Name(written: written).settings
    return settings.filter { common in !own.contains { $0.name == common.name } } + own + RuleNotes.settings
  }

  /// Names that mean something else where a rule's name stands.
  package static let reservedNames = Set(
    [Decision.brake, Decision.person, Decision.trial] + AlarmKind.allCases.map(\.name))

  /// Makes the rule that `values` describe.
  /// - Parameters:
  ///   - values: each checked for itself against `settings(writing:)`; what was wrong or missing is left out.
  ///   - globalMode: caps the rule's mode.
  /// - Returns: nil with the problems, where it cannot be made; a rule may come with warnings.
  package static func make(values: SettingValues, kind name: RuleKind.Name, globalMode: Mode) -> (
    rule: Rule?, problems: [SettingProblem]
  ) {
    var problems: [SettingProblem] = []
    let halt = values.text("halt").flatMap(HaltTarget.init(rawValue:))
    let per = name == .ceiling ? CeilingRule.per(halt: halt) : values.per("per")
    let kind = name.make(values, per: per ?? .global, problems: &problems)
    if let halt, let per, let problem = refusal(of: halt, per: per) { problems.append(problem) }
    if let name = values.text("name"), reservedNames.contains(name) {
      problems.append(
        SettingProblem("name", "'\(name)' is taken: messages that no rule makes carry it"))
    }
    let until = HaltEnd(values, kind: kind, problems: &problems)
    let notes = RuleNotes(values: values, per: per ?? .global, problems: &problems)
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
    var rule = Rule(
      name: name, per: per, kind: kind, mode: min(mode, globalMode), halt: halt, until: until)
    rule.hold = values.number("for") ?? 0
    rule.keepFiring = values.number("keep_firing_for") ?? kind.standardKeepFiring
    rule.notes = notes
    return (rule, problems + warnings(rule, values))
  }

  /// Settings that do something else than their reader may think.
  private static func warnings(_ rule: Rule, _ values: SettingValues) -> [SettingProblem] {
    var problems: [SettingProblem] = []
    let window = rule.window == .lifetime ? "a lifetime's sum" : "the sum of a \(rule.window.name)"
    // One that never fires is told of by itself.
    if values.has("for"), !rule.kind.canFall, rule.kind.reading != nil, !rule.endsBeforeHold {
      problems.append(
        SettingProblem(
          "for", "\(window) cannot fall again, so 'for' only delays what comes by \(rule.hold.spanText)",
          hint: "leave it out, or use a sliding window such as 1h", isWarning: true))
    }
    if values.has("keep_firing_for"), !rule.kind.canFall, rule.kind.reading != nil {
      problems.append(
        SettingProblem(
          "keep_firing_for", "\(window) never falls: its alert ends with the window, whatever this says",
          hint: "leave it out", isWarning: true))
    }
    return problems
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
}

extension HaltEnd {
  /// What `until` says of a kind; its default where it says nothing.
  fileprivate init(_ values: SettingValues, kind: RuleKind?, problems: inout [SettingProblem]) {
    let window = kind?.window
    if values.has("until"), !values.has("halt") {
      problems.append(
        SettingProblem(
          "until", "'until' says when a halt ends, and this rule halts nobody",
          hint: "add 'halt', or leave 'until' out"))
    }
    if let span = values.number("until") {
      self = .after(span)
      return
    }
    switch values.text("until") {
    case "manual": self = .manual
    case "reset":
      self = .reset
      guard let window, !window.resets else { return }
      let what = window == .request ? "a single call" : "a \(window.name) window"
      let mayClear = kind.map { $0.canFall || $0.reading == nil } ?? false
      let instead =
        mayClear ? "'until: clear', 'until: manual' or a duration such as 2h" : "'until: manual'"
      problems.append(
        SettingProblem(
          "until", "\(what) never resets, so 'until: reset' would never come", hint: "write \(instead)"))
    case "clear":
      self = .clear
      guard let kind, !kind.canFall, kind.reading != nil else { return }
      problems.append(
        SettingProblem(
          "until", "the sum of a \(kind.window.name) window never falls, so 'until: clear' would never come",
          hint: kind.window.resets ? "write 'until: reset'" : "write 'until: manual'"))
    default: self = window.map { $0.resets ? .reset : $0.slides ? .clear : .manual } ?? .reset
    }
  }
}

extension RuleKind {
  /// How long an alert goes on where `keep_firing_for` is not written (ms).
  fileprivate var standardKeepFiring: Milliseconds {
    switch self {
    case .threshold: 0
    case .ceiling: CeilingRule.quiet
    case .spike: SpikeState.alertTail
    }
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
