import Support
import Testing

@testable import SpendEngine

/// Sliding windows against "filter the list and add".
@Suite struct SlidingTests {
  /// How a window is cut, as the documentation has it.
  struct Cut {
    var span: Milliseconds
    var buckets: Int64
    var width: Milliseconds
    init(_ span: Milliseconds) {
      self.span = span
      buckets = span <= .hour ? 12 : span <= 2 * .day ? 24 : 30
      width = span / buckets + (span % buckets == 0 ? 0 : 1)
    }
    func bucket(_ time: EngineTime) -> Int64 {
      let (quotient, rest) = time.milliseconds.quotientAndRemainder(dividingBy: width)
      return rest < 0 ? quotient - 1 : quotient
    }
    func counts(_ time: EngineTime, at now: EngineTime) -> Bool { bucket(time) >= bucket(now) - buckets }
  }

  /// What was folded, by the instant it counts as.
  struct Entry {
    var key: String
    var time: EngineTime
    var amounts: [Metric: Int64]
  }

  static let spans: [Milliseconds] = [
    .minute, 61_000, 5 * .minute, .hour, .hour + .second, .day, 2 * .day, 7 * .day, 30 * .day,
  ]
  static let metrics: [Metric] = [.spend, .requests, .tokens, .errors]

  static func rules(_ dice: inout Dice) -> [Rule] {
    spans.map { span in
      .threshold(
        "r\(span)", metric: metrics[Int(span / 1_000) % 4], window: .sliding(span), limit: .max / 20_000_000)
    } + [.threshold("share", metric: .errorRatio, window: .sliding(.day), limit: 2_000_000_000)]
  }
  /// Others that change the layout and share some of its windows.
  static func others(_ dice: inout Dice) -> [Rule] {
    let all: [Rule] = [
      .threshold("x", metric: .outputTokens, window: .sliding(.hour), limit: .max / 20_000_000),
      .threshold("y", metric: .spend, window: .calendar(.hour), limit: .max / 20_000_000),
      .threshold("z", metric: .requests, window: .sliding(.hour), limit: .max / 20_000_000),
      .threshold("w", per: .task, window: .sliding(3 * .hour), limit: .max / 20_000_000),
    ]
    return all.filter { _ in dice.one(in: 2) }.shuffled(using: &dice)
  }

  static func call(_ dice: inout Dice, now: EngineTime) -> TestCall {
    let time: EngineTime? =
      switch dice.roll(0...7) {
      case 0: nil
      case 1: now + dice.roll(0...6 * .minute)
      case 2: now + -dice.roll(0...3 * .minute)
      case 3: now + -dice.roll(0...2 * .day)
      case 4: now + -dice.roll(0...40 * .day)
      default: now + -dice.roll(0...20_000)
      }
    return TestCall(dice.roll(0...90), key: dice.pick(["a", "b"]), at: time).with {
      $0.tokens.freshInput = dice.roll(0...500)
      $0.tokens.output = dice.roll(0...500)
      if dice.one(in: 3) { ($0.requests, $0.errors) = (0, 1) }
    }
  }

  static func entry(_ call: TestCall, now: EngineTime) -> Entry {
    var time = call.time ?? now
    if time > now + 5 * .minute { time = now }
    return Entry(
      key: call.key, time: min(time, now),
      amounts: [
        .spend: call.cost?.rawValue ?? 0, .requests: Int64(call.requests), .errors: Int64(call.errors),
        .tokens: call.tokens.freshInput + call.tokens.output,
      ])
  }

  static func check(_ driver: inout EngineDriver, _ list: [Entry], _ label: String) {
    let now = driver.engine.time
    for key in ["a", "b"] {
      let mine = list.filter { $0.key == key }
      func sum(_ metric: Metric, _ isIn: (EngineTime) -> Bool) -> Int64 {
        mine.reduce(0) { $0 + (isIn($1.time) ? $1.amounts[metric] ?? 0 : 0) }
      }
      for span in spans {
        let cut = Cut(span)
        let metric = metrics[Int(span / 1_000) % 4]
        let value = driver.value("r\(span)", .key(key))
        #expect(value == sum(metric) { cut.counts($0, at: now) }, "\(label), \(span) ms of \(metric)")
        #expect(value >= sum(metric) { $0 > now + -span }, "\(label): too little of \(span) ms")
        let longest = (cut.buckets + 1) * cut.width
        #expect(longest - span - cut.width < cut.buckets)
        #expect(value <= sum(metric) { $0 > now + -longest }, "\(label): too much of \(span) ms")
      }
      let day = Cut(.day)
      let errors = sum(.errors) { day.counts($0, at: now) }
      let calls = errors + sum(.requests) { day.counts($0, at: now) }
      let share: Int64 = calls < 10 ? 0 : errors * 1_000_000_000 / calls
      #expect(driver.value("share", .key(key)) == share)
    }
  }

