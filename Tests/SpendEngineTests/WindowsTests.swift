import Support
import Testing

@testable import SpendEngine

@Suite struct WindowsTests {
  static let day = Rule.threshold("day", limit: .max / 20_000_000, alertAt: [])
  static let life = Rule.threshold("life", window: .lifetime, limit: .max / 20_000_000, alertAt: [])
  static let all = Rule.threshold("all", per: .global, limit: .max / 20_000_000, alertAt: [])

  /// Where one event at `time`, read at `arrival`, is counted: hours from 2026-03-10 00:00 UTC, limits at midnight.
  @Test(
    arguments: [
      ("now", 12, 12, 1, 1), ("first instant", 0, 12, 1, 1), ("yesterday", -1, 12, 0, 1),
      ("the day before", -30, 12, 0, 1), ("no time", nil, 12, 1, 1),
      ("two years ago: over", -17_520, 12, 0, 0),
      ("a day ahead: capped", 36, 12, 1, 1), ("2100: capped", 648_000, 12, 1, 1),
    ] as [(String, Int64?, Int64, Int64, Int64)])
  func placesAnEvent(_ label: String, hours: Int64?, arrival: Int64, today: Int64, ever: Int64) throws {
    var driver = try EngineDriver([WindowsTests.day, WindowsTests.life], at: .midnight + arrival * .hour)
    driver.fold(TestCall(1, key: "a", at: hours.map { .midnight + $0 * .hour }))
    #expect(driver.value("day", .key("a")) == today * 10_000_000)
    #expect(driver.value("life", .key("a")) == ever * 10_000_000)
  }

  @Test(
    arguments: [
      ("1970", EngineTime(milliseconds: 0), "late"), ("before 1970", EngineTime(milliseconds: -1), "late"),
      ("the least", .distantPast, "late"), ("2100", EngineTime(milliseconds: 4_102_444_800_000), "skewed"),
      ("the most", .distantFuture, "skewed"), ("none", nil, "untimed"),
      ("the day before yesterday", .midnight + -.day + -1, "late"),
      ("5 min and 1 ms ahead", .noon + 300_001, "skewed"), ("5 min ahead", .noon + 300_000, ""),
    ] as [(String, EngineTime?, String)])
  func countsOddTimes(_ label: String, time: EngineTime?, counter: String) throws {
    var driver = try EngineDriver([WindowsTests.day, WindowsTests.life])
    driver.fold(TestCall(1, key: "a", at: time).with { $0.id = "odd" })
    let books = driver.engine.status().books
    let counted = [("late", books.late), ("skewed", books.skewed), ("untimed", books.untimed)]
    #expect(counted.filter { $0.1 != 0 }.map(\.0) == (counter.isEmpty ? [] : [counter]))
    #expect(books.read == 1 && books.folded == 1)
  }

  /// Up to five minutes ahead of midnight: counted in the day that has not begun.
  @Test func earlyEventsWaitForTheirDay() throws {
    var driver = try EngineDriver([WindowsTests.day], at: .nextMidnight + -.minute)
    driver.fold(
      TestCall(1, key: "a"), TestCall(2, key: "a", at: .nextMidnight),
      TestCall(4, key: "a", at: .nextMidnight + -1),
      TestCall(8, key: "a", at: .nextMidnight + 4 * .minute),
      TestCall(16, key: "a", at: .nextMidnight + 5 * .minute))
    #expect(driver.value("day", .key("a")) == 210_000_000, "the last is too far ahead, and counts now")
    driver.advance(to: .nextMidnight + -1)
    #expect(driver.value("day", .key("a")) == 210_000_000)
    driver.fold(TestCall(32, key: "a", at: .nextMidnight + 2 * .minute))
    driver.advance(to: .nextMidnight)
    #expect(driver.value("day", .key("a")) == 420_000_000)
    driver.advance(by: .day)
    #expect(driver.value("day", .key("a")) == 0)
  }

