/// Text of unknown origin, made safe to print.
enum ShownText {
  /// Control, formatting (bidirectional overrides) and unassigned characters as `\u{1b}`.
  static func escaped(_ text: String) -> String { String(text.map(escaped).joined()) }

  static func escaped(_ character: Character) -> String {
    if character == "\t" { return "    " }
    guard character.unicodeScalars.contains(where: isUnsafe) else { return String(character) }
    return character.unicodeScalars.map {
      isUnsafe($0) ? "\\u{\(String($0.value, radix: 16))}" : String($0)
    }.joined()
  }

  private static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    // Joiners hold emoji together.
    case .format: scalar.value != 0x200D
    case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: true
    default: false
    }
  }

  /// Terminal columns: 2 for East Asian wide characters and emoji.
  static func width(_ text: String) -> Int {
    text.reduce(0) { sum, character in
      guard let first = character.unicodeScalars.first else { return sum }
      return sum + (wide.contains { $0.contains(first.value) } ? 2 : 1)
    }
  }
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
    0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]
}

/// A line of a file with a part of it marked, as it is printed below a diagnostic.
struct ShownLine {
  private(set) var text: String
  /// Blanks, then `^~~~` below the marked part.
  private(set) var mark: String

  /// Columns of a line that are printed at most, around the mark.
  static let maxWidth = 100
  private static let widthBefore = 40

  /// - Parameters:
  ///   - column: in characters from 1; one past the end marks the end of the line.
  ///   - length: in characters.
  init(_ line: String, column: Int, length: Int) {
    let secret = SecretSpans.mask(of: line)
    let pieces = zip(line, secret).map { $1 ? "*" : ShownText.escaped($0) }
    let widths = pieces.map(ShownText.width)
    let start = min(max(column - 1, 0), pieces.count)
    let end = min(max(start + length, start + 1), pieces.count)

    var first = 0
    var last = pieces.count
    if widths.reduce(0, +) > Self.maxWidth {
      var before = 0
      first = start
      while first > 0, before + widths[first - 1] <= Self.widthBefore {
        first -= 1
        before += widths[first]
      }
      var all = before
      last = start
      while last < pieces.count, all + widths[last] <= Self.maxWidth {
        all += widths[last]
        last += 1
      }
    }
    let isCutBefore = first > 0
    text =
      (isCutBefore ? "…" : "") + pieces[first..<last].joined() + (last < pieces.count ? "…" : "")
    let blank = widths[first..<start].reduce(isCutBefore ? 1 : 0, +)
    let marked = widths[start..<max(start, min(end, last))].reduce(0, +)
    mark = String(repeating: " ", count: blank) + "^" + String(repeating: "~", count: max(marked - 1, 0))
  }
}
