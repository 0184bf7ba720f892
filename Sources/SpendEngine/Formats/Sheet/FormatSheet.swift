/// A format as data: where its records have what, and what its counts include.
struct FormatSheet: Sendable {
  /// What a record must show to be of the format.
  enum Mark: Sendable {
    case has(String)
    case equals(String, StaticString)
    case begins(String, StaticString)
    case lacks(String)

    var path: String {
      switch self {
      case .has(let path), .equals(let path, _), .begins(let path, _), .lacks(let path): path
      }
    }
  }

  /// What a logged cost is worth (C6).
  enum CostRule: Sendable {
    /// Above zero it is taken.
    case taken
    /// Where something was cached it is wrong.
    case wrongWithCache
  }

  let convention: TokenConvention
  /// All must hold.
  let marks: [Mark]
  let cost: CostRule
  /// Decimals of the logged cost's unit in nano-dollars: 9 for USD, 7 for cents.
  let costScale: Int
  /// What `hit` says where nobody was paid; none = any value that is not empty.
  let hits: [StaticString]
  /// All paths, alternatives one after the other, then those of the marks.
  let paths: [String]
  /// By field: its alternatives in `paths`, the first that has a value wins.
  let places: [Range<Int>]
  let firstMark: Int

  init(
    _ convention: TokenConvention, marks: [Mark], _ fields: [SheetField: [String]],
    cost: CostRule = .taken, costScale: Int = 9, hits: [StaticString] = []
  ) {
    self.convention = convention
    self.marks = marks
    self.cost = cost
    self.costScale = costScale
    self.hits = hits
    var paths: [String] = []
    places = SheetField.allCases.map { field in
      let start = paths.count
      paths += fields[field] ?? []
      return start..<paths.count
    }
    firstMark = paths.count
    self.paths = paths + marks.map(\.path)
  }

  func has(_ field: SheetField) -> Bool { !places[field.rawValue].isEmpty }

  var parts: Set<RecordPart> { Set(SheetField.allCases.filter(has).compactMap(\.part)) }
}
