/// A record's values with every format's places in them.
struct FormatView {
  let fields: RecordFields
  /// By a format's place in the list: where its places begin in `places`.
  let starts: UnsafePointer<Int>
  let places: UnsafePointer<UInt16>

  @inline(__always)
  func reader<Field: FormatField>(_ number: Int) -> FieldReader<Field> {
    FieldReader(fields: fields, places: places + starts[number])
  }

  /// By a source's own mapping, whose places are the first and only ones.
  func read(_ mapping: FieldMapping, into record: inout UsageRecord) throws(Rejection) -> Bool {
    try mapping.read(FieldReader(fields: fields, places: places + starts[0]), into: &record)
  }
}
