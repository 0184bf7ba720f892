/// Where a broken object ends: quotes, braces and line feeds alone are looked at, so that the next record is found whatever the
/// grammar. Brackets do not count: `{"a":[}{"b":1}` is a broken record and a good one.
enum Skeleton {
  /// - Parameter cursor: at the record's `{`; moved past the last byte of the record where the answer is `.done` (its braces closed)
  ///   or `.lineEnd` (it ends with that line feed).
  static func skip(_ cursor: inout Cursor) -> Stop {
    var depth = 0
    var isString = false
    while cursor.at < cursor.end {
      let byte = cursor.at.pointee
      if byte == UInt8(ascii: "\n") {
        let isEnd: Bool
        if isString || cursor.lines == .oneLine {
          isEnd = true
        } else {
          if cursor.end - cursor.at < 2 { return .short }
          isEnd = cursor.at[1] == UInt8(ascii: "{")
        }
        if isEnd {
          cursor.at += 1
          return .lineEnd
        }
      } else if isString {
        if byte == UInt8(ascii: "\"") {
          isString = false
        } else if byte == UInt8(ascii: "\\") {
          if cursor.end - cursor.at < 2 { return .short }
          // The escaped byte is passed over, but a line feed is one all the same.
          if cursor.at[1] != UInt8(ascii: "\n") { cursor.at += 1 }
        }
      } else if byte == UInt8(ascii: "\"") {
        isString = true
      } else if byte == UInt8(ascii: "{") {
        depth += 1
      } else if byte == UInt8(ascii: "}") {
        depth -= 1
        if depth == 0 {
          cursor.at += 1
          return .done
        }
      }
      cursor.at += 1
    }
    return .short
  }
}
