import Glibc

extension Dice {
  /// 0 < x <= 1
  package mutating func unit() -> Double {
    let bits: UInt64 = next()
    return Double(bits &>> 11 + 1) * 0x1p-53
  }

  /// Box and Muller's.
  package mutating func normal() -> Double {
    (-2 * log(unit())).squareRoot() * cos(2 * .pi * unit())
  }

  /// - Parameter mean: below 100 or so.
  package mutating func poisson(_ mean: Double) -> Int {
    let limit = exp(-mean)
    var product = unit()
    var count = 0
    while product > limit {
      count += 1
      product *= unit()
    }
    return count
  }
}
