package import SpendEngine

extension PriceTable {
  /// Names of the table that may have been meant by `model`: those within a slip of the finger, then those that one of the two begins the
  /// other of.
  /// - Parameter limit: at most so many.
  package func names(near model: String, limit: Int = 3) -> [String] {
    let asked = Self.plain(model)
    guard (3...100).contains(asked.count) else { return [] }
    let slips = asked.count <= 7 ? 2 : 3
    let characters = Array(asked)
    var found: [(distance: Int, name: String)] = []
    for name in Set(inUse.map(\.row.name)) {
      let known = Self.plain(name)
      if abs(known.count - asked.count) <= slips {
        let distance = Nearest.distance(characters, Array(known), limit: slips + 1)
        if distance <= slips {
          found.append((distance, name))
          continue
        }
      }
      let isPart = known.hasPrefix(asked) || known.count >= 4 && asked.hasPrefix(known)
      if isPart { found.append((slips + abs(known.count - asked.count), name)) }
    }
    // Of names that differ in their paths only, the shortest.
    let ordered = found.sorted {
      ($0.distance, $0.name.count, $0.name) < ($1.distance, $1.name.count, $1.name)
    }
    var seen: Set<String> = []
    return Array(ordered.map(\.name).filter { seen.insert(Self.plain($0)).inserted }.prefix(limit))
  }

  /// A word that names of the table are made of: `sonnet` for `sonet`.
  package func part(near text: String) -> String? {
    guard (3...100).contains(text.count) else { return nil }
    let words = inUse.flatMap { Self.plain($0.row.name).split(separator: "-").map(String.init) }
    // A number is near every other number.
    return Nearest.name(
      to: text, among: Set(words.filter { $0.count > 2 && $0.contains(where: \.isLetter) }).sorted())
  }

  /// Without paths and case, and with one mark for all.
  private static func plain(_ name: String) -> String {
    String(name.split(separator: "/").last ?? "").lowercased().replacing(".", with: "-").replacing(
      "_", with: "-")
  }
}
