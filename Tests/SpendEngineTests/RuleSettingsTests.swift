import SpendEngine
import Testing

@Suite struct RuleSettingsTests {
  static let unit: Int128 = 1_000_000_000

  /// A whole rule with changes; nil takes a setting out.
  private func make(
    _ changes: [String: SettingValue?] = [:], globalMode: Mode = .enforce
  ) -> (rule: Rule?, problems: [SettingProblem]) {
    var values: [String: SettingValue] = [
      "name": .text("cap"), "per": .per(.key), "window": .window(.calendar(.day)),
      "limit": .amount(25 * Self.unit),
    ]
    for (name, value) in changes { values[name] = value }
    return Rule.make(values: SettingValues(values), kind: .threshold, globalMode: globalMode)
  }

  @Test func defaults() throws {
    let (made, problems) = make()
    let rule = try #require(made)
    #expect(problems.isEmpty)
    #expect(rule.mode == .warn)
    #expect(rule.halt == nil)
    let expected = ThresholdRule(metric: .spend, window: .calendar(.day), limit: 25_000_000_000)
    #expect(rule.kind == .threshold(expected))
  }

  @Test(
    arguments: [
      (nil, nil, .enforce, .warn), (nil, "key", .enforce, .enforce), ("warn", "key", .enforce, .warn),
      ("shadow", "key", .enforce, .shadow), ("shadow", nil, .enforce, .shadow),
      ("enforce", nil, .enforce, .warn),
      ("enforce", "key", .warn, .warn), ("enforce", "key", .shadow, .shadow),
      ("shadow", "key", .warn, .shadow),
    ] as [(String?, String?, Mode, Mode)])
  func modes(written: String?, halt: String?, global: Mode, mode: Mode) {
    let made = make(
      ["mode": written.map(SettingValue.text), "halt": halt.map(SettingValue.text)], globalMode: global)
    #expect(made.rule?.mode == mode)
    #expect(made.problems.map(\.setting) == (written == "enforce" && halt == nil ? ["mode"] : []))
  }

  @Test(
    arguments: [
      (.calendar(.day), nil, .reset), (.calendar(.day), "manual", .manual),
      (.calendar(.day), "reset", .reset),
      (.lifetime, nil, .manual), (.lifetime, "manual", .manual), (.lifetime, "reset", nil),
    ] as [(Window, String?, HaltEnd?)])
  func ends(window: Window, until: String?, end: HaltEnd?) {
    let made = make(["window": .window(window), "halt": .text("key"), "until": until.map(SettingValue.text)])
    #expect(made.rule?.until == end)
    #expect(made.problems.map(\.setting) == (end == nil ? ["until"] : []))
  }

  @Test(
    arguments: [
      (.global, ["global"]), (.key, ["global", "key"]), (.task, ["global", "key", "task"]),
      ([.key, .task], ["global", "key", "task"]), ([.task, .model], ["global", "task"]), (.model, ["global"]),
      (.user, ["global"]), ([.key, .model], ["global", "key"]),
    ] as [(Per, [String])])
  func haltsWhomItKnows(per: Per, targets: [String]) {
    for target in HaltTarget.allCases {
      let made = make(["per": .per(per), "halt": .text(target.rawValue)])
      #expect((made.rule != nil) == targets.contains(target.rawValue), "\(per.name) \(target)")
      #expect(made.problems.allSatisfy { $0.setting == "halt" && !$0.hint.isEmpty })
    }
  }

  @Test func countsAreWhole() {
    func limit(_ amount: Int128) -> Int64? {
      guard
        case .threshold(let rule)? = make(["metric": .text("tokens"), "limit": .amount(amount)]).rule?.kind
      else { return nil }
      return rule.limit.amount
    }
    #expect(limit(1_000_000 * Self.unit) == 1_000_000)
    // More than would fit if it were money.
    #expect(limit(50_000_000_000 * Self.unit) == 50_000_000_000)
    #expect(limit(Self.unit / 2) == nil)
    #expect(limit(Int128(Int64.max) * Self.unit + Self.unit) == nil)
  }

  @Test(arguments: [0, -1, Int128(Int64.max) + 1, .min, .max] as [Int128])
  func refusesLimits(_ amount: Int128) {
    #expect(make(["limit": .amount(amount)]).rule == nil)
    let own = make(["overrides": .amounts(["ci": amount])])
    #expect(own.rule == nil)
    #expect(own.problems.map(\.setting) == ["overrides.ci"])
  }

  @Test(arguments: ["name", "per", "window", "limit"]) func needs(_ setting: String) {
    #expect(make([setting: SettingValue?.none]).rule == nil)
  }

  @Test(arguments: ["brake", "operator"]) func someNamesAreTaken(_ name: String) {
    #expect(make(["name": .text(name)]).rule == nil)
  }

  /// Every setting a rule may have, once.
  @Test func settingsAreDistinct() {
    let names = Rule.settings(writing: ["limit": "1"]).map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.contains("limit") && names.contains("severity"))
    let ofCalls = Rule.settings(writing: ["per": "request"])
    #expect(Set(ofCalls.map(\.name)).count == ofCalls.count)
    // Known, so that it can be said why not, and never offered.
    #expect(ofCalls.contains { $0.name == "window" && !$0.isOffered && !$0.required })
  }
}
