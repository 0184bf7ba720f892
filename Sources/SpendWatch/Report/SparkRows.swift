import SpendEngine

/// Short rows of sums beside the groups of a tally: what its bars are drawn from. Memory is bounded whatever the number of groups: when
/// there is no room, the cheaper half of the groups is given up, and has no bars from then on, rather than wrong ones. Groups that came
/// just now are kept, since all begin cheap.
struct SparkRows {
  /// Cells a row.
  static let width = 32

  /// Rows at most: 2 MB.
  private let limit: Int
  private var cells: [Int64] = []
  /// The group of each row.
  private var groups: [Int] = []
  /// By group: row + 1; 0 = none yet.
  private var rows: [UInt32] = []
  private static let givenUp = UInt32.max
  /// Of all groups, those given up too.
  private(set) var total = [Int64](repeating: 0, count: width)

  init(limit: Int = 8_192) { self.limit = max(4, limit) }

  /// - Parameters:
  ///   - cell: 0..<`width`.
  ///   - cost: of a group by now, nano-dollars.
  mutating func add(_ amount: Int64, to group: Int, cell: Int, cost: (Int) -> Int64) {
    total[cell] = total[cell].addingSaturating(amount)
    while rows.count <= group { rows.append(0) }
    if rows[group] == SparkRows.givenUp { return }
    if rows[group] == 0 {
      if groups.count == limit { makeRoom(cost) }
      groups.append(group)
      rows[group] = UInt32(groups.count)
      cells += [Int64](repeating: 0, count: SparkRows.width)
    }
    let index = Int(rows[group] - 1) * SparkRows.width + cell
    cells[index] = cells[index].addingSaturating(amount)
  }

  /// The cells of a group; nil where they were given up.
  subscript(group: Int) -> ArraySlice<Int64>? {
    guard group < rows.count, rows[group] != 0, rows[group] != SparkRows.givenUp else { return nil }
    let start = Int(rows[group] - 1) * SparkRows.width
    return cells[start..<start + SparkRows.width]
  }

  /// Changes every row alike.
  mutating func rearrange(_ change: (ArraySlice<Int64>) -> [Int64]) {
    total = change(total[...])
    for row in groups.indices {
      let range = row * SparkRows.width..<(row + 1) * SparkRows.width
      cells.replaceSubrange(range, with: change(cells[range]))
    }
  }

  private mutating func makeRoom(_ cost: (Int) -> Int64) {
    // Groups are numbered as they come.
    let newest = groups.sorted().suffix(limit / 4).first ?? 0
    let old = groups.filter { $0 < newest }.map { ($0, cost($0)) }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    for (group, _) in old.prefix(max(1, limit / 2)) { rows[group] = SparkRows.givenUp }
    var kept: [Int64] = []
    kept.reserveCapacity(limit * SparkRows.width)
    var left: [Int] = []
    for (row, group) in groups.enumerated() where rows[group] != SparkRows.givenUp {
      kept += cells[row * SparkRows.width..<(row + 1) * SparkRows.width]
      left.append(group)
      rows[group] = UInt32(left.count)
    }
    (cells, groups) = (kept, left)
  }
}
