import SpendEngine

/// Text of unknown origin as a YAML scalar.
enum YAMLText {
  /// Plain where every reader takes it for the same text, else in double quotes. Unlike JSON, YAML has no surrogates: a scalar beyond the
  /// basic plane is escaped whole.
  static func scalar(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

  private static let words: Set<String> = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]

  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, first.isLetter || first == "/" || first == "_",
      text.unicodeScalars.allSatisfy({ $0.isLetter || "0123456789_./*-".unicodeScalars.contains($0) })
    else { return false }
    return !words.contains(text.lowercased())
  }

  /// In double quotes, whatever it is: what is hidden is escaped.
  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.isHidden || scalar.value == 0xfeff:
        let digits = String(scalar.value, radix: 16)
        let width = scalar.value < 0x1_0000 ? 4 : 8
        result +=
          (width == 4 ? "\\u" : "\\U") + String(repeating: "0", count: width - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension Unicode.Scalar {
  fileprivate var isLetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
}
