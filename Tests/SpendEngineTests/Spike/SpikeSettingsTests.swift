import SpendEngine
import Testing

@Suite struct SpikeSettingsTests {
  private static let unit: Int128 = 1_000_000_000

  private func make(_ changes: [String: SettingValue] = [:], per: Per = .key) -> (
    rule: SpikeRule?, problems: [SettingProblem]
  ) {
    var problems: [SettingProblem] = []
    let rule = SpikeRule(values: SettingValues(changes), per: per, problems: &problems)
    return (rule, problems)
  }

  @Test func defaultsAreThoseOfTheSample() {
    let written = make([
      "window": .number(5 * .minute), "baseline": .number(7 * .day), "factor": .number(5_000_000_000),
      "min": .amount(2 * Self.unit), "sensitivity": .text("normal"),
    ])
    #expect(written.problems.isEmpty)
    #expect(written.rule == SpikeRule() && make().rule == SpikeRule())
  }

  @Test func takesWhatIsWritten() throws {
    let rule = try #require(
      make([
        "window": .number(.minute), "baseline": .number(30 * .day), "factor": .number(1_500_000_000),
        "min": .amount(1), "sensitivity": .text("very_high"),
      ]).rule)
    #expect(rule.window == .minute && rule.baseline == 30 * .day && rule.factor == 1_500_000_000)
    #expect(rule.minimum == 1 && rule.sensitivity == .veryHigh && rule.sensitivity.haltBar == 4.375)
  }

  @Test(
    arguments: [
      ("min", .amount(0), "more than 0"), ("min", .amount(-1), "more than 0"),
      ("min", .amount(.max), "too large"),
      ("factor", .number(1_000_000_000), "more than 1"), ("factor", .number(0), "more than 1"),
      ("factor", .number(.max), "at most 1000"), ("window", .number(59 * .second), "from 1m to 24h"),
      ("window", .number(.day + 1), "from 1m to 24h"), ("baseline", .number(.hour), "from 1d to 60d"),
      ("baseline", .number(.max), "from 1d to 60d"),
    ] as [(String, SettingValue, String)])
  func refuses(setting: String, value: SettingValue, message: String) {
    let made = make([setting: value])
    #expect(made.rule == nil)
    #expect(made.problems.map(\.setting) == [setting])
    #expect(made.problems.allSatisfy { $0.message.contains(message) && !$0.hint.isEmpty && !$0.isWarning })
  }

  @Test(arguments: [.task, [.key, .task], [.task, .model]] as [Per]) func tasksNeverReachADay(_ per: Per) {
    let made = make(per: per)
    #expect(made.rule == nil && made.problems.map(\.setting) == ["per"])
    let said = made.problems.map { $0.message + $0.hint }.joined()
    for word in ["can never fire", "24 hours", "'loop'", "'limit'", per.name] { #expect(said.contains(word)) }
  }

  @Test func longWindowsAreWarnedOf() {
    let made = make(["window": .number(12 * .hour)])
    #expect(made.rule != nil && made.problems.map(\.isWarning) == [true])
    #expect(make(["window": .number(12 * .hour - 1_000)]).problems.isEmpty)
  }

  @Test func allMistakesAtOnce() {
    let made = make(["min": .amount(0), "factor": .number(1), "window": .number(1)], per: .task)
    #expect(Set(made.problems.map(\.setting)) == ["per", "min", "factor", "window"])
  }

  /// Whoever makes a rule without the settings' checks gets one that works.
  @Test func rangesHold() {
    let rule = SpikeRule(window: 0, baseline: .max, factor: .min, minimum: .min)
    #expect(rule.window == .minute && rule.baseline == 60 * .day)
    #expect(rule.factor == 1_000_000_001 && rule.minimum == 1)
    #expect(Set(SpikeRule.settings.map(\.name)).count == SpikeRule.settings.count)
  }
}
