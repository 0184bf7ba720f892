/// A decimal as a number of any length, worked out on its digits: what `LoggedNumber` is held against.
package struct LongDecimal {
  /// value = digits * 10^exponent; no zeros in front.
  private var digits: [UInt8]
  private var exponent: Int
  private let isNegative: Bool

  /// Longer exponents than this are not worked out.
  private static let mostExponent = 100_000

  /// nil where `text` is no number.
  package init?(_ text: [UInt8]) {
    var rest = text[...]
    isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    func takeDigits(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
      let taken = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      rest.removeFirst(taken.count)
      return taken.map { $0 - UInt8(ascii: "0") }
    }
    let whole = takeDigits(&rest)
    var fraction: [UInt8] = []
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      fraction = takeDigits(&rest)
    }
    guard !(whole + fraction).isEmpty else { return nil }
    exponent = -fraction.count
    if let letter = rest.first {
      guard letter == UInt8(ascii: "e") || letter == UInt8(ascii: "E") else { return nil }
      rest.removeFirst()
      let isDown = rest.first == UInt8(ascii: "-")
      if isDown || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
      let power = takeDigits(&rest)
      guard !power.isEmpty, rest.isEmpty else { return nil }
      let size = power.reduce(0) { min($0 * 10 + Int($1), Self.mostExponent) }
      exponent += isDown ? -size : size
    }
    digits = Array((whole + fraction).drop { $0 == 0 })
  }

  /// value * 10^scale, rounded once: to the nearest (halves away from zero), or down; nil where Int64 cannot hold it.
  package func scaled(by scale: Int, isDown: Bool) -> Int64? {
    guard !digits.isEmpty else { return 0 }
    let power = exponent + scale
    var kept = digits
    var up = false
    if power < 0 {
      let cut = -power
      let dropped = cut >= digits.count ? digits : Array(digits.suffix(cut))
      kept.removeLast(min(cut, digits.count))
      up = isDown ? isNegative && dropped.contains { $0 != 0 } : cut <= digits.count && dropped[0] >= 5
    } else {
      guard digits.count + power <= 19 else { return nil }
      kept += [UInt8](repeating: 0, count: power)
    }
    guard kept.count <= 19 else { return nil }
    let magnitude = kept.reduce(UInt64(0)) { $0 * 10 + UInt64($1) } + (up ? 1 : 0)
    guard magnitude <= UInt64(Int64.max) else { return nil }
    return isNegative ? -Int64(magnitude) : Int64(magnitude)
  }
}
