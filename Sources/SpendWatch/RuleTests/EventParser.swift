import SpendEngine

/// Reads calls of a test as the daemon reads lines of a log, one at a time.
struct EventParser {
  private let parser = LogParser(.spendfuse)
  private(set) var parsed = ParsedRecords()

  /// - Returns: the record, the only one in `parsed`.
  @discardableResult
  mutating func parse(_ record: String) -> ParsedRecord? {
    parsed.removeAll()
    var record = record
    var context = FileContext()
    record.withUTF8 {
      _ = parser.parser.parse(UnsafeRawBufferPointer($0), isFinal: true, context: &context, into: &parsed)
    }
    return parsed.records.first
  }

  /// Why a record cannot be counted; nil where it can.
  static func refusal(of record: String) -> String? {
    var parser = EventParser()
    return switch parser.parse(record)?.outcome {
    case .usage: nil
    case .rejected(.unknownFormat), .noUsage, nil: "there is nothing to count"
    case .rejected(let why): "it would be rejected (\(why.name))"
    }
  }
}
