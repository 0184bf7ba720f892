/// Shows what a format takes from one record: its fields with their places and values. For people who ask where a number came from, and
/// never for counting. Only what the format reads is looked at, and of that no text that people or models wrote.
package struct FieldProbe: ~Copyable {
  package struct Found: Sendable, Hashable {
    /// As `FieldTree` writes paths: `message.usage.input_tokens`.
    package var path: String
    /// The value as logged, strings unescaped and cut to 80 characters; of arrays, objects and withheld text only what it is.
    package var value: String
    /// A number, true, false or a string, and not what stands for a value that is not shown.
    package var isShown: Bool
  }
  package struct Reading: Sendable, Hashable {
    /// The format that the record is read by: of `auto` the one that knows it; nil where none does.
    package var format: Format?
    /// Present values, in the format's order.
    package var fields: [Found]
    /// Formats that `auto` asked before one knew the record.
    package var passedOver: [Format]
    package static let nothing = Reading(format: nil, fields: [], passedOver: [])
  }

  private let format: Format
  /// The source's own mapping, in place of a format.
  private let mapping: FieldMapping?
  private let work: UnsafeMutablePointer<Workspace>
  private var extractor: Extractor
  private static let longest = 80
  /// Last steps of paths whose text may be what people or models wrote: formats ask only whether it is there.
  private static let withheld: Set<String> = [
    "message", "messages", "content", "prompt", "text", "input", "output", "response", "completion", "error",
  ]

  package init(_ layout: RecordLayout) {
    format = layout.format
    mapping = layout.fields
    work = .allocate(capacity: 1)
    work.initialize(to: Workspace())
    extractor = Extractor(layout.fieldTree(), format: format, work: work)
  }

  deinit {
    work.deinitialize(count: 1)
    work.deallocate()
  }

  /// Reads one record.
  /// - Parameter record: its bytes, from its `{` on.
  package mutating func read(_ record: UnsafeRawBufferPointer) -> Reading {
    guard let start = record.baseAddress?.assumingMemoryBound(to: UInt8.self), record.count > 0,
      start.pointee == UInt8(ascii: "{")
    else { return .nothing }
    var cursor = Cursor(at: start, end: start + record.count, lines: .free)
    _ = extractor.record(&cursor)
    let view = extractor.view
    if let mapping {
      return Reading(
        format: nil, fields: fields(mapping.listed, view.places + view.starts[0], view), passedOver: [])
    }
    guard format == .auto else {
      return Reading(format: format, fields: fields(format, view), passedOver: [])
    }
    var passedOver: [Format] = []
    for candidate in Format.detectionOrder {
      if candidate.recognizes(view) {
        return Reading(format: candidate, fields: fields(candidate, view), passedOver: passedOver)
      }
      passedOver.append(candidate)
    }
    return Reading(format: nil, fields: [], passedOver: passedOver)
  }

  private func fields(_ format: Format, _ view: FormatView) -> [Found] {
    fields(format.paths, view.places + view.starts[format.number], view)
  }

  private func fields(_ paths: [String], _ first: UnsafePointer<UInt16>, _ view: FormatView) -> [Found] {
    paths.enumerated().compactMap { index, path in
      found(path, view.fields.slots[Int(first[index])], view.fields)
    }
  }

  private func found(_ path: String, _ slot: Slot, _ fields: RecordFields) -> Found? {
    func hidden(_ what: String) -> Found { Found(path: path, value: what, isShown: false) }
    switch slot.kind {
    case .absent, .null: return nil
    case .yes: return Found(path: path, value: "true", isShown: true)
    case .no: return Found(path: path, value: "false", isShown: true)
    case .object: return hidden("(an object)")
    case .array: return hidden("(an array)")
    case .number, .string, .escapedString:
      let bytes = fields.bytes(slot)
      if slot.kind != .number, FieldProbe.isWithheld(path) {
        return hidden("(text of \(bytes.count) bytes, not shown)")
      }
      // The first bytes are enough for so many characters, and a text of megabytes is not copied.
      let text = String(decoding: bytes.prefix(4 * FieldProbe.longest + 4), as: UTF8.self)
      return Found(
        path: path,
        value: Subject.cut(
          bytes.count > 4 * FieldProbe.longest + 4 ? text + "…" : text, to: FieldProbe.longest),
        isShown: true)
    }
  }

  private static func isWithheld(_ path: String) -> Bool {
    withheld.contains(path.split(separator: ".").last.map { $0.replacingSuffixes } ?? "")
  }
}

extension Substring {
  /// A step of a path without `[]` and `(json)`.
  fileprivate var replacingSuffixes: String {
    var step = self
    for suffix in ["[]", "(json)"] where step.hasSuffix(suffix) { step.removeLast(suffix.count) }
    return String(step)
  }
}
