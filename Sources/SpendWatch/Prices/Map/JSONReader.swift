import Foundation

/// Walks JSON text value by value, and hands out numbers as they are written. Foundation's readers make binary fractions of them, or keep
/// neither repeated keys nor the place of a mistake. Nothing is built of what is passed over, so a hostile file costs its length.
struct JSONReader {
  /// What breaks JSON's grammar, and at which byte.
  struct Failure: Error, Hashable {
    var message: String
    var offset: Int
  }
  /// A value; lists and objects are passed over.
  enum Scalar: Hashable {
    case number(String)
    case string, word, null, list, object
  }

  /// Containers inside each other.
  static let deepest = 64
  /// A longer key is nobody's name: its first bytes stand for it.
  static let longestKey = 512

  private let bytes: [UInt8]
  private(set) var at = 0
  private var depth = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    // A mark that some editors write at the start.
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { at = 3 }
  }

  /// Line and column (in bytes) of a byte, from 1.
  func place(of offset: Int) -> (line: Int, column: Int) {
    let before = bytes.prefix(offset)
    let line = before.count { $0 == UInt8(ascii: "\n") }
    let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return (line + 1, offset - start + 1)
  }

  func failure(_ message: String) -> Failure { Failure(message: message, offset: at) }

  /// The first byte of the next value or mark; nil at the end.
  mutating func peek() -> UInt8? {
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): at += 1
      default: return bytes[at]
      }
    }
    return nil
  }

  /// Nothing but white space may be left.
  mutating func end() throws(Failure) {
    if peek() != nil { throw failure("there is more after the end") }
  }

  /// An object; `body` must read the value of the key it is given.
  mutating func members(_ body: (inout JSONReader, String) throws(Failure) -> Void) throws(Failure) {
    try container(from: UInt8(ascii: "{"), to: UInt8(ascii: "}")) { (reader) throws(Failure) in
      guard reader.peek() == UInt8(ascii: "\"") else { throw reader.failure("a key in quotes belongs here") }
      let key = try reader.key()
      guard reader.peek() == UInt8(ascii: ":") else { throw reader.failure("a ':' belongs after the key") }
      reader.at += 1
      try body(&reader, key)
    }
  }

  /// A list; `body` must read an element.
  mutating func elements(_ body: (inout JSONReader) throws(Failure) -> Void) throws(Failure) {
    try container(from: UInt8(ascii: "["), to: UInt8(ascii: "]"), body)
  }

  private mutating func container(
    from open: UInt8, to close: UInt8, _ body: (inout JSONReader) throws(Failure) -> Void
  ) throws(Failure) {
    guard peek() == open else { throw failure("'\(Character(Unicode.Scalar(open)))' belongs here") }
    depth += 1
    guard depth <= JSONReader.deepest else { throw failure("nested deeper than \(JSONReader.deepest)") }
    at += 1
    if peek() == close {
      at += 1
      depth -= 1
      return
    }
    while true {
      try body(&self)
      let next = peek()
      guard next == close || next == UInt8(ascii: ",") else {
        throw failure(next == nil ? "the file ends here, in the middle" : "',' or the end belongs here")
      }
      at += 1
      if next == close { break }
    }
    depth -= 1
  }

  /// The next value.
  mutating func scalar() throws(Failure) -> Scalar {
    switch peek() {
    case UInt8(ascii: "{"):
      try members { (reader, _) throws(Failure) in _ = try reader.scalar() }
      return .object
    case UInt8(ascii: "["):
      try elements { (reader) throws(Failure) in _ = try reader.scalar() }
      return .list
    case UInt8(ascii: "\""):
      _ = try string()
      return .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): return try word()
    case nil: throw failure("the file ends here, in the middle")
    default: return .number(try number())
    }
  }

  /// The next value where it is a string, at most `longestKey` bytes of it; anything else is passed over.
  mutating func text() throws(Failure) -> String? {
    if peek() == UInt8(ascii: "\"") { return try key() }
    _ = try scalar()
    return nil
  }

  private mutating func word() throws(Failure) -> Scalar {
    for (word, value) in [("true", Scalar.word), ("false", .word), ("null", .null)] {
      if bytes[at...].starts(with: word.utf8) {
        at += word.utf8.count
        return value
      }
    }
    throw failure("this is no JSON value")
  }

  /// `-0.5e+3` and the like, by the grammar.
  private mutating func number() throws(Failure) -> String {
    let start = at
    func digit(_ index: Int) -> Bool {
      index < bytes.count && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index])
    }
    func digits(from index: Int) throws(Failure) -> Int {
      guard digit(index) else {
        throw Failure(
          message: index == start ? "this is no JSON value" : "a digit belongs here", offset: index)
      }
      var index = index
      while digit(index) { index += 1 }
      return index
    }
    if bytes[at] == UInt8(ascii: "-") { at += 1 }
    if at < bytes.count, bytes[at] == UInt8(ascii: "0") {
      at += 1
    } else {
      at = try digits(from: at)
    }
    if at < bytes.count, bytes[at] == UInt8(ascii: ".") { at = try digits(from: at + 1) }
    if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
      at += 1
      if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
      at = try digits(from: at)
    }
    if digit(at) { throw failure("a number does not begin with 0") }
    return String(decoding: bytes[start..<at], as: UTF8.self)
  }

  private mutating func key() throws(Failure) -> String {
    let start = at
    let isEscaped = try string()
    let text = bytes[start + 1..<at - 1]
    guard text.count <= JSONReader.longestKey else {
      return String(decoding: text.prefix(JSONReader.longestKey), as: UTF8.self) + "…"
    }
    guard isEscaped else { return String(decoding: text, as: UTF8.self) }
    guard let plain = try? JSONDecoder().decode(String.self, from: Data(bytes[start..<at])) else {
      throw Failure(message: "a key with an escape that is none", offset: start)
    }
    return plain
  }

  /// Passes over a string.
  /// - Returns: whether it has backslashes.
  private mutating func string() throws(Failure) -> Bool {
    let start = at
    var isEscaped = false
    at += 1
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "\""):
        at += 1
        return isEscaped
      case UInt8(ascii: "\\"):
        isEscaped = true
        at += 2
      case 0..<0x20: throw failure("a control character in a string")
      default: at += 1
      }
    }
    throw Failure(message: "this string does not end", offset: start)
  }
}
