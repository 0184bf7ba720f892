internal import CScan

/// Bytes of a log on their way to being a name: valid UTF-8, at most `UsageRecord.Name.maxLength` long.
package enum LoggedName {
  /// A name that a caller will log, as it is then known: cut where it is too long.
  package static func kept(_ name: String) -> String {
    var name = name
    return name.withUTF8 { bytes in
      guard let start = bytes.baseAddress else { return "" }
      var kept: [UInt8] = []
      append(start, count: bytes.count, to: &kept)
      return String(decoding: kept, as: UTF8.self)
    }
  }

  /// Appends the name; its length in bytes is the growth of `names`.
  static func append(_ text: UnsafePointer<UInt8>, count: Int, to names: inout [UInt8]) {
    if count <= UsageRecord.Name.maxLength && isUTF8(text, count: count) {
      names.append(contentsOf: UnsafeBufferPointer(start: text, count: count))
    } else {
      appendMended(text, count: count, to: &names)
    }
  }

  /// Repairs what is no UTF-8, and cuts what is too long: 16 hexadecimal digits of a hash of the whole stand for the rest.
  private static func appendMended(_ text: UnsafePointer<UInt8>, count: Int, to names: inout [UInt8]) {
    let longest = UsageRecord.Name.maxLength
    var kept = Array(UnsafeBufferPointer(start: text, count: min(count, longest)))
    if count > longest { cut(&kept, to: longest) }
    var repaired = Array(String(decoding: kept, as: UTF8.self).utf8)
    if count > longest || repaired.count > longest {
      cut(&repaired, to: longest - 17)
      repaired.append(UInt8(ascii: "~"))
      repaired += hash(text, count: count).hex.utf8
    }
    names.append(contentsOf: repaired)
  }

  /// Shortens to at most `length` bytes without leaving a part of a character.
  private static func cut(_ bytes: inout [UInt8], to length: Int) {
    guard bytes.count > length else {
      // The bytes may end inside a character that goes on after them.
      var start = bytes.count
      while start > 0, bytes.count - start < 3, bytes[start - 1] & 0xc0 == 0x80 { start -= 1 }
      if start > 0, bytes[start - 1] >= 0xc0 { bytes.removeLast(bytes.count - start + 1) }
      return
    }
    var end = length
    while end > 0, length - end < 3, bytes[end] & 0xc0 == 0x80 { end -= 1 }
    bytes.removeLast(bytes.count - end)
  }

  /// FNV-1a, mixed once more. Names are stored, so it must never change.
  private static func hash(_ text: UnsafePointer<UInt8>, count: Int) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in 0..<count { hash = (hash ^ UInt64(text[index])) &* 0x100_0000_01b3 }
    hash ^= hash >> 32
    return hash &* 0x9e37_79b9_7f4a_7c15
  }

  private static func isUTF8(_ text: UnsafePointer<UInt8>, count: Int) -> Bool {
    if scan_is_ascii(text, count) != 0 { return true }
    var index = 0
    while index < count {
      let lead = text[index]
      index += 1
      if lead < 0x80 { continue }
      // How many bytes follow, and what the first of them may be (no overlong forms, surrogates, or scalars past U+10FFFF).
      let tail: Int
      var range: ClosedRange<UInt8> = 0x80...0xbf
      switch lead {
      case 0xc2...0xdf: tail = 1
      case 0xe0: (tail, range) = (2, 0xa0...0xbf)
      case 0xed: (tail, range) = (2, 0x80...0x9f)
      case 0xe1...0xef: tail = 2
      case 0xf0: (tail, range) = (3, 0x90...0xbf)
      case 0xf1...0xf3: tail = 3
      case 0xf4: (tail, range) = (3, 0x80...0x8f)
      default: return false
      }
      guard index + tail <= count, range.contains(text[index]) else { return false }
      for next in index + 1..<index + tail where text[next] & 0xc0 != 0x80 { return false }
      index += tail
    }
    return true
  }
}
