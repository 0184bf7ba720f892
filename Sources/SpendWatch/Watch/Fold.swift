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
  private let quarantine: Quarantine
  private var clock = BelievedClock()
  /// Records parsed at a time: one slice can hold millions of short ones.
  private static let recordsAtOnce = 4_096

  private final class ParserBox {
    var parser: RecordParser
    init(_ layout: RecordLayout) { parser = RecordParser(layout) }
  }

  init(
    engine: consuming Engine, sources: [Source], halts: HaltsThread, quarantine: Quarantine = Quarantine(),
    forgotten: [String: Books] = [:]
  ) {
    self.quarantine = quarantine
    piles = sources.enumerated().map { place, source in
      let isFirst = sources.firstIndex { $0.pattern == source.pattern } == place
      return Piles(isFirst ? forgotten[source.pattern] ?? Books() : Books())
    }
    for (source, books) in engine.fileBooks.map({ ($0.source, $0.books) }) {
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
    let poison = quarantine.start(in: slice)
    if poison == 0 { return passOver(slice) }
    let mark = slice.identity.map { quarantine.inFlight.enter($0, base: slice.offset) }
    defer { quarantine.inFlight.leave() }
    let box = parser(of: index)
    parsed.removeAll()
    // All that is parsed is folded before anything is sealed: the context is that of the offset.
    var context = engine.context(of: slice.file)
    let used = box.parser.parse(
      UnsafeRawBufferPointer(rebasing: slice.bytes[..<(poison ?? slice.bytes.count)]),
      isFinal: slice.isFinal && poison == nil, limit: Fold.recordsAtOnce, context: &context, into: &parsed,
      mark: mark)
    if used == 0 {
      // Bytes that are no whole record lie before it: it is none either.
      guard let poison else { return .bytes(0) }
      quarantine.release(slice, poison)
      return fold(slice)
    }
    quarantine.inFlight.leave()
    engine.advance(to: now())
    foldParsed(of: slice, mark: mark)
    quarantine.inFlight.leave()
    engine.move(slice.file, to: slice.offset + Int64(used), context: context)
    sendHalts()
    return parsed.mustSkipLine ? .line : .bytes(used)
  }

  private func foldParsed(of slice: FileSlice, mark: RecordMark?) {
    let before = engine.piles(of: slice.file)
    engine.fold(
      parsed, file: slice.file, base: slice.offset, isCatchUp: slice.isCatchUp, isRepeat: slice.isRepeat,
      mark: mark)
    piles[Int(slice.source.rawValue)] += engine.piles(of: slice.file) - before
  }

  /// The record at the start of `slice` kills the process: it is counted as rejected, and not looked at.
  private func passOver(_ slice: FileSlice) -> Consumption {
    let length = UnreadRecord.length(slice.bytes)
    // Its end must be seen, as far as there can be one.
    guard length != nil || slice.isLongest || slice.isFinal else { return .bytes(0) }
    let used = length ?? slice.bytes.count
    parsed.removeAll()
    parsed.records.append(ParsedRecord(outcome: .rejected(.quarantined), start: 0, end: used))
    foldParsed(of: slice, mark: nil)
    engine.move(slice.file, to: slice.offset + Int64(used))
    quarantine.pass(slice, bytes: used)
    return length == nil ? .line : .bytes(used)
  }

  /// Records that were passed over since the last call.
  func takePassed() -> [Quarantine.Passed] { quarantine.takePassed() }

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
