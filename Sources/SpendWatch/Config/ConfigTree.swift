import Yams

/// Turns a rules file's YAML into `ConfigNode`s: anchors and merge keys are followed, repeated keys are reported, and what would take
/// the reader's memory or stack is refused.
struct ConfigTree {
  let source: SourceText
  private(set) var diagnostics: [Diagnostic] = []
  /// Nodes made; anchors that repeat anchors grow without bound.
  private var count = 0
  private static let maxCount = 100_000
  private static let maxDepth = 32
  /// Each costs another look at the whole file.
  private static let maxRepeats = 20

  init(source: SourceText) { self.source = source }

  /// - Returns: nil for an empty file, and where YAML is broken (then `diagnostics` has it).
  mutating func compose() -> ConfigNode? {
    diagnostics = controlCharacters()
    guard diagnostics.isEmpty else { return nil }
    var repeats = RepeatedKeys(lines: source.lines)
    while true {
      do {
        guard let root = try Yams.Parser(yaml: repeats.text).singleRoot() else { return nil }
        let node = convert(root, repeats, depth: 0)
        if count > Self.maxCount {
          diagnostics = [
            source.diagnostic(
              at: Place(line: 1, column: 1), "more than \(Self.maxCount) values",
              hint: "anchors that repeat anchors grow fast")
          ]
          return nil
        }
        return node
      } catch YamlError.duplicatedKeysInMapping(_, let context) {
        // The parser stops at the first of them; to see the rest of the file as well, the first key gets another name.
        guard repeats.count < Self.maxRepeats, repeats.rename(at: context.mark) else {
          diagnostics = [source.diagnostic(at: Place(context.mark), "this key is written twice")]
          return nil
        }
      } catch {
        diagnostics = [YAMLFailure.diagnostic(error, in: source)]
        return nil
      }
    }
  }

  /// Each is reported with its place: editors hide them.
  private func controlCharacters() -> [Diagnostic] {
    var found: [Diagnostic] = []
    for (index, line) in source.lines.enumerated() {
      for (column, scalar) in line.enumerated() {
        let isAllowed = scalar == "\t" || scalar.value >= 0xA0 || (0x20..<0x7F).contains(scalar.value)
        guard !isAllowed || scalar == "\u{FFFE}" || scalar == "\u{FFFF}" else { continue }
        let code = String(scalar.value, radix: 16, uppercase: true)
        found.append(
          source.diagnostic(
            at: Place(line: index + 1, column: column + 1),
            "control character U+\(String(repeating: "0", count: max(4 - code.count, 0)))\(code)",
            hint: "remove it"))
        if found.count == 10 { return found }
      }
    }
    return found
  }

  private mutating func convert(_ node: Node, _ repeats: RepeatedKeys, depth: Int) -> ConfigNode {
    count += 1
    var place = Place(node.mark)
    let empty = ConfigNode(place: place, content: .scalar("", isPlain: true))
    guard count <= Self.maxCount else { return empty }
    guard depth < Self.maxDepth else {
      if diagnostics.last?.message != Self.tooDeep {
        diagnostics.append(source.diagnostic(at: place, Self.tooDeep))
      }
      return empty
    }
    switch node {
    case .scalar(let scalar):
      let isPlain = scalar.style == .plain || scalar.style == .any
      place.length = length(of: scalar, at: place, isPlain: isPlain)
      return ConfigNode(place: place, content: .scalar(scalar.string, isPlain: isPlain))
    case .sequence(let sequence):
      return ConfigNode(
        place: place, content: .list(sequence.map { convert($0, repeats, depth: depth + 1) }))
    case .mapping(let mapping):
      let entries = entries(of: mapping, repeats, depth: depth)
      if mapping.style != .flow, let first = entries.first { place = first.keyPlace }
      return ConfigNode(place: place, content: .map(entries))
    case .alias:
      return empty
    }
  }
  private static let tooDeep = "nested too deeply"

