import Allocations
import SpendEngine

/// `EngineBenchmark memory`: what a million mixed series take, ready and packed, and what that costs.
struct MemoryReport {
  private static let target = 200
  private static let series = Fleet.keys + Fleet.tasks

  static func run() {
    print("\(Fleet.keys) keys with 10 sums, \(Fleet.tasks) tasks with 2, \(Fleet.tasks * Fleet.calls) calls")
    let names = namesAlone()
    row("names, apart", bytes: names)
    var state = Saved()
    let before = Int(allocated_bytes())
    guard var engine = engine(restoring: SavedState(fingerprintKey: (1, 2)), most: 10_000_000) else { return }
    state.fold(into: &engine)
    row("ready", bytes: Int(allocated_bytes()) - before - names - state.bytes, target: target)
    look(engine)
    let pack = Meter.measure {
      engine.reload(rules: Fleet.ruleSet(most: 1_000), prices: EngineRun.prices)
      for _ in 0..<1_000 { engine.advance(to: engine.time) }
    }
    row("packed", bytes: Int(allocated_bytes()) - before - names - state.bytes, target: target)
    time("a reload, and packing all", pack, per: 1_000_000, "ms")
    look(engine)
    for most in [10_000_000, 100_000] {
      let start = Meter.measure {
        var again = Self.engine(restoring: state.saved, most: most)
        again?.advance(to: Fleet.end)
      }
      time("a start with max_subjects \(most)", start, per: 1_000_000, "ms")
    }
    thrash(state)
  }

  private static func look(_ engine: borrowing Engine) {
    var subjects = 0
    let status = Meter.measure { subjects = engine.status(top: 20).rules.reduce(0) { $0 + $1.subjects } }
    let counts = engine.status(top: 0).subjects
    time(
      "status (\(subjects) values, \(counts.hot) ready, \(counts.cold) packed)", status, per: 1_000_000, "ms")
  }

  /// Calls of all tasks evenly, with room for a tenth: nearly every one finds its page packed.
  private static func thrash(_ state: Saved) {
    guard var engine = engine(restoring: state.saved, most: 100_000) else { return }
    engine.advance(to: Fleet.end)
    var text: [UInt8] = []
    let calls = 20_000
    for number in 0..<calls {
      let task = (number &* 48_271) % Fleet.tasks
      text.append(
        contentsOf:
          "{\"time\":\(Fleet.end.milliseconds),\"key\":\"key-1\",\"task\":\"3f2a-task-\(task)\",\"cost_usd\":0.01}\n"
          .utf8)
    }
    let meter = Meter.measure { fold(text, base: 0, into: &engine) }
    time("a call whose page is packed", meter, per: calls * 1_000, "us")
  }

  // MARK: Engines

  private static func engine(restoring saved: consuming SavedState, most: Int) -> Engine? {
    guard
      var engine = try? Engine(
        rules: Fleet.ruleSet(most: most), prices: EngineRun.prices, restoring: saved)
    else { return nil }
    engine.advance(to: EngineTime(milliseconds: Corpus.start))
    engine.open(FileID(rawValue: 1), source: SourceID(rawValue: 0), pattern: "/var/log/*.jsonl", offset: 0)
    return engine
  }

  fileprivate static func fold(_ text: [UInt8], base: Int64, into engine: inout Engine) {
    var parser = RecordParser(RecordLayout(.spendfuse))
    var parsed = ParsedRecords()
    var context = FileContext()
    _ = text.withUnsafeBytes { parser.parse($0, isFinal: false, context: &context, into: &parsed) }
    engine.fold(parsed, file: FileID(rawValue: 1), base: base)
  }

  private static func namesAlone() -> Int {
    let before = Int(allocated_bytes())
    var intake = Intake(prices: EngineRun.prices, fingerprintKey: (1, 2))
    Fleet.slices { text, time in
      var parser = RecordParser(RecordLayout(.spendfuse))
      var parsed = ParsedRecords()
      var context = FileContext()
      _ = text.withUnsafeBytes { parser.parse($0, isFinal: false, context: &context, into: &parsed) }
      var books = Books()
      for record in parsed.records {
        guard case .usage(let usage) = record.outcome else { continue }
        _ = intake.book(usage, names: parsed.names, source: 0, arrival: time, books: &books)
      }
      _ = intake.names.drain()
    }
    return Int(allocated_bytes()) - before
  }

  // MARK: Lines

  private static func row(_ what: String, bytes: Int, target: Int? = nil) {
    print(
      column(what, width: 60) + column(Double(bytes) / Double(series)) + " B a series"
        + (target.map { "  (target \($0))" } ?? ""))
  }
  private static func time(_ what: String, _ meter: Meter, per count: Int, _ unit: String) {
    print(column(what, width: 60) + column(Double(meter.nanoseconds) / Double(count)) + " \(unit)")
  }
}

/// What the state would hold.
private struct Saved {
  var saved = SavedState(fingerprintKey: (1, 2))
  private var pages: [Int64: Page] = [:]

  /// Of this value itself.
  var bytes: Int {
    saved.names.reduce(0) { $0 + $1.count } + saved.pages.reduce(0) { $0 + ($1.blob?.count ?? 0) + 64 }
  }

  mutating func fold(into engine: inout Engine) {
    engine.sweepAfterBatches = .max
    engine.sweepAfterBytes = .max
    var base: Int64 = 0
    var keep = self
    Fleet.slices { text, time in
      engine.advance(to: time)
      MemoryReport.fold(text, base: base, into: &engine)
      base += Int64(text.count)
      if engine.unsealedBytes >= 4 << 20 { keep.take(engine.seal()) }
    }
    engine.advance(to: Fleet.end)
    engine.sweepAfterBatches = 0
    engine.pagesPerBatch = 1 << 20
    keep.take(engine.seal())
    keep.saved.pages = keep.pages.values.sorted { $0.id < $1.id }
    keep.pages = [:]
    self = keep
  }

  /// Journals are not kept: at the end every page is written.
  private mutating func take(_ batch: Batch?) {
    guard let batch else { return }
    if !batch.names.isEmpty { saved.names.append(batch.names) }
    for page in batch.pages { pages[page.id] = page }
    saved.rows = batch.rows.filter { $0.kind == StateRow.Kind.meta.rawValue }
    saved.files = batch.files
    saved.sequence = batch.sequence
  }
}
