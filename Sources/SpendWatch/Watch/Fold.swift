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
  /// What became of the records of each source, files that are forgotten included. A source that comes back begins anew.
  private(set) var piles: [Piles]
  private let halts: HaltsThread
  private var clock = BelievedClock()
  /// Records parsed at a time: one slice can hold millions of short ones.
  private static let recordsAtOnce = 4_096

  private final class ParserBox {
    var parser: RecordParser
    init(_ layout: RecordLayout) { parser = RecordParser(layout) }
  }

  init(
    engine: consuming Engine, sources: [Source], halts: HaltsThread, forgotten: [SourceID: Books] = [:]
  ) {
    piles = sources.map { _ in Piles() }
    for (source, books) in engine.fileBooks.map({ ($0.source, $0.books) }) + forgotten.map({ ($0, $1) }) {
      let index = Int(source.rawValue)
      if index < piles.count { piles[index] += Piles(books) }
    }
    self.engine = engine
    self.sources = sources
    self.halts = halts
    parserOfSource = sources.map { _ in nil }
  }

  /// Another way to read a source holds from its next slice on.
  func setSources(_ new: [Source]) {
    piles = new.map { source in
      sources.firstIndex { $0.pattern == source.pattern }.map { piles[$0] } ?? Piles()
    }
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
    let before = engine.piles(of: slice.file)
    engine.fold(parsed, file: slice.file, base: slice.offset, isCatchUp: slice.isCatchUp)
    piles[index] += engine.piles(of: slice.file) - before
    engine.move(slice.file, to: slice.offset + Int64(used), context: context)
    sendHalts()
    return parsed.mustSkipLine ? .line : .bytes(used)
  }

  /// Each source as of now.
  var watchedSources: [WatchedSource] {
    zip(sources, piles).map { WatchedSource($0.pattern, silence: $0.silence, piles: $1) }
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
      engine.move(
        position.file, to: position.offset, context: position.original.map { engine.context(of: $0) })
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
