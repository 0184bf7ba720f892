import SpendEngine

/// What `check` says of templates.
enum TemplateText {
  /// Characters of one.
  static let longest = 1_000

  static func refusal(of text: String, named name: String) -> WrittenValue.Refusal? {
    if text.count > longest {
      return .init(message: "'\(name)' is too long", hint: "at most \(longest) characters")
    }
    if text.unicodeScalars.contains(where: { $0.isHidden && $0 != "\n" }) {
      return .init(message: "'\(name)' holds control characters", hint: "remove them")
    }
    return nil
  }

  static func message(_ mistake: Template.Mistake) -> String {
    switch mistake.kind {
    case .notClosed: "'{{' is never closed"
    case .notOpened: "'}}' closes nothing"
    case .unknownName(""): "nothing stands between '{{' and '}}'"
    case .unknownName(let name): "'\(name)' is nothing that can be filled in"
    case .unknownFilter(let name): "'\(name)' is no filter"
    }
  }

  static func hint(_ mistake: Template.Mistake) -> String {
    let known = Template.Variable.allCases.map(\.rawValue)
    switch mistake.kind {
    case .notClosed: return "write '}}' behind the name"
    case .notOpened: return "write '{{' before the name"
    case .unknownFilter(let name):
      let filters = Template.Filter.allCases.map(\.rawValue)
      let near = Nearest.name(to: name, among: filters)
      return near.map { "did you mean '\($0)'?" } ?? "known: \(filters.joined(separator: ", "))"
    case .unknownName(let name):
      // As Prometheus writes them.
      let plain = name.replacing("$labels.", with: "").replacing("$", with: "")
      if known.contains(plain) { return "write '{{\(plain)}}'" }
      if let near = Nearest.name(to: plain, among: known) { return "did you mean '{{\(near)}}'?" }
      return "known: \(known.joined(separator: ", ")), labels.x"
    }
  }
}

extension SourceText {
  /// Where a part of a value stands, if it can be found behind the value's beginning; else the value itself.
  /// - Parameter part: empty for all of it.
  func place(of part: String, in value: Place) -> Place {
    let wanted = Array(part.unicodeScalars)
    guard !wanted.isEmpty, value.line >= 1, value.line <= lines.count else { return value }
    // A text in a block stands on the lines below its mark.
    for number in value.line...min(lines.count, value.line + 20) {
      let line = lines[number - 1]
      if line.count > SourceText.maxShown { continue }
      var start = number == value.line ? max(0, value.column - 1) : 0
      while start + wanted.count <= line.count {
        if line[start] == wanted[0], line[start..<(start + wanted.count)].elementsEqual(wanted) {
          return Place(line: number, column: start + 1, length: wanted.count)
        }
        start += 1
      }
    }
    return value
  }
}
