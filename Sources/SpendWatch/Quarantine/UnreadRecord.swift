/// Where a record ends that must not be read: the one thing that is done with its bytes. No parser, since a parser died at it; nothing that
/// could fault or recurse.
enum UnreadRecord {
  /// - Parameter bytes: from the record's first byte on.
  /// - Returns: how many bytes belong to it; nil = its end is not among them.
  static func length(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard bytes.first == UInt8(ascii: "{") else { return bytes.firstNewline.map { $0 + 1 } }
    // As `RecordParser` cuts: an object is on one line unless its `{` is alone there.
    var next = 1
    while next < bytes.count,
      [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")].contains(bytes[next])
    {
      next += 1
    }
    let isIndented = next < bytes.count && bytes[next] == UInt8(ascii: "\n")
    var depth = 0
    var isText = false
    var isEscaped = false
    for index in 0..<bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\n") {
        let isNext = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "{")
        if !isIndented || isText || isNext { return index + 1 }
      } else if isEscaped {
        isEscaped = false
      } else if isText {
        if byte == UInt8(ascii: "\\") { isEscaped = true }
        if byte == UInt8(ascii: "\"") { isText = false }
      } else if byte == UInt8(ascii: "\"") {
        isText = true
      } else if byte == UInt8(ascii: "{") {
        depth += 1
      } else if byte == UInt8(ascii: "}") {
        depth -= 1
        if depth == 0 { return index + 1 }
      }
    }
    return nil
  }
}
