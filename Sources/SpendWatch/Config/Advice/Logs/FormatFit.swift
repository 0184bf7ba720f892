import SpendEngine

/// How some records read in each format.
struct FormatFit {
  /// What one format makes of them.
  struct Reading {
    /// Calls with tokens or a cost: a format may take another's record for a call, but hardly find its counts.
    var calls: Int64 = 0
    var unknown: Int64 = 0
  }

  /// Records that were looked at.
  private(set) var records: Int64 = 0
  private var readings: [Format: Reading] = [:]

  private static let most = 200
  private static let bytes = 1 << 20

  /// - Parameter log: bytes from a record's beginning on.
  init(_ log: [UInt8]) {
    for format in Format.allCases {
      var parser = RecordParser(RecordLayout(format))
      var parsed = ParsedRecords()
      var context = FileContext()
      log.prefix(FormatFit.bytes).withUnsafeBytes {
        _ = parser.parse($0, isFinal: false, limit: FormatFit.most, context: &context, into: &parsed)
      }
      records = max(records, Int64(parsed.records.count))
      readings[format] = parsed.records.reduce(into: Reading()) { reading, record in
        switch record.outcome {
        case .usage(let usage):
          if !usage.tokens.isZero || usage.loggedCost ?? .zero > .zero { reading.calls += 1 }
        case .rejected: reading.unknown += 1
        case .noUsage: break
        }
      }
    }
  }

  subscript(format: Format) -> Reading { readings[format] ?? Reading() }

  /// The format that finds most calls.
  var best: (format: Format, calls: Int64)? {
    Format.allCases.filter { $0 != .auto }.map { ($0, self[$0].calls) }.filter { $0.1 > 0 }
      .reduce(nil) { best, next in next.1 > best?.calls ?? 0 ? (format: next.0, calls: next.1) : best }
  }
}
