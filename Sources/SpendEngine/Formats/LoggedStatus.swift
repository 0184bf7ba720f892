/// How calls went, and as what they were served.
extension FieldReader {
  /// An HTTP status of 400 and up, or a word for a failure, in either case.
  func isFailure(_ field: Field) -> Bool {
    let slot = slot(field)
    switch slot.kind {
    case .number, .string, .escapedString: break
    default: return false
    }
    let text = fields.bytes(slot)
    guard let start = text.baseAddress, text.count > 0 else { return false }
    if text[0] < UInt8(ascii: "A") {
      guard let status = LoggedNumber(start, count: text.count) else { return false }
      return status.scaled(by: 0) ?? 0 >= 400
    }
    return isWord(text, "error") || isWord(text, "failure") || isWord(text, "failed")
      || isWord(text, "timeout")
  }

  /// ASCII letters in either case.
  private func isWord(_ text: UnsafeBufferPointer<UInt8>, _ word: StaticString) -> Bool {
    guard text.count == word.utf8CodeUnitCount else { return false }
    for index in 0..<text.count where text[index] | 0x20 != word.utf8Start[index] { return false }
    return true
  }

  /// `service_tier`; whatever is no known tier is the standard one.
  func tier(_ field: Field) -> ServiceTier {
    if equals(field, "flex") { return .flex }
    if equals(field, "priority") { return .priority }
    return equals(field, "batch") ? .batch : .standard
  }
}
