/// JSON's string escapes. Never fails: a lone surrogate becomes U+FFFD, an escape that is none stays as it is written.
enum Escapes {
  /// - Parameter target: room for `count` bytes; the result is never longer than its source.
  /// - Returns: bytes written.
  static func decode(
    _ source: UnsafePointer<UInt8>, count: Int, into target: UnsafeMutablePointer<UInt8>
  ) -> Int {
    var read = 0
    var written = 0
    while read < count {
      let byte = source[read]
      guard byte == UInt8(ascii: "\\"), read + 1 < count else {
        target[written] = byte
        written += 1
        read += 1
        continue
      }
      let plain: UInt8
      switch source[read + 1] {
      case UInt8(ascii: "n"): plain = 0x0a
      case UInt8(ascii: "t"): plain = 0x09
      case UInt8(ascii: "r"): plain = 0x0d
      case UInt8(ascii: "b"): plain = 0x08
      case UInt8(ascii: "f"): plain = 0x0c
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain = source[read + 1]
      case UInt8(ascii: "u"):
        if let unit = unit(source, at: read + 2, count: count) {
          read += 6
          var scalar = unit
          if unit & 0xfc00 == 0xd800, read + 1 < count, source[read] == UInt8(ascii: "\\"),
            source[read + 1] == UInt8(ascii: "u"), let low = Escapes.unit(source, at: read + 2, count: count),
            low & 0xfc00 == 0xdc00
          {
            scalar = 0x10000 + (unit & 0x3ff) << 10 + (low & 0x3ff)
            read += 6
          }
          written += put(scalar & 0xffff_f800 == 0xd800 ? 0xfffd : scalar, target + written)
          continue
        }
        fallthrough
      default:
        target[written] = byte
        target[written + 1] = source[read + 1]
        written += 2
        read += 2
        continue
      }
      target[written] = plain
      written += 1
      read += 2
    }
    return written
  }

  /// Four hexadecimal digits; nil where they are not.
  private static func unit(_ source: UnsafePointer<UInt8>, at start: Int, count: Int) -> UInt32? {
    guard start + 4 <= count else { return nil }
    var value: UInt32 = 0
    for index in start..<start + 4 {
      let digit: UInt8
      switch source[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = source[index] - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = source[index] - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = source[index] - UInt8(ascii: "A") + 10
      default: return nil
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  /// UTF-8 of a scalar; returns its length, 1 to 4.
  private static func put(_ scalar: UInt32, _ target: UnsafeMutablePointer<UInt8>) -> Int {
    func tail(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 0x80 | (scalar >> shift) & 0x3f) }
    switch scalar {
    case ..<0x80:
      target[0] = UInt8(truncatingIfNeeded: scalar)
      return 1
    case ..<0x800:
      target[0] = UInt8(truncatingIfNeeded: 0xc0 | scalar >> 6)
      target[1] = tail(0)
      return 2
    case ..<0x10000:
      target[0] = UInt8(truncatingIfNeeded: 0xe0 | scalar >> 12)
      target[1] = tail(6)
      target[2] = tail(0)
      return 3
    default:
      target[0] = UInt8(truncatingIfNeeded: 0xf0 | scalar >> 18)
      target[1] = tail(12)
      target[2] = tail(6)
      target[3] = tail(0)
      return 4
    }
  }
}
