/// What a format found in one record: one billed call (or a failed attempt), before names are looked up and before it is priced.
package struct UsageRecord: Sendable {
  /// A run of bytes in `ParsedRecords.names`; length 0 = the record does not say. UTF-8 (repaired where it was not), unescaped,
  /// at most `Name.maxLength` bytes.
  package struct Name: Sendable, Hashable {
    package var offset: UInt32 = 0
    package var length: UInt32 = 0
    @inlinable package init() {}
    @inlinable package init(offset: UInt32, length: UInt32) {
      self.offset = offset
      self.length = length
    }
    @inlinable package var isEmpty: Bool { length == 0 }
    /// Longer names are cut (at a UTF-8 boundary) and end in a hash of the whole, so that two long names stay two.
    package static let maxLength = 256
  }

  /// Event time; nil where the record has none (arrival stands in).
  package var time: EngineTime?
  /// The source's stable id of the spender.
  package var key = Name()
  /// What people call `key`; a label.
  package var keyAlias = Name()
  package var task = Name()
  package var model = Name()
  package var user = Name()
  package var team = Name()

  package var tokens = TokenBuckets()
  /// Cost in the log, where the source's cost is right (C6); nil = price from the table.
  package var loggedCost: NanoUSD?
  /// Searches billed by the piece, where the cost is not logged.
  package var webSearches: Int32 = 0
  /// What the call was served as, where the source says so and the cost is not logged.
  package var tier = ServiceTier.standard
  /// What made it dearer, where the cost is not logged.
  package var surcharges: Surcharges = []
  /// 1, or 0 for a failed attempt that cost nothing (C1, C2); `loggedCost` is then zero, not nil.
  package var requests: Int32 = 1
  /// 1 for a failed attempt.
  package var errors: Int32 = 0
  /// The request's own ceiling on output tokens; -1 = none given.
  package var maxTokens = UsageRecord.unstated
  /// The source does not log what its requests asked for, so that one without a ceiling cannot be told.
  package static let unstated: Int64 = -2
  /// Where a source's total contradicts its parts (C9): the larger reading is in `tokens`.
  package var isContradictory = false

  /// What the source calls this call, where its format says that each is logged once (`Format.duplicates == .none`): for `explain`,
  /// and for sources that ask for de-duplication all the same.
  package var requestID = Name()
  /// Identity of the call where the format declares duplicates (SEMANTICS 4); both empty = none. Exactly the records with an
  /// `identity` are to be de-duplicated, so that `auto` decides by the format that each record is of.
  /// Two records are one call when `identity` is equal and: `identityDetail` is equal, or either detail is empty, or either is `isLoose`.
  package var identity = Name()
  package var identityDetail = Name()
  package var isLoose = false

  @inlinable package init() {}
}
