/// Which characters of a rules-file line must not be printed: of a URL everything but scheme, host and port, and the whole value of a
/// `url:` that is none. `check` prints to journals and build logs; a webhook's URL is its password.
enum SecretSpans {
  /// true for each character that is not shown.
  static func mask(of line: String) -> [Bool] {
    let characters = Array(line)
    var mask = [Bool](repeating: false, count: characters.count)
    var index = 0
    while index < characters.count {
      if starts(characters, at: index, with: "://") {
        index = maskURL(characters, from: index + 3, &mask)
      } else if starts(characters, at: index, with: "url"),
        let value = valueStart(characters, after: index + 3)
      {
        let end = tokenEnd(characters, from: value)
        if !(value..<end).contains(where: { starts(characters, at: $0, with: "://") }) {
          for place in value..<end { mask[place] = true }
          index = end
        } else {
          index = value
        }
      } else {
        index += 1
      }
    }
    return mask
  }

  /// Masks what comes before the `@` and after the authority.
  private static func maskURL(_ characters: [Character], from start: Int, _ mask: inout [Bool]) -> Int {
    let end = tokenEnd(characters, from: start)
    var authority = start
    // A password may hold a slash that somebody forgot to encode: the last @ counts.
    if let at = characters[start..<end].lastIndex(of: "@") {
      for place in start..<at { mask[place] = true }
      authority = at + 1
    }
    guard let slash = characters[authority..<end].firstIndex(where: { "/?#".contains($0) }) else {
      return end
    }
    for place in (slash + 1)..<max(end, slash + 1) { mask[place] = true }
    return end
  }

  /// Where the value begins, if a `key:` ends at `index`.
  private static func valueStart(_ characters: [Character], after index: Int) -> Int? {
    var index = index
    while index < characters.count, "\"' \t".contains(characters[index]) { index += 1 }
    guard index < characters.count, characters[index] == ":" else { return nil }
    index += 1
    while index < characters.count, "\"' \t".contains(characters[index]) { index += 1 }
    return index < characters.count ? index : nil
  }

  /// Where a value that holds `start` ends: at its closing quote; without quotes at a comment, at what ends it in `{a: b, c: d}`, or
  /// with the line. Blanks do not end it: a secret with a blank in it is still one.
  private static func tokenEnd(_ characters: [Character], from start: Int) -> Int {
    var open = start
    while open > 0, characters[open - 1].isLetter || ":/+".contains(characters[open - 1]) { open -= 1 }
    if open > 0, "\"'".contains(characters[open - 1]) {
      let quote = characters[open - 1]
      return characters[start...].firstIndex(of: quote) ?? characters.count
    }
    var end = start
    while end < characters.count, !"{}\"'".contains(characters[end]) {
      if characters[end] == ",", end + 1 == characters.count || characters[end + 1].isWhitespace { break }
      if characters[end].isWhitespace, end + 1 < characters.count, characters[end + 1] == "#" { break }
      end += 1
    }
    return end
  }

  private static func starts(_ characters: [Character], at index: Int, with text: String) -> Bool {
    var index = index
    for character in text {
      guard index < characters.count, Character(characters[index].lowercased()) == character else {
        return false
      }
      index += 1
    }
    return true
  }
}
