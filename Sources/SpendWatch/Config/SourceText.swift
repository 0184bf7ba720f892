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
  /// Without their line ends.
  let lines: [String]

  init(path: String, text: String) {
    self.path = path
    self.text = text
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n" where previous == "\r": break
      // What YAML takes for a line end.
      case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
        lines.append(String(line))
        line = String.UnicodeScalarView()
      default: line.append(scalar)
      }
      previous = scalar
    }
    lines.append(String(line))
    self.lines = lines
  }

  func diagnostic(
    at place: Place, _ message: String, hint: String = "", severity: Diagnostic.Severity = .error
  ) -> Diagnostic {
    let number = min(max(place.line, 1), lines.count)
    let line = lines[number - 1]
    let scalars = line.unicodeScalars
    // The parser may point past the end of the file.
    let offset = place.line > lines.count ? scalars.count : min(max(place.column - 1, 0), scalars.count)
    let start = scalars.index(scalars.startIndex, offsetBy: offset)
    let end =
      scalars.index(start, offsetBy: max(place.length, 1), limitedBy: scalars.endIndex) ?? scalars.endIndex
    let column = String(scalars[..<start]).count + 1
    let length = max(String(scalars[start..<end]).count, 1)
    return Diagnostic(
      file: path, line: number, column: column, length: length, severity: severity, message: message,
      hint: hint,
      source: line)
  }
}
