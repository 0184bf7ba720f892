/// JSON as RFC 8259 has it, read the plain way: what the scanner is held against.
package indirect enum StrictJSON: Equatable, Sendable {
  case null
  case bool(Bool)
  /// As written.
  case number([UInt8])
  /// Unescaped; a lone surrogate is U+FFFD.
  case string([UInt8])
  case array([StrictJSON])
  /// Equal keys stay, in order.
  case object([Member])

  package struct Member: Equatable, Sendable {
    package var key: [UInt8]
    package var value: StrictJSON
  }

  package struct Reading: Sendable {
    package var value: StrictJSON
    /// One past its last byte.
    package var end: Int
    /// Containers inside each other.
    package var depth: Int
  }

  /// The value that begins at `start`, white space before it passed over; nil where it is not valid, or nests deeper than 200.
  package static func read(_ bytes: [UInt8], from start: Int = 0) -> Reading? {
    var reader = StrictReader(bytes: bytes, at: start)
    reader.skipSpace()
    guard let value = reader.value(depth: 0) else { return nil }
    return Reading(value: value, end: reader.at, depth: reader.deepest)
  }
}

private struct StrictReader {
  let bytes: [UInt8]
  var at: Int
  var deepest = 0

  private var byte: UInt8? { at < bytes.count ? bytes[at] : nil }

  mutating func skipSpace() { while let byte, " \t\r\n".utf8.contains(byte) { at += 1 } }

  private mutating func take(_ text: StaticString) -> Bool {
    let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard bytes[min(at, bytes.count)...].starts(with: wanted) else { return false }
    at += wanted.count
    return true
  }

  mutating func value(depth: Int) -> StrictJSON? {
    switch byte {
    case UInt8(ascii: "{"): return object(depth: depth + 1)
    case UInt8(ascii: "["): return array(depth: depth + 1)
    case UInt8(ascii: "\""): return string().map { .string($0) }
    case UInt8(ascii: "n"): return take("null") ? .null : nil
    case UInt8(ascii: "t"): return take("true") ? .bool(true) : nil
    case UInt8(ascii: "f"): return take("false") ? .bool(false) : nil
    default: return number()
    }
  }

  private mutating func object(depth: Int) -> StrictJSON? {
    deepest = max(deepest, depth)
    guard depth <= 200, take("{") else { return nil }
    var members: [StrictJSON.Member] = []
    skipSpace()
    if take("}") { return .object(members) }
    while true {
      guard let key = string() else { return nil }
      skipSpace()
      guard take(":") else { return nil }
      skipSpace()
      guard let value = value(depth: depth) else { return nil }
      members.append(StrictJSON.Member(key: key, value: value))
      skipSpace()
      if take("}") { return .object(members) }
      guard take(",") else { return nil }
      skipSpace()
    }
  }

  private mutating func array(depth: Int) -> StrictJSON? {
    deepest = max(deepest, depth)
    guard depth <= 200, take("[") else { return nil }
    var elements: [StrictJSON] = []
    skipSpace()
    if take("]") { return .array(elements) }
    while true {
      guard let element = value(depth: depth) else { return nil }
      elements.append(element)
      skipSpace()
      if take("]") { return .array(elements) }
      guard take(",") else { return nil }
      skipSpace()
    }
  }

  private mutating func digits() -> Int {
    let start = at
    while let byte, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { at += 1 }
    return at - start
  }

  private mutating func number() -> StrictJSON? {
    let start = at
    _ = take("-")
    let isZero = byte == UInt8(ascii: "0")
    let whole = digits()
    guard whole == 1 || whole > 1 && !isZero else { return nil }
    if take(".") { guard digits() > 0 else { return nil } }
    if take("e") || take("E") {
      if !take("-") { _ = take("+") }
      guard digits() > 0 else { return nil }
    }
    return .number(Array(bytes[start..<at]))
  }

  private mutating func string() -> [UInt8]? {
    guard take("\"") else { return nil }
    var text: [UInt8] = []
    while let byte {
      at += 1
      switch byte {
      case UInt8(ascii: "\""): return text
      case ..<0x20: return nil
      case UInt8(ascii: "\\"):
        guard let escape = self.byte else { return nil }
        at += 1
        switch escape {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
          guard let unit = unit() else { return nil }
          text += Array(String(scalar(unit)).utf8)
        default: return nil
        }
      default: text.append(byte)
      }
    }
    return nil
  }

  private mutating func unit() -> UInt32? {
    guard at + 4 <= bytes.count else { return nil }
    let digits = bytes[at..<at + 4]
    guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
    at += 4
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }

  private mutating func scalar(_ unit: UInt32) -> Unicode.Scalar {
    let start = at
    if (0xd800..<0xdc00).contains(unit), take("\\u"), let low = self.unit(), (0xdc00..<0xe000).contains(low) {
      return Unicode.Scalar(0x10000 + (unit - 0xd800) * 0x400 + (low - 0xdc00)) ?? "\u{fffd}"
    }
    at = start
    return Unicode.Scalar(unit) ?? "\u{fffd}"
  }
}
