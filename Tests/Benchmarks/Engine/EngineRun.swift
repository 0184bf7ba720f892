import SpendEngine

/// The engine over made-up lines, phase by phase, in one thread as the reader would do it.
struct EngineRun {
  let corpus: Corpus
  let slices: [[UInt8]]
  let lines: Int
  let bytes: Int

  init(_ corpus: Corpus, lines: Int, first: Int = 0) {
    self.corpus = corpus
    self.lines = lines
    slices = corpus.slices(lines: lines, first: first)
    bytes = slices.reduce(0) { $0 + $1.count }
  }

  private var format: Format { corpus.kind == .own ? .spendfuse : .claudeCode }

  static let prices = PriceTable(
    origin: "benchmark",
    rows: ["claude-sonnet-4-5", "claude-opus-4-5", "gpt-5-mini", "gemini-2.5-pro"].map {
      PriceRow(
        name: $0,
        rates: .init(
          input: 3_000_000_000, cacheRead: 300_000_000, cacheWrite5m: 3_750_000_000,
          cacheWrite1h: 6_000_000_000,
          output: 15_000_000_000, reasoning: 15_000_000_000))
    })

  /// The rules of the repository's rules.yaml; limits that few reach.
  static let rules: [Rule] = [
    rule("task-budget", .task, .lifetime, dollars: 2_000, .task),
    rule("key-daily-cap", .key, .calendar(.day), dollars: 5_000, .key),
    rule("global-daily-cap", .global, .calendar(.day), dollars: 1_000_000, nil),
  ]

  private static func rule(_ name: String, _ per: Per, _ window: Window, dollars: Int64, _ halt: HaltTarget?)
    -> Rule
  {
    Rule(
      name: name, per: per,
      kind: .threshold(
        ThresholdRule(metric: .spend, window: window, limit: dollars * 1_000_000_000, alertAt: [50, 80])),
      mode: halt == nil ? .warn : .enforce, halt: halt, until: window == .lifetime ? .manual : .reset)
  }

  static func engine(_ rules: [Rule]) -> Engine? {
    let days = CalendarTable(
      edges: (-40...40).map { EngineTime(milliseconds: Corpus.start + $0 * .day) })
    guard
      var engine = try? Engine(
        rules: RuleSet(rules: rules, calendars: [.day: days]), prices: prices,
        restoring: SavedState(fingerprintKey: (1, 2)))
    else { return nil }
    engine.advance(to: EngineTime(milliseconds: Corpus.start))
    engine.open(FileID(rawValue: 1), source: SourceID(rawValue: 0), pattern: "/var/log/*.jsonl", offset: 0)
    return engine
  }

  /// Every slice through the parser; `body` gets the records of each.
  /// - Parameter noted: where each record's offset goes before it is looked at, as the daemon's reader does it; nil = nowhere.
  func parse(noted: UnsafeMutablePointer<Int64>? = nil, _ body: (inout ParsedRecords, Int64) -> Void) {
    var parser = RecordParser(RecordLayout(format))
    var parsed = ParsedRecords()
    var context = FileContext()
    var base: Int64 = 0
    for slice in slices {
      parsed.removeAll()
      let mark = noted.map { RecordMark($0, base: base) }
      let used = slice.withUnsafeBytes {
        parser.parse($0, isFinal: false, context: &context, into: &parsed, mark: mark)
      }
      body(&parsed, base)
      base += Int64(used)
    }
  }

  /// Every slice folded into `engine`, and sealed about as often as the reader would while catching up.
  func fold(into engine: inout Engine) {
    var buffer: [UInt8]?
    parse { parsed, base in
      engine.advance(to: engine.time + Milliseconds(parsed.records.count) * Corpus.step)
      engine.fold(parsed, file: FileID(rawValue: 1), base: base)
      if engine.unsealedBytes >= 4 << 20 {
        let batch = engine.seal(reusing: buffer)
        buffer = batch?.events
      }
    }
  }

  func book(into intake: inout Intake) {
    var books = Books()
    parse { parsed, _ in
      for record in parsed.records {
        guard case .usage(let usage) = record.outcome else { continue }
        let arrival = usage.time ?? EngineTime(milliseconds: Corpus.start)
        if let event = intake.book(usage, names: parsed.names, source: 0, arrival: arrival, books: &books) {
          _ = intake.remember(event)
        }
      }
    }
  }

  /// The journal's share: the same events written twice.
  func events(_ intake: inout Intake) -> [UsageEvent] {
    var books = Books()
    var events: [UsageEvent] = []
    events.reserveCapacity(lines)
    parse { parsed, _ in
      for record in parsed.records {
        guard case .usage(let usage) = record.outcome else { continue }
        let arrival = usage.time ?? EngineTime(milliseconds: Corpus.start)
        if let event = intake.book(usage, names: parsed.names, source: 0, arrival: arrival, books: &books) {
          events.append(event)
        }
      }
    }
    return events
  }
}
