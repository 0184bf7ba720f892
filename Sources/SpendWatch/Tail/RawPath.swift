import SpendEngine

/// A path as the kernel has it: bytes, absolute, not necessarily UTF-8.
package struct RawPath: Hashable, Sendable {
  package var bytes: [UInt8]

  package init(bytes: [UInt8]) { self.bytes = bytes }
  package init(_ text: String) { bytes = Array(text.utf8) }

  /// Everything before the last `/`; `/` for what stands directly under it.
  package var directory: RawPath {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")), slash > 0 else { return RawPath("/") }
    return RawPath(bytes: Array(bytes[..<slash]))
  }

  /// What follows the last `/`.
  package var name: ArraySlice<UInt8> {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return bytes[...] }
    return bytes[(slash + 1)...]
  }

  package func appending(_ name: some Collection<UInt8>) -> RawPath {
    var joined = bytes
    if joined.last != UInt8(ascii: "/") { joined.append(UInt8(ascii: "/")) }
    joined.append(contentsOf: name)
    return RawPath(bytes: joined)
  }

  func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    var terminated = bytes
    terminated.append(0)
    return terminated.withUnsafeBytes { raw in
      raw.withMemoryRebound(to: CChar.self) { text in
        // Never empty: it ends with the zero.
        text.baseAddress.map(body) ?? body("")
      }
    }
  }
}

extension RawPath: Comparable {
  package static func < (a: RawPath, b: RawPath) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}

extension RawPath: CustomStringConvertible {
  /// For people: what is hidden and bytes that are not UTF-8 as `\xNN`.
  package var description: String {
    var text = ""
    var rest = bytes[...]
    while let first = rest.first {
      let length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
      let piece = rest.prefix(length)
      if let scalar = String(validating: piece, as: UTF8.self)?.unicodeScalars.first,
        !scalar.isHidden
      {
        text.unicodeScalars.append(scalar)
        rest = rest.dropFirst(length)
      } else {
        text += "\\x" + first.hex
        rest = rest.dropFirst()
      }
    }
    return text
  }
}
