/// Text from logs for a terminal or a log line: what could move the cursor, hide or reorder text is shown as an escape instead.
package enum TerminalText {
  /// `text` on one line: C0 and C1 controls (ESC, newline and tab too), DEL, bidi controls, zero-width and other invisible
  /// characters as `\u{1b}`. All else is as it was.
  package static func escape(_ text: String) -> String {
    // Most text needs nothing.
    if text.utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if isHidden(scalar) {
        result += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Whether a reader would not see it as what it is.
  package static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...0x1f, 0x7f...0x9f: true  // C0, DEL, C1
    case 0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b...0x180f: true  // invisible
    case 0x200b...0x200f: true  // zero width, left-to-right and right-to-left marks
    case 0x2028...0x202e: true  // line and paragraph separators, bidi embeddings and overrides
    case 0x2060...0x206f: true  // word joiner, bidi isolates, deprecated controls
    case 0x3164, 0xfeff, 0xffa0, 0xfff0...0xfffb: true  // fillers, byte order mark, annotations
    case 0xe0000...0xe0fff: true  // tags
    default: false
    }
  }
}
