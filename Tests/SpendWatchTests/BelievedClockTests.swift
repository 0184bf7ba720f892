import SpendEngine
import Testing

@testable import SpendWatch

@Suite struct BelievedClockTests {
  private func at(_ milliseconds: Int64) -> EngineTime { EngineTime(milliseconds: milliseconds) }

  @Test func followsSmallSteps() {
    var clock = BelievedClock(wall: at(1_000_000), steady: 1_000)
    #expect(clock.now(wall: at(1_001_000), steady: 2_000) == at(1_001_000))
    // NTP takes off half an hour, and puts it back.
    #expect(clock.now(wall: at(-799_000), steady: 2_000) == at(-799_000))
    #expect(clock.now(wall: at(1_002_000), steady: 3_000) == at(1_002_000))
  }

  @Test func aLargeJumpMustLastAMinute() {
    let year: Int64 = 365 * .day
    var clock = BelievedClock(wall: at(0), steady: 0)
    #expect(clock.now(wall: at(year), steady: 0) == at(0))
    #expect(clock.now(wall: at(year + 30_000), steady: 30_000) == at(30_000))
    #expect(clock.now(wall: at(year + 59_999), steady: 59_999) == at(59_999))
    #expect(clock.now(wall: at(year + 60_000), steady: 60_000) == at(year + 60_000))
    #expect(clock.now(wall: at(year + 60_001), steady: 60_001) == at(year + 60_001))
  }

  @Test func aJumpThatWasTakenBackIsForgotten() {
    let year: Int64 = 365 * .day
    var clock = BelievedClock(wall: at(0), steady: 0)
    _ = clock.now(wall: at(year), steady: 10)
    #expect(clock.now(wall: at(40_000), steady: 40_000) == at(40_000))
    // It must last a minute anew.
    #expect(clock.now(wall: at(year), steady: 70_000) == at(70_000))
    #expect(clock.now(wall: at(year), steady: 100_000) == at(100_000))
  }
}
