import Support
import Testing

@testable import SpendEngine

@Suite struct ExplainTests {
  private func explanation(
    _ driver: borrowing EngineDriver, _ rule: String, _ subject: String
  ) throws -> Explanation {
    guard case .found(let found) = driver.engine.explain(rule: rule, subject: subject) else {
      Issue.record("\(rule) \(subject) is not known")
      throw EngineError.damagedState("")
    }
    return found
  }

  @Test func sayHowFarTheNextStepIs() throws {
    var driver = try EngineDriver([.threshold("cap", limit: 2_500, overrides: ["big": 10_000])])
    driver.fold(TestCall(1_240, key: "a", at: .noon), TestCall(1_240, key: "big", at: .noon))
    let found = try explanation(driver, "cap", "a")
    #expect(found.value == 12_400_000_000 && found.limit == 25_000_000_000)
    #expect(found.steps.map(\.level) == [50, 80, 100])
    #expect(found.steps.map(\.value) == [12_500_000_000, 20_000_000_000, 25_000_000_000])
    #expect(found.reached == 0 && found.next?.level == 50)
    #expect(found.span == .init(start: .midnight, end: .nextMidnight))
    #expect(found.lastSeen == .noon && found.alert == nil && found.clearValue == nil)
    #expect(try explanation(driver, "cap", "big").limit == 100_000_000_000)
  }

  @Test func tellTheLifeOfABreach() throws {
    var driver = try EngineDriver([.threshold("cap", limit: 1_000, halt: .key)])
    driver.fold(TestCall(850, key: "a", at: .noon))
    var found = try explanation(driver, "cap", "key=a")
    #expect(found.alert?.level == 80 && found.alert?.told == 80 && found.halts.isEmpty)
    driver.advance(by: .hour)
    driver.fold(TestCall(200, key: "a", at: .noon + .hour))
    found = try explanation(driver, "cap", "a")
    #expect(found.alert?.level == 100 && found.alert?.halted == .key("a"))
    #expect(found.alert?.since == .noon && found.alert?.value == 10_500_000_000)
    #expect(found.halts.map(\.origin) == [.rule("cap")] && found.halts.first?.until == .nextMidnight)
    driver.perform(.resume(.key("a"), rule: nil, why: "w", by: "ann", headroom: .percent(20)))
    found = try explanation(driver, "cap", "a")
    #expect(found.halts.isEmpty && found.alert?.halted == nil && found.alert?.resumedBy == "ann")
    #expect(found.alert?.headroomValue == 12_500_000_000)
    driver.perform(.halt(.global, why: "w", by: "bob", until: nil))
    driver.perform(.halt(.key("b"), why: "w", by: "bob", until: nil))
    #expect(try explanation(driver, "cap", "a").halts.map(\.subject) == [.global])
    driver.advance(to: .nextMidnight)
    found = try explanation(driver, "cap", "a")
    #expect(found.value == 0 && found.alert == nil && found.span.start == .nextMidnight)
  }

  @Test func whatMustHoldIsPending() throws {
    var driver = try EngineDriver([.threshold("cap", limit: 1_000, alertAt: [], hold: 5 * .minute)])
    driver.fold(TestCall(1_100, key: "a", at: .noon))
    let found = try explanation(driver, "cap", "a")
    #expect(found.alert?.level == 0)
    #expect(found.alert?.pending == [.init(level: 100, since: .noon, due: .noon + 5 * .minute)])
  }

  @Test func aSlidingWindowSaysWhenItFalls() throws {
    var driver = try EngineDriver([.threshold("rate", window: .sliding(.hour), limit: 1_000, alertAt: [])])
    driver.fold(TestCall(1_100, key: "a", at: .noon))
    let found = try explanation(driver, "rate", "a")
    #expect(found.span == .init(start: .noon + -.hour, bucket: 5 * .minute))
    #expect(found.clearValue == 10_000_000_000)
    // Its bucket ends at 12:05, and leaves the window an hour later.
    #expect(found.fallsAt == .noon + .hour + 5 * .minute)
    driver.advance(to: .noon + .hour + 5 * .minute)
    #expect(try explanation(driver, "rate", "a").value == 0)
  }

