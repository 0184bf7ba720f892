import SpendEngine

/// The engine that `watch` runs, with nobody to tell: what would go to the state and to the switches is dropped, so that what it takes is
/// bounded by what it counts. Replays and rule tests drive it.
struct DryEngine: ~Copyable {
  private(set) var engine: Engine
  /// What was spent, as far as it is settled.
  private(set) var cost = NanoUSD.zero
  private var journal: [UInt8]?
  /// Keeps the calls of a subject with their places; nil = nobody asks.
  var recorder: CallRecorder?

  /// Journal bytes after which they are dropped: by volume, so that nothing depends on how logs are cut into reads.
  private static let journalBytes = 1 << 20

  init(rules: RuleSet, prices: PriceTable, fingerprintKey: (UInt64, UInt64)) throws(EngineError) {
    engine = try Engine(rules: rules, prices: prices, restoring: SavedState(fingerprintKey: fingerprintKey))
  }

  /// - Parameter number: of a log, by which its records are folded.
  mutating func open(_ number: Int, pattern: String) {
    engine.open(
      FileID(rawValue: UInt32(number)), source: SourceID(rawValue: 0), pattern: pattern, offset: 0)
  }

  mutating func advance(to time: EngineTime) { engine.advance(to: time) }

  /// Folds one record of a log, `parsed.records[index]`.
  /// - Parameter base: where in the log the slice begins, in bytes.
  mutating func fold(_ parsed: borrowing ParsedRecords, _ index: Int, of number: Int, base: Int64) {
    let before = engine.unsealedEvents
    engine.fold(parsed, range: index..<index + 1, file: FileID(rawValue: UInt32(number)), base: base)
    if let recorder, engine.unsealedEvents > before {
      recorder.note(number, base + Int64(parsed.records[index].start))
    }
  }

  /// What was decided since the last call, in order.
  mutating func drainDecisions() -> [Decision] {
    let decisions = engine.pendingDecisions > 0 ? engine.drainDecisions() : []
    if engine.unsealedBytes > DryEngine.journalBytes { settle() }
    return decisions
  }

  /// Takes out what would go to the state and to the switches, and sums what was spent.
  mutating func settle() {
    _ = engine.drainHaltIntents()
    guard let batch = engine.seal(reusing: journal) else { return }
    if var reader = JournalReader(batch.events) {
      while let event = reader.next() {
        cost += event.cost
        recorder?.add(event, engine)
      }
    }
    journal = batch.events
  }
}
