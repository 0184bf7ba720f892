import Foundation
import SpendEngine
import SpendWatch
import Support
import Testing

/// The guide's numbers on a made month, checked by hand. The month is Tests/Scenarios/suggest/month: November 2026, a Sunday first; it is
/// taken at noon of the 29th.
///
/// `ci-bot` runs one task of two calls a day: on weekdays 8 USD and one more for each day past a multiple of five (8...12), at weekends 2, on
/// the 14th (a Saturday) 90 in a loop, on the 29th 6 so far. `web` runs four tasks of two calls a day, 20 to 22 USD in all: 20 + day mod 3.
/// `new` came on the 27th: a call of 3 USD, and one of 4 the day after.
@Suite struct SuggestMonthTests {
  private static let now = EngineTime.utc("2026-11-29T12:00:00Z")
  private static let log = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Scenarios/suggest/month/usage.jsonl").path

  /// What each day came to: ci-bot, web, new.
  private static let table: [(ci: Int64, web: Int64, new: Int64)] = [
    (2, 21, 0), (10, 22, 0), (11, 20, 0), (12, 21, 0), (8, 22, 0), (9, 20, 0), (2, 21, 0),  // 1 to 7
    (2, 22, 0), (12, 20, 0), (8, 21, 0), (9, 22, 0), (10, 20, 0), (11, 21, 0), (90, 22, 0),  // the loop
    (2, 20, 0), (9, 21, 0), (10, 22, 0), (11, 20, 0), (12, 21, 0), (8, 22, 0), (2, 20, 0),  // 15 to 21
    (2, 21, 0), (11, 22, 0), (12, 20, 0), (8, 21, 0), (9, 22, 0), (10, 20, 3), (2, 21, 4),  // 22 to 28
    (6, 0, 0),  // today
  ]

  private let history = SuggestHistories.read([log], now: now)

  private func suggestion(_ change: (inout SuggestOptions) -> Void = { _ in }) -> Suggestion {
    var options = SuggestOptions(prices: .bundled)
    change(&options)
    return Suggestion(history, options)
  }

  private func dollars(_ amount: Int64) -> NanoUSD { NanoUSD(rawValue: amount * 1_000_000_000) }

  @Test func isTheMonthOfTheTable() {
    let days = SuggestMonthTests.table.map { dollars($0.ci + $0.web + $0.new) }
    #expect(history.days.map(\.spend) == days)
    #expect(history.days.map(\.isOpen) == (1...29).map { $0 == 29 })
    #expect(history.days.first?.label == "2026-11-01")
    #expect(history.keys.map(\.name) == ["web", "ci-bot", "new"])
    #expect(history.keys[1].days.map(\.spend) == SuggestMonthTests.table.map { dollars($0.ci) })
    #expect(history.calls == 58 + 224 + 2)
    // 310 of ci-bot, 588 of web, 7 of new.
    #expect(history.cost == dollars(310 + 588 + 7))
  }

  /// 29 tasks of ci-bot, 112 of web; new's two are single calls. Ascending: 7 of 2 USD (the weekends), 36 of 5.00 (web, nine days), 40 of 5.25
  /// (ten days): the 71st of 141 is a 5.25. 2.5 times that is 13.125, so 14 of two digits. The loop came to 90.
  @Test func taskBudget() throws {
    let task = try #require(suggestion().task)
    #expect(task.real.count == 141)
    #expect(task.others == 2)
    #expect(task.median == NanoUSD(rawValue: 5_250_000_000))
    #expect(task.limit == dollars(14))
    #expect(task.stopped.map(\.cost) == [dollars(90)])
    #expect(history.taskNames[task.stopped[0].id] == "ci-14")
    #expect(task.isEnough)
    // 9 in 10: the 127th. 112 of web and 7 + 1 of ci-bot are below 8; there are 4 of 8 USD and 4 of 9 behind them.
    #expect(task.percentile(900) == dollars(9))
  }

  /// Twice and three times the median: 10.50, so 11; 15.75, so 16. To 11 came ci-bot's 3rd, 13th, 18th and 23rd (11 USD), its 4th, 9th, 19th
  /// and 24th (12), and the loop.
  @Test(arguments: [(2_000, 11, 9), (3_000, 16, 1)]) func otherFactors(
    _ factor: Int64, _ limit: Int64, _ stopped: Int
  ) throws {
    let task = try #require(suggestion { $0.taskFactor = factor }.task)
    #expect(task.limit == dollars(limit))
    #expect(task.stopped.count == stopped)
  }

