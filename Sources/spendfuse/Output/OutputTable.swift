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

  /// Title of a last column of small bars, and its values by row; nil: there is none.
  private var barTitle: String?
  private var bars: [[Int64]] = []

  private static let gap = "  "
  /// Names are not cut below this.
  private static let leastName = 10

  init(_ columns: [Column]) { self.columns = columns }

  var isEmpty: Bool { rows.isEmpty }

  /// A last column of small bars, each row with its own scale: there where the terminal has room beside the others, with as many values
  /// added up to a bar as that takes.
  mutating func addBars(_ title: String) { barTitle = title }

  /// - Parameters:
  ///   - cells: one a column; made printable here.
  ///   - bars: values of the column of bars.
  mutating func add(_ cells: [String], bars: [Int64] = [], look: OutputTerminal.Look = .plain) {
    let missing = max(0, columns.count - cells.count)
    rows.append(cells.prefix(columns.count).map(\.printable) + [String](repeating: "", count: missing))
    looks.append(look)
    self.bars.append(bars)
  }

  /// A line above the row that comes next.
  mutating func rule() { rules.insert(rows.count) }

  /// How many values a bar is on this terminal; nil where there is no room for bars, and where output is no terminal.
  func valuesOfABar(for terminal: OutputTerminal) -> Int? { layout(for: terminal).step }

  func text(for terminal: OutputTerminal) -> String {
    let (widths, shown, step) = layout(for: terminal)
    var title = line(columns.map(\.title), widths, shown)
    let all = total(widths, shown)
    var whole = all
    if let step, let barTitle {
      title = beside(title, all, barTitle)
      whole += OutputTable.gap.count + max(barTitle.columns, length(step))
    }
    let rule = String(repeating: "─", count: whole)
    var lines = [terminal.text(title, .strong), rule]
    for (index, row) in rows.enumerated() {
      if rules.contains(index), index > 0 { lines.append(rule) }
      var text = line(row, widths, shown)
      if let step {
        let values = OutputTable.added(bars[index], step)
        text = beside(text, all, OutputSpark.text(values, blocks: terminal.hasBlocks))
      }
      lines.append(terminal.text(text, looks[index]))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func layout(for terminal: OutputTerminal) -> (widths: [Int], shown: [Int], step: Int?) {
    var widths = columns.indices.map { index in
      rows.reduce(columns[index].title.columns) { max($0, $1[index].columns) }
    }
    var shown = Array(columns.indices)
    guard let width = terminal.width else { return (widths, shown, nil) }
    fit(&widths, &shown, to: width)
    let room = width - total(widths, shown) - OutputTable.gap.count
    return (widths, shown, step(in: room))
  }

  /// Of a row of bars.
  private static let fewest = 6

  private func step(in room: Int) -> Int? {
    let count = bars.reduce(0) { max($0, $1.count) }
    guard let barTitle, count > 1, room >= barTitle.columns else { return nil }
    return (1...count).first { length($0) <= room }.flatMap {
      length($0) >= min(count, OutputTable.fewest) ? $0 : nil
    }
  }

  private func length(_ step: Int) -> Int { (bars.reduce(0) { max($0, $1.count) } + step - 1) / step }

  private static func added(_ values: [Int64], _ step: Int) -> [Int64] {
    stride(from: 0, to: values.count, by: step).map { start in
      values[start..<min(values.count, start + step)].reduce(0) { $0.addingSaturating($1) }
    }
  }

  private func beside(_ text: String, _ width: Int, _ bars: String) -> String {
    let blank = String(repeating: " ", count: max(0, width - text.columns))
    var text = text + blank + OutputTable.gap + bars
    while text.hasSuffix(" ") { text.removeLast() }
    return text
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
}
