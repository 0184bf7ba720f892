import Support
import Testing

@testable import SpendEngine

@Suite struct SeenTests {
  static let rules: [Rule] = [
    .threshold("spend", limit: 1_000_000, alertAt: []),
    .threshold("calls", metric: .requests, window: .lifetime, limit: .max, alertAt: []),
    .threshold("tokens", metric: .tokens, window: .lifetime, limit: .max, alertAt: []),
    .threshold("tasks", per: .task, window: .lifetime, limit: 1_000_000, alertAt: []),
    .threshold("users", per: [.user, .model], window: .lifetime, limit: 1_000_000, alertAt: []),
  ]
  static func call(_ cents: Int64, id: String = "m1", detail: String = "", at time: EngineTime? = .noon)
    -> TestCall
  {
    TestCall(cents, key: "a", at: time).with {
      $0.id = id
      $0.detail = detail
    }
  }

  /// Records in a row as (cents, id, detail, loose); what is counted as (cents, calls).
  @Test(
    arguments: [
      ("one", [(5, "m", "", false)], 5, 1),
      ("repeated", [(5, "m", "", false), (5, "m", "", false), (5, "m", "", false)], 5, 1),
      ("no identity", [(5, "", "", false), (5, "", "", false)], 10, 2),
      ("no identity, a detail", [(5, "", "r", false), (5, "", "r", false)], 10, 2),
      ("two identities", [(5, "m", "", false), (5, "n", "", false)], 10, 2),
      ("same request", [(5, "m", "r1", false), (5, "m", "r1", false)], 5, 1),
      ("other request", [(5, "m", "r1", false), (6, "m", "r2", false)], 11, 2),
      (
        "three requests, repeated",
        [
          (5, "m", "r1", false), (6, "m", "r2", false), (7, "m", "r3", false), (6, "m", "r2", false),
          (7, "m", "r3", false),
          (5, "m", "r1", false),
        ], 18, 3
      ),
      ("request not told later", [(5, "m", "r1", false), (5, "m", "", false)], 5, 1),
      ("request not told first", [(5, "m", "", false), (5, "m", "r1", false)], 5, 1),
      ("a replay", [(5, "m", "r1", false), (5, "m", "r2", true)], 5, 1),
      ("a replay first", [(5, "m", "r2", true), (5, "m", "r1", false)], 5, 1),
      ("grown", [(5, "m", "", false), (9, "m", "", false)], 9, 1),
      ("grown twice", [(1, "m", "", false), (5, "m", "", false), (9, "m", "", false)], 9, 1),
      ("shrunk", [(9, "m", "", false), (5, "m", "", false), (9, "m", "", false)], 9, 1),
    ] as [(String, [(Int64, String, String, Bool)], Int64, Int64)])
  func identities(_ label: String, records: [(Int64, String, String, Bool)], cents: Int64, calls: Int64)
    throws
  {
    for killed in [false, true] {
      var driver = try EngineDriver(SeenTests.rules)
      for (cost, id, detail, isLoose) in records {
        driver.fold(SeenTests.call(cost, id: id, detail: detail).with { $0.isLoose = isLoose })
        guard killed else { continue }
        driver.commit()
        try driver.restart()
        driver.advance(by: 1)
      }
      #expect(driver.value("spend", .key("a")) == cents * 10_000_000)
      #expect(driver.value("calls", .key("a")) == calls)
      let books = driver.engine.status().books
      #expect(books.read == Int64(records.count) && books.folded == calls)
      #expect(books.duplicate == Int64(records.count) - calls)
    }
  }

