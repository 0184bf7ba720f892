import Support
import Testing

@testable import SpendEngine

/// Names and combinations for which there is no room.
@Suite struct OtherSubjectsTests {
  /// Ten names a dimension, two of which are reserved.
  private static func driver(_ rules: [Rule]) throws -> EngineDriver {
    try EngineDriver(rules, maxSubjects: 1)
  }

  /// New names are counted together: they are limited and told of, and nobody is halted for them; those that were known go on.
  @Test func newNamesShareOne() throws {
    var driver = try OtherSubjectsTests.driver([
      .threshold("budget", per: .task, window: .lifetime, limit: 100, alertAt: [50], halt: .task)
    ])
    driver.fold((0..<8).map { TestCall(1, task: "t\($0)") })
    var status = driver.engine.status()
    #expect(status.books.other == 0 && status.subjects.full == [.task] && status.names[.task] == 8)
    driver.fold((0..<60).map { TestCall(1, task: "new-\($0)") })
    #expect(driver.said() == ["alert budget task (other) 50%"])
    driver.fold((0..<60).map { TestCall(1, task: "newer-\($0)") })
    #expect(driver.said() == ["alert budget task (other) firing"] && driver.halts.isEmpty)
    driver.fold(TestCall(99, task: "t3"))
    #expect(driver.said() == ["halt budget task t3", "alert budget task t3 firing"])
    status = driver.engine.status()
    #expect(status.books.other == 120 && status.books.folded == 129 && status.names[.task] == 8)
    #expect(driver.value("budget", .task(Subject.other)) == 120 * 10_000_000)
    #expect(driver.engine.intake.names.find(.task, "new-1") == nil)
    // A person can halt whomever, known or not.
    #expect(driver.perform(.halt(.task("new-1"), why: "", by: "ann", until: nil)).changed)
    driver.commit()

    // What is known stays known with less room, and with more there are new names.
    try driver.restart()
    driver.advance(by: 1)
    driver.fold(TestCall(1, task: "t7"), TestCall(1, task: "new-1"))
    #expect(driver.value("budget", .task("t7")) == 20_000_000)
    #expect(driver.value("budget", .task(Subject.other)) == 121 * 10_000_000)
    driver.reload(driver.rules.rules, maxSubjects: 2)
    #expect(driver.engine.status().subjects.full.isEmpty)
    driver.fold(TestCall(5, task: "new-1"))
    #expect(driver.value("budget", .task("new-1")) == 50_000_000)
    driver.reload(driver.rules.rules, maxSubjects: 1)
    driver.fold(TestCall(5, task: "new-1"), TestCall(5, task: "new-2"))
    #expect(driver.value("budget", .task("new-1")) == 100_000_000)
    #expect(driver.value("budget", .task(Subject.other)) == 126 * 10_000_000)
    #expect(driver.engine.status().books.other == 122)
  }

  /// Combinations have a cap of their own.
  @Test func newCombinationsShareOne() throws {
    let rule = Rule.threshold("pair", per: [.key, .model], limit: 100, alertAt: [], halt: .key)
    var driver = try OtherSubjectsTests.driver([rule])
    func pair(_ key: Int, _ model: Int, _ cents: Int64 = 1) -> TestCall {
      TestCall(cents, key: "k\(key)").with { $0.model = "m\(model)" }
    }
    driver.fold((0..<10).map { pair($0 / 5, $0 % 5) })
    #expect(driver.engine.status().subjects.full == [[.key, .model]])
    driver.fold(pair(0, 0, 2), pair(4, 4, 30), pair(4, 5, 30))
    #expect(driver.said().isEmpty && driver.engine.status().books.other == 2)
    let other = Subject([.key, .model], [Subject.other, Subject.other])
    #expect(driver.value("pair", other) == 600_000_000)
    driver.fold(pair(5, 5, 40))
    #expect(driver.said() == ["alert pair key (other) + model (other) firing"], "nobody is halted")
    driver.fold(pair(0, 0, 97))
    #expect(
      driver.said() == ["halt pair key k0 + model m0 -> key k0", "alert pair key k0 + model m0 firing"])
    driver.commit()
    try driver.restart()
    driver.advance(by: 1)
    driver.fold(pair(5, 4), pair(1, 4))
    #expect(driver.value("pair", other) == 1_010_000_000)
    #expect(driver.value("pair", Subject([.key, .model], ["k1", "m4"])) == 20_000_000)
    driver.reload([rule], maxSubjects: 2)
    driver.fold(pair(5, 4))
    #expect(driver.value("pair", Subject([.key, .model], ["k5", "m4"])) == 10_000_000)
    #expect(driver.engine.status().books.other == 4)
  }

  /// Combinations against a dictionary, over any widths and caps.
  @Test(arguments: Dice.seeds) func combinationsAreThoseOfADictionary(seed: UInt64) {
    var dice = Dice(seed: seed)
    for _ in 0..<10 {
      let width = Int(dice.roll(2...5))
      let cap = dice.pick([3, 500, .max])
      var table = CombinationTable(width: width, hash: SipHash(key: (dice.next(), dice.next())))
      var known: [[NameID]: UInt32] = [:]
      var others = 0
      for _ in 0..<2_000 {
        let ids = (0..<width).map { _ in NameID(dice.roll(0...7)) }
        var members = CombinationTable.Members(repeating: 0)
        for (lane, id) in ids.enumerated() { members[lane] = id }
        let (number, isNew) = table.intern(members, cap: cap)
        if let before = known[ids] {
          #expect(number == before && !isNew)
        } else if table.other == number, !ids.allSatisfy({ $0 == NameTable.other }) {
          others += 1
          if isNew { known[(0..<width).map { _ in NameTable.other }] = number }
          #expect(known.count >= cap)
        } else {
          #expect(isNew && number == UInt32(known.count) && table[number] == members)
          known[ids] = number
        }
        #expect(table.find(members) == known[ids])
      }
      #expect(table.count == known.count && (others > 0 || table.count <= cap))
      if cap < 2_000 { #expect(table.count <= cap + 1) }
    }
  }
}
