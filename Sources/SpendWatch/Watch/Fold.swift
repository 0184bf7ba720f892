internal import SpendEngine

/// The engine with what feeds it: bytes of a file in, halts out. Confined to the reader thread; a class, so that the tailer can call it
/// while it is itself being changed.
final class Fold {
  var engine: Engine
  private var sources: [Source]
  private var parsers: [ParserBox?] = Format.allCases.map { _ in nil }
  private var parsed = ParsedRecords()
  private let halts: HaltsThread
  private var clock = BelievedClock()
  /// Records parsed at a time: one slice can hold millions of short ones.
  private static let recordsAtOnce = 4_096

  private final class ParserBox {
    var parser: RecordParser
    init(_ format: Format) { parser = RecordParser(format: format) }
  }

  init(engine: consuming Engine, sources: [Source], halts: HaltsThread) {
    self.engine = engine
    self.sources = sources
    self.halts = halts
  }

  func setSources(_ new: [Source]) { sources = new }

  /// Folds one slice; halts leave at once, before any commit.
  func fold(_ slice: FileSlice) -> Consumption {
    let index = Int(slice.source.rawValue)
    guard index < sources.count else { return .bytes(0) }
    if slice.movesBook { take([FilePosition(file: slice.file, source: slice.source, offset: slice.offset)]) }
    let box = parser(sources[index].format)
    parsed.removeAll()
    let used = box.parser.parse(slice.bytes, isFinal: slice.isFinal, limit: Fold.recordsAtOnce, into: &parsed)
    if used == 0 { return .bytes(0) }
    engine.advance(to: now())
    engine.fold(parsed, file: slice.file, base: slice.offset, isCatchUp: slice.isCatchUp)
    engine.move(slice.file, to: slice.offset + Int64(used))
    sendHalts()
    return parsed.mustSkipLine ? .line : .bytes(used)
  }

  /// Engine time, as it should be now.
  func now() -> EngineTime { clock.now() }

  func sendHalts() {
    let intents = engine.drainHaltIntents()
    if !intents.isEmpty { halts.send(intents) }
  }

  /// The engine's books follow the tailer's offsets.
  func take(_ positions: [FilePosition]) {
    for position in positions {
      let pattern =
        Int(position.source.rawValue) < sources.count ? sources[Int(position.source.rawValue)].pattern : ""
      engine.open(position.file, source: position.source, pattern: pattern, offset: position.offset)
      engine.move(position.file, to: position.offset)
    }
  }

  private func parser(_ format: Format) -> ParserBox {
    if let box = parsers[Int(format.rawValue)] { return box }
    let box = ParserBox(format)
    parsers[Int(format.rawValue)] = box
    return box
  }
}
