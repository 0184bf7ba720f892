/// A text with `{{name}}` in it: what rules write as labels and annotations. Reading it and filling it in are total: what cannot be read
/// stands in the result as it was written, and what is filled in is data, never read as a template again.
package struct Template: Sendable, Hashable {
  /// What may stand between the braces.
  package enum Variable: String, CaseIterable, Sendable, Hashable {
    case value, limit, percent, subject, key, task, model, user, team, alias, rule, window, level, until, mode
  }
  package enum Name: Sendable, Hashable {
    case variable(Variable)
    /// `labels.x`: a label that the rule itself has.
    case label(String)
  }
  /// `{{key | urlencode}}`
  package enum Filter: String, CaseIterable, Sendable, Hashable {
    /// Every byte but `A-Z a-z 0-9 - . _ ~` as `%2F`: for a place in a URL.
    case urlencode
  }
  package enum Piece: Sendable, Hashable {
    case text(String)
    case value(Name, Filter?)
  }
  package struct Mistake: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
      /// `{{` without `}}`, or `}}` without `{{`.
      case notClosed, notOpened
      case unknownName(String), unknownFilter(String)
    }
    package var kind: Kind
    /// The part of the text that is wrong.
    package var quote: String
    package init(kind: Kind, quote: String) {
      self.kind = kind
      self.quote = quote
    }
  }

  package private(set) var pieces: [Piece] = []
  package private(set) var mistakes: [Mistake] = []
  /// Labels that it asks for, with the part of the text that does.
  package private(set) var labels: [LabelUse] = []

  package struct LabelUse: Sendable, Hashable {
    package var name: String
    package var quote: String
  }

  package init(_ text: String) {
    var rest = text[...]
    while let brace = Template.nextBraces(rest) {
      add(rest[..<brace.start])
      let inside = rest[brace.end...]
      guard brace.isOpening else {
        mistakes.append(Mistake(kind: .notOpened, quote: "}}"))
        add("}}")
        rest = inside
        continue
      }
      guard let close = Template.nextBraces(inside), !close.isOpening else {
        mistakes.append(Mistake(kind: .notClosed, quote: "{{"))
        add("{{")
        rest = inside
        continue
      }
      let quote = rest[brace.start..<close.end]
      switch Template.read(inside[..<close.start]) {
      case .success(let piece):
        pieces.append(piece)
        if case .value(.label(let name), _) = piece { labels.append(.init(name: name, quote: String(quote))) }
      case .failure(let unread):
        mistakes.append(Mistake(kind: unread.kind, quote: String(quote)))
        add(quote)
      }
      rest = rest[close.end...]
    }
    add(rest)
  }

  private mutating func add(_ text: Substring) {
    if text.isEmpty { return }
    if case .text(let before) = pieces.last {
      pieces[pieces.count - 1] = .text(before + text)
    } else {
      pieces.append(.text(String(text)))
    }
  }

  private static func nextBraces(_ text: Substring) -> (
    start: String.Index, end: String.Index, isOpening: Bool
  )? {
    var index = text.startIndex
    while index < text.endIndex {
      let next = text.index(after: index)
      if next < text.endIndex, text[index] == text[next], text[index] == "{" || text[index] == "}" {
        return (index, text.index(after: next), text[index] == "{")
      }
      index = next
    }
    return nil
  }

  private struct Unread: Error { var kind: Mistake.Kind }

  private static func read(_ inside: Substring) -> Result<Piece, Unread> {
    let parts = inside.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false).map(trimmed)
    let word = parts.first ?? ""
    var filter: Filter?
    if parts.count == 2 {
      guard let known = Filter(rawValue: parts[1]) else {
        return .failure(Unread(kind: .unknownFilter(parts[1])))
      }
      filter = known
    }
    if let variable = Variable(rawValue: word) { return .success(.value(.variable(variable), filter)) }
    if word.hasPrefix("labels."), word.utf8.count > 7 {
      return .success(.value(.label(String(word.dropFirst(7))), filter))
    }
    return .failure(Unread(kind: .unknownName(word)))
  }

  private static func trimmed(_ text: Substring) -> String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    let start = text.drop(while: isSpace)
    return String(start.prefix(start.count - start.reversed().prefix(while: isSpace).count))
  }
}

extension Template {
  /// - Parameters:
  ///   - limit: characters of the result; what is more is cut, with an ellipsis.
  ///   - escape: makes a value fit for where the text goes; not asked where a filter has done so.
  ///   - value: what a name stands for now.
  package func filled(
    limit: Int, escape: (String) -> String = { $0 }, _ value: (Name) -> String
  ) -> String {
    var result = ""
    for piece in pieces where result.count <= limit {
      switch piece {
      case .text(let text): result += text
      case .value(let name, let filter):
        // No name is worth more than the whole text may be.
        let value = String(value(name).prefix(limit + 1))
        switch filter {
        case .urlencode: result += Template.urlEncoded(value)
        case nil: result += escape(value)
        }
      }
    }
    if result.count <= limit { return result }
    return limit > 0 ? result.prefix(limit - 1) + "…" : ""
  }

  /// RFC 3986: all but its unreserved characters.
  private static func urlEncoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      if byte.isAlphanumeric || "-._~".utf8.contains(byte) {
        result.unicodeScalars.append(UnicodeScalar(byte))
      } else {
        result += "%" + byte.hex.uppercased()
      }
    }
    return result
  }
}
