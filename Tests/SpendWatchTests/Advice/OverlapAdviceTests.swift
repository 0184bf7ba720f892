import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// What is said of two rules is held against the engine: where callers obey their halts, a rule that another one "halts before" never
/// fires but with it.
@Suite struct OverlapAdviceTests {
  private static let pers: [Per] = [.global, .key, .task, .model, [.key, .task], [.key, .model]]
  private static let windows: [Window] = [
    .sliding(.hour), .sliding(26 * .hour), .calendar(.hour), .calendar(.day), .calendar(.week),
    .calendar(.month), .lifetime,
  ]

  private static func rule(_ name: String, _ dice: inout Dice) -> Rule {
    let per = dice.pick(pers)
    var targets: [HaltTarget?] = [nil, .global]
    if per.contains(.key) || per == .task { targets.append(.key) }
    if per.contains(.task) { targets.append(.task) }
    return .threshold(
      name, per: per, window: dice.pick(windows), limit: dice.roll(1...4) * 100, alertAt: [],
      overrides: per == .key && dice.one(in: 3) ? ["k1": dice.roll(1...6) * 100] : [:],
      halt: dice.pick(targets), mode: dice.one(in: 4) ? .warn : nil)
  }

  /// Names of rules that fired, call by call, each with those that halted by the same call.
  private static func run(_ rules: [Rule], _ dice: inout Dice) throws -> [(
    fired: String, halting: Set<String>
  )] {
    var driver = try EngineDriver(rules, brake: BrakeSettings(halts: 1_000_000, span: .minute))
    var result: [(fired: String, halting: Set<String>)] = []
    for _ in 0..<60 {
      driver.advance(by: dice.pick([.minute, 20 * .minute, 3 * .hour, .day]))
      _ = driver.takeDecisions()
      let (key, task) = ("k\(dice.roll(1...2))", "t\(dice.roll(1...2))")
      let halted = driver.engine.status(top: 0).halts.map(\.subject)
      if halted.contains(.global) || halted.contains(.key(key)) || halted.contains(.task(task)) { continue }
      driver.fold(
        TestCall(dice.roll(1...3) * 50, key: key, task: task, at: driver.engine.time)
          .with { $0.model = "m\(dice.roll(1...2))" })
      let said = driver.takeDecisions()
      let halting = Set(said.filter { $0.kind == .halt }.map(\.rule))
      for decision in said where decision.kind == .alert && decision.level == .firing {
        result.append((decision.rule, halting))
      }
    }
    return result
  }

  @Test(arguments: Dice.seeds) func haltsComeFirst(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    var told = 0
    var firedAlone = 0
    for round in 0..<300 {
      let rules = [Self.rule("a", &dice), Self.rule("b", &dice)]
      let said = (0...1).map { OverlapAdvice.problems(of: $0, among: rules).first?.message ?? "" }
      for (index, message) in said.enumerated() {
        let (own, other) = (rules[index].name, rules[1 - index].name)
        let isTold = message.contains("rule '\(other)' halts")
        // Rules of which nothing is said are run too, now and then: they do fire alone.
        guard isTold || dice.one(in: 12) else { continue }
        let fired = try Self.run(rules, &dice).filter { $0.fired == own && !$0.halting.contains(other) }
        if isTold {
          told += 1
          #expect(fired.isEmpty, "seed \(seed), round \(round): \(message)")
        } else if !fired.isEmpty {
          firedAlone += 1
        }
      }
    }
    #expect(told >= 10)
    #expect(firedAlone >= 10)
  }

  /// Of two that are alike the second is told, and never both.
  @Test(arguments: Dice.seeds) func onlyOneIsTold(seed: UInt64) {
    var dice = Dice(seed: seed)
    for _ in 0..<2_000 {
      let rules = [Self.rule("a", &dice), Self.rule("b", &dice)]
      let said = (0...1).filter { !OverlapAdvice.problems(of: $0, among: rules).isEmpty }
      #expect(said.count < 2)
      if rules[0].kind == rules[1].kind, rules[0].per == rules[1].per, rules[0].mode == rules[1].mode,
        rules[0].halt == rules[1].halt
      {
        #expect(said == [1])
      }
    }
  }
}
