internal import CScan

/// The found values of one record. Valid until the next record is walked.
struct RecordFields {
  let base: UnsafePointer<UInt8>
  let slots: UnsafePointer<Slot>
  let work: UnsafeMutablePointer<Workspace>

  /// Most tokens and most nano-dollars that one call can truly have.
  static let mostTokens: Int64 = 1_000_000_000_000
  static let mostNanoUSD: Int64 = 1_000_000_000 * 1_000_000_000

  /// The bytes of a string or number, unescaped. Valid until the next call.
  func bytes(_ slot: Slot) -> UnsafeBufferPointer<UInt8> {
    let count = Int(slot.length)
    guard slot.kind == .escapedString else {
      return UnsafeBufferPointer(start: origin(slot) + Int(slot.offset), count: count)
    }
    // Room first: the source may lie in the same buffer.
    work.pointee.scratch.reserve(count)
    let first = work.pointee.scratch.count
    work.pointee.scratch.appendUnescaped(origin(slot) + Int(slot.offset), count: count)
    return UnsafeBufferPointer(
      start: UnsafePointer(work.pointee.scratch.start) + first, count: work.pointee.scratch.count - first)
  }

  private func origin(_ slot: Slot) -> UnsafePointer<UInt8> {
    slot.isUnescaped ? UnsafePointer(work.pointee.scratch.start) : base
  }

  /// nil where the value is absent, null or "".
  func integer(_ slot: Slot, most: Int64) throws(Rejection) -> Int64? {
    if slot.kind == .number {
      if let value = plainInteger(slot), value <= most { return value }
    } else {
      if slot.isEmpty { return nil }
      guard slot.kind == .string || slot.kind == .escapedString else { throw .badField }
    }
    return try decimal(slot, scale: 0, most: most)
  }

  /// Up to 18 digits and nothing else: nearly every count there is.
  @inline(__always)
  private func plainInteger(_ slot: Slot) -> Int64? {
    guard slot.length <= 18 else { return nil }
    let text = origin(slot) + Int(slot.offset)
    var value: Int64 = 0
    for index in 0..<Int(slot.length) {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value &* 10 &+ Int64(digit)
    }
    return value
  }

  /// value * 10^scale, to the nearest; nil where the value is absent, null or "".
  func scaled(_ slot: Slot, scale: Int, most: Int64) throws(Rejection) -> Int64? {
    if slot.isEmpty { return nil }
    guard slot.kind == .number || slot.kind == .string || slot.kind == .escapedString else { throw .badField }
    return try decimal(slot, scale: scale, most: most)
  }

  private func decimal(_ slot: Slot, scale: Int, most: Int64) throws(Rejection) -> Int64 {
    let text = bytes(slot)
    guard let start = text.baseAddress, let number = LoggedNumber(start, count: text.count) else {
      throw .badNumber
    }
    guard let value = number.scaled(by: scale) else { throw number.isNegative ? .negative : .badNumber }
    if value < 0 { throw .negative }
    if value > most { throw .badNumber }
    return value
  }

  func time(_ slot: Slot) throws(Rejection) -> EngineTime? {
    if slot.isEmpty { return nil }
    let text: UnsafeBufferPointer<UInt8>
    switch slot.kind {
    case .number, .string, .escapedString: text = bytes(slot)
    default: throw .badTime
    }
    guard let start = text.baseAddress else { throw .badTime }
    let time =
      slot.kind == .number
      ? LoggedTime.number(start, count: text.count) : work.pointee.clock.text(start, count: text.count)
    guard let time else { throw .badTime }
    return time
  }

  /// A label: a string, or a number as it is written. Anything else is no label: the call still counts, without one.
  func name(_ slot: Slot) -> UsageRecord.Name {
    switch slot.kind {
    case .string, .escapedString, .number: name(bytes(slot))
    default: UsageRecord.Name()
    }
  }

  func name(_ text: UnsafeBufferPointer<UInt8>) -> UsageRecord.Name {
    guard let start = text.baseAddress, text.count > 0 else { return UsageRecord.Name() }
    let offset = work.pointee.names.count
    LoggedName.append(start, count: text.count, to: &work.pointee.names)
    return UsageRecord.Name(
      offset: UInt32(truncatingIfNeeded: offset),
      length: UInt32(truncatingIfNeeded: work.pointee.names.count - offset))
  }

