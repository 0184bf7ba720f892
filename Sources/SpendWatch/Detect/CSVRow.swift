internal import SpendEngine

/// One line of a CSV file, cut into its fields. A field in quotes may hold commas; none holds a line end.
struct CSVRow {
  struct Field {
    /// Without quotes and blanks around it.
    var text: String
    /// As it stands in the line.
    var raw: String
    /// In characters, from 1.
    var column: Int
  }
  let line: String
  let fields: [Field]

  init(_ bytes: some Sequence<UInt8>) {
    line = String(decoding: Array(bytes), as: UTF8.self)
    var fields: [Field] = []
    var raw = ""
    var column = 1
    var isQuoted = false
    for (place, character) in line.enumerated() {
      if character == "\"" { isQuoted.toggle() }
      if character == ",", !isQuoted {
        fields.append(Field(raw: raw, column: column))
        raw = ""
        column = place + 2
      } else {
        raw.append(character)
      }
    }
    fields.append(Field(raw: raw, column: column))
    self.fields = fields
  }

  var isBlank: Bool { line.allSatisfy(\.isWhitespace) }
}

extension CSVRow.Field {
  init(raw: String, column: Int) {
    let first = raw.prefix { $0.isWhitespace }.count
    let bare = String(raw.dropFirst(first).reversed().drop { $0.isWhitespace }.reversed())
    self.column = column + first
    self.raw = bare
    let isQuoted = bare.count >= 2 && bare.hasPrefix("\"") && bare.hasSuffix("\"")
    text =
      isQuoted
      ? bare.dropFirst().dropLast().split(separator: "\"\"", omittingEmptySubsequences: false)
        .joined(separator: "\"") : bare
  }

  /// nil where it is no time that logs or benchmarks write.
  var time: EngineTime? {
    var reader = LoggedTime()
    var text = text
    let time = text.withUTF8 { bytes in bytes.baseAddress.flatMap { reader.text($0, count: bytes.count) } }
    return time.flatMap { EngineTime.calendar.contains($0) ? $0 : nil }
  }

  /// nil where it is no finite number.
  var number: Double? { Double(text).flatMap { $0.isFinite ? $0 : nil } }
}
