import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// What the records of a source tell: a wrong format, no usage, silence.
@Suite struct BlindSourceTests {
  /// Steps of (counted, rejected), and what each tells.
  @Test(
    arguments: [
      [
        (99, 1, ""), (51, 49, ""), (50, 50, "records-rejected"), (70, 30, ""),
        (76, 24, "over records-rejected"),
      ],
      // Half of the last hundred, whatever there was before.
      [(1_000_000, 0, ""), (0, 99, ""), (0, 1, "records-rejected"), (100, 0, "over records-rejected")],
      // At the edge: up at a half, down below a quarter.
      [(50, 50, "records-rejected"), (51, 49, ""), (49, 51, ""), (60, 40, ""), (0, 100, "")],
      [(0, 1, ""), (5, 0, ""), (0, 3, "")],
    ] as [[(Int64, Int64, String)]])
  func theLastRecordsTellWhetherTheFormatIsRight(_ steps: [(Int64, Int64, String)]) {
    var watched = Watched()
    var told: [String] = []
    for (counted, rejected, tells) in steps {
      watched.records(counted: counted, rejected: rejected)
      watched.pass(2 * .second)
      if !tells.isEmpty { told.append(tells) }
      #expect(watched.told == told, "\(steps)")
    }
  }

  @Test func aSlowSourceIsJudgedByFew() {
    var watched = Watched()
    for _ in 0..<10 {
      watched.records(rejected: 1)
      watched.pass(30 * .second)
    }
    #expect(watched.told == [], "ten records in five minutes")
    watched.pass(6 * .minute)
    #expect(watched.told == ["records-rejected"])
    #expect(watched.facts == ["10 of the last 10 records are rejected"])
  }

  @Test func whatIsCaughtUpWithIsJudgedByItsEnd() {
    var watched = Watched()
    watched.look.isCatchingUp = true
    watched.records(rejected: 10_000)
    watched.pass(2 * .second)
    watched.records(counted: 10_000)
    watched.pass(2 * .second)
    watched.look.isCatchingUp = false
    watched.pass(2 * .second)
    #expect(watched.told == [])
    watched = Watched()
    watched.look.isCatchingUp = true
    watched.records(rejected: 10_000)
    watched.pass(2 * .second)
    #expect(watched.told == [])
    watched.look.isCatchingUp = false
    watched.pass(2 * .second)
    #expect(watched.told == ["records-rejected"])
  }

  @Test func aSourceWithoutAnyUsage() {
    var watched = Watched()
    watched.records(noUsage: 99)
    watched.pass(2 * .second)
    #expect(watched.told == [])
    watched.records(noUsage: 1)
    watched.pass(.hour)
    #expect(watched.told == ["records-rejected"] && watched.facts == ["none of 100 records holds usage"])
    watched.records(counted: 1)
    watched.pass(2 * .second)
    #expect(watched.told == ["records-rejected", "over records-rejected"])
    // A transcript's long stretch without a call is no news.
    watched.records(noUsage: 100_000)
    watched.pass(2 * .second)
    #expect(watched.told.count == 2)
  }

  @Test func silence() {
    var watched = Watched(silence: .hour)
    watched.pass(59 * .minute)
    #expect(watched.told == [])
    watched.pass(2 * .minute)
    #expect(watched.told == ["source-silent"], "the first record is waited for too")
    #expect(watched.facts == ["none for 60 min"] && watched.blindness.open[0].since == noonish)
    watched.records(noUsage: 1)
    watched.pass(2 * .second)
    #expect(watched.told == ["source-silent", "over source-silent"])
    for _ in 0..<10 {
      watched.pass(59 * .minute)
      watched.records(counted: 1)
    }
    #expect(watched.told.count == 2)
    // What is there and not read, or still being caught up with, is no silence.
    watched.file(0, unread: 10, problem: "closed")
    watched.look.isCatchingUp = true
    watched.pass(.minute)
    watched = Watched(silence: .hour)
    watched.look.isCatchingUp = true
    watched.pass(3 * .hour)
    #expect(watched.told == [])
    var never = Watched()
    never.pass(.day)
    #expect(never.told == [])
  }
}
