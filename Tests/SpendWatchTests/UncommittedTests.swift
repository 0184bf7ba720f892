import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct UncommittedTests {
  static let megabyte = 1 << 20

  @Test(
    arguments: [
      // In flight (MB), unsealed (MB), urgent: sealed, backlog read, anything read.
      ([], 0, true, true, true, true), ([], 0, false, false, true, true), ([], 4, false, true, true, true),
      ([1], 0, true, false, true, true), ([1], 7, true, false, true, true), ([1], 8, false, true, true, true),
      ([8, 8, 8], 7, false, false, true, true), ([8, 8, 8, 8], 0, true, false, false, true),
      ([8, 8, 8, 8], 8, false, true, false, true), ([128, 127], 0, true, false, false, true),
      ([128, 127], 1, true, false, false, false), ([128, 128], 9, false, true, false, false),
    ] as [([Int], Int, Bool, Bool, Bool, Bool)])
  func limits(_ sent: [Int], _ unsealed: Int, isUrgent: Bool, isDue: Bool, backlog: Bool, any: Bool) {
    var uncommitted = Uncommitted()
    for size in sent { uncommitted.send(size * UncommittedTests.megabyte) }
    let unsealed = unsealed * UncommittedTests.megabyte
    #expect(uncommitted.isSealDue(unsealed: unsealed, isUrgent: isUrgent) == isDue)
    #expect(uncommitted.mayReadBacklog(unsealed: unsealed) == backlog)
    #expect(uncommitted.mayRead(unsealed: unsealed) == any)
    for _ in sent { uncommitted.commit() }
    #expect(uncommitted.isEmpty && uncommitted.bytes == 0)
    uncommitted.commit()
    #expect(uncommitted.bytes == 0)
  }

  /// Nothing is ever committed: batches stay small all the same, and the whole is bounded.
  @Test(arguments: Dice.seeds) func aDeadDiskNeverMakesALargeBatch(seed: UInt64) {
    var dice = Dice(seed: seed)
    var uncommitted = Uncommitted()
    var unsealed = 0
    for _ in 0..<20_000 {
      if uncommitted.mayRead(unsealed: unsealed) { unsealed += Int(dice.roll(0...1 << 17)) }
      if uncommitted.isSealDue(unsealed: unsealed, isUrgent: dice.one(in: 2)) {
        #expect(unsealed <= Uncommitted.batchLimit + 1 << 17)
        uncommitted.send(unsealed)
        unsealed = 0
      }
    }
    let all = uncommitted.bytes + unsealed
    #expect(all >= Uncommitted.limit && all <= Uncommitted.limit + 1 << 17)
  }
}
