/// One record's outcome, with the place where it ends.
package struct ParsedRecord: Sendable {
  package enum Outcome: Sendable {
    case usage(UsageRecord)
    /// Known, and not a billed call.
    case noUsage
    case rejected(Rejection)
  }
  package var outcome: Outcome
  /// Where the record begins and ends in the slice that was parsed; `end` is a record boundary.
  package var start: Int
  package var end: Int

  package init(outcome: Outcome, start: Int, end: Int) {
    self.outcome = outcome
    self.start = start
    self.end = end
  }
}

/// The records of one slice of a file, with the bytes of their names. Reused from slice to slice: it does not allocate once warm.
package struct ParsedRecords: Sendable {
  package var records: [ParsedRecord] = []
  /// Name bytes, pointed into by `UsageRecord.Name`.
  package var names: [UInt8] = []
  /// The last record was `.tooLong`, and its end was not in sight: give what follows to `RecordParser.skipLine` until that has found
  /// the end, then go on parsing.
  package var mustSkipLine = false

  package init() {}

  package mutating func removeAll() {
    mustSkipLine = false
    records.removeAll(keepingCapacity: true)
    names.removeAll(keepingCapacity: true)
  }

  /// The text of a name, for cold paths.
  package func string(_ name: UsageRecord.Name) -> String {
    String(decoding: names[Int(name.offset)..<Int(name.offset) + Int(name.length)], as: UTF8.self)
  }
}
