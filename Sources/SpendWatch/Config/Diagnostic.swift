import SpendEngine

/// One mistake in a file that somebody wrote: where, what, and what to write instead.
package struct Diagnostic: Error, Sendable, Hashable {
  package enum Severity: String, Sendable, Hashable {
    /// The file is refused.
    case error
    /// Said once; the file is used.
    case warning
  }

  /// As the file was given.
  package var file: String
  /// From 1; 0 = the file as a whole.
  package var line: Int
  /// In characters, from 1; 0 = the file as a whole.
  package var column: Int
  /// Characters that are marked; at least 1.
  package var length: Int
  package var severity: Severity
  package var message: String
  /// Empty where there is nothing to suggest.
  package var hint: String
  /// The line as it stands in the file; nil where there is none.
  package var source: String?

  /// About the file as a whole.
  package init(file: String, severity: Severity = .error, message: String, hint: String = "") {
    self.init(
      file: file, line: 0, column: 0, length: 1, severity: severity, message: message, hint: hint, source: nil
    )
  }

  package init(
    file: String, line: Int, column: Int, length: Int, severity: Severity, message: String, hint: String,
    source: String?
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.length = length
    self.severity = severity
    self.message = message
    self.hint = hint
    self.source = source
  }

  /// Plain text of one to three lines, safe for a terminal and without the secret part of any URL:
  ///
  ///     rules.yaml:14:5: error: unknown setting 'limt' in rule 'key-daily-cap'
  ///        14 |     limt: 25.00
  ///           |     ^~~~ did you mean 'limit'?
  package var rendered: String {
    let file = file.printable
    let place = line > 0 ? "\(file):\(line):\(column)" : file
    let head = "\(place): \(severity.rawValue): \(Self.clipped(message).printable)"
    guard line > 0, let source else {
      return hint.isEmpty ? head : "\(head) (\(hint.printable))"
    }
    let shown = ShownLine(source, column: column, length: length)
    let number = String(line)
    let gutter = String(repeating: " ", count: max(5 - number.count, 0))
    let blank = String(repeating: " ", count: max(5, number.count))
    let mark = shown.mark + (hint.isEmpty ? "" : " \(hint.printable)")
    return "\(head)\n\(gutter)\(number) | \(shown.text)\n\(blank) | \(mark)"
  }

  /// A value from the file may be as long as the file.
  private static func clipped(_ text: String) -> String {
    text.count <= 240 ? text : "\(text.prefix(240))…"
  }

  /// All of them, one after the other, and how many there are; empty for none.
  /// - Parameter limit: further ones are only counted.
  package static func render(_ diagnostics: [Diagnostic], limit: Int = 50) -> String {
    guard !diagnostics.isEmpty else { return "" }
    var lines = diagnostics.prefix(limit).map(\.rendered)
    if diagnostics.count > limit { lines.append("... and \(diagnostics.count - limit) more") }
    let errors = diagnostics.count { $0.severity == .error }
    let warnings = diagnostics.count - errors
    let counts = [(errors, "error"), (warnings, "warning")].filter { $0.0 > 0 }
      .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
    return lines.joined(separator: "\n") + "\n" + counts.joined(separator: ", ") + "\n"
  }
}

extension [Diagnostic] {
  /// As their places follow in the file.
  var inOrder: [Diagnostic] {
    enumerated()
      .sorted {
        ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset)
      }
      .map(\.element)
  }
}
