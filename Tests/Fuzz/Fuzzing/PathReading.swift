/// A path's value in a document, by the rules that `FieldPath` and the formats give: of equal keys the last, with all that is below it;
/// of an array's elements the first that has a value (and in there of equal keys the first); `(json)` looks into strings.
package struct PathReading {
  private enum Step: Equatable {
    case key([UInt8])
    case element
  }
  private struct Unknown: Error {}

  /// Keys whose value may be JSON text, for any of the paths that are read together.
  private let texts: Set<String>

  /// - Parameter paths: all that are read together. None may have quotes.
  package init(_ paths: [String]) {
    var texts: Set<String> = []
    for path in paths {
      var rest = path
      while let end = rest.range(of: "(json)") {
        texts.insert(PathReading.plain(String(rest[..<end.lower])))
        rest = String(rest[..<end.lower]) + String(rest[end.upper...])
      }
    }
    self.texts = texts
  }

  private static func plain(_ path: String) -> String { path.split(separator: "(json)").joined() }

  /// - Returns: nil where there is none; `.none` of the outer optional where the document does not say what is right (broken text).
  package func value(of path: String, in document: StrictJSON) -> StrictJSON?? {
    var steps: [Step] = []
    for part in PathReading.plain(path).split(separator: ".") {
      var key = part
      var elements = 0
      while key.hasSuffix("[]") {
        key.removeLast(2)
        elements += 1
      }
      steps.append(.key(Array(key.utf8)))
      for _ in 0..<elements { steps.append(.element) }
    }
    var found: StrictJSON?
    do {
      try walk(document, steps[...], "", keepsFirst: false, isText: false, &found)
    } catch {
      return .none
    }
    return .some(found)
  }

  private func walk(
    _ value: StrictJSON, _ steps: ArraySlice<Step>, _ place: String, keepsFirst: Bool, isText: Bool,
    _ found: inout StrictJSON?
  ) throws(Unknown) {
    guard let step = steps.first else {
      if keepsFirst, let found, found != .null, found != .string([]) { return }
      found = value
      return
    }
    switch (step, value) {
    case (.key(let key), .object(let members)):
      let name = (place.isEmpty ? "" : place + ".") + String(decoding: key, as: UTF8.self)
      for member in members where member.key == key {
        if !keepsFirst, steps.count > 1 { found = nil }
        var value = member.value
        var isText = isText
        if case .string(let text) = value, texts.contains(name), !isText {
          let first = text.first { !" \t\r\n".utf8.contains($0) }
          if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            guard let reading = StrictJSON.read(text), reading.depth < 60 else { throw Unknown() }
            value = reading.value
            isText = true
          } else if let first, first | 0x20 == UInt8(ascii: "{") {
            throw Unknown()
          }
        }
        try walk(value, steps.dropFirst(), name, keepsFirst: keepsFirst, isText: isText, &found)
      }
    case (.element, .array(let elements)):
      for element in elements {
        try walk(element, steps.dropFirst(), place + "[]", keepsFirst: true, isText: isText, &found)
      }
    default: break
    }
  }
}

extension String {
  fileprivate func range(of part: String) -> (lower: Index, upper: Index)? {
    var index = startIndex
    while index < endIndex {
      if self[index...].hasPrefix(part) { return (index, self.index(index, offsetBy: part.count)) }
      index = self.index(after: index)
    }
    return nil
  }
}
