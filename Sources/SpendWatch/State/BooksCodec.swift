package import SpendEngine

/// `Books` as bytes: a version, then each counter as an LEB128 of its bit pattern, the rejections last (so that a new reason
/// needs no new version). Version 2 counts the rejections, and has the file's context behind them.
package enum BooksCodec {
  private static let version: UInt8 = 1
  private static let versionWithContext: UInt8 = 2
  /// In the order they are stored; append only.
  private static var counters: [WritableKeyPath<Books, Int64>] {
    [
      \.read, \.folded, \.duplicate, \.noUsage, \.skewed, \.late, \.untimed, \.contradictory, \.grew,
      \.pricedByLog, \.pricedByTable, \.pricedByDearest, \.other,
    ]
  }

  package static func encode(_ books: Books, context: FileContext = FileContext()) -> [UInt8] {
    let counters = counters
    let packed = context.packed
    var bytes = [packed.isEmpty ? version : versionWithContext, UInt8(truncatingIfNeeded: counters.count)]
    bytes.reserveCapacity(48)
    for counter in counters { append(books[keyPath: counter], to: &bytes) }
    if !packed.isEmpty { bytes.append(UInt8(truncatingIfNeeded: books.rejected.count)) }
    for count in books.rejected { append(count, to: &bytes) }
    return bytes + packed
  }

  /// nil for bytes that `encode` did not write. A later version's further counters and reasons are left out.
  static func decode(_ bytes: some RandomAccessCollection<UInt8>) -> Books? { decodeBook(bytes)?.books }

  /// With the context; an empty one where it is of a version that is not known.
  package static func decodeBook(_ bytes: some RandomAccessCollection<UInt8>) -> (
    books: Books, context: FileContext
  )? {
    var rest = bytes[...]
    guard let version = rest.popFirst(), version == Self.version || version == versionWithContext,
      let stored = rest.popFirst()
    else { return nil }
    let counters = counters
    var books = Books()
    for index in 0..<Int(stored) {
      guard let value = take(&rest) else { return nil }
      if index < counters.count { books[keyPath: counters[index]] = value }
    }
    var reason = 0
    var reasons = Int.max
    if version == versionWithContext {
      guard let count = rest.popFirst() else { return nil }
      reasons = Int(count)
    }
    while reason < reasons, reasons < .max || !rest.isEmpty {
      guard let value = take(&rest) else { return nil }
      if reason < books.rejected.count { books.rejected[reason] = value }
      reason += 1
    }
    return (books, FileContext(packed: Array(rest)) ?? FileContext())
  }

  private static func append(_ value: Int64, to bytes: inout [UInt8]) {
    var rest = UInt64(bitPattern: value)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  private static func take<Bytes: RandomAccessCollection<UInt8>>(_ rest: inout Bytes) -> Int64?
  where Bytes == Bytes.SubSequence {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while let byte = rest.popFirst() {
      // The tenth byte holds one bit.
      guard shift < 63 || (shift == 63 && byte <= 1) else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return Int64(bitPattern: value) }
      shift += 7
    }
    return nil
  }
}
