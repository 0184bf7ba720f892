internal import CScan

/// A decimal number as written in a log, exact to 19 digits, at any length and exponent.
package struct LoggedNumber {
  package enum Rounding { case nearest, down }

  /// value = mantissa * 10^exponent
  private(set) var mantissa: UInt64 = 0
  private(set) var exponent = 0
  private(set) var isNegative = false
  /// The digit after those in the mantissa, which then are 19.
  private var nextDigit: UInt8 = 0
  /// Digits other than 0 follow after those in the mantissa.
  private var hasMore = false

  /// Reads all of the text: sign, digits, fraction, exponent. nil where it is no number (`NaN`, `12abc`, ``).
  /// `+5`, `007`, `.5` and `5.` are taken too.
  package init?(_ text: UnsafePointer<UInt8>, count: Int) {
    var index = 0
    if index < count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
      isNegative = text[index] == UInt8(ascii: "-")
      index += 1
    }
    var digits = 0
    var significant = 0
    var isFraction = false
    while index < count {
      let byte = text[index]
      if byte == UInt8(ascii: ".") && !isFraction {
        isFraction = true
      } else {
        let digit = byte &- UInt8(ascii: "0")
        guard digit < 10 else { break }
        digits += 1
        if significant < 19 {
          mantissa = mantissa &* 10 &+ UInt64(digit)
          if mantissa != 0 { significant += 1 }
          if isFraction { exponent -= 1 }
        } else {
          if significant == 19 { nextDigit = digit }
          significant = 20
          if digit != 0 { hasMore = true }
          if !isFraction { exponent += 1 }
        }
      }
      index += 1
    }
    guard digits > 0 else { return nil }
    if index < count {
      guard text[index] | 0x20 == UInt8(ascii: "e") else { return nil }
      index += 1
      var isDown = false
      if index < count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
        isDown = text[index] == UInt8(ascii: "-")
        index += 1
      }
      guard index < count else { return nil }
      var power = 0
      while index < count {
        let digit = text[index] &- UInt8(ascii: "0")
        guard digit < 10 else { return nil }
        // Larger than the longest record: past every number of digits that could make up for it.
        power = min(power * 10 + Int(digit), 1 << 40)
        index += 1
      }
      exponent += isDown ? -power : power
    }
  }

  /// value * 10^scale as an integer; nil where Int64 cannot hold it. Rounds once: to the nearest (halves away from zero), or down.
  package func scaled(by scale: Int, _ rounding: Rounding = .nearest) -> Int64? {
    guard mantissa != 0 else { return 0 }
    let power = exponent + scale
    var magnitude: UInt64
    if power >= 0 {
      guard power <= 18 else { return nil }
      let (product, overflow) = mantissa.multipliedReportingOverflow(by: scan_power(Int32(power)))
      guard !overflow else { return nil }
      magnitude = product
      // More digits than the mantissa holds: with a larger power Int64 cannot hold it anyway.
      switch rounding {
      case .nearest: if power == 0 && nextDigit >= 5 { magnitude += 1 }
      case .down: if power == 0 && isNegative && hasMore { magnitude += 1 }
      }
    } else if power >= -19 {
      let divisor = scan_power(Int32(-power))
      let (quotient, remainder) = mantissa.quotientAndRemainder(dividingBy: divisor)
      magnitude = quotient
      switch rounding {
      case .nearest: if remainder >= divisor - remainder { magnitude += 1 }
      case .down: if isNegative && (remainder != 0 || hasMore) { magnitude += 1 }
      }
    } else {
      magnitude = rounding == .down && isNegative ? 1 : 0
    }
    guard magnitude <= UInt64(Int64.max) else { return nil }
    return isNegative ? -Int64(magnitude) : Int64(magnitude)
  }
}