  private mutating func entries(
    of mapping: Node.Mapping, _ repeats: RepeatedKeys, depth: Int
  ) -> [ConfigNode.Entry] {
    var entries: [ConfigNode.Entry] = []
    var merged: [ConfigNode] = []
    var lines: [String: Int] = [:]
    for (keyNode, valueNode) in mapping {
      guard case .scalar(let scalar) = keyNode, let mark = scalar.mark else {
        diagnostics.append(source.diagnostic(at: Place(keyNode.mark), "a name must be a single word"))
        continue
      }
      var place = Place(mark)
      let key = repeats.original(scalar.string)
      let isPlain = scalar.style == .plain
      place.length = length(of: scalar, at: place, isPlain: isPlain)
      if let first = lines[key] {
        diagnostics.append(
          source.diagnostic(at: place, "'\(key)' is written twice", hint: "it also stands on line \(first)"))
        continue
      }
      lines[key] = place.line
      let value = convert(valueNode, repeats, depth: depth + 1)
      if key == "<<", isPlain {
        merged.append(value)
      } else {
        entries.append(.init(key: key, keyPlace: place, value: value))
      }
    }
    for node in merged { merge(node, into: &entries) }
    return entries
  }

  /// `<<: *defaults`: what is written in the section itself wins.
  private mutating func merge(_ node: ConfigNode, into entries: inout [ConfigNode.Entry]) {
    switch node.content {
    case .map(let others):
      for other in others where !entries.contains(where: { $0.key == other.key }) { entries.append(other) }
    case .list(let nodes):
      for node in nodes { merge(node, into: &entries) }
    case .scalar:
      diagnostics.append(source.diagnostic(at: node.place, "'<<' merges a section, such as '*defaults'"))
    }
  }

  /// Scalars that are marked: of a quoted text with its quotes, of a block text its `|`.
  private func length(of scalar: Node.Scalar, at place: Place, isPlain: Bool) -> Int {
    guard source.lines.indices.contains(place.line - 1) else { return 1 }
    let rest = source.lines[place.line - 1].dropFirst(place.column - 1)
    if isPlain { return max(min(scalar.string.unicodeScalars.count, rest.count), 1) }
    guard let quote = rest.first, quote == "\"" || quote == "'" else { return 1 }
    var length = 1
    var isEscaped = false
    for other in rest.dropFirst() {
      length += 1
      if other == quote, !isEscaped { break }
      isEscaped = quote == "\"" && other == "\\" && !isEscaped
    }
    return length
  }
}

extension Place {
  /// The start of the file where the parser gave no place.
  init(_ mark: Mark?) { self.init(line: mark?.line ?? 1, column: mark?.column ?? 1) }
}

/// Repeated keys, renamed so that the YAML parser takes the file: a key of n characters becomes n times one private-use character, so
/// every place stays where it was.
struct RepeatedKeys {
  private var lines: [[Unicode.Scalar]]
  /// What each private-use character stands for: the word with which the key began.
  private var words: [Unicode.Scalar: String] = [:]
  var count: Int { words.count }

  init(lines: [[Unicode.Scalar]]) { self.lines = lines }

  var text: String { SourceText.string(lines.joined(separator: ["\n"])) }

  /// What was really written.
  func original(_ key: String) -> String {
    guard let mask = key.unicodeScalars.first, let word = words[mask] else { return key }
    return word + String(String.UnicodeScalarView(key.unicodeScalars.drop { $0 == mask }))
  }

  /// Renames the key at `mark`.
  /// - Returns: false where it is not plainly written there.
  mutating func rename(at mark: Mark) -> Bool {
    guard let mask = Unicode.Scalar(0xE000 + UInt32(words.count))
    else {
      return false
    }
    guard lines.indices.contains(mark.line - 1) else { return false }
    let line = lines[mark.line - 1]
    var start = mark.column - 1
    guard line.indices.contains(start) else { return false }
    if line[start] == "\"" || line[start] == "'" { start += 1 }
    let end = line[start...].firstIndex { !Self.isWord($0) } ?? line.count
    guard end > start else { return false }
    words[mask] = original(SourceText.string(line[start..<end]))
    lines[mark.line - 1].replaceSubrange(start..<end, with: repeatElement(mask, count: end - start))
    return true
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == "_" || scalar == "-"
      || scalar == "." || scalar == "<"
  }
}