  /// In order, late, ahead, corrected, with idle gaps, over restarts and reloads to other layouts.
  @Test(arguments: Dice.seeds) func sumsAreThoseOfTheList(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    let rules = SlidingTests.rules(&dice)
    var driver = try EngineDriver(rules, at: .noon + dice.roll(0...(.day)))
    driver.engine.sweepAfterBatches = 3
    var list: [Entry] = []
    for step in 0..<240 {
      if dice.one(in: 2) {
        driver.advance(
          by: dice.pick([
            dice.roll(0...20_000), dice.roll(0...5 * .minute), dice.roll(0...2 * .hour),
            dice.roll(0...3 * .day),
          ]))
        if dice.one(in: 60) { driver.advance(by: dice.roll(0...50 * .day)) }
      }
      let now = driver.engine.time
      var call = SlidingTests.call(&dice, now: now)
      if dice.one(in: 6) {
        // A call that grows: what it grew by counts where the call does.
        call.time = now + dice.roll(-2 * .minute...4 * .minute)
        (call.id, call.requests, call.errors) = ("id-\(step)", 1, 0)
        driver.fold(call)
        list.append(SlidingTests.entry(call, now: now))
        driver.advance(by: dice.roll(0...3 * .minute))
        let more = dice.roll(1...50)
        driver.fold(
          call.with {
            $0.tokens.output += more
            $0.cost = NanoUSD(rawValue: ($0.cost?.rawValue ?? 0) + more)
          })
        let then = driver.engine.time
        list.append(
          Entry(key: call.key, time: min(call.time ?? now, then), amounts: [.tokens: more, .spend: more]))
      } else {
        driver.fold(call)
        list.append(SlidingTests.entry(call, now: now))
      }
      if dice.one(in: 8) { driver.commit() }
      if dice.one(in: 16) {
        let others = SlidingTests.others(&dice)
        driver.reload(dice.one(in: 2) ? rules + others : others + rules)
      }
      if dice.one(in: 16) {
        driver.commit()
        try driver.restart(dice.one(in: 2) ? nil : SlidingTests.others(&dice) + rules)
        driver.advance(by: 0)
      }
      if dice.one(in: 6) { SlidingTests.check(&driver, list, "seed \(seed) step \(step)") }
    }
    SlidingTests.check(&driver, list, "seed \(seed) at the end")
  }

  private static func event(_ cost: Int64, at time: EngineTime) -> UsageEvent {
    var event = UsageEvent(time: time)
    event.cost = NanoUSD(rawValue: cost)
    event.requests = 1
    return event
  }

  /// Amounts at the ends of Int64, in both directions, with pages written and read back between: what has left leaves nothing behind.
  @Test(arguments: Dice.seeds) func whatSaturatesIsNotCorrupted(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    for span in [Milliseconds.minute, .day, 30 * .day] {
      let cut = Cut(span)
      let layout = SeriesLayout(per: .key, rules: [.threshold("r", window: .sliding(span), limit: 1)])
      var table = SeriesTable(layout: layout)
      let place = layout.rules[0]
      var buckets: [Int64: Int64] = [:]
      var now = EngineTime.noon
      for step in 0..<150 {
        now = now + dice.pick([0, dice.roll(0...cut.width), dice.roll(0...3 * cut.width), span])
        let time = now + -dice.roll(0...span)
        let amount = dice.pick([Int64.max, .max - 5, .max / 2, .min, .min / 2, 7, -7, dice.roll(-9...9)])
        let clock = WindowClock(time: now, periods: [])
        let isLate = table.fold(SlidingTests.event(amount, at: time), into: 3, clock).isLate
        let bucket = cut.bucket(time)
        #expect(isLate == !cut.counts(time, at: now))
        buckets = buckets.filter { $0.key >= cut.bucket(now) - cut.buckets }
        if !isLate { buckets[bucket, default: 0] = buckets[bucket, default: 0].addingSaturating(amount) }
        let expected = Int64(clamping: buckets.values.reduce(Int128(0)) { $0 + Int128($1) })
        #expect(table.value(3, place) == expected, "seed \(seed), \(span) ms, step \(step)")
        let later = now + dice.roll(0...span)
        let left = buckets.filter { $0.key >= cut.bucket(later) - cut.buckets }
        let rest = Int64(clamping: left.values.reduce(Int128(0)) { $0 + Int128($1) })
        #expect(table.currentValue(3, place, WindowClock(time: later, periods: [])) == rest)
        if dice.one(in: 5) {
          let page = table.encoded(page: 0)
          table = SeriesTable(layout: layout)
          let isRead = table.restore(page: 0, sequence: 1, page)
          #expect(isRead && table.encoded(page: 0) == page)
        }
      }
      table.rollOne(3, WindowClock(time: now + 2 * span, periods: []))
      #expect(table.value(3, place) == 0)
      _ = table.fold(
        SlidingTests.event(5, at: now + 2 * span), into: 3, WindowClock(time: now + 2 * span, periods: []))
      #expect(table.value(3, place) == 5)
    }
  }

