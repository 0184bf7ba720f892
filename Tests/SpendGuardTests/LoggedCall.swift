import SpendEngine

/// A call as the real reader of our own format finds it in a file.
struct LoggedCall: Equatable {
  var names: [String]
  var tokens: TokenBuckets
  var cost: NanoUSD?
  var time: Int64?
  var maxTokens: Int64
  var errors: Int32

  /// What it counts as: the logged cost, else by the built-in list.
  var price: NanoUSD {
    cost ?? PriceTable.bundled.cost(of: tokens, row: PriceTable.bundled.row(for: names[3]).row)
  }

  /// - Returns: the calls, and how many records were rejected.
  static func read(_ bytes: [UInt8], as format: Format = .spendfuse) -> (calls: [LoggedCall], rejected: Int) {
    var parser = RecordParser(RecordLayout(format))
    var context = FileContext()
    var parsed = ParsedRecords()
    _ = bytes.withUnsafeBytes { parser.parse($0, isFinal: true, context: &context, into: &parsed) }
    var calls: [LoggedCall] = []
    var rejected = 0
    for record in parsed.records {
      guard case .usage(let usage) = record.outcome else {
        rejected += 1
        continue
      }
      let names = [
        usage.key, usage.keyAlias, usage.task, usage.model, usage.requestID, usage.user, usage.team,
      ]
      calls.append(
        LoggedCall(
          names: names.map(parsed.string), tokens: usage.tokens, cost: usage.loggedCost,
          time: usage.time?.milliseconds, maxTokens: usage.maxTokens, errors: usage.errors))
    }
    return (calls, rejected)
  }
}
