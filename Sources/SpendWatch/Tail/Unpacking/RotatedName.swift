/// What a name says of rotation: `F.jsonl.1`, `F.jsonl-20251124.gz`, `F-20251124.jsonl` are all of `F.jsonl`.
///
/// Not those that people and editors leave behind: `.bak`, `.tmp`, `~`.
struct RotatedName {
  /// What the log may have been called before, the name itself not among them; none = no rotated name.
  let logs: [ArraySlice<UInt8>]
  /// The name says that it is compressed.
  let isPacked: Bool

  init(_ name: ArraySlice<UInt8>) {
    let plain = RotatedName.withoutPacking(name)
    isPacked = plain.count < name.count
    var logs = isPacked ? [plain] : []
    if let log = RotatedName.withoutRotation(plain) { logs.append(log) }
    if let log = RotatedName.withoutStampBeforeExtension(plain) { logs.append(log) }
    self.logs = logs
  }

  /// Whether both may be names of one log's generations.
  static func areOfOneLog(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Bool {
    let ofB = RotatedName(b).logs + [b]
    return (RotatedName(a).logs + [a]).contains { log in ofB.contains { $0 == log } }
  }

  private static func withoutPacking(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    for ending in [".gz", ".zst", ".xz"] where name.count > ending.utf8.count {
      if name.suffix(ending.utf8.count).elementsEqual(ending.utf8) { return name.dropLast(ending.utf8.count) }
    }
    return name
  }

  /// `.1`, `.old`, or a date or time behind `-` or `.`.
  private static func withoutRotation(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    if let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > name.startIndex {
      let last = name[(dot + 1)...]
      if (1...4).contains(last.count), last.allSatisfy(isDigit) {
        // `F-20251124.1` is of F.
        return withoutStamp(name[..<dot]) ?? name[..<dot]
      }
      if last.elementsEqual("old".utf8) { return name[..<dot] }
    }
    return withoutStamp(name)
  }

  private static func withoutStamp(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    for index in name.indices.dropFirst()
    where name[index] == UInt8(ascii: "-") || name[index] == UInt8(ascii: ".") {
      if isStamp(name[(index + 1)...]) { return name[..<index] }
    }
    return nil
  }

  /// `F-20251124.jsonl` of `F.jsonl`.
  private static func withoutStampBeforeExtension(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")), let first = name[dot...].dropFirst().first,
      !isDigit(first), let stem = withoutStamp(name[..<dot])
    else { return nil }
    return ArraySlice(Array(stem) + Array(name[dot...]))
  }

  /// `20251124`, `2025-11-24`, seconds since 1970; each with more digits behind `-`, `_`, `.`, `:` or `T`.
  private static func isStamp(_ text: ArraySlice<UInt8>) -> Bool {
    let digits = text.prefix(while: isDigit)
    let rest: ArraySlice<UInt8>
    if digits.count == 4, isYear(digits), text.count >= 10, text[digits.endIndex] == UInt8(ascii: "-"),
      text[digits.endIndex + 3] == UInt8(ascii: "-"),
      isPart(text[(digits.endIndex + 1)..<(digits.endIndex + 3)], 1...12),
      isPart(text[(digits.endIndex + 4)..<(digits.endIndex + 6)], 1...31)
    {
      rest = text[(digits.endIndex + 6)...]
    } else if [8, 10, 12, 14].contains(digits.count), isYear(digits),
      isPart(digits.dropFirst(4).prefix(2), 1...12),
      isPart(digits.dropFirst(6).prefix(2), 1...31)
    {
      rest = text[digits.endIndex...]
    } else if digits.count == 10, let first = digits.first,
      (UInt8(ascii: "1")...UInt8(ascii: "4")).contains(first)
    {
      rest = text[digits.endIndex...]
    } else {
      return false
    }
    guard let mark = rest.first else { return true }
    return isMark(mark) && rest.count <= 24 && rest.contains(where: isDigit)
      && rest.allSatisfy { isDigit($0) || isMark($0) }
  }

  private static func isYear(_ digits: ArraySlice<UInt8>) -> Bool {
    digits.starts(with: "19".utf8) || digits.starts(with: "20".utf8) || digits.starts(with: "21".utf8)
  }
  private static func isPart(_ digits: ArraySlice<UInt8>, _ range: ClosedRange<Int>) -> Bool {
    guard digits.count == 2, digits.allSatisfy(isDigit) else { return false }
    return range.contains(digits.reduce(0) { $0 * 10 + Int($1 - 48) })
  }
  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
  private static func isMark(_ byte: UInt8) -> Bool { "-_.:T".utf8.contains(byte) }
}
