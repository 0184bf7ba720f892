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

extension OutputTerminal {
  /// Lines that are too long here, broken between words; the rest of one stands below its second column, where it has columns, else a bit
  /// to the right. What is longer than a line, a path, a URL or a command behind a colon, stays
  /// whole: it is there to be copied.
  func folded(_ text: String) -> String {
    guard let width else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      OutputTerminal.shown(line) <= width ? String(line) : OutputTerminal.fold(line, width)
    }.joined(separator: "\n")
  }

  /// Facts two blanks apart: on one line where there is room, else on as many as they need, each whole where that is possible.
  /// - Parameter indent: blanks before each line but the first.
  func joined(_ parts: [String], indent: Int) -> String {
    let parts = parts.filter { !$0.isEmpty }
    guard let width else { return parts.joined(separator: "  ") }
    var lines: [String] = []
    for part in parts {
      let whole = lines.last.map { "\($0)  \(part)" }
      if let whole, OutputTerminal.shown(whole[...]) <= width {
        lines[lines.count - 1] = whole
      } else {
        lines.append((lines.isEmpty ? "" : String(repeating: " ", count: indent)) + part)
      }
    }
    return folded(lines.joined(separator: "\n"))
  }

  /// Columns without the sequences that set colours.
  private static func shown(_ text: Substring) -> Int {
    text.contains("\u{1b}")
      ? text.replacing(#/\x1b\[\d*m/#, with: "").description.columns : String(text).columns
  }

  private static func fold(_ line: Substring, _ width: Int) -> String {
    let pieces = pieces(line)
    let margin = pieces.first.map { $0.gap } ?? 0
    var indent = margin + 4
    var column = 0
    for (index, piece) in pieces.enumerated() {
      column += piece.gap
      // Far to the right there is no room for a column.
      if index > 0, piece.gap > 1 {
        if column <= width * 2 / 5 { indent = column }
        break
      }
      column += shown(piece.word)
    }
    var lines: [String] = []
    var current = ""
    var length = 0
    for piece in pieces {
      let (count, isFirst) = (shown(piece.word), length == 0 && lines.isEmpty)
      if !isFirst, length + piece.gap + count > width {
        lines.append(current)
        current = String(repeating: " ", count: indent) + piece.word
        length = indent + count
      } else {
        current += String(repeating: " ", count: piece.gap) + piece.word
        length += piece.gap + count
      }
    }
    return (lines + [current]).joined(separator: "\n")
  }

  /// Words, with the blanks before them.
  private static func pieces(_ line: Substring) -> [(gap: Int, word: Substring)] {
    var pieces: [(gap: Int, word: Substring)] = []
    var rest = line
    while !rest.isEmpty {
      let word = rest.drop { $0 == " " }
      if word.isEmpty { break }
      var end = word.firstIndex(of: " ") ?? word.endIndex
      // A number and its percent sign are one.
      if word[end...].hasPrefix(" %") { end = word[end...].dropFirst().firstIndex(of: " ") ?? word.endIndex }
      // A command is there to be copied: it is one, to the end of its line.
      if ["spendfuse", "sudo"].contains(word[..<end]), pieces.last?.word.hasSuffix(":") == true {
        end = word.endIndex
      }
      pieces.append((rest.count - word.count, word[..<end]))
      rest = word[end...]
    }
    return pieces
  }
}
