/// Text of a man page in mdoc(7), whatever is in it: names, dots at a line's beginning and backslashes stay what they are.
struct ManualText {
  private(set) var text = ""

  /// A macro with arguments: `line("It", "Fl", "-rules")`. Only `arguments` from `literal` on are taken as they are.
  mutating func line(_ macro: String, _ arguments: String...) { line(macro, arguments) }
  mutating func line(_ macro: String, _ arguments: [String]) {
    text += ([".\(macro)"] + arguments).joined(separator: " ") + "\n"
  }

  mutating func section(_ title: String) { line("Sh", title.uppercased()) }

  /// Running text: paragraphs are parted by empty lines, what is indented stands as it is.
  mutating func prose(_ prose: String) {
    var isOpen = false
    var isFirst = true
    var gap = false
    for line in prose.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.allSatisfy({ $0 == " " }) {
        gap = true
        continue
      }
      let isLiteral = line.hasPrefix("  ")
      if isLiteral != isOpen {
        self.line(isLiteral ? "Bd" : "Ed", isLiteral ? ["-literal", "-offset", "indent"] : [])
        isOpen = isLiteral
        if !isLiteral { self.line("Pp") }
      } else if gap, !isFirst {
        if isLiteral { text += "\n" } else { self.line("Pp") }
      }
      gap = false
      isFirst = false
      text += Self.escaped(isLiteral ? line.dropFirst(2) : line.drop { $0 == " " }) + "\n"
    }
    if isOpen { line("Ed") }
  }

  /// A list of names and what they mean.
  mutating func list(_ entries: [(head: String, body: (inout ManualText) -> Void)]) {
    guard !entries.isEmpty else { return }
    line("Bl", "-tag", "-width", "Ds")
    for entry in entries {
      line("It", entry.head)
      entry.body(&self)
    }
    line("El")
  }

  /// A line of text, safe at the beginning of a line.
  static func escaped(_ text: some StringProtocol) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "~": result += "\\(ti"
      case "^": result += "\\(ha"
      case "`": result += "\\(ga"
      case "'": result += "\\(aq"
      default: result.unicodeScalars.append(scalar)
      }
    }
    if result.hasPrefix(".") { result = "\\&" + result }
    return result
  }

  /// One argument of a macro: blanks do not part it, and no word of it is taken for a macro or for punctuation.
  static func argument(_ text: some StringProtocol) -> String {
    "\"\\&\(escaped(text).split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\(dq"))\""
  }
}
