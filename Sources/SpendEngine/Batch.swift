/// What the state thread commits in one transaction: everything that changed since the last seal. The engine owns every encoding;
/// to the state these are bytes with a key.
package struct Batch: Sendable {
  /// Journal sequence number: 1, 2, 3, ... over the life of a state.
  package var sequence: Int64
  /// Engine time at the seal.
  package var time: EngineTime
  /// Packed journal events (`JournalCodec`); may be empty.
  package var events: [UInt8]
  package var eventCount: Int
  /// Packed new names (`NameCodec`); empty = none. Kept for ever, in order.
  package var names: [UInt8]
  /// Positions and books that changed.
  package var files: [FileBook]
  /// Alert states, halts, brake, engine time: upserts, or deletions where `value` is nil.
  package var rows: [StateRow]
  /// Pages written by the sweep: each replaces the page of its id.
  package var pages: [Page]
  /// Journal rows up to this sequence are in the pages: they may leave the journal (for the ledger).
  package var journalSettled: Int64
  /// In the order decided; notifications for the outbox and lines for the audit come from these.
  package var decisions: [Decision]

  package init(sequence: Int64, time: EngineTime) {
    self.sequence = sequence
    self.time = time
    events = []
    eventCount = 0
    names = []
    files = []
    rows = []
    pages = []
    journalSettled = 0
    decisions = []
  }
}

extension Batch {
  /// About how much memory and disk it takes.
  package var byteCount: Int {
    let inRows = rows.reduce(0) { $0 + $1.key.count + ($1.value?.count ?? 0) }
    return events.count + names.count + inRows + pages.reduce(0) { $0 + ($1.blob?.count ?? 0) }
  }
}

/// A small keyed state: `value` nil = gone.
package struct StateRow: Sendable, Hashable {
  package enum Kind: UInt8, Sendable {
    case alert = 1
    case halt = 2
    case meta = 3
  }
  package var kind: UInt8
  package var key: [UInt8]
  package var value: [UInt8]?
  package init(kind: UInt8, key: [UInt8], value: [UInt8]?) {
    self.kind = kind
    self.key = key
    self.value = value
  }
}

/// A run of series, or of request fingerprints, as of a sequence number.
package struct Page: Sendable, Hashable {
  package var id: Int64
  /// Events up to this sequence are in it.
  package var sequence: Int64
  /// nil = the page is gone.
  package var blob: [UInt8]?
  package init(id: Int64, sequence: Int64, blob: [UInt8]?) {
    self.id = id
    self.sequence = sequence
    self.blob = blob
  }
}

/// What a state holds when it is opened: the engine starts from it.
package struct SavedState: Sendable {
  /// `Batch.names`, in order of sequence.
  package var names: [[UInt8]] = []
  package var pages: [Page] = []
  package var rows: [StateRow] = []
  package var files: [FileBook] = []
  /// Journal rows still held, ascending.
  package var journal: [(sequence: Int64, events: [UInt8])] = []
  /// The highest sequence ever committed; 0 = none.
  package var sequence: Int64 = 0
  /// Key of the request fingerprints (SipHash), made with the state.
  package var fingerprintKey: (UInt64, UInt64)

  package init(fingerprintKey: (UInt64, UInt64)) { self.fingerprintKey = fingerprintKey }
}
