/// An amount of money in nano-dollars (1e-9 USD). Arithmetic saturates: a forged number must not stop the watcher.
package struct NanoUSD: Hashable, Comparable, Sendable {
  /// Nano-dollars; Int64 holds +-9.2 billion USD.
  package var rawValue: Int64

  @inlinable package init(rawValue: Int64) { self.rawValue = rawValue }

  package static let zero = NanoUSD(rawValue: 0)
  /// One USD.
  package static let dollar = NanoUSD(rawValue: 1_000_000_000)

  @inlinable package static func < (a: NanoUSD, b: NanoUSD) -> Bool { a.rawValue < b.rawValue }
  @inlinable package static func + (a: NanoUSD, b: NanoUSD) -> NanoUSD {
    NanoUSD(rawValue: a.rawValue.addingSaturating(b.rawValue))
  }
  @inlinable package static func - (a: NanoUSD, b: NanoUSD) -> NanoUSD {
    NanoUSD(rawValue: a.rawValue.subtractingSaturating(b.rawValue))
  }
  @inlinable package static func += (a: inout NanoUSD, b: NanoUSD) { a = a + b }
}

extension Int64 {
  /// a + b, held at the ends of Int64.
  @inlinable package func addingSaturating(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other > 0 ? .max : .min) : sum
  }
  /// a - b, held at the ends of Int64.
  @inlinable package func subtractingSaturating(_ other: Int64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other < 0 ? .max : .min) : difference
  }
}
