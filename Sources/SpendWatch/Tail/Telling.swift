/// Whether bytes can be known again: only then is a file that begins like another one taken for its copy. Logs whose lines carry no time and
/// no id repeat each other word for word, and what is taken for a copy is not counted: to count a copy twice is the lesser harm.
enum Telling {
  /// Digits of a time in seconds.
  private static let timeDigits = 10
  /// Letters and digits of an id, and digits among them.
  private static let idLength = 16
  private static let idDigits = 4

  /// A date (`2026-11-24`), a time in digits, or an id: something that another line does not have.
  static func isTelling(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var index = 0
    while index < bytes.count {
      guard isAlphanumeric(bytes[index]) else {
        index += 1
        continue
      }
      let start = index
      var digits = 0
      while index < bytes.count, isAlphanumeric(bytes[index]) {
        if isDigit(bytes[index]) { digits += 1 }
        index += 1
      }
      let length = index - start
      // The digits of a fraction tell nothing.
      if start > 0, bytes[start - 1] == UInt8(ascii: ".") { continue }
      if digits == length, length >= timeDigits { return true }
      if length >= idLength, digits >= idDigits { return true }
      if digits == 4, length == 4, isDate(bytes, start) { return true }
    }
    return false
  }

  /// `dddd-dd-dd` at `start`.
  private static func isDate(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Bool {
    guard bytes.count - start >= 10 else { return false }
    return [4, 7].allSatisfy { bytes[start + $0] == UInt8(ascii: "-") }
      && [5, 6, 8, 9].allSatisfy { isDigit(bytes[start + $0]) }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
