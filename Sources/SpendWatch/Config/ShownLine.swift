import SpendEngine

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
    let pieces = zip(line, secret).map { $1 ? "*" : ShownLine.shown($0) }
    let widths = pieces.map(\.columns)
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

  private static func shown(_ character: Character) -> String {
    if character == "\t" { return "    " }
    // A joiner holds an emoji together.
    let isHidden = character.unicodeScalars.contains { $0.isHidden && $0 != "\u{200D}" }
    return isHidden ? String(character).printable : String(character)
  }
}
