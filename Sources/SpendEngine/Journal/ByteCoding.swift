/// Appends integers and strings to bytes: little-endian base-128 varints, zigzag for signed ones.
package struct ByteWriter: Sendable {
  package var bytes: [UInt8]
  package init(_ bytes: [UInt8] = []) { self.bytes = bytes }

  @inlinable package mutating func byte(_ value: UInt8) { bytes.append(value) }

  @inlinable package mutating func unsigned(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }
  @inlinable package mutating func signed(_ value: Int64) {
    unsigned(UInt64(bitPattern: (value &<< 1) ^ (value &>> 63)))
  }
  @inlinable package mutating func fixed(_ value: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value &>> UInt64(shift)))
    }
  }
  package mutating func blob(_ value: some Collection<UInt8>) {
    unsigned(UInt64(value.count))
    bytes.append(contentsOf: value)
  }
  package mutating func string(_ value: String) { blob(value.utf8) }
  package mutating func time(_ value: EngineTime?) {
    byte(value == nil ? 0 : 1)
    if let value { signed(value.milliseconds) }
  }
}

/// Reads what `ByteWriter` wrote; after a short or malformed input every read gives zero and `failed` is set.
package struct ByteReader {
  private let bytes: [UInt8]
  private(set) package var position: Int
  private(set) package var failed = false

  package init(_ bytes: [UInt8], from position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  package var isAtEnd: Bool { failed || position >= bytes.count }

  @inlinable package mutating func byte() -> UInt8 { readByte() }

  @usableFromInline mutating func readByte() -> UInt8 {
    guard position < bytes.count else {
      failed = true
      return 0
    }
    defer { position &+= 1 }
    return bytes[position]
  }
  package mutating func unsigned() -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while shift < 64 {
      let next = readByte()
      if failed { return 0 }
      value |= UInt64(next & 0x7f) &<< shift
      if next < 0x80 { return value }
      shift &+= 7
    }
    failed = true
    return 0
  }
  package mutating func signed() -> Int64 {
    let raw = unsigned()
    return Int64(bitPattern: raw &>> 1) ^ -Int64(bitPattern: raw & 1)
  }
  /// A number that fits `Integer`, else failure.
  package mutating func number<Integer: FixedWidthInteger>(_ type: Integer.Type = Integer.self) -> Integer {
    guard let value = Integer(exactly: unsigned()) else {
      failed = true
      return 0
    }
    return value
  }
  package mutating func fixed() -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: 0, to: 64, by: 8) { value |= UInt64(readByte()) &<< UInt64(shift) }
    return failed ? 0 : value
  }
  package mutating func blob() -> ArraySlice<UInt8> {
    let count = number(Int.self)
    guard !failed, count <= bytes.count - position else {
      failed = true
      return []
    }
    defer { position += count }
    return bytes[position..<position + count]
  }
  package mutating func string() -> String { String(decoding: blob(), as: UTF8.self) }
  package mutating func time() -> EngineTime? {
    byte() == 0 ? nil : EngineTime(milliseconds: signed())
  }
}