  @Test func sumsSaturate() throws {
    var driver = try EngineDriver([
      WindowsTests.day, .threshold("tokens", metric: .tokens, window: .lifetime, limit: .max, alertAt: []),
    ])
    let much = TestCall(nil, key: "a").with {
      $0.cost = NanoUSD(rawValue: .max - 5)
      $0.tokens.freshInput = .max
      $0.tokens.output = .max
    }
    driver.fold(much, much, TestCall(1, key: "a"))
    #expect(driver.value("day", .key("a")) == .max && driver.value("tokens", .key("a")) == .max)
    #expect(driver.said().suffix(1) == ["alert tokens key a firing"] || driver.said().isEmpty)
  }

  /// The nights of 2026-03-29 (23 h) and 2026-10-25 (25 h) in Berlin, and a day that has 24.
  @Test(
    arguments: [
      ("spring", 1_774_738_800_000, 23), ("autumn", 1_792_879_200_000, 25), ("usual", 1_773_097_200_000, 24),
    ]
      as [(String, Int64, Int64)])
  func daysAreAsLongAsTheyAre(_ label: String, start: Int64, hours: Int64) throws {
    let start = EngineTime(milliseconds: start)
    let table = CalendarTable(edges: [
      start + -.day, start, start + hours * .hour, start + (hours + 24) * .hour,
    ])
    var driver = try EngineDriver(
      [.threshold("day", limit: 50, alertAt: [], halt: .key)], at: start, calendar: table)
    for hour in 0..<hours { driver.fold(TestCall(1, key: "a", at: start + hour * .hour + 1)) }
    #expect(driver.value("day", .key("a")) == hours * 10_000_000, "those too far ahead count on arrival")
    driver.advance(to: start + hours * .hour + -1)
    driver.fold(TestCall(60, key: "a"))
    #expect(driver.said() == ["halt day key a", "alert day key a firing"])
    #expect(driver.engine.status().halts.first?.until == start + hours * .hour)
    driver.advance(to: start + hours * .hour)
    #expect(driver.said() == ["resume day key a", "resolve day key a"])
    driver.fold(TestCall(2, key: "a"), TestCall(4, key: "a", at: start + hours * .hour + -1))
    #expect(driver.value("day", .key("a")) == 20_000_000)
  }

  @Test(
    arguments: [(29, 11), (30, 11), (31, 1)] as [(Int64, Int64)])
  func lifetimeEndsAfterThirtyIdleDays(days: Int64, cents: Int64) throws {
    var driver = try EngineDriver([WindowsTests.life], at: .noon)
    driver.fold(TestCall(10, key: "a"))
    driver.advance(by: days * .day)
    driver.fold(TestCall(1, key: "a"))
    #expect(driver.value("life", .key("a")) == cents * 10_000_000)
    // A late event wakes nobody and ends nothing.
    driver.fold(TestCall(100, key: "a", at: .noon))
    #expect(driver.value("life", .key("a")) == (cents + 100) * 10_000_000)
  }

  /// A lifetime that has ended is not judged: its alert resolves without a record, neither a start nor a reload raises it again, and old
  /// records of a catch-up do not either. A `manual` halt stays.
  @Test func anIdleLifetimeIsOver() throws {
    let rule = Rule.threshold("life", window: .lifetime, limit: 100, alertAt: [50], halt: .key)
    var driver = try EngineDriver([rule])
    driver.fold(TestCall(60, key: "a"), TestCall(120, key: "b"))
    driver.advance(by: 20 * .day)
    driver.fold(TestCall(1, key: "a"))
    driver.commit()
    _ = driver.said()
    driver.advance(to: .noon + 30 * .day)
    #expect(driver.said() == [] && driver.engine.nextDeadline == .noon + 30 * .day + 1)
    driver.advance(by: 1)
    #expect(driver.said() == ["resolve life key b"] && driver.halts == ["key b by life"])
    #expect(driver.value("life", .key("b")) == 0 && driver.value("life", .key("a")) == 610_000_000)
    driver.commit()
    try driver.restart()
    driver.advance(by: .minute)
    driver.reload([rule])
    driver.engine.beginCatchUp()
    driver.fold(
      TestCall(500, key: "b", at: .noon), TestCall(500, key: "c", at: .noon), file: 2, catchUp: true)
    driver.engine.endCatchUp()
    #expect(driver.said() == [])
    driver.advance(by: 20 * .day)
    #expect(driver.said() == ["resolve life key a"])
    driver.fold(TestCall(100, key: "a"))
    #expect(driver.said() == ["halt life key a", "alert life key a firing"])
  }

