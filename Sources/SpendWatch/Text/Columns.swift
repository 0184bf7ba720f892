extension String {
  /// Columns on a terminal: two for East Asian wide characters and emoji, none for marks on the one before.
  package var columns: Int {
    if utf8.allSatisfy({ $0 < 0x80 }) { return utf8.count }
    return reduce(0) { $0 + $1.columns }
  }

  /// At most `width` columns; what is longer is cut and ends in `…`.
  package func fitted(to width: Int) -> String {
    guard columns > width else { return self }
    var result = ""
    var used = 1
    for character in self {
      if used + character.columns > width { break }
      used += character.columns
      result.append(character)
    }
    return result + "…"
  }
}

extension Character {
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
    0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f680...0x1f6ff, 0x1f900...0x1faff,
    0x20000...0x3fffd,
  ]

  package var columns: Int {
    guard let first = unicodeScalars.first else { return 0 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: break
    }
    return Character.wide.contains { $0.contains(first.value) } ? 2 : 1
  }
}
