/// How one logger writes a record: a number in the list of formats (`FormatList.swift`), where a new one is added.
package struct Format: Sendable, Hashable, CaseIterable {
  /// Its place in the list.
  let number: Int

  /// Whichever of the others a record is.
  package static let auto = Format(number: 0)
  package static let allCases = list.indices.map { Format(number: $0) }

  private var entry: FormatEntry { Format.list[number] }

  /// As written in rules.yaml.
  package var name: String { entry.name }

  package init?(name: String) {
    guard let number = Format.list.firstIndex(where: { $0.name == name }) else { return nil }
    self.number = number
  }

  init(number: Int) { self.number = number }

  /// How often one call may be in the logs. For `auto` each record's own format decides (`UsageRecord.identity`): `.copies` says that
  /// there may be such.
  package var duplicates: Duplicates { entry.duplicates }

  /// Whether its files are documents that are written anew with every change.
  package var isWhole: Bool { entry.isWhole }

  /// nil for `auto`: each record's own format says.
  package var convention: TokenConvention? { entry.convention }

  /// How a record of a mixed file is told from others, for people.
  package var mark: String { entry.mark }

  /// What its records can say; a rule that needs more never sees it.
  package var parts: Set<RecordPart> { entry.parts }

  /// The paths of its fields, in their order.
  package var paths: [String] { entry.paths }

  /// The order in which `auto` asks: the list's.
  static let detectionOrder = Array(allCases.dropFirst())
}

extension Format {
  func fieldTree() -> FieldTree { Format.trees[number] }

  /// By number, made once.
  private static let trees = allCases.map { $0.makeFieldTree() }

  private func makeFieldTree() -> FieldTree {
    let isOf = { (other: Format) in self == .auto || other == self }
    let parts = Format.allCases.filter(isOf)
    return FieldTree(
      paths: Format.allCases.map { isOf($0) ? $0.paths : [] }, gates: parts.flatMap(\.entry.gates))
  }

  /// A gate's value was found: is the record known by now, and no usage?
  func isDecided(by view: FormatView) -> Bool {
    if self != .auto { return entry.isDecided?(view, number) ?? false }
    for (format, isDecided) in Format.deciders where isDecided(view, format.number) { return true }
    return false
  }

  private static let deciders = allCases.compactMap { format in
    format.entry.isDecidedAmongOthers.map { (format, $0) }
  }

  /// Whether a record in a mixed file is of this format.
  func recognizes(_ view: FormatView) -> Bool { entry.recognizes(view, number) }

  /// Reads the found values into an empty record.
  /// - Returns: false where they are known and no usage.
  func read(
    _ view: FormatView, _ context: inout FileContext, into record: inout UsageRecord
  ) throws(Rejection) -> Bool {
    if self != .auto { return try entry.read(view, &context, &record, number) }
    let list = Format.list
    for number in list.indices.dropFirst() where list[number].recognizes(view, number) {
      return try list[number].read(view, &context, &record, number)
    }
    throw .unknownFormat
  }
}
