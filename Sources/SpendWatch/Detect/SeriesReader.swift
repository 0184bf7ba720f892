package import SpendEngine

/// The rows `timestamp,value` of a CSV file, with or without a header line. A header may name further columns, in any order; they are passed
/// over.
package struct SeriesReader: ~Copyable {
  package struct Row {
    package var time: EngineTime
    package var value: Double
    /// Times 1e9, exactly; held at the ends of Int64.
    package var scaled: Int64
    /// As they stand in the file.
    package var timeText: String
    package var valueText: String
  }

  private let path: String
  private let lines: CSVLines
  private var number = 0
  private var columns: (time: Int, value: Int)?
  private var latest = EngineTime.distantPast

  /// Times that go back further are not in order: at the end of summer time they go back an hour.
  static let disorder: Milliseconds = .day

  /// - Parameter willWait: called before it waits for more.
  package init(_ path: String, willWait: @escaping () -> Void = {}) throws(Diagnostic) {
    self.path = path
    lines = try CSVLines(path, willWait: willWait)
  }

  /// nil at the end.
  package mutating func next() throws(Diagnostic) -> Row? {
    while let bytes = try lines.next() {
      number += 1
      let isFirst = number == 1
      // A byte order mark, as spreadsheets write it.
      let row = CSVRow(isFirst && bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes.dropFirst(3) : bytes)
      if row.isBlank { continue }
      guard let columns else {
        let (found, isHeader) = try columns(row)
        columns = found
        if isHeader { continue }
        return try read(row, found)
      }
      return try read(row, columns)
    }
    if columns == nil {
      throw Diagnostic(file: path, message: "holds no row", hint: "a row is timestamp,value")
    }
    return nil
  }

  /// What the first line says of the columns.
  private func columns(_ row: CSVRow) throws(Diagnostic) -> ((time: Int, value: Int), isHeader: Bool) {
    let names = row.fields.map { $0.text.lowercased() }
    if let time = names.firstIndex(of: "timestamp"), let value = names.firstIndex(of: "value") {
      return ((time, value), true)
    }
    if row.fields.count >= 2, row.fields[0].time != nil, row.fields[1].number != nil {
      return ((0, 1), false)
    }
    if row.fields.count == 2, row.fields[0].time == nil, row.fields[1].number == nil { return ((0, 1), true) }
    throw problem(
      row, row.fields.first, "the first line is neither a header with timestamp and value nor such a row",
      hint: "name the columns timestamp and value in the first line")
  }

  private mutating func read(_ row: CSVRow, _ columns: (time: Int, value: Int)) throws(Diagnostic) -> Row {
    let fields = row.fields
    guard fields.count > max(columns.time, columns.value) else {
      throw problem(
        row, fields.last, "a row of \(fields.count) field\(fields.count == 1 ? "" : "s")",
        hint: "a row is timestamp,value; is the line cut off?")
    }
    let (timeField, valueField) = (fields[columns.time], fields[columns.value])
    guard let time = timeField.time else {
      throw problem(
        row, timeField, "'\(timeField.text)' is no time",
        hint: "write 2026-04-01 00:00:00, 2026-04-01T00:00:00Z, or seconds or milliseconds since 1970")
    }
    guard let value = valueField.number else {
      throw problem(
        row, valueField, "'\(valueField.text)' is no number",
        hint: valueField.text.contains("$")
          ? "leave out the $" : "write 12.5; leave out a row without a value")
    }
    guard time + SeriesReader.disorder >= latest else {
      throw problem(
        row, timeField, "the time is more than a day before that of an earlier row",
        hint: "sort the rows by time: sort -t, -k\(columns.time + 1),\(columns.time + 1)")
    }
    latest = max(latest, time)
    return Row(
      time: time, value: value, scaled: SeriesReader.scaled(valueField.text, value),
      timeText: timeField.raw, valueText: valueField.raw)
  }

  private static func scaled(_ text: String, _ value: Double) -> Int64 {
    do { return try DecimalText.rounded(text, power: 9) } catch {
      // Too fine is 0; too large is as much as there can be.
      return error == .tooFine ? 0 : value > 0 ? .max : .min
    }
  }

  private func problem(_ row: CSVRow, _ field: CSVRow.Field?, _ message: String, hint: String) -> Diagnostic {
    Diagnostic(
      file: path == "-" ? "standard input" : path, line: number, column: field?.column ?? 1,
      length: max(1, field?.raw.count ?? 1), severity: .error, message: message, hint: hint, source: row.line)
  }
}