  @Test func outsideTheTable() {
    let table = CalendarTable(edges: [.midnight, .nextMidnight])
    #expect(table.period(of: .midnight + -1) == (.distantPast, .midnight))
    #expect(table.period(of: .midnight) == (.midnight, .nextMidnight))
    #expect(table.period(of: .nextMidnight) == (.nextMidnight, .distantFuture))
    #expect(table.period(of: .distantFuture) == (.nextMidnight, .distantFuture))
    #expect(table.period(of: .distantPast) == (.distantPast, .midnight))
  }

  /// A random stream against "filter the list and add".
  @Test(arguments: Dice.seeds) func sumsAreThoseOfTheList(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    var driver = try EngineDriver(
      [WindowsTests.day, WindowsTests.life, WindowsTests.all], at: .midnight + dice.roll(0...(.day)))
    let keys = ["a", "b", "c"]
    var list: [(key: String, time: EngineTime, cost: Int64, isLate: Bool)] = []
    var life: [String: (sum: Int64, seen: EngineTime)] = [:]
    for _ in 0..<400 {
      if dice.one(in: 3) {
        driver.advance(
          by: dice.pick([dice.roll(0...(.minute)), dice.roll(0...9 * .hour), dice.roll(0...3 * .day)]))
      }
      let now = driver.engine.time
      let time: EngineTime? =
        switch dice.roll(0...5) {
        case 0: nil
        case 1: now + dice.roll(0...6 * .minute)
        case 2: now + -dice.roll(0...3 * .day)
        case 3: now + -dice.roll(0...60 * .day)
        default: now + -dice.roll(0...(.minute))
        }
      let call = TestCall(dice.roll(0...50), key: dice.pick(keys), at: time)
      driver.fold(call)
      var counted = time ?? now
      if counted > now + 5 * .minute { counted = now }
      let cost = call.cost?.rawValue ?? 0
      let previous = CalendarTable.utcDays.period(of: CalendarTable.utcDays.period(of: now).start + -1).start
      list.append((call.key, counted, cost, counted < previous))
      var sum = life[call.key] ?? (0, counted)
      if counted - sum.seen > 30 * .day { sum.sum = 0 }
      life[call.key] = (sum.sum + cost, max(sum.seen, counted))

      if dice.one(in: 4) {
        let today = CalendarTable.utcDays.period(of: now)
        let isToday = { (time: EngineTime) in time >= today.start && time < today.end }
        for key in keys {
          let expected = list.filter { $0.key == key && isToday($0.time) }.reduce(0) { $0 + $1.cost }
          #expect(driver.value("day", .key(key)) == expected)
          // One that has ended shows nothing, though nothing new has begun.
          let lives = life[key].map { now - $0.seen <= 30 * .day } ?? false
          #expect(driver.value("life", .key(key)) == (lives ? life[key]?.sum ?? 0 : 0))
        }
        #expect(driver.value("all", .global) == list.filter { isToday($0.time) }.reduce(0) { $0 + $1.cost })
      }
    }
    #expect(driver.engine.status().books.late == Int64(list.count { $0.isLate }))
  }