  /// ci-bot's 14th is no normal day, so its busiest is one of 12 USD, the 4th the first of them: 18. web's busiest is 22: 33. new has two
  /// days only, the busier of 4: that would be 6, below the (lower) median of 18 and 33, which stands for it and for all that come.
  @Test func keyDailyCaps() throws {
    let keys = try #require(suggestion().keys)
    #expect(keys.own.map(\.key.name) == ["web", "ci-bot"])
    #expect(keys.own.map(\.cap.limit) == [dollars(33), dollars(18)])
    #expect(keys.own[0].cap.outliers.isEmpty)
    #expect(keys.own[1].cap.outliers.map(\.day.label) == ["2026-11-14"])
    #expect(keys.own[1].cap.busiest.day.label == "2026-11-04")
    #expect(keys.own[1].cap.open?.amount == dollars(6))
    #expect(keys.limit == dollars(18))
    #expect(keys.isMedian && keys.others?.limit == dollars(6))
    #expect(keys.otherKeys == 1)
    #expect(keys.reached.map(\.key) == ["ci-bot"])
    #expect(keys.reached.map(\.amount) == [dollars(90)])
    #expect(keys.keyDays.count == 29 + 28 + 2)
  }

  /// The busiest normal days are of 33 USD: the 4th, the 19th, the 23rd, the 27th; 49.50, so 50.
  @Test func globalCap() throws {
    let cap = try #require(suggestion().global)
    #expect(cap.outliers.map(\.amount) == [dollars(112)])
    #expect(cap.busiest.amount == dollars(33))
    #expect(cap.busiest.day.label == "2026-11-04")
    #expect(cap.limit == dollars(50))
    #expect(cap.reached.map(\.day.label) == ["2026-11-14"])
    #expect(cap.wholeDays == 28)
    #expect(cap.span == 28)
  }

  /// 282 calls of 300 tokens, the loop's two of 5,000: the 284th of 284 is one of them. It fires at the limit, so that is above: 5,100.
  @Test func outputCeiling() throws {
    let ceiling = try #require(suggestion().ceiling)
    #expect(ceiling.metric == .outputTokens)
    #expect(ceiling.percentile == 5_000)
    #expect(ceiling.limit == 5_100)
    #expect(ceiling.met == 0)
    #expect(ceiling.calls == 284)
  }

  @Test func saysWhatIsTooLittle() {
    #expect(suggestion().doubts.map(\.rule) == ["output-ceiling"])
    #expect(
      suggestion().doubt("output-ceiling") == "from 284 calls only: look again after a thousand")
  }

  /// A day that is not over counts where it is the busiest already, and is said to be.
  @Test func todayCountsWhereItIsTheBusiest() throws {
    let options = SuggestOptions(prices: .bundled)
    for (spend, limit) in [(9, 15), (12, 18), (500, 15)] as [(Int64, Int64)] {
      var history = History(now: SuggestMonthTests.now, zone: .gmt)
      history.days = (1...8).map { day in
        History.Day(
          label: "2026-11-\(20 + day)", start: .utc("2026-11-\(20 + day)T00:00:00Z"),
          spend: dollars(10 - Int64(day % 3)))
      }
      history.days.append(
        History.Day(
          label: "2026-11-29", start: .utc("2026-11-29T00:00:00Z"), spend: dollars(spend), isOpen: true))
      let cap = try #require(Suggestion(history, options).global)
      #expect(cap.limit == dollars(limit))
      #expect(cap.busiest.day.isOpen == (spend == 12))
    }
  }

  @Test func leavesOutWhatIsEarlier() {
    let since = EngineTime.utc("2026-11-27T00:00:00Z")
    let late = SuggestHistories.read([SuggestMonthTests.log], now: SuggestMonthTests.now, since: since)
    #expect(late.days.map(\.spend) == [dollars(33), dollars(27), dollars(6)])
    #expect(late.calls == 6 + 16 + 2)
  }
}
