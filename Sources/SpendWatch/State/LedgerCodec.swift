/// How journal events become ledger cells. The engine owns both encodings; the state only moves bytes.
package struct LedgerCodec: Sendable {
  package struct Entry: Sendable, Hashable {
    /// Days since 1970-01-01, or whatever the codec files by.
    package var day: Int64
    package var blob: [UInt8]
    package init(day: Int64, blob: [UInt8]) {
      self.day = day
      self.blob = blob
    }
  }
  /// Journal blobs, in order, that leave the journal; what stands for them in the ledger.
  package var settle: @Sendable (_ events: [[UInt8]]) -> [Entry]
  /// Ledger blobs of one day into one. nil: rows of a day are never joined.
  package var merge: (@Sendable (_ blobs: [[UInt8]]) -> [UInt8])?

  package init(
    settle: @escaping @Sendable (_ events: [[UInt8]]) -> [Entry],
    merge: (@Sendable (_ blobs: [[UInt8]]) -> [UInt8])? = nil
  ) {
    self.settle = settle
    self.merge = merge
  }
}
