import Support
import Testing

@testable import SpendEngine

/// Engines with room for few subjects against one with room for all.
@Suite struct ColdSubjectsTests {
  static let rules =
    RestoreTests.rules + [
      .threshold("gush", window: .sliding(5 * .minute), limit: 150, halt: .key, until: .clear),
      .threshold(
        "slow", per: [.key, .task], window: .sliding(.day), limit: 900, alertAt: [50], hold: .minute),
    ]
  /// Less than one full page of one of seven tables.
  static let few = 64

  static func driver(_ dice: inout Dice, maxSubjects: Int) throws -> EngineDriver {
    var driver = try EngineDriver(rules, brake: RestoreTests.brake, maxSubjects: maxSubjects)
    driver.engine.sweepAfterBatches = dice.roll(1...6)
    driver.engine.pagesPerBatch = Int(dice.roll(1...3))
    driver.commit()
    return driver
  }

  /// Packing and unpacking all the time, over reloads, kills and restarts, changes no decision, no sum and no row.
  @Test(arguments: Dice.seeds) func roomMakesNoDifference(seed: UInt64) throws {
    for round in 0..<2 {
      var dice = Dice(seed: seed &* 1_000 &+ UInt64(round))
      let steps = RestoreTests.steps(&dice, count: 250, reloads: true)
      var roomy = try ColdSubjectsTests.driver(&dice, maxSubjects: 1_000_000)
      var tight = try ColdSubjectsTests.driver(&dice, maxSubjects: ColdSubjectsTests.few)
      var unpacked = 0
      for (number, step) in steps.enumerated() {
        var step = step
        if case .reload(let rules) = step { step = .reload(rules + ColdSubjectsTests.rules.suffix(2)) }
        RestoreTests.apply(step, &roomy)
        RestoreTests.apply(step, &tight)
        let label: Comment = "seed \(seed) round \(round) step \(number)"
        // The order of one instant is kept as well: nothing was started anew.
        let lines = [roomy.takeDecisions(), tight.takeDecisions()].map { $0.map { "\($0)" } }
        try #require(lines[0] == lines[1], label)
        guard case .seal = step else { continue }
        // What a person's act unpacked is packed by the next turn.
        roomy.advance(by: 0)
        tight.advance(by: 0)
        let found = (roomy.engine.status(top: 5_000), tight.engine.status(top: 5_000))
        try #require(RestoreTests.sums(found.0) == RestoreTests.sums(found.1), label)
        #expect(found.1.subjects.hot <= ColdSubjectsTests.few, label)
        #expect(found.0.subjects.hot == found.1.subjects.hot + found.1.subjects.cold, label)
        unpacked = max(unpacked, found.1.subjects.hot)
        if dice.one(in: 3) {
          let (rules, time) = (tight.rules.rules, tight.engine.time)
          let isBehind = tight.engine.isCatchingUp
          try restart(&tight, rules, time, isBehind)
          try restart(&roomy, rules, time, isBehind)
        }
      }
      #expect(unpacked > 0 && tight.engine.status(top: 0).subjects.cold > 0)
      #expect(tight.state.saved.files == roomy.state.saved.files)
      #expect(tight.halts == roomy.halts)
      #expect(RestoreTests.rows(tight.state) == RestoreTests.rows(roomy.state))
    }
  }

  private func restart(_ driver: inout EngineDriver, _ rules: [Rule], _ time: EngineTime, _ isBehind: Bool)
    throws
  {
    try driver.restart(rules)
    if isBehind { driver.engine.beginCatchUp() }
    driver.advance(to: time)
  }

