/// How calls went, and as what they were served.
extension RecordFields {
  /// An HTTP status of 400 and up, or a word for a failure, in either case.
  func isFailure(_ slot: Slot) -> Bool {
    switch slot.kind {
    case .number, .string, .escapedString: break
    default: return false
    }
    let text = bytes(slot)
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
  func tier(_ slot: Slot) -> ServiceTier {
    if equals(slot, "flex") { return .flex }
    if equals(slot, "priority") { return .priority }
    return equals(slot, "batch") ? .batch : .standard
  }

  /// Of an array of tags the one that begins with `task:`, without that; else the first that a person gave (LiteLLM adds `User-Agent:`
  /// ones).
  func taskTag(_ slot: Slot) -> UsageRecord.Name {
    var tagged: Slot?
    var other: Slot?
    forEachString(slot) { tag in
      if hasPrefix(tag, "task:") {
        tagged = tag
        return false
      }
      if other == nil && tag.length > 0 && !hasPrefix(tag, "User-Agent:") { other = tag }
      return true
    }
    if var tagged, tagged.length > 5 {
      tagged.offset += 5
      tagged.length -= 5
      return name(tagged)
    }
    return other.map { name($0) } ?? UsageRecord.Name()
  }
}

extension FieldReader {
  func isFailure(_ field: Field) -> Bool { fields.isFailure(slot(field)) }
  func tier(_ field: Field) -> ServiceTier { fields.tier(slot(field)) }
}
