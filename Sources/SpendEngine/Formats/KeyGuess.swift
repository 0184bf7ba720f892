internal import CScan

/// A key that is expected next, so that neither its end has to be looked for nor its place in the tree.
struct KeyGuess {
  /// Four words hold every byte of a longer key.
  private static let longest = 32

  /// `FieldTree.words`
  private var first: UInt64 = 0
  private var last: UInt64 = 0
  /// Of keys over 16 bytes, the words beside those.
  private var second: UInt64 = 0
  private var secondLast: UInt64 = 0
  /// -1 = nothing is expected.
  private(set) var length: Int32 = -1
  /// -1 = nobody wants it.
  private(set) var node: Int32 = -1

  init() {}

  init(_ key: Cursor.RawString, node: Int32) {
    guard !key.isEscaped, key.count <= KeyGuess.longest else { return }
    (first, last) = FieldTree.words(key.start, key.count, key.start + key.count)
    if key.count > 16 { (second, secondLast) = KeyGuess.inner(key.start, key.count) }
    length = Int32(key.count)
    self.node = node
  }

  /// Whether exactly this key and its closing quote come next. Near the end of the bytes the answer is no.
  @inline(__always)
  func matches(_ cursor: Cursor) -> Bool {
    guard length >= 0, cursor.end - cursor.at > KeyGuess.longest else { return false }
    let count = Int(length)
    let words = FieldTree.words(cursor.at, count, cursor.end)
    guard words.0 == first, words.1 == last, cursor.at[count] == UInt8(ascii: "\"") else { return false }
    return count <= 16 || KeyGuess.inner(cursor.at, count) == (second, secondLast)
  }

  @inline(__always)
  private static func inner(_ key: UnsafePointer<UInt8>, _ count: Int) -> (UInt64, UInt64) {
    (scan_load8(key + 8), scan_load8(key + count - 16))
  }
}