  /// Reports of one call as (fresh, read, 5m, 1h, output, reasoning); the six totals that are folded.
  @Test(
    arguments: [
      (
        "as it grows", [[10, 0, 0, 0, 1, 0], [10, 20, 0, 0, 8, 0], [10, 20, 30, 0, 9, 0]],
        [10, 20, 30, 0, 9, 0]
      ),
      ("each field's largest", [[10, 5, 0, 0, 1, 0], [8, 9, 0, 0, 7, 0]], [10, 9, 0, 0, 7, 0]),
      (
        "a sum, then its split", [[0, 0, 2100, 0, 1, 0], [0, 0, 100, 2000, 1, 0]], [0, 0, 100, 2000, 1, 0]
      ),
      (
        "the split, then the sum", [[0, 0, 100, 2000, 1, 0], [0, 0, 2100, 0, 1, 0]], [0, 0, 100, 2000, 1, 0]
      ),
      ("a smaller split", [[0, 0, 2100, 0, 1, 0], [0, 0, 100, 1000, 1, 0]], [0, 0, 2100, 0, 1, 0]),
      ("a larger split", [[0, 0, 2100, 0, 1, 0], [0, 0, 100, 3000, 1, 0]], [0, 0, 100, 3000, 1, 0]),
      ("output, then its reasoning", [[1, 0, 0, 0, 50, 0], [1, 0, 0, 0, 20, 30]], [1, 0, 0, 0, 20, 30]),
      ("reasoning, then bare output", [[1, 0, 0, 0, 20, 30], [1, 0, 0, 0, 50, 0]], [1, 0, 0, 0, 20, 30]),
      ("the most there is", [[1, 0, 0, 0, .max, 0], [1, 0, 0, 0, .max, .max]], [1, 0, 0, 0, .max, .max]),
    ] as [(String, [[Int64]], [Int64])])
  func growth(_ label: String, reports: [[Int64]], total: [Int64]) throws {
    var driver = try EngineDriver(SeenTests.rules)
    var sum = TokenBuckets()
    for report in reports {
      driver.fold(SeenTests.call(1).with { $0.tokens = SeenTests.tokens(report) })
      driver.commit()
    }
    for (_, events) in driver.state.saved.journal {
      var reader = try #require(JournalReader(events))
      while let event = reader.next() { sum += event.tokens }
    }
    #expect(sum == SeenTests.tokens(total))
    #expect(driver.value("tokens", .key("a")) == sum.total)
    #expect(driver.value("calls", .key("a")) == 1)
  }
  static func tokens(_ counts: [Int64]) -> TokenBuckets {
    var tokens = TokenBuckets()
    (tokens.freshInput, tokens.cacheRead, tokens.cacheWrite5m) = (counts[0], counts[1], counts[2])
    (tokens.cacheWrite1h, tokens.output, tokens.reasoning) = (counts[3], counts[4], counts[5])
    return tokens
  }

