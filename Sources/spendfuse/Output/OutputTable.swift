import SpendEngine
import SpendWatch

/// A table for people: names to the left, numbers to the right, and never wider than the terminal. What does not fit is first the length
/// of names, then the columns that matter least.
struct OutputTable {
  struct Column {
    var title: String
    var isNumber: Bool
    /// Columns that are left out first have the higher figure; 0 = never left out.
    var spare: Int

    static func name(_ title: String) -> Column { Column(title: title, isNumber: false, spare: 0) }
    static func number(_ title: String, spare: Int = 0) -> Column {
      Column(title: title, isNumber: true, spare: spare)
    }
  }

  private var columns: [Column]
  private var rows: [[String]] = []
  /// Looks of whole rows, by index.
  private var looks: [OutputTerminal.Look] = []
  /// Rows above which a line is drawn.
  private var rules: Set<Int> = []

  private static let gap = "  "
  /// Names are not cut below this.
  private static let leastName = 10

  init(_ columns: [Column]) { self.columns = columns }

  var isEmpty: Bool { rows.isEmpty }

  /// - Parameter cells: one a column; made printable here.
  mutating func add(_ cells: [String], look: OutputTerminal.Look = .plain) {
    let missing = max(0, columns.count - cells.count)
    rows.append(cells.prefix(columns.count).map(\.printable) + [String](repeating: "", count: missing))
    looks.append(look)
  }

  /// A line above the row that comes next.
  mutating func rule() { rules.insert(rows.count) }

  func text(for terminal: OutputTerminal) -> String {
    var widths = columns.indices.map { index in
      rows.reduce(columns[index].title.columns) { max($0, $1[index].columns) }
    }
    var shown = Array(columns.indices)
    if let width = terminal.width { fit(&widths, &shown, to: width) }
    var lines = [terminal.text(line(columns.map(\.title), widths, shown), .strong)]
    lines.append(ruleLine(widths, shown))
    for (index, row) in rows.enumerated() {
      if rules.contains(index), index > 0 { lines.append(ruleLine(widths, shown)) }
      lines.append(terminal.text(line(row, widths, shown), looks[index]))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func total(_ widths: [Int], _ shown: [Int]) -> Int {
    shown.reduce(0) { $0 + widths[$1] } + max(0, shown.count - 1) * OutputTable.gap.count
  }

  private func fit(_ widths: inout [Int], _ shown: inout [Int], to width: Int) {
    // A name cut to a third says less than a column of counts: counts go where names would have fewer than 16 columns.
    let least = columns.indices.map { columns[$0].isNumber ? widths[$0] : min(widths[$0], 16) }
    while total(least, shown) > width,
      let spare = shown.max(by: { columns[$0].spare < columns[$1].spare }), columns[spare].spare > 0
    {
      shown.removeAll { $0 == spare }
    }
    while total(widths, shown) > width,
      let longest = shown.filter({ !columns[$0].isNumber }).max(by: { widths[$0] < widths[$1] }),
      widths[longest] > max(OutputTable.leastName, columns[longest].title.columns)
    {
      widths[longest] -= 1
    }
  }

  private func line(_ cells: [String], _ widths: [Int], _ shown: [Int]) -> String {
    let padded = shown.map { index in
      let cell = cells[index].fitted(to: widths[index])
      let blank = String(repeating: " ", count: max(0, widths[index] - cell.columns))
      return columns[index].isNumber ? blank + cell : cell + blank
    }
    var text = padded.joined(separator: OutputTable.gap)
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }

  private func ruleLine(_ widths: [Int], _ shown: [Int]) -> String {
    String(repeating: "─", count: total(widths, shown))
  }
}
