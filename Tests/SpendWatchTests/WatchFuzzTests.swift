import Fuzzing
import Support
import Testing

@testable import WatchFuzz

/// What `.ci/fuzz` searches for long, for a moment: the examples with every find so far, and some that are made of them.
@Suite struct WatchFuzzTests {
  @Test(arguments: watchTargets.map(\.name))
  func holdsForAnyBytes(_ name: String) throws {
    let target = try #require(watchTargets.first { $0.name == name })
    let seed = UInt64.random(in: 0...UInt64.max)
    let rounds = try target.run(Dice(seed: seed), seed: seed, for: .milliseconds(400))
    #expect(rounds > 0)
  }
}