  /// When a sum will have fallen below a bound, against trying every instant at which a bucket ends.
  @Test(arguments: Dice.seeds) func fallsWhenItSays(seed: UInt64) {
    var dice = Dice(seed: seed)
    for isShare in [false, true] {
      let rule = Rule.threshold(
        "r", metric: isShare ? .errorRatio : .spend, window: .sliding(.hour), limit: 1, leastCalls: 3)
      let layout = SeriesLayout(per: .key, rules: [rule])
      var table = SeriesTable(layout: layout)
      let place = layout.rules[0]
      var now = EngineTime.noon
      for _ in 0..<200 {
        now = now + dice.roll(0...4 * .minute)
        var event = SlidingTests.event(dice.roll(0...90), at: now + -dice.roll(0...50 * .minute))
        if isShare, dice.one(in: 2) { (event.requests, event.errors) = (0, 1) }
        _ = table.fold(event, into: 0, WindowClock(time: now, periods: []))
        func value(_ time: EngineTime) -> Int64 {
          table.currentValue(0, place, WindowClock(time: time, periods: []))
        }
        let bound = max(1, isShare ? dice.roll(1...1_000_000_000) : dice.roll(1...2 * max(1, value(now))))
        let found = table.fallTime(0, place, below: bound, from: now)
        var expected = now
        if value(now) >= bound {
          expected = EngineTime(milliseconds: (now.milliseconds / 300_000 + 1) * 300_000)
          while value(expected) >= bound { expected = expected + 300_000 }
        }
        #expect(found == expected, "seed \(seed)")
      }
    }
  }

  /// A burst costs room only as long as it counts.
  @Test func blocksAreGivenBack() throws {
    let rules = [Rule.threshold("r", window: .sliding(.hour), limit: 1_000)]
    var table = SeriesTable(layout: SeriesLayout(per: .key, rules: rules))
    for round in 0..<5 {
      let start = EngineTime.noon + Int64(round) * 3 * .hour
      for series in 0..<SeriesID(20) {
        for minute in 0..<Int64(30) {
          let now = start + minute * .minute
          _ = table.fold(SlidingTests.event(1, at: now), into: series, WindowClock(time: now, periods: []))
        }
      }
      #expect(table.pages[0].rows.rings[0].words.count == 20 * 13)
      let clock = WindowClock(time: start + 2 * .hour, periods: [])
      for series in 0..<SeriesID(19) { table.rollOne(series, clock) }
      #expect(table.pages[0].rows.rings[0].words.count == 20 * 13, "somebody still has one")
      table.rollOne(19, clock)
      #expect(table.pages[0].rows.rings[0].words.isEmpty)
    }
    // One bucket needs no block.
    _ = table.fold(SlidingTests.event(1, at: .noon), into: 0, WindowClock(time: .noon, periods: []))
    _ = table.fold(SlidingTests.event(1, at: .noon), into: 0, WindowClock(time: .noon, periods: []))
    #expect(table.pages[0].rows.rings[0].words.isEmpty)
  }

  /// A page that no build wrote is refused, and nothing overflows.
  @Test(arguments: [Int64.max, Int64.min + 1, Int64.max / 5_000, 1 << 60] as [Int64])
  func oddBucketsAreRefused(newest: Int64) {
    let layout = SeriesLayout(per: .key, rules: [.threshold("r", window: .sliding(.minute), limit: 1)])
    var table = SeriesTable(layout: layout)
    _ = table.fold(SlidingTests.event(1, at: .noon), into: 0, WindowClock(time: .noon, periods: []))
    func page(_ newest: Int64) -> [UInt8] {
      var blob = ByteWriter()
      blob.signed(newest)
      blob.unsigned(0)
      blob.signed(9)
      var writer = ByteWriter()
      writer.byte(3)
      writer.string("")
      writer.unsigned(1)
      writer.signed(EngineTime.noon.milliseconds)
      writer.unsigned(1)
      writer.string("1m/12:spend")
      writer.blob(blob.bytes)
      return writer.bytes
    }
    var other = SeriesTable(layout: layout)
    let fine = other.restore(page: 0, sequence: 1, page(EngineTime.noon.milliseconds / 5_000))
    #expect(fine && other.value(0, layout.rules[0]) == 9)
    other = SeriesTable(layout: layout)
    let odd = other.restore(page: 0, sequence: 1, page(newest))
    #expect(!odd)
  }
}
