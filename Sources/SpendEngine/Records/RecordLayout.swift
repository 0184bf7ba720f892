/// How the records of a source are to be read.
package struct RecordLayout: Sendable, Hashable {
  package var format: Format
  /// The source's own mapping; nothing is asked of `format` then.
  package var fields: FieldMapping?
  /// How often a call may be in the logs, where the source says otherwise than its format.
  package var duplicates: Duplicates?
  /// Its files are read anew at each change: a record counts only where its id and its time say whether it was counted before.
  package var isWhole: Bool

  package init(
    _ format: Format, fields: FieldMapping? = nil, duplicates: Duplicates? = nil, isWhole: Bool = false
  ) {
    self.format = format
    self.fields = fields
    self.duplicates = duplicates
    self.isWhole = isWhole
  }

  /// For people: the format's, or `fields`.
  package var name: String { fields == nil ? format.name : "fields" }

  func fieldTree() -> FieldTree { fields?.fieldTree() ?? format.fieldTree() }

  /// Reads the found values into an empty record.
  /// - Returns: false where they are known and no usage.
  func read(
    _ view: FormatView, _ context: inout FileContext, into record: inout UsageRecord
  ) throws(Rejection) -> Bool {
    let isUsage: Bool
    if let fields {
      isUsage = try view.read(fields, into: &record)
    } else {
      isUsage = try format.read(view, &context, into: &record)
    }
    switch duplicates {
    case nil: break
    case .copies:
      if record.identity.isEmpty { record.identity = record.requestID }
    case Duplicates.none?:
      if record.requestID.isEmpty { record.requestID = record.identity }
      record.identity = UsageRecord.Name()
      record.identityDetail = UsageRecord.Name()
      record.isLoose = false
    }
    if isWhole, isUsage, record.identity.isEmpty || record.time == nil { throw .noIdentity }
    return isUsage
  }
}
