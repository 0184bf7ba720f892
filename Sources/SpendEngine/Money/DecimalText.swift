/// Decimal text read exactly, without a binary fraction between: `25`, `25.00`, `0.0028`.
package enum DecimalText {
  /// What 1 is scaled to.
  package static let unit: Int128 = 1_000_000_000

  /// Why a text is not a number that can be kept exactly.
  package enum Failure: Error, Sendable, Hashable {
    /// Not digits with at most one point between them.
    case malformed
    /// More than nine decimals that are not zero; of `rounded`: not zero, and nothing is left of it.
    case tooFine
    /// More than 27 digits before the point; of `rounded`: beyond Int64.
    case tooLarge
  }

  /// `text` times 1e9. Takes ASCII digits with an optional sign and an optional fraction; no exponent, no grouping, no bare point.
  package static func scaled(_ text: some StringProtocol) throws(Failure) -> Int128 {
    var bytes = Array(text.utf8)[...]
    let isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative || bytes.first == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
    let parts = bytes.split(separator: UInt8(ascii: "."), maxSplits: 2, omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else {
      throw .malformed
    }
    let whole = parts[0].drop { $0 == UInt8(ascii: "0") }
    guard whole.count <= 27 else { throw .tooLarge }
    var value: Int128 = 0
    for byte in whole { value = value * 10 + Int128(byte - UInt8(ascii: "0")) }
    var decimals = 0
    for byte in parts.count == 2 ? parts[1] : [] {
      if decimals == 9 {
        guard byte == UInt8(ascii: "0") else { throw .tooFine }
        continue
      }
      value = value * 10 + Int128(byte - UInt8(ascii: "0"))
      decimals += 1
    }
    while decimals < 9 {
      value *= 10
      decimals += 1
    }
    return isNegative ? -value : value
  }

  /// A number as JSON writes it, exponent and all, times 10^`power`, to the nearest whole one; exact to 19 digits. Prices of some lists
  /// are sums of binary fractions (`2.9999999999999997e-06`): the nearest is what was meant.
  package static func rounded(_ text: String, power: Int) throws(Failure) -> Int64 {
    var text = text
    let number = text.withUTF8 { bytes in
      bytes.baseAddress.flatMap { LoggedNumber($0, count: bytes.count) }
    }
    guard let number else { throw .malformed }
    guard let value = number.scaled(by: power) else { throw .tooLarge }
    guard value != 0 || number.mantissa == 0 else { throw .tooFine }
    return value
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
