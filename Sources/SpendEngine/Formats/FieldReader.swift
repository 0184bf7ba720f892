/// A format's wanted values: names them, and says where in a record they are.
protocol FormatField: CaseIterable, RawRepresentable<Int>, Sendable {
  /// See `FieldTree`.
  var path: String { get }
}

/// One format's view of a record.
struct FieldReader<Field: FormatField> {
  let fields: RecordFields
  /// The format's fields' slots.
  let places: UnsafePointer<UInt16>

  @inline(__always)
  func slot(_ field: Field) -> Slot { fields.slots[Int(places[field.rawValue])] }

  /// The key is there, null or not.
  @inline(__always)
  func hasKey(_ field: Field) -> Bool { slot(field).kind != .absent }

  /// Absent, null or "".
  @inline(__always)
  func isEmpty(_ field: Field) -> Bool { slot(field).isEmpty }

  @inline(__always)
  func isString(_ field: Field) -> Bool {
    let kind = slot(field).kind
    return kind == .string || kind == .escapedString
  }

  @inline(__always)
  func isObject(_ field: Field) -> Bool { slot(field).kind == .object }

  func equals(_ field: Field, _ text: StaticString) -> Bool { fields.equals(slot(field), text) }

  /// true, "true" or "True".
  func isTrue(_ field: Field) -> Bool {
    slot(field).kind == .yes || equals(field, "true") || equals(field, "True")
  }

  /// Tokens; 0 where the record does not say.
  @inline(__always)
  func count(_ field: Field) throws(Rejection) -> Int64 {
    try fields.integer(slot(field), most: RecordFields.mostTokens) ?? 0
  }

  /// Money; nil where the record does not say.
  /// - Parameter scale: decimals of the log's unit in nano-dollars: 9 for USD, 7 for cents, 3 for micro-USD.
  func cost(_ field: Field, scale: Int = 9) throws(Rejection) -> NanoUSD? {
    try fields.scaled(slot(field), scale: scale, most: RecordFields.mostNanoUSD).map {
      NanoUSD(rawValue: $0)
    }
  }

  func time(_ field: Field) throws(Rejection) -> EngineTime? { try fields.time(slot(field)) }

  func name(_ field: Field) -> UsageRecord.Name { fields.name(slot(field)) }

  /// The first of these that the record has.
  func name(_ first: Field, or second: Field) -> UsageRecord.Name {
    isEmpty(first) ? name(second) : name(first)
  }

  /// A name for a `FileContext`.
  func keptName(_ first: Field, or second: Field) -> [UInt8] {
    fields.keptName(slot(isEmpty(first) ? second : first))
  }

  func keptName(_ field: Field) -> [UInt8] { fields.keptName(slot(field)) }

  /// A caller's own ceiling on output; -1 = none. What cannot be read counts as none: a caller must not be able to get a paid call
  /// rejected by it.
  func ceiling(_ field: Field) -> Int64 {
    (try? fields.integer(slot(field), most: .max)) ?? -1
  }

  /// Things billed by the piece beside the tokens; what cannot be read is 0, so that the tokens still count.
  func pieces(_ field: Field) -> Int32 {
    guard let count = try? fields.integer(slot(field), most: .max) else { return 0 }
    return Int32(clamping: count)
  }
}