  /// Names without end: memory does not grow with them, whoever has an alert or spends stays ready, and no sum is lost.
  @Test func madeUpNamesPushNobodyOut() throws {
    var driver = try EngineDriver(
      [
        .threshold("cap", limit: 1_000, halt: .key),
        .threshold("budget", per: .task, window: .lifetime, limit: 100, alertAt: [50], halt: .task),
      ], maxSubjects: 2_560)
    driver.fold(TestCall(600, key: "heavy", task: "early"), TestCall(1, key: "light", task: "half"))
    driver.fold(TestCall(59, key: "light", task: "half"))
    #expect(
      driver.said() == [
        "alert cap key heavy 50%", "halt budget task early", "alert budget task early firing",
        "alert budget task half 50%",
      ])
    var most = 0
    for round in 0..<Int64(100) {
      driver.advance(by: .second)
      driver.fold((0..<200).map { TestCall(1, key: "light", task: "made-up-\(round)-\($0)") })
      most = max(most, driver.engine.status(top: 0).subjects.hot)
    }
    let subjects = driver.engine.status(top: 0).subjects
    #expect(most <= 2_560 && subjects.cold > 17_000 && subjects.full.isEmpty)
    let tables = driver.engine.tables.map(\.pages)
    #expect(tables[0][0].isHot && tables[1][0].isHot, "somebody there has an alert")
    #expect(tables[1][1].isHot == false && tables[1][40].isHot == false)
    #expect(driver.value("cap", .key("heavy")) == 600 * 10_000_000)
    #expect(driver.value("budget", .task("made-up-3-7")) == 10_000_000)
    _ = driver.said()
    // Seen again it is what it was.
    driver.fold(TestCall(49, key: "light", task: "made-up-3-7"), TestCall(400, key: "heavy", task: "early"))
    #expect(
      driver.said() == [
        "alert budget task made-up-3-7 50%", "halt cap key heavy", "alert cap key heavy firing",
      ])
  }

  /// Rules that change judge whoever is packed as well.
  @Test func aReloadJudgesThePacked() throws {
    func rules(_ limit: Int64, _ more: [Rule] = []) -> [Rule] {
      [.threshold("budget", per: .task, window: .lifetime, limit: limit, alertAt: [], halt: .task)] + more
    }
    var driver = try EngineDriver(rules(1_000), brake: BrakeSettings(halts: 1_000), maxSubjects: 256)
    driver.fold((0..<2_000).map { TestCall($0 == 300 ? 70 : 1, task: "t\($0)") })
    #expect(driver.engine.status(top: 0).subjects.cold > 1_500 && driver.said().isEmpty)
    #expect(driver.engine.tables[0].pages[1].isHot == false)
    driver.reload(rules(70))
    #expect(driver.said() == ["halt budget task t300", "alert budget task t300 firing"])
    // With other sums: those that stay are carried over, packed ones too.
    driver.reload(rules(70, [.threshold("calls", per: .task, metric: .requests, limit: 10)]))
    #expect(driver.said().isEmpty && driver.value("budget", .task("t300")) == 700_000_000)
    #expect(driver.value("budget", .task("t1999")) == 10_000_000)
    let subjects = driver.engine.status(top: 0).subjects
    #expect(subjects.hot <= 256 && subjects.cold > 1_500)
    driver.reload(rules(700))
    #expect(driver.said() == ["resume budget task t300", "resolve budget task t300"])
    // Room for all again: nothing is unpacked for its own sake.
    driver.reload(rules(700), maxSubjects: 10_000)
    driver.fold(TestCall(1, task: "t300"))
    #expect(driver.engine.status(top: 0).subjects.cold > 1_000)
    #expect(driver.value("budget", .task("t300")) == 710_000_000)
  }

  /// A start with a state that is larger than the room for it: most of it comes in packed, those seen last are ready.
  @Test func aStartPacksWhatHasNoRoom() throws {
    let rule = Rule.threshold("budget", per: .task, window: .lifetime, limit: 1_000, halt: .task)
    var driver = try EngineDriver([rule])
    driver.engine.sweepAfterBatches = 0
    driver.engine.pagesPerBatch = 1_000
    for round in 0..<Int64(20) {
      driver.advance(by: .minute)
      driver.fold((0..<Int64(256)).map { TestCall(1, task: "t\(round * 256 + $0)") })
    }
    driver.commit()
    // What the journal has alone is folded into packed pages.
    driver.engine.sweepAfterBatches = 1_000
    driver.fold((0..<50).map { TestCall(2, task: "t\($0 * 100)") })
    driver.commit()
    driver.reload([rule], maxSubjects: 1_024)
    try driver.restart()
    driver.advance(by: 1)
    let subjects = driver.engine.status(top: 0).subjects
    #expect(subjects.hot <= 1_024 && subjects.hot + subjects.cold == 20 * 256 + 2)
    for number in Int64(0)..<5_120 where number % 100 == 0 || number % 97 == 0 {
      let cents: Int64 = number % 100 == 0 && number < 5_000 ? 3 : 1
      let value = driver.engine.tables[0].currentValue(
        SeriesID(number + 2), driver.engine.tables[0].layout.rules[0], driver.engine.clock)
      #expect(value == cents * 10_000_000, "t\(number)")
    }
  }
}
