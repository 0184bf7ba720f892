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
      let label = "(\(Int64(result.omitted.rows).grouped) more)"
      table.add(named(label) + cells(result.omitted.sums), look: .faint)
    }
    if !result.by.isEmpty { table.rule() }
    table.add(named("total") + cells(result.totals), look: .strong)
    return table.text(for: terminal) + notes.map { terminal.text($0.printable, .faint) + "\n" }.joined()
  }

  private func name(_ field: GroupField, _ label: String) -> String {
    // A proxy's key is a hash; people know it by its alias.
    guard field == .key, let alias = result.aliases[label] else { return label }
    return Subject.labelled(label, alias: alias)
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
    return counts.map(\.grouped) + [dollars(sums.cost)]
  }

  /// Alike in every row, so that points stand below each other: cents, or hundredths of them where all together is under a dollar.
  private func dollars(_ cost: NanoUSD) -> String {
    cost.text(decimals: result.totals.cost >= .dollar ? 2 : 4)
  }

  /// What the sums do not show; none where there is nothing to say.
  var notes: [String] {
    let books = result.books
    var parts: [String] = []
    if books.noUsage > 0 { parts.append("\(books.noUsage.grouped) without usage") }
    if books.duplicate > 0 { parts.append("\(books.duplicate.grouped) duplicate") }
    if books.rejectedTotal > 0 {
      let reasons = books.rejections.map { "\($0.reason.name) \($0.count.grouped)" }
      parts.append(
        "\(books.rejectedTotal.grouped) rejected (\(reasons.joined(separator: ", ")))")
    }
    var lines: [String] = []
    if !parts.isEmpty {
      lines.append("of \(books.read.grouped) records: \(parts.joined(separator: ", "))")
    }
    if !result.guessed.isEmpty {
      let models = result.guessed.prefix(5).map { "\($0.model) (\($0.requests.grouped))" }
      let more = result.guessed.count > 5 ? " and \(result.guessed.count - 5) more" : ""
      lines.append("no price for \(models.joined(separator: ", "))\(more): counted as the dearest model")
    }
    return lines
  }
}
