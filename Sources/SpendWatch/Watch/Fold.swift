internal import SpendEngine

/// The engine with what feeds it: bytes of a file in, halts out. Confined to the reader thread; a class, so that the tailer can call it
/// while it is itself being changed.
final class Fold {
  var engine: Engine
  private var sources: [Source]
  /// By layout: sources that are written alike share one. It holds nothing of a file.
  private var parsers: [RecordLayout: ParserBox] = [:]
  /// By source; nil = not needed yet.
  private var parserOfSource: [ParserBox?] = []
  private var parsed = ParsedRecords()
  private let halts: HaltsThread
  private var clock = BelievedClock()
  /// Records parsed at a time: one slice can hold millions of short ones.
  private static let recordsAtOnce = 4_096

  private final class ParserBox {
    var parser: RecordParser
    init(_ layout: RecordLayout) { parser = RecordParser(layout) }
  }

  init(engine: consuming Engine, sources: [Source], halts: HaltsThread) {
    self.engine = engine
    self.sources = sources
    self.halts = halts
    parserOfSource = sources.map { _ in nil }
  }

  /// Another way to read a source holds from its next slice on.
  func setSources(_ new: [Source]) {
    sources = new
    parserOfSource = new.map { _ in nil }
    let layouts = Set(new.map(\.layout))
    parsers = parsers.filter { layouts.contains($0.key) }
  }

  /// Folds one slice; halts leave at once, before any commit.
  func fold(_ slice: FileSlice) -> Consumption {
    let index = Int(slice.source.rawValue)
    guard index < sources.count else { return .bytes(0) }
    if let position = slice.position { take([position]) }
    let box = parser(of: index)
    parsed.removeAll()
    // All that is parsed is folded before anything is sealed: the context is that of the offset.
    var context = engine.context(of: slice.file)
    let used = box.parser.parse(
      slice.bytes, isFinal: slice.isFinal, limit: Fold.recordsAtOnce, context: &context, into: &parsed)
    if used == 0 { return .bytes(0) }
    engine.advance(to: now())
    engine.fold(
      parsed, file: slice.file, base: slice.offset, isCatchUp: slice.isCatchUp, isRepeat: slice.isRepeat)
    engine.move(slice.file, to: slice.offset + Int64(used), context: context)
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
      // A file that begins (again) has said nothing yet.
      let beginning = position.offset == 0 ? FileContext() : nil
      engine.move(
        position.file, to: position.offset,
        context: position.original.map { engine.context(of: $0) } ?? beginning)
    }
  }

  private func parser(of source: Int) -> ParserBox {
    if let box = parserOfSource[source] { return box }
    let layout = sources[source].layout
    let box = parsers[layout] ?? ParserBox(layout)
    parsers[layout] = box
    parserOfSource[source] = box
    return box
  }
}
