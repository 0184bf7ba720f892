extension UInt8 {
  /// `A-Z`, `a-z`, `0-9`
  package var isAlphanumeric: Bool {
    switch self {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}

extension FixedWidthInteger where Self: UnsignedInteger {
  /// Lower-case hexadecimal digits, as many as its width has: `0f`, `000000000000002a`.
  package var hex: String {
    let digits = String(self, radix: 16)
    return String(repeating: "0", count: Self.bitWidth / 4 - digits.count) + digits
  }
}
