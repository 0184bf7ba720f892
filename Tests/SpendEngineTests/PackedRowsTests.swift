import Support
import Testing

@testable import SpendEngine

/// A page that is packed and unpacked is what it was, word for word.
@Suite struct PackedRowsTests {
  static let layouts: [SeriesLayout] = [
    [],
    [.threshold("life", window: .lifetime, limit: 1)],
    [.threshold("5m", window: .sliding(5 * .minute), limit: 1)],
    [
      .threshold("day", limit: 1), .threshold("month", metric: .tokens, window: .calendar(.month), limit: 1),
      .threshold("1h", window: .sliding(.hour), limit: 1),
      .threshold("1h tokens", metric: .tokens, window: .sliding(.hour), limit: 1),
      .threshold("30d", metric: .errorRatio, window: .sliding(30 * .day), limit: 1),
      .threshold("life", metric: .requests, window: .lifetime, limit: 1),
    ],
  ].map { SeriesLayout(per: .key, rules: $0) }
  static let periods = [CalendarTable.utcDays, .utcHours, .utcWeeks, .utcMonths].map { Period($0, at: .noon) }

  /// Some of the page's subjects with a few events each, of amounts near and far.
  static func rows(_ layout: SeriesLayout, _ dice: inout Dice) -> SeriesRows {
    var table = SeriesTable(layout: layout)
    for number in 0..<dice.roll(1...400) {
      let now = EngineTime.noon + number * dice.roll(0...10) * .minute
      var event = UsageEvent(time: now + -dice.roll(0...2 * .day))
      event.cost = NanoUSD(
        rawValue: dice.pick([0, 1, dice.roll(0...1_000_000_000), .max, -dice.roll(1...(.max))]))
      event.tokens.freshInput = dice.roll(0...1_000)
      event.requests = dice.roll(0...1)
      event.errors = 1 - event.requests
      let series = SeriesID(dice.one(in: 3) ? dice.roll(0...255) : dice.roll(0...9))
      _ = table.fold(event, into: series, WindowClock(time: now, periods: periods))
      for place in layout.rules where dice.one(in: 3) {
        table.setTrip(series, place, dice.pick([.max, .min, 0, 12_345_678_901]))
      }
    }
    return table.rows(0)
  }

  @Test(arguments: Dice.seeds) func nothingIsLost(seed: UInt64) {
    var dice = Dice(seed: seed)
    for _ in 0..<40 {
      let layout = dice.pick(PackedRowsTests.layouts)
      let rows = PackedRowsTests.rows(layout, &dice)
      let again = PackedRows.unpack(PackedRows.pack(rows, layout), layout)
      #expect(again.words.count == rows.words.count && again.rings.count == rows.rings.count)
      let blocks = Set(layout.pools.map(\.word))
      for index in rows.words.indices where !blocks.contains(index % layout.stride) {
        if again.words[index] != rows.words[index] {
          Issue.record(
            "word \(index % layout.stride) of \(layout.stride) of subject \(index / layout.stride)")
        }
      }
      // Blocks have other numbers, and hold the same.
      for base in stride(from: 0, to: rows.words.count, by: layout.stride) {
        for place in layout.windows where place.ring != nil {
          for slot in place.slots {
            let buckets = { (rows: SeriesRows) in
              rows.buckets(base, place, offset: slot.offset).map { [$0.bucket, $0.amount] }
            }
            #expect(buckets(again) == buckets(rows))
          }
        }
      }
    }
  }

  /// Subjects in words, whatever they hold: no block is left over, and free ones are not kept.
  @Test func whatIsFreeIsNotKept() {
    let layout = PackedRowsTests.layouts[2]
    var table = SeriesTable(layout: layout)
    for series in 0..<SeriesID(100) {
      for minute in 0..<Int64(3) {
        var event = UsageEvent(time: .noon + minute * .minute)
        event.cost = NanoUSD(rawValue: 7)
        _ = table.fold(event, into: series, WindowClock(time: event.time, periods: PackedRowsTests.periods))
      }
    }
    let before = table.pages[0].rows.rings[0].words.count
    #expect(before == 100 * 13)
    // An hour later they are over: half of them are looked at and packed with the rest.
    let later = WindowClock(time: .noon + .hour, periods: PackedRowsTests.periods)
    for series in stride(from: SeriesID(0), to: 100, by: 2) { table.rollOne(series, later) }
    #expect(table.hot == 100 && table.cold == 0)
    table.cool(0, at: later.time)
    #expect(table.hot == 0 && table.cold == 100 && table.pages[0].rows.words.isEmpty)
    #expect(table.pages[0].packed.count < 100)
    for series in 0..<SeriesID(100) {
      #expect(table.currentValue(series, layout.rules[0], later) == 0)
      #expect(table.lastSeen(series) == .noon + 2 * .minute)
    }
    #expect(table.hot == 0, "looking does not unpack")
    table.warm(0)
    #expect(table.hot == 100 && table.cold == 0 && table.pages[0].rows.rings[0].words.isEmpty)
  }

  /// A page that was packed while it was the last one has more subjects when it is unpacked.
  @Test func aPackedPageGrows() {
    let layout = PackedRowsTests.layouts[1]
    var table = SeriesTable(layout: layout)
    let clock = WindowClock(time: .noon, periods: PackedRowsTests.periods)
    var event = UsageEvent(time: .noon)
    event.cost = NanoUSD(rawValue: 5)
    for series in [SeriesID(0), 3] { _ = table.fold(event, into: series, clock) }
    table.cool(0, at: .noon)
    // Far away: what lies between is nobody's, and takes no room.
    _ = table.fold(event, into: 100_000, clock)
    #expect(table.count == 100_001 && table.hot == 100_001 % 256 && table.cold == 256)
    #expect(table.pages.count { $0.isBlank } == 100_000 / 256 - 1)
    #expect(table.value(3, layout.rules[0]) == 5 && !table.exists(200) && !table.exists(70_000))
    _ = table.fold(event, into: 200, clock)
    #expect([0, 3, 200, 201].map { table.value($0, layout.rules[0]) } == [5, 5, 5, 0])
    #expect(table.trip(201, layout.rules[0]) == .min)
    var again = SeriesTable(layout: layout)
    for page in table.pages.indices where !table.pages[page].isBlank {
      let isRead = again.restore(page: page, sequence: 1, table.encoded(page: page))
      #expect(isRead)
    }
    #expect(again.count == table.count && again.hot == table.hot)
    #expect([0, 3, 200, 100_000].allSatisfy { again.value($0, layout.rules[0]) == 5 })
  }
}
