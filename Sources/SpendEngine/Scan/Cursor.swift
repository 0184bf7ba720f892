internal import CScan

/// How a walk over JSON ended.
enum Stop: UInt8 {
  /// What was looked for is there.
  case done = 0
  /// The bytes ran out before the end.
  case short = 1
  /// A line feed where none may be: the record is torn.
  case lineEnd = 2
  /// Broken, or nested deeper than `Cursor.deepest`.
  case malformed = 3
}

/// What a line feed means to a cursor.
enum LineMode: Int32 {
  /// It ends the record.
  case oneLine = 0
  /// White space; but inside a string, or right before a `{`, it ends the record.
  case indented = 1
  /// White space: the text came out of a string.
  case free = 2
}

/// A place in JSON text. Never reads at or past `end`; every answer depends only on the bytes before the place where it stops, so
/// that more bytes never change what was found.
struct Cursor {
  /// Containers inside each other, the record itself being the first.
  static let deepest: Int32 = 64

  var at: UnsafePointer<UInt8>
  let end: UnsafePointer<UInt8>
  let lines: LineMode

  /// A string's bytes between its quotes, as written.
  struct RawString {
    var start: UnsafePointer<UInt8>
    var count: Int
    /// Has backslashes.
    var isEscaped: Bool
  }

  /// Goes to the next byte that is not white space.
  @inline(__always)
  mutating func skipSpace() -> Stop {
    guard at < end else { return .short }
    if at.pointee > 0x20 { return .done }
    // Python writes one space after each `,` and `:`.
    if at.pointee == 0x20 && end - at > 1 && at[1] > 0x20 {
      at += 1
      return .done
    }
    return skipSpaceSlowly()
  }

  private mutating func skipSpaceSlowly() -> Stop {
    while at < end {
      switch at.pointee {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): at += 1
      case UInt8(ascii: "\n"):
        switch lines {
        case .oneLine: return .lineEnd
        case .indented:
          if end - at < 2 { return .short }
          if at[1] == UInt8(ascii: "{") { return .lineEnd }
          at += 1
        case .free: at += 1
        }
      case 0...0x20: return .malformed
      default: return .done
      }
    }
    return .short
  }

  /// From past the opening quote to past the closing one.
  @inline(__always)
  mutating func string(_ string: inout RawString) -> Stop {
    let start = at
    at = scan_string_stop(at, end)
    if at < end && at.pointee == UInt8(ascii: "\"") {
      string = RawString(start: start, count: at - start, isEscaped: false)
      at += 1
      return .done
    }
    return escapedString(start, &string)
  }

  private mutating func escapedString(_ start: UnsafePointer<UInt8>, _ string: inout RawString) -> Stop {
    var isEscaped = false
    while at < end {
      switch at.pointee {
      case UInt8(ascii: "\""):
        string = RawString(start: start, count: at - start, isEscaped: isEscaped)
        at += 1
        return .done
      case UInt8(ascii: "\\"):
        isEscaped = true
        if end - at < 2 { return .short }
        // An escaped line feed is one all the same.
        if at[1] == UInt8(ascii: "\n") && lines != .free {
          at += 1
          return .lineEnd
        }
        at += 2
      default:
        if lines != .free { return .lineEnd }
        at += 1
      }
      at = scan_string_stop(at, end)
    }
    return .short
  }

  /// From past an opening bracket to past its closing one. `depth` counts that container and those around it.
  @inline(__always)
  mutating func container(depth: Int32) -> Stop {
    if at < end && (at.pointee | 0x20) == UInt8(ascii: "}") {
      at += 1
      return .done
    }
    if depth > Cursor.deepest { return .malformed }
    let place = scan_container(at, end, depth, Cursor.deepest, lines.rawValue)
    at = place.at
    return Stop(rawValue: UInt8(truncatingIfNeeded: place.status)) ?? .malformed
  }

  /// A number or a word, to the byte that ends it. Which word it is stays unchecked.
  @inline(__always)
  mutating func scalar() -> Stop {
    let start = at
    at = scan_scalar_stop(at, end)
    guard at < end else { return .short }
    switch at.pointee {
    case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0...0x20:
      return at == start ? .malformed : .done
    default: return .malformed
    }
  }

  /// Past a value whose first byte is here; `depth` counts the containers around it.
  @inline(__always)
  mutating func skipValue(depth: Int32) -> Stop {
    switch at.pointee {
    case UInt8(ascii: "\""):
      at += 1
      var string = RawString(start: at, count: 0, isEscaped: false)
      return self.string(&string)
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      at += 1
      return container(depth: depth + 1)
    default:
      return scalar()
    }
  }
}
