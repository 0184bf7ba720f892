/// The known name that was most likely meant.
package enum Nearest {
  /// The nearest of `names` to `text`, whatever the case; nil where none is near enough to be a guess worth making. Of two as near the
  /// first counts.
  package static func name(to text: String, among names: some Sequence<String>) -> String? {
    // A longer text is no slip of the finger, and distance costs length times length.
    guard !text.isEmpty, text.count <= 100 else { return nil }
    let folded = fold(text)
    let limit = folded.count <= 3 ? 1 : folded.count <= 7 ? 2 : 3
    var best: (name: String, distance: Int)?
    for name in names where abs(name.count - folded.count) <= limit {
      let distance = distance(folded, fold(name), limit: best?.distance ?? limit + 1)
      if distance <= limit, distance < best?.distance ?? .max { best = (name, distance) }
    }
    return best?.name
  }

  /// `- ` and `_` are one: `alert-at` is `alert_at`.
  private static func fold(_ text: String) -> [Character] {
    text.lowercased().map { $0 == "-" || $0 == " " ? "_" : $0 }
  }

  /// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
  static func distance(_ a: [Character], _ b: [Character], limit: Int = .max) -> Int {
    var older: [Int] = []
    var old = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = min(old[j] + (a[i] == b[j] ? 0 : 1), old[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, older[j - 1] + 1) }
        row.append(cost)
      }
      if (row.min() ?? 0) >= limit { return limit }
      older = old
      old = row
    }
    return old[b.count]
  }
}

extension Nearest {
  /// The nearest, else the only one that begins so: `claude` is `claude-code`.
  package static func meant(by text: String, among names: [String]) -> String? {
    if let near = name(to: text, among: names) { return near }
    let longer = names.filter { $0.lowercased().hasPrefix(text.lowercased()) }
    return text.count > 1 && longer.count == 1 ? longer.first : nil
  }

  /// Of a name that is none of `names`: `did you mean 'watch'?`, else which there are.
  package static func hint(to text: String, among names: [String]) -> String {
    if let near = meant(by: text, among: names) { return "did you mean '\(near)'?" }
    return names.isEmpty ? "there is none" : "there \(names.count == 1 ? "is" : "are") \(list(names))"
  }

  /// The first few, and how many more.
  package static func list(_ names: [String], most: Int = 12) -> String {
    let shown = names.prefix(most).joined(separator: ", ")
    return names.count > most ? "\(shown) and \(names.count - most) more" : shown
  }
}
