/// Where a value stands in a record: keys with dots between, `usage.input_tokens`.
///
/// After a key, `(json)` says that its value may be JSON text inside a string, and `[]` means each element of an array: the first that
/// has a value wins. A key that holds a dot, a bracket or a quote stands in double quotes, `"gen_ai.usage".input`, with `\"` and `\\`
/// inside them.
package struct FieldPath: Sendable, Hashable {
  enum Step: Sendable, Hashable {
    case key(String, mayBeText: Bool)
    case element
  }
  let steps: [Step]

  /// Characters and keys at most.
  package static let maxLength = 200
  package static let maxKeys = 16

  package enum Failure: Error, Sendable, Hashable {
    case empty
    case tooLong
    case tooDeep
    /// Nothing between two dots, or before or after one.
    case emptyKey
    /// A quote that is never closed, or text after one that is.
    case badQuote
    /// `[0]`, `a[b`: only `[]` is known.
    case badBracket
    /// `(json)` inside of what is JSON in a string already.
    case textInText
  }

  package init(_ text: String) throws(Failure) {
    if text.isEmpty { throw .empty }
    if text.count > FieldPath.maxLength { throw .tooLong }
    var steps: [Step] = []
    var hasText = false
    var keys = 0
    var rest = text[...]
    while true {
      let quoted = try FieldPath.quotedKey(&rest)
      let end = rest.firstIndex(of: ".") ?? rest.endIndex
      var part = rest[..<end]
      var elements = 0
      while part.hasSuffix("[]") {
        part.removeLast(2)
        elements += 1
      }
      let mayBeText = part.hasSuffix("(json)")
      if mayBeText { part.removeLast(6) }
      if quoted != nil, !part.isEmpty { throw .badQuote }
      if part.contains("\"") { throw .badQuote }
      if part.contains("[") || part.contains("]") { throw .badBracket }
      let key = quoted ?? String(part)
      // `$` is how other notations begin.
      if key.isEmpty || quoted == nil && key == "$" { throw .emptyKey }
      if mayBeText && hasText { throw .textInText }
      hasText = hasText || mayBeText
      keys += 1 + elements
      if keys > FieldPath.maxKeys { throw .tooDeep }
      steps.append(.key(key, mayBeText: mayBeText))
      for _ in 0..<elements { steps.append(.element) }
      if end == rest.endIndex { break }
      rest = rest[rest.index(after: end)...]
    }
    self.steps = steps
  }

  /// Takes a key in quotes from the front; nil where there is none.
  private static func quotedKey(_ rest: inout Substring) throws(Failure) -> String? {
    guard rest.first == "\"" else { return nil }
    rest.removeFirst()
    var key = ""
    while let character = rest.popFirst() {
      if character == "\"" { return key }
      if character == "\\" {
        guard let escaped = rest.popFirst() else { break }
        key.append(escaped)
      } else {
        key.append(character)
      }
    }
    throw .badQuote
  }
}