  /// A name for a `FileContext`: a copy of its bytes.
  func keptName(_ slot: Slot) -> [UInt8] {
    let name = name(slot)
    let bytes = Array(work.pointee.names.suffix(Int(name.length)))
    work.pointee.names.removeLast(bytes.count)
    return bytes
  }

  /// A name that was kept.
  func name(_ kept: [UInt8]) -> UsageRecord.Name { kept.withUnsafeBufferPointer { name($0) } }

  @inline(__always)
  func equals(_ slot: Slot, _ text: StaticString) -> Bool {
    guard slot.kind == .string, Int(slot.length) == text.utf8CodeUnitCount else { return false }
    return scan_equal(origin(slot) + Int(slot.offset), text.utf8Start, text.utf8CodeUnitCount) != 0
  }

  /// The strings of an array as written, in order, until `body` answers false.
  func forEachString(_ slot: Slot, _ body: (Slot) -> Bool) {
    guard slot.kind == .array, slot.length >= 2 else { return }
    let origin = origin(slot)
    let start = origin + Int(slot.offset)
    var cursor = Cursor(at: start + 1, end: start + Int(slot.length) - 1, lines: .free)
    var string = Cursor.RawString(start: start, count: 0, isEscaped: false)
    while cursor.skipSpace() == .done {
      if cursor.at.pointee == UInt8(ascii: "\"") {
        cursor.at += 1
        guard cursor.string(&string) == .done else { return }
        let element = Slot(
          offset: UInt32(truncatingIfNeeded: string.start - origin),
          length: UInt32(truncatingIfNeeded: string.count),
          kind: string.isEscaped ? .escapedString : .string, isUnescaped: slot.isUnescaped)
        guard body(element) else { return }
      } else if cursor.at.pointee == UInt8(ascii: ",") {
        cursor.at += 1
      } else if cursor.skipValue(depth: 1) != .done {
        return
      }
    }
  }

  /// Two values of each object of an array; the grammar of what is inside was checked when the record was walked.
  func forEachObject(
    _ slot: Slot, _ first: StaticString, _ second: StaticString, _ body: (Slot, Slot) -> Void
  ) {
    guard slot.kind == .array, slot.length >= 2 else { return }
    let origin = origin(slot)
    let start = origin + Int(slot.offset)
    var cursor = Cursor(at: start + 1, end: start + Int(slot.length) - 1, lines: .free)
    var key = Cursor.RawString(start: start, count: 0, isEscaped: false)
    var found = (Slot(), Slot())
    var isInside = false
    while cursor.skipSpace() == .done {
      switch cursor.at.pointee {
      case UInt8(ascii: "{") where !isInside:
        (isInside, found) = (true, (Slot(), Slot()))
        cursor.at += 1
      case UInt8(ascii: "}") where isInside:
        body(found.0, found.1)
        isInside = false
        cursor.at += 1
      case UInt8(ascii: ","): cursor.at += 1
      case UInt8(ascii: "\"") where isInside:
        cursor.at += 1
        guard cursor.string(&key) == .done, cursor.skipSpace() == .done else { return }
        cursor.at += 1
        guard cursor.skipSpace() == .done else { return }
        let value = cursor.at
        guard cursor.skipValue(depth: 2) == .done else { return }
        let isText = value.pointee == UInt8(ascii: "\"")
        let element = Slot(
          offset: UInt32(truncatingIfNeeded: value - origin + (isText ? 1 : 0)),
          length: UInt32(truncatingIfNeeded: cursor.at - value - (isText ? 2 : 0)),
          kind: isText ? .string : .number, isUnescaped: slot.isUnescaped)
        if isKey(key, first) { found.0 = element }
        if isKey(key, second) { found.1 = element }
      default:
        guard cursor.skipValue(depth: 1) == .done else { return }
      }
    }
  }

  private func isKey(_ key: Cursor.RawString, _ name: StaticString) -> Bool {
    key.count == name.utf8CodeUnitCount && scan_equal(key.start, name.utf8Start, key.count) != 0
  }

  /// Whether a string begins with `prefix`, as written.
  func hasPrefix(_ slot: Slot, _ prefix: StaticString) -> Bool {
    guard slot.kind == .string || slot.kind == .escapedString, Int(slot.length) >= prefix.utf8CodeUnitCount
    else {
      return false
    }
    return scan_equal(origin(slot) + Int(slot.offset), prefix.utf8Start, prefix.utf8CodeUnitCount) != 0
  }
}
