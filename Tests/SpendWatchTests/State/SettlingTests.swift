import GRDB
import SpendEngine
import Synchronization
import Testing

@testable import SpendWatch

@Suite struct SettlingTests {
  /// What the journal and the ledger hold together, by day: nothing is lost and nothing doubled on the way from one to the other.
  private func total(_ store: Store) throws -> [Int64: Int] {
    try store.read { rows in
      var days: [Int64: Int] = [:]
      try rows.journal(after: 0) { _, events in days[Int64(events[0]), default: 0] += events.count }
      try rows.ledger { day, blob in days[day, default: 0] += blob.count }
      return days
    }
  }

  @Test func eventsMoveBoundedAndNoneIsLost() throws {
    let calls = Mutex<[Int]>([])
    let codec = LedgerCodec(
      settle: { events in
        calls.withLock { $0.append(events.reduce(0) { $0 + $1.count }) }
        return LedgerCodec.concatenating.settle(events)
      }, merge: LedgerCodec.concatenating.merge)
    var limits = SettlingQueue.Limits()
    limits.rows = 10
    limits.bytesAtOnce = 250
    limits.mergedRows = 6
    let fixture = StateFixture()
    var store = try fixture.open(codec, limits: limits)
    var expected: [Int64: Int] = [:]
    for sequence in 1...300 as ClosedRange<Int64> {
      let count = sequence == 150 ? 4_000 : 30
      let day = UInt8(sequence % 3)
      expected[Int64(day), default: 0] += count
      // Pages catch up in leaps.
      _ = try store.commit(.events(sequence, day: day, count: count, settled: sequence / 40 * 40))
      if sequence % 70 == 0 {
        try store.close()
        store = try StateFixture().open()
        store = try fixture.open(codec, limits: limits)
      }
      if sequence % 25 == 0 { #expect(try total(store) == expected, "after \(sequence)") }
    }
    #expect(try total(store) == expected)
    let sizes = calls.withLock { $0 }
    #expect(sizes.filter { $0 > 250 } == [4_000], "a row larger than the bound goes alone")
    #expect(sizes.count > 20)
    let ledgerRows = try store.read { try Int.fetchOne($0.db, sql: "SELECT count(*) FROM ledger") ?? -1 }
    #expect(ledgerRows < 3 * 6 + 3, "rows of a day are joined: \(ledgerRows)")
    #expect(store.progress.journal.count < 60)
  }

  @Test func settledRowsAreNotLoadedAgain() throws {
    let fixture = StateFixture()
    let store = try fixture.open()
    for sequence in 1...5 as ClosedRange<Int64> { _ = try store.commit(.events(sequence, settled: 3)) }
    // Too few to leave the journal yet, but the pages have them.
    #expect(try store.load().saved.journal.map(\.sequence) == [4, 5])
    #expect(try total(store) == [1: 50])
  }

  @Test func oldRowsGoAlthoughTheyAreFew() throws {
    let fixture = StateFixture()
    let store = try fixture.open()
    _ = try store.commit(.events(1, settled: 0))
    _ = try store.commit(.events(2, settled: 1))
    #expect(store.progress.journal.count == 2)
    _ = try store.commit(StateCommit(time: .at(100 + 10 * .minute)))
    #expect(store.progress.journal.count == 1)
    #expect(try total(store) == [1: 20])
  }

  @Test func queueTakesNoMoreThanItsBound() {
    var queue = SettlingQueue()
    var limits = SettlingQueue.Limits()
    limits.rows = 3
    limits.bytesAtOnce = 100
    for sequence in 1...10 as ClosedRange<Int64> {
      queue.append(SettlingQueue.Entry(sequence: sequence, time: .at(0), bytes: sequence == 4 ? 500 : 40))
    }
    #expect(queue.due(now: .at(0), limits: limits) == nil, "nothing is settled")
    queue.settle(through: 2)
    #expect(queue.due(now: .at(0), limits: limits) == nil, "too few")
    queue.settle(through: 8)
    var taken: [Int64] = []
    while let due = queue.due(now: .at(0), limits: limits) {
      taken.append(due)
      queue.drop(through: due)
    }
    // 1-2 fit; 3 fits but 4 does not; 4 goes alone; 5-6; then only two are left.
    #expect(taken == [2, 3, 4, 6])
    #expect(queue.count == 4)
  }
}
