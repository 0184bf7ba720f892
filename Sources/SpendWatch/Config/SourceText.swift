import SpendEngine

/// A part of a file. Lines and columns count from 1; columns and length are in Unicode scalars, as the YAML parser counts.
struct Place: Hashable {
  var line: Int
  var column: Int
  var length: Int = 1
}

/// A rules file's text by lines, for places and diagnostics.
struct SourceText {
  /// As the file was given.
  let path: String
  let text: String
  /// Without their line ends. As scalars, because the YAML parser's columns are, and looking one up must not read the line anew.
  let lines: [[Unicode.Scalar]]
  /// A longer line is not shown: somebody's generator wrote it.
  static let maxShown = 20_000

  init(path: String, text: String) {
    self.path = path
    self.text = text
    var lines: [[Unicode.Scalar]] = []
    var line: [Unicode.Scalar] = []
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n" where previous == "\r": break
      // What YAML takes for a line end.
      case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
        lines.append(line)
        line = []
      default: line.append(scalar)
      }
      previous = scalar
    }
    lines.append(line)
    self.lines = lines
  }

  func diagnostic(
    at place: Place, _ message: String, hint: String = "", severity: Diagnostic.Severity = .error
  ) -> Diagnostic {
    let number = min(max(place.line, 1), lines.count)
    let line = lines[number - 1]
    // The parser may point past the end of the file.
    let start = place.line > lines.count ? line.count : min(max(place.column - 1, 0), line.count)
    let end = min(start + max(place.length, 1), line.count)
    let isShown = line.count <= Self.maxShown
    // What people call a character may be several scalars.
    let column = isShown ? Self.string(line[..<start]).count : start
    let length = isShown ? Self.string(line[start..<end]).count : end - start
    return Diagnostic(
      file: path, line: number, column: column + 1, length: max(length, 1), severity: severity,
      message: message,
      hint: hint, source: isShown ? Self.string(line[...]) : nil)
  }

  static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}