  @Test func otherWindowsAndKinds() throws {
    var driver = try EngineDriver([
      .threshold("life", per: .task, window: .lifetime, limit: 1_000),
      .threshold("both", per: [.key, .model], limit: 1_000),
      .threshold("bad", per: .global, metric: .errorRatio, limit: 500_000_000, alertAt: []),
      .ceiling("big", limit: 100),
    ])
    for number in 0..<4 {
      driver.fold(
        TestCall(100, key: "a+b", task: "t", at: .noon).with {
          $0.model = "m"
          $0.maxTokens = 500
          if number == 0 { ($0.errors, $0.requests) = (1, 0) }
        })
    }
    #expect(try explanation(driver, "life", "t").span.end == .noon + (30 * .day + 1))
    #expect(try explanation(driver, "both", "a+b+m").subject.names == ["a+b", "m"])
    #expect(try explanation(driver, "bad", "").ratio == .init(part: 1, whole: 4, least: 10))
    let big = try explanation(driver, "big", "a+b")
    #expect(big.value == 500 && big.limit == 100 && big.alert?.quietSince == .noon)
  }

  @Test func whatWaitsForTheBrakeIsHeld() throws {
    var driver = try EngineDriver(
      [.threshold("cap", limit: 100, halt: .key)], brake: BrakeSettings(halts: 1, span: .hour))
    driver.fold(TestCall(200, key: "a", at: .noon), TestCall(200, key: "b", at: .noon))
    #expect(try explanation(driver, "cap", "a").halts.first?.isHeld == false)
    #expect(try explanation(driver, "cap", "b").halts.first?.isHeld == true)
  }

  @Test func whatIsNotKnownIsSaid() throws {
    var driver = try EngineDriver([
      .threshold("cap", limit: 1_000), .threshold("all", per: .global, limit: 1_000),
    ])
    driver.fold(
      TestCall(100, key: "ci-bot", at: .noon),
      TestCall(900, key: "88dc", at: .noon).with { $0.alias = "Nightly" })
    guard case .noRule(let known) = driver.engine.explain(rule: "cpa", subject: "a") else {
      Issue.record("a rule that is none")
      return
    }
    #expect(known == ["cap", "all"])
    guard case .noSubject(.key, let near) = driver.engine.explain(rule: "cap", subject: "ci-bt") else {
      Issue.record("a subject that is none")
      return
    }
    #expect(near.alike == [.key("ci-bot")] && near.count == 2)
    #expect(near.top.map(\.names) == [["88dc"], ["ci-bot"]])
    guard case .notSubject(.global) = driver.engine.explain(rule: "all", subject: "ci-bot") else {
      Issue.record("a global rule has one subject")
      return
    }
    #expect(try explanation(driver, "cap", "Nightly").subject.names == ["88dc"])
  }

  /// For every rule and subject the value is what `status` shows.
  @Test func agreesWithStatus() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var dice = Dice(seed: seed)
    var driver = try EngineDriver([
      .threshold("day", limit: 500, halt: .key),
      .threshold("life", per: .task, window: .lifetime, limit: 300),
      .threshold("rate", per: [.key, .task], window: .sliding(.hour), limit: 200),
    ])
    for _ in 0..<300 {
      driver.advance(by: Int64.random(in: 0...(10 * .minute), using: &dice))
      driver.fold(
        TestCall(
          Int64.random(in: 0...40, using: &dice), key: "k\(Int.random(in: 0..<4, using: &dice))",
          task: "t\(Int.random(in: 0..<4, using: &dice))",
          at: driver.engine.time + -Int64.random(in: 0 ... .hour, using: &dice)))
    }
    for rule in driver.engine.status(top: 100).rules {
      #expect(!rule.top.isEmpty, "seed \(seed)")
      for standing in rule.top {
        let found = try explanation(driver, rule.rule.name, standing.subject.names.joined(separator: "+"))
        #expect(found.value == standing.value && found.limit == standing.limit, "seed \(seed)")
        let level: Decision.Level? = found.alert.map { $0.level >= 100 ? .firing : .step($0.level) }
        #expect(level == standing.level, "seed \(seed)")
      }
    }
  }
}
