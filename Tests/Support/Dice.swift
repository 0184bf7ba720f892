/// Random numbers that a seed repeats (SplitMix64): a failing property test prints its seed, and the seed is the test case.
package struct Dice: RandomNumberGenerator {
  private var state: UInt64
  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z &>> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z &>> 31)
  }

  package mutating func roll(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &self) }
  /// True once in `sides` throws.
  package mutating func one(in sides: Int) -> Bool { Int.random(in: 0..<sides, using: &self) == 0 }
  package mutating func pick<Element>(_ elements: [Element]) -> Element {
    elements[Int.random(in: 0..<elements.count, using: &self)]
  }

  /// A few fixed seeds, and one of today's, which a failure prints.
  package static let seeds: [UInt64] = [1, 2, 3, UInt64.random(in: 4...UInt64.max)]
}