  @Test func theDifferenceGoesToTheFirstSighting() throws {
    var driver = try EngineDriver(SeenTests.rules)
    let first = SeenTests.call(5).with { ($0.task, $0.user, $0.model) = ("first", "ann", "m") }
    let second = SeenTests.call(20).with {
      ($0.key, $0.task, $0.user, $0.model) = ("b", "second", "bob", "n")
    }
    driver.fold(first)
    driver.commit()
    try driver.restart()
    driver.advance(by: .minute)
    driver.fold(second)
    #expect(driver.value("spend", .key("a")) == 200_000_000 && driver.value("spend", .key("b")) == 0)
    #expect(
      driver.value("tasks", .task("first")) == 200_000_000 && driver.value("tasks", .task("second")) == 0)
    #expect(driver.value("users", Subject([.user, .model], ["m", "ann"])) == 200_000_000)
    #expect(driver.engine.status().books.grew == 1)
  }

  @Test func theDifferenceGoesToTheFirstPeriod() throws {
    var driver = try EngineDriver(SeenTests.rules, at: .nextMidnight + -.minute)
    driver.fold(SeenTests.call(5, at: .nextMidnight + -.minute))
    driver.advance(to: .nextMidnight + .minute)
    driver.fold(
      SeenTests.call(20, at: .nextMidnight + 30_000), SeenTests.call(1, id: "other", at: .nextMidnight))
    #expect(driver.value("spend", .key("a")) == 10_000_000, "yesterday's call grew yesterday")
    #expect(driver.value("tasks", .task("(none)")) == 210_000_000)
    #expect(driver.engine.status().books.late == 0)
  }

  @Test func anErrorThatWentThroughAfterAllIsACall() throws {
    var driver = try EngineDriver(SeenTests.rules)
    driver.fold(
      SeenTests.call(0).with { ($0.requests, $0.errors) = (0, 1) }, SeenTests.call(7), SeenTests.call(7))
    #expect(driver.value("calls", .key("a")) == 1 && driver.value("spend", .key("a")) == 70_000_000)
  }

  /// Minutes from midnight of the first and of the second report of one call; whether it is seen again.
  @Test(
    arguments: [
      (-1, 1, true), (1, -1, true), (-59, 30, true), (-1, 59, true), (-1, 61, false), (-300, 0, true),
      (0, -300, false),
      (-300, 300, false), (600, 700, true), (0, 1439, true), (0, 1440, true),
    ] as [(Int64, Int64, Bool)])
  func overMidnight(first: Int64, second: Int64, isSame: Bool) throws {
    var driver = try EngineDriver(SeenTests.rules, at: .nextMidnight + .day)
    for minutes in [first, second] { driver.fold(SeenTests.call(1, at: .nextMidnight + minutes * .minute)) }
    #expect(driver.value("calls", .key("a")) == (isSame ? 1 : 2))
  }

  // MARK: Old days

  @Test func anOldDayKnowsItsCallsAndNotTheirSizes() throws {
    var driver = try EngineDriver(SeenTests.rules)
    driver.fold(SeenTests.call(5), SeenTests.call(6, id: "m2"))
    driver.advance(by: 2 * .day)
    driver.fold(SeenTests.call(7))
    #expect(driver.engine.status().books.grew == 1, "two days: exact")
    driver.advance(by: .day)
    driver.fold(
      SeenTests.call(9), SeenTests.call(6, id: "m2"), SeenTests.call(8, id: "m3"), SeenTests.call(8, id: "m3")
    )
    let books = driver.engine.status().books
    #expect(books.grew == 1 && books.folded == 3 && books.duplicate == 4)
  }

  @Test func afterFiveWeeksACallIsForgotten() throws {
    var driver = try EngineDriver(SeenTests.rules)
    driver.fold(SeenTests.call(5))
    driver.advance(by: 35 * .day)
    driver.fold(SeenTests.call(5))
    #expect(driver.engine.status().books.duplicate == 1)
    driver.advance(by: .day)
    driver.fold(SeenTests.call(5))
    #expect(driver.engine.status().books.folded == 2)
  }

  /// Logs of weeks ago, read at the first start: partial reports of one call still add up to one.
  @Test func growthInOldLogsCounts() throws {
    var driver = try EngineDriver(SeenTests.rules)
    let old = EngineTime.noon + -20 * .day
    driver.fold(SeenTests.call(1, at: old), SeenTests.call(5, at: old + 1), SeenTests.call(9, at: old + 2))
    driver.commit()
    driver.fold(SeenTests.call(12, at: old + 3))
    #expect(driver.value("tasks", .task("(none)")) == 120_000_000)
  }

  /// When batches are cut does not decide what a duplicate is.
  @Test func pressingDoesNotDependOnSeals() throws {
    for seals in [false, true] {
      var driver = try EngineDriver(SeenTests.rules)
      driver.engine.sweepAfterBatches = 1
      let old = EngineTime.noon + -20 * .day
      for cents in 1...20 {
        driver.fold(SeenTests.call(Int64(cents), at: old))
        if seals { driver.commit() }
      }
      #expect(driver.value("tasks", .task("(none)")) == 200_000_000)
    }
  }

  static func event(_ fingerprint: UInt64, at time: EngineTime) -> UsageEvent {
    var event = UsageEvent(time: time)
    event.fingerprint = fingerprint
    event.requests = 1
    return event
  }

  @Test func atTheCapTheOldestDayGoes() {
    var table = SeenTable(cap: 100)
    for day in Int64(0)..<5 {
      for number in UInt64(0)..<30 {
        _ = table.record(SeenTests.event(number &* 0x9e37_79b9_7f4a_7c15 | 1, at: .noon + day * .day))
      }
    }
    let changed = table.age(to: .noon + 4 * .day)
    #expect(table.count == 90 && table.droppedDays == 2 && !changed.isEmpty)
    let holds = (Int64(0)..<5).map { table.holds(0x9e37_79b9_7f4a_7c15 | 1, at: .noon + $0 * .day) }
    #expect(holds == [false, false, true, true, true])
    #expect(
      changed.filter { table.encoded(page: $0) == nil }.count > 1, "dropped pages are dropped on disk too")
  }

  /// A backlog of years is pressed as it is read; the last days stay exact, and ageing is not tried again at every call.
  @Test func aBacklogIsPressedAsItIsRead() {
    var table = SeenTable(cap: 10_000, exactCap: 100)
    var ageings = 0
    for number in UInt64(1)...2_000 {
      let isOld = number % 2 == 0
      _ = table.record(
        SeenTests.event(number &* 0x9e37_79b9_7f4a_7c15, at: isOld ? .noon + -9 * .day : .noon))
      if table.isFull {
        ageings += 1
        _ = table.age(to: .noon)
      }
    }
    #expect(ageings > 1 && ageings < 40)
    #expect(table.count == 2_000)
    guard
      case .duplicate(let old) = table.look(
        2 &* 0x9e37_79b9_7f4a_7c15, detail: 0, isLoose: false, at: .noon + -9 * .day),
      case .duplicate(let new) = table.look(1 &* 0x9e37_79b9_7f4a_7c15, detail: 0, isLoose: false, at: .noon)
    else {
      Issue.record("both were counted")
      return
    }
    #expect(old == nil && new != nil)
  }

  @Test(arguments: Dice.seeds) func pagesAreReadBack(seed: UInt64) {
    var dice = Dice(seed: seed)
    var table = SeenTable()
    var other = SeenTable()
    var known: [(UInt64, EngineTime)] = []
    var pages: Set<Int64> = []
    for _ in 0..<500 {
      let time = EngineTime.noon + -dice.roll(0...30 * .day)
      var event = SeenTests.event(max(1, dice.next()), at: time)
      event.tokens.output = dice.roll(.min...(.max))
      event.cost = NanoUSD(rawValue: dice.roll(.min...(.max)))
      event.detail = UInt32(truncatingIfNeeded: dice.next())
      event.key = UInt32(truncatingIfNeeded: dice.next())
      pages.insert(table.record(event))
      known.append((event.fingerprint, time))
    }
    // Times before 1970 have days below zero.
    pages.insert(table.record(SeenTests.event(7, at: EngineTime(milliseconds: -5 * .day))))
    known.append((7, EngineTime(milliseconds: -5 * .day)))
    if dice.one(in: 2) { pages.formUnion(table.age(to: .noon)) }
    for page in pages {
      if let blob = table.encoded(page: page) {
        let isRead = other.restore(page: page, blob)
        #expect(isRead)
      }
    }
    #expect(other.count == table.count)
    for (fingerprint, time) in known {
      let (a, b) = (
        table.look(fingerprint, detail: 0, isLoose: false, at: time),
        other.look(fingerprint, detail: 0, isLoose: false, at: time)
      )
      switch (a, b) {
      case (.new, .new): break
      case (.duplicate(let a), .duplicate(let b)): #expect(a == b)
      default: Issue.record("\(a) is not \(b)")
      }
    }
  }

  /// Searched by halves, it would not find what it holds: a call would count again.
  @Test(arguments: [([5, 9], true), ([9, 5], false), ([9, 9], true)])
  func aPageOutOfOrderIsRefused(_ run: [UInt64], _ isSound: Bool) {
    var page = ByteWriter()
    page.byte(1)
    page.unsigned(UInt64(run.count))
    for fingerprint in run { page.fixed(fingerprint) }
    page.unsigned(0)
    var table = SeenTable()
    let place = SeenTable.page(of: SeenTests.event(5, at: .noon))
    let isTaken = table.restore(page: place, page.bytes)
    #expect(isTaken == isSound)
    #expect(table.holds(9, at: .noon) == isSound)
  }

  /// Copies of random calls in any order, from several files, with restarts: every call counts once, with the largest report.
  @Test(arguments: Dice.seeds) func everyCallCountsOnce(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    var records: [(call: TestCall, largest: Bool)] = []
    var spend: Int64 = 0
    let calls = 60
    for number in 0..<calls {
      let most = dice.roll(1...50)
      spend += most
      let time = EngineTime.noon + -dice.roll(0...10 * .hour)
      for copy in 0...dice.roll(0...4) {
        var call = SeenTests.call(copy == 0 ? most : dice.roll(0...most), id: "m\(number / 2)", at: time)
        // Two calls share an identity, and differ in the detail.
        call.detail = "r\(number)"
        records.append((call, copy == 0))
      }
    }
    records.shuffle(using: &dice)
    var driver = try EngineDriver(SeenTests.rules)
    driver.engine.sweepAfterBatches = 3
    for (number, record) in records.enumerated() {
      driver.fold([record.call], file: UInt32(number % 3))
      if dice.one(in: 6) { driver.commit() }
      if dice.one(in: 25) {
        driver.commit()
        try driver.restart()
        driver.engine.sweepAfterBatches = 3
        driver.advance(by: 1)
      }
    }
    #expect(driver.value("spend", .key("a")) == spend * 10_000_000)
    #expect(driver.value("calls", .key("a")) == Int64(calls))
    let books = driver.engine.status().books
    #expect(books.read == books.folded + books.duplicate && books.folded == Int64(calls))
  }
}
