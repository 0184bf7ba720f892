/// A format's type as values, so that reading a record costs no existential: each function is made for its type. Their last argument is
/// the format's place in the list.
final class FormatEntry: Sendable {
  typealias Ask = @Sendable (FormatView, _ number: Int) -> Bool
  typealias Read =
    @Sendable (FormatView, inout FileContext, inout UsageRecord, _ number: Int) throws(Rejection) -> Bool

  let name: String
  let duplicates: Duplicates
  let isWhole: Bool
  let convention: TokenConvention?
  let mark: String
  let parts: Set<RecordPart>
  let paths: [String]
  let gates: [String]
  let recognizes: Ask
  let read: Read
  /// nil: it never ends a record early.
  let isDecided: Ask?
  /// The same, where other formats may know the record as well.
  let isDecidedAmongOthers: Ask?

  @inline(__always)
  init<F: LogFormat>(_ type: F.Type) {
    name = F.name
    duplicates = F.duplicates
    isWhole = F.isWhole
    convention = F.convention
    mark = F.mark
    parts = F.parts
    paths = F.paths
    gates = F.gates.map(\.path)
    recognizes = { F.recognizes($0.reader($1)) }
    read = { view, context, record, number throws(Rejection) in
      try F.read(view.reader(number), &context, into: &record)
    }
    let alone: Ask = { F.isDecided($0.reader($1), alone: true) }
    let among: Ask = { F.isDecided($0.reader($1), alone: false) }
    isDecided = F.gates.isEmpty ? nil : alone
    isDecidedAmongOthers = F.gates.isEmpty || !F.decidesAmongOthers ? nil : among
  }

  /// Whichever of the others a record is.
  static let auto = FormatEntry()

  private init() {
    name = "auto"
    duplicates = .copies
    isWhole = false
    convention = nil
    mark = "whichever of the formats knows the record"
    parts = RecordPart.all
    paths = []
    gates = []
    recognizes = { _, _ in false }
    read = { _, _, _, _ throws(Rejection) in throw .unknownFormat }
    isDecided = nil
    isDecidedAmongOthers = nil
  }
}
