extension Unicode.Scalar {
  /// Whether a reader would not see it as what it is: it moves a cursor, turns the direction of text, takes no room, or is drawn as
  /// nobody knows what. What decides about terminals, logs, messages and shell quoting alike.
  package var isHidden: Bool {
    if value < 0x7f { return value < 0x20 }
    switch value {
    // Marks and letters that are drawn as nothing: joiners, fillers, vowel separators, variation selectors of Mongolian.
    case 0x34f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b...0x180f, 0x3164, 0xffa0, 0xe0000...0xe0fff:
      return true
    default: break
    }
    return switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: true
    default: false
    }
  }
}

extension String {
  /// Text of unknown origin on one line of a terminal or a log: what is hidden stands there as `\u{1b}`, all else as it was.
  package var printable: String {
    if utf8.allSatisfy({ (0x20..<0x7f).contains($0) }) { return self }
    var result = ""
    for scalar in unicodeScalars {
      if scalar.isHidden {
        result += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