  /// The three buckets of a calendar sum, also of the past one, under random walks over midnight.
  @Test(arguments: Dice.seeds) func bucketsAreThoseOfTheList(seed: UInt64) {
    var dice = Dice(seed: seed)
    var table = SeriesTable(layout: SeriesLayout(per: .key, rules: [WindowsTests.day]))
    let place = table.layout.rules[0]
    var now = EngineTime.midnight
    var period = Period(.utcDays, at: now)
    var list: [(time: EngineTime, cost: Int64)] = []
    for _ in 0..<300 {
      // At most a day at a time: what was early for a day that passed unseen is lost from the past bucket, which nobody judges.
      now = now + dice.roll(0...(.day))
      if now >= period.end { period = Period(.utcDays, at: now, after: period) }
      var event = UsageEvent(time: now + dice.roll(-2 * .day...5 * .minute))
      event.cost = NanoUSD(rawValue: dice.roll(0...100))
      let isLate = table.fold(event, into: 7, WindowClock(time: now, periods: [period])).isLate
      #expect(isLate == (event.time < period.previousStart))
      if !isLate { list.append((event.time, event.cost.rawValue)) }
      func sum(_ start: EngineTime, _ end: EngineTime) -> Int64 {
        list.filter { $0.time >= start && $0.time < end }.reduce(0) { $0 + $1.cost }
      }
      #expect(table.value(7, place) == sum(period.start, period.end))
      #expect(
        table.value(7, place, ofPeriodFrom: period.previousStart) == sum(period.previousStart, period.start))
      #expect(table.nextValue(7, place) == sum(period.end, .distantFuture))
    }
    #expect(!table.exists(6) && table.exists(7) && !table.exists(8))
  }

  /// Any number of rules, windows and metrics: places do not overlap, pages are read back, and by another layout too.
  @Test(arguments: Dice.seeds) func pagesAreReadBack(seed: UInt64) {
    var dice = Dice(seed: seed)
    func rules(_ dice: inout Dice) -> [Rule] {
      Metric.ofWindows.filter { $0 != .errorRatio }.shuffled(using: &dice).flatMap { metric in
        (Window.all + [.sliding(.minute), .sliding(.day), .sliding(30 * .day)]).filter { _ in dice.one(in: 2)
        }.map {
          Rule.threshold("r", metric: metric, window: $0, limit: 1)
        }
      }
    }
    let periods = [CalendarTable.utcDays, .utcHours, .utcWeeks, .utcMonths].map { Period($0, at: .noon) }
    let clock = WindowClock(time: .noon, periods: periods)
    for _ in 0..<20 {
      let first = rules(&dice)
      var table = SeriesTable(layout: SeriesLayout(per: .key, rules: first))
      for _ in 0..<200 {
        var event = UsageEvent(time: .noon + dice.roll(-2 * .day...4 * .minute))
        event.cost = NanoUSD(rawValue: dice.roll(0...(.max / 1000)))
        event.requests = dice.roll(0...3)
        event.errors = dice.roll(0...3)
        event.tokens.freshInput = dice.roll(0...1_000)
        event.tokens.reasoning = dice.roll(0...1_000)
        _ = table.fold(event, into: SeriesID(dice.roll(0...600)), clock)
      }
      let second = dice.one(in: 2) ? first : rules(&dice)
      var other = SeriesTable(layout: SeriesLayout(per: .key, rules: second))
      for page in [2, 0, 1] where page * SeriesTable.pageSize < table.count {
        let isRead = other.restore(page: page, sequence: 9, table.encoded(page: page))
        #expect(isRead)
      }
      #expect(other.count == table.count)
      for series in 0..<SeriesID(table.count) {
        #expect(other.exists(series) == table.exists(series))
        for place in other.layout.rules {
          let wanted = second[place.rule].kind.sums
          let same = table.layout.rules.first { first[$0.rule].kind.sums == wanted }
          #expect(other.value(series, place) == same.map { table.value(series, $0) } ?? 0)
        }
      }
    }
  }
}
