import Foundation
import SpendEngine
import SpendWatch

/// A report as people read it: rows, a total, and what was left out of it and why.
struct ReportTable {
  private let result: ReportResult
  private let notes: ReportNotes
  /// What a terminal shows above the table.
  var heading: [String] = []

  /// - Parameters:
  ///   - zone: of the times in its texts.
  ///   - since, until: what was asked for.
  init(
    _ result: ReportResult, zone: TimeZone = .gmt, since: EngineTime? = nil, until: EngineTime? = nil
  ) {
    self.result = result
    notes = ReportNotes(result, zone: zone, since: since, until: until)
  }

  func text(for terminal: OutputTerminal) -> String {
    func faint(_ lines: [String]) -> String {
      lines.map { terminal.text($0.printable, .faint) + "\n" }.joined()
    }
    let above = terminal.isTerminal ? faint(heading) : ""
    if result.rows.isEmpty, !result.by.isEmpty {
      return above + notes.empty.map { $0.printable + "\n" }.joined() + faint(notes.records)
    }
    let table = table(for: terminal)
    var below: [String] = []
    if let spark = result.spark, let values = table.valuesOfABar(for: terminal) {
      below.append(notes.bars(spark, valuesOfABar: values))
    }
    return above + table.text(for: terminal) + faint(below + notes.records + notes.prices)
  }

  private func table(for terminal: OutputTerminal) -> OutputTable {
    // On a terminal a column of nothing but zeros takes room from others.
    let counts = ReportTable.counts.filter { !terminal.isTerminal || $0.count(result.totals) != 0 }
    var table = OutputTable(
      result.by.map { .name($0.rawValue) } + counts.map { .number($0.title, spare: $0.spare) }
        + [.number("cost")])
    func cells(_ sums: Sums) -> [String] { counts.map { $0.count(sums).grouped } + [dollars(sums.cost)] }
    if result.spark != nil { table.addBars("when") }
    var before: [String] = []
    for row in result.rows {
      var labels = zip(result.by, row.labels).map(name)
      if terminal.isTerminal { blank(&labels, like: before, row.labels) }
      before = row.labels
      table.add(labels + cells(row.sums), bars: row.spark)
    }
    if result.omitted.rows > 0 {
      let label = "(\(Int64(result.omitted.rows).grouped) more)"
      table.add(named(label) + cells(result.omitted.sums), bars: result.omitted.spark, look: .faint)
    }
    if !result.by.isEmpty { table.rule() }
    table.add(named("total") + cells(result.totals), bars: result.spark?.total ?? [], look: .strong)
    return table
  }

  private static let counts: [(title: String, spare: Int, count: @Sendable (Sums) -> Int64)] = [
    ("requests", 1, { $0.requests }), ("errors", 2, { $0.errors }), ("input", 3, { $0.tokens.freshInput }),
    ("cache read", 4, { $0.tokens.cacheRead }),
    ("cache write", 5, { $0.tokens.cacheWrite5m.addingSaturating($0.tokens.cacheWrite1h) }),
    ("output", 3, { $0.tokens.output }), ("reasoning", 6, { $0.tokens.reasoning }),
  ]

  /// Rows come in the order of time: what is of the same day as the row above need not say it again. The last name is always there.
  private func blank(_ labels: inout [String], like before: [String], _ these: [String]) {
    for index in result.by.indices.dropLast() {
      guard result.by[index].isTime, index < before.count, before[index] == these[index] else { return }
      labels[index] = ""
    }
  }

  private func name(_ field: GroupField, _ label: String) -> String {
    // A proxy's key is a hash; people know it by its alias.
    guard field == .key, let alias = result.aliases[label] else { return label }
    return Subject.labelled(label, alias: alias)
  }

  private func named(_ label: String) -> [String] {
    result.by.isEmpty ? [] : [label] + result.by.dropFirst().map { _ in "" }
  }

  /// Alike in every row, so that points stand below each other: cents, or hundredths of them where all together is under a dollar.
  private func dollars(_ cost: NanoUSD) -> String {
    cost.rounded(decimals: result.totals.cost >= .dollar ? 2 : 4)
  }
}
