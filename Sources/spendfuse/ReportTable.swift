import SpendEngine
import SpendWatch

/// A report as people read it: rows, a total, and what was left out of it and why.
struct ReportTable {
  private let result: ReportResult

  init(_ result: ReportResult) { self.result = result }

  func text(for terminal: OutputTerminal) -> String {
    var table = OutputTable(
      result.by.map { .name($0.rawValue) } + [
        .number("requests", spare: 1), .number("errors", spare: 2), .number("input", spare: 3),
        .number("cache read", spare: 4), .number("cache write", spare: 5), .number("output", spare: 3),
        .number("reasoning", spare: 6), .number("cost"),
      ])
    for row in result.rows { table.add(zip(result.by, row.labels).map(name) + cells(row.sums)) }
    if result.omitted.rows > 0 {
      let label = "(\(UInt64(result.omitted.rows).groupedText) more)"
      table.add(named(label) + cells(result.omitted.sums), look: .faint)
    }
    if !result.by.isEmpty { table.rule() }
    table.add(named("total") + cells(result.totals), look: .strong)
    return table.text(for: terminal) + notes.map { terminal.text($0.printable, .faint) + "\n" }.joined()
  }

  private func name(_ field: GroupField, _ label: String) -> String {
    // A proxy's key is a hash; people know it by its alias.
    guard field == .key, let alias = result.aliases[label] else { return label }
    return "\(alias) (\(label.fitted(to: 9)))"
  }

  private func named(_ label: String) -> [String] {
    result.by.isEmpty ? [] : [label] + result.by.dropFirst().map { _ in "" }
  }

  private func cells(_ sums: Sums) -> [String] {
    let counts = [
      sums.requests, sums.errors, sums.tokens.freshInput, sums.tokens.cacheRead,
      sums.tokens.cacheWrite5m.addingSaturating(sums.tokens.cacheWrite1h), sums.tokens.output,
      sums.tokens.reasoning,
    ]
    return counts.map(ReportTable.grouped) + [dollars(sums.cost)]
  }

  /// Alike in every row, so that points stand below each other: cents, or hundredths of them where all together is under a dollar.
  private func dollars(_ cost: NanoUSD) -> String {
    let digits = result.totals.cost >= .dollar ? 2 : 4
    let unit: UInt64 = digits == 2 ? 10_000_000 : 100_000
    let rounded = (cost.rawValue.magnitude + unit / 2) / unit
    let whole = digits == 2 ? rounded / 100 : rounded / 10_000
    let rest = String(digits == 2 ? rounded % 100 : rounded % 10_000)
    return (cost < .zero ? "-$" : "$") + whole.groupedText + "."
      + String(repeating: "0", count: digits - rest.count) + rest
  }

  private static func grouped(_ count: Int64) -> String {
    (count < 0 ? "-" : "") + count.magnitude.groupedText
  }

  /// What the sums do not show; none where there is nothing to say.
  var notes: [String] {
    let books = result.books
    var parts: [String] = []
    if books.noUsage > 0 { parts.append("\(ReportTable.grouped(books.noUsage)) without usage") }
    if books.duplicate > 0 { parts.append("\(ReportTable.grouped(books.duplicate)) duplicate") }
    if books.rejectedTotal > 0 {
      let reasons = books.rejections.map { "\($0.reason.name) \(ReportTable.grouped($0.count))" }
      parts.append(
        "\(ReportTable.grouped(books.rejectedTotal)) rejected (\(reasons.joined(separator: ", ")))")
    }
    var lines: [String] = []
    if !parts.isEmpty {
      lines.append("of \(ReportTable.grouped(books.read)) records: \(parts.joined(separator: ", "))")
    }
    if !result.guessed.isEmpty {
      let models = result.guessed.prefix(5).map { "\($0.model) (\(ReportTable.grouped($0.requests)))" }
      let more = result.guessed.count > 5 ? " and \(result.guessed.count - 5) more" : ""
      lines.append("no price for \(models.joined(separator: ", "))\(more): counted as the dearest model")
    }
    return lines
  }
}
