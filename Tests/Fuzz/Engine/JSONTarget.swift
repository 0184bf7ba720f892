import Fuzzing
import SpendEngine

/// Documents against a strict parser: what is valid is one record from its first to its last byte, and every field has the value that
/// the strict parser found. The scanner may take more than the strict parser does, never less or otherwise.
let jsonTarget = FuzzTarget("json") { bytes in
  var choices = Choices(bytes)
  let format = Format.allCases[choices.next() % Format.allCases.count]
  let layout = layouts[choices.next() % layouts.count]
  try compare(bytes, format, layout)
  var grown = GrownDocument(bytes)
  try compare(grown.document(), format, layout)
}

/// Formats that never end a record early, so that each of their fields is looked for; and a mapping with each kind of path.
private let layouts: [RecordLayout] = {
  let mapping = FieldMapping.make([
    "input_tokens": "usage.in", "model": "messages[].model", "key": "meta(json).key",
    "task": "meta(json).tags[]",
    "output_tokens": "usage.out.total", "user": "a[][].b", "time": "time",
  ])
  let plain = [Format.spendfuse, .litellm, .openai, .anthropic].map { RecordLayout($0) }
  guard case .success(let fields) = mapping else { return plain }
  return plain + [RecordLayout(.auto, fields: fields)]
}()

private let mappedPaths = [
  "usage.in", "messages[].model", "meta(json).key", "meta(json).tags[]", "usage.out.total", "a[][].b", "time",
]

private func compare(_ bytes: [UInt8], _ format: Format, _ layout: RecordLayout) throws {
  guard bytes.first == UInt8(ascii: "{"), let strict = StrictJSON.read(bytes), strict.depth <= 64 else {
    return
  }
  let document = Array(bytes[..<strict.end])
  if isOneRecord(document) {
    let pieces = ParserRun(bytes, format).pieces
    let broken = ["malformed", "torn", "not_object", "too_long"].map { #"{"rejected":"\#($0)"}"# }
    guard let first = pieces.first, first.start == 0, first.end == document.count,
      !broken.contains(first.text)
    else { throw Finding("\(format.name): valid, and read as \(String(describing: pieces.first))") }
  }
  try compareFields(document, strict.value, layout)
}

/// Whether line feeds, where there are any, are of the kind that may be inside a record.
private func isOneRecord(_ document: [UInt8]) -> Bool {
  guard document.contains(UInt8(ascii: "\n")) else { return true }
  let second = document.dropFirst().first { !" \t\r".utf8.contains($0) }
  return second == UInt8(ascii: "\n")
    && !zip(document, document.dropFirst()).contains { $0 == 0x0a && $1 == 0x7b }
}

private func compareFields(_ document: [UInt8], _ value: StrictJSON, _ layout: RecordLayout) throws {
  var probe = FieldProbe(layout)
  let reading = document.withUnsafeBytes { probe.read($0) }
  let paths = layout.fields == nil ? layout.format.paths : mappedPaths
  let reference = PathReading(paths)
  for path in Set(paths) where !path.isEmpty && !path.contains("\"") {
    guard let wanted = reference.value(of: path, in: value) else { continue }
    let found = reading.fields.first { $0.path == path }?.value
    let isRight =
      switch wanted {
      case nil, .null: found == nil
      case .bool(let isSo): found == "\(isSo)"
      case .object: found == "(an object)"
      case .array: found == "(an array)"
      case .number(let text), .string(let text): found.map { isShown($0, text) } ?? false
      }
    try require(
      isRight, "\(layout.name): \(path) is \(String(describing: found)), not \(String(describing: wanted))")
  }
}

/// Values are shown cut, or only with their length.
private func isShown(_ shown: String, _ text: [UInt8]) -> Bool {
  if shown == "(text of \(text.count) bytes, not shown)" { return true }
  let whole = String(decoding: text.prefix(324), as: UTF8.self)
  return shown == Subject.cut(text.count > 324 ? whole + "…" : whole, to: 80)
}
