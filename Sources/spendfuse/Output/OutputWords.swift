import SpendWatch

extension String {
  /// Its words on as many lines as they need; a word that is too long stands alone, cut. At least one line.
  /// - Parameters:
  ///   - width: columns of a line; nil: one line.
  ///   - indent: blanks before each line but the first.
  func wrapped(to width: Int?, indent: Int = 0) -> [String] {
    guard let width else { return [self] }
    let blank = String(repeating: " ", count: indent)
    var lines: [String] = []
    var line = ""
    for word in split(separator: " ").map(String.init) {
      let before = lines.isEmpty ? "" : blank
      if line.isEmpty {
        line = before + word
      } else if line.columns + 1 + word.columns <= width {
        line += " " + word
      } else {
        lines.append(line.fitted(to: width))
        line = blank + word
      }
    }
    return lines + [line.fitted(to: width)]
  }
}
