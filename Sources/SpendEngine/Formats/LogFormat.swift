/// One logger's records. A new one is a file with a type like this, and a line of `FormatList.swift`.
protocol LogFormat: SendableMetatype {
  associatedtype Field: FormatField
  /// As written in rules.yaml.
  static var name: String { get }
  static var duplicates: Duplicates { get }
  static var convention: TokenConvention { get }
  /// How a record of a mixed file is told from others, for people.
  static var mark: String { get }
  /// What its records can say beside time, tokens and cost.
  static var parts: Set<RecordPart> { get }
  /// Where the fields are, in their order.
  static var paths: [String] { get }
  /// Whether a file is one document that is written anew with every change.
  static var isWhole: Bool { get }
  /// Top-level values after which `isDecided` is asked.
  static var gates: [Field] { get }
  /// Whether what was found so far says for certain that the record is known and no usage: its rest is then not looked at.
  static func isDecided(_ fields: FieldReader<Field>, alone: Bool) -> Bool
  /// Whether it may decide so in a mixed file.
  static var decidesAmongOthers: Bool { get }
  /// Whether a record in a file of mixed formats is of this one.
  static func recognizes(_ fields: FieldReader<Field>) -> Bool
  /// Reads a record of a source that is said to be of this format, or that was recognized.
  /// - Parameter context: what earlier records of the file said; a record that is rejected leaves it as it was.
  /// - Returns: false where the record is known and no usage.
  static func read(
    _ fields: FieldReader<Field>, _ context: inout FileContext, into record: inout UsageRecord
  ) throws(Rejection) -> Bool
}

extension LogFormat {
  static var isWhole: Bool { false }
  static var paths: [String] { Field.allCases.map(\.path) }
  static var decidesAmongOthers: Bool { false }
  static var gates: [Field] { [] }
  static func isDecided(_ fields: FieldReader<Field>, alone: Bool) -> Bool { false }
}

/// How often one call may be in the logs (SEMANTICS 4).
package enum Duplicates: String, CaseIterable, Sendable, Hashable {
  /// One record a call: no ids are kept. `UsageRecord.identity` is empty, `requestID` has the id.
  case none
  /// Repeats may stand anywhere, in other files too.
  case copies
}
