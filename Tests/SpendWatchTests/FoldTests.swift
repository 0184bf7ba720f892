import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Slices of files through parsers and engine: each source in its own way, each file with its own context.
@Suite struct FoldTests {
  private let halts: HaltsThread

  init() throws { halts = try HaltsThread([], writer: "w") { _ in } }

  private func fold(_ sources: [Source]) throws -> Fold {
    let rules = ReplayRules.set(around: WallClock.now, hasTasks: false)
    let engine = try Engine(
      rules: rules, prices: ReplayRules.prices, restoring: SavedState(fingerprintKey: (1, 2)))
    let fold = Fold(engine: engine, sources: sources, halts: halts)
    fold.engine.advance(to: WallClock.now)
    return fold
  }

  private func mapped(_ fields: [String: String], _ name: String) throws -> Source {
    Source(pattern: "/\(name)", format: .auto, fields: try FieldMapping.make(fields).get())
  }

  /// Hands a file's bytes from where its book stands; the first ones with a position.
  private func hand(
    _ bytes: [UInt8], file: UInt32, source: UInt16 = 0, at position: FilePosition? = nil,
    isRepeat: Bool = false, to fold: Fold
  ) {
    let id = FileID(rawValue: file)
    let source = SourceID(rawValue: source)
    let isKnown = fold.engine.offset(of: id) != nil
    let position = position ?? (isKnown ? nil : FilePosition(file: id, source: source, offset: 0))
    let offset = position?.offset ?? fold.engine.offset(of: id) ?? 0
    let used = bytes.withUnsafeBytes {
      fold.fold(
        FileSlice(
          file: id, source: source, offset: offset, bytes: $0, isFinal: true, isCatchUp: false,
          isRepeat: isRepeat, isLongest: false, position: position))
    }
    #expect(used == .bytes(bytes.count))
  }

  /// What was folded since the last call: `task model tokens cost`, one a call.
  private func folded(_ fold: Fold) -> [String] {
    guard let batch = fold.engine.seal(), var reader = JournalReader(batch.events) else { return [] }
    var calls: [String] = []
    while let event = reader.next() {
      let names = [
        fold.engine.intake.names.tasks.string(event.task),
        fold.engine.intake.names.models.string(event.model),
      ]
      calls.append("\(names[0]) \(names[1]) \(event.tokens.total) \(event.cost.decimal)")
    }
    return calls
  }

  private static func sample(_ name: String) throws -> [[UInt8]] {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let text = try Data(contentsOf: tests.appendingPathComponent("Scenarios/formats/\(name)/sample.jsonl"))
    return text.split(separator: UInt8(ascii: "\n")).map { Array($0) + [UInt8(ascii: "\n")] }
  }

  @Test func eachSourceIsReadByItsOwnMapping() throws {
    let sources = [
      try mapped(["cost_usd": "a", "task": "job"], "a"), try mapped(["cost_cents": "b", "task": "t"], "b"),
      Source(pattern: "/c", format: .spendfuse),
    ]
    let fold = try fold(sources)
    let line = Array(#"{"a":1,"b":2,"cost_usd":3,"job":"j","t":"x","model":"m"}"#.utf8)
    for source in 0..<3 { hand(line, file: UInt32(source + 1), source: UInt16(source), to: fold) }
    #expect(folded(fold) == ["j (none) 0 1", "x (none) 0 0.02", "(none) m 0 3"])
    // Other mappings under the same places in the list hold from the next slice on.
    fold.setSources([sources[2], sources[0], sources[1]])
    for source in 0..<3 { hand(line, file: UInt32(source + 1), source: UInt16(source), to: fold) }
    #expect(folded(fold) == ["(none) m 0 3", "j (none) 0 1", "x (none) 0 0.02"])
  }

  @Test func filesOfOneSourceHaveAContextEach() throws {
    let fold = try fold([Source(pattern: "/codex", format: .codex)])
    let one = try Self.sample("codex")
    let other = try Self.sample("codex-odd-lines")
    for index in 0..<max(one.count, other.count) {
      if index < one.count { hand(one[index], file: 1, to: fold) }
      if index < other.count { hand(other[index], file: 2, to: fold) }
    }
    let calls = folded(fold)
    let session = "01a20af4-54bf-70e0-9464-779a8a3ca6aa gpt-5.2-codex"
    #expect(
      calls.filter { $0.hasPrefix("\(session) ") }.map { $0.split(separator: " ")[2] } == [
        "13301", "14302", "15303",
      ])
    #expect(
      calls.contains { $0.hasPrefix("s-1 gpt-5 130 ") }
        && calls.contains { $0.hasPrefix("s-0 gpt-5-mini 16 ") })
  }

  /// The rest of a file that was copied and truncated stands in the copy; what replaces it begins anew.
  @Test func aCopyGoesOnWithTheContextOfItsOriginal() throws {
    let fold = try fold([Source(pattern: "/codex", format: .codex)])
    let lines = try Self.sample("codex-legacy")
    for line in lines[..<4] { hand(line, file: 1, to: fold) }
    let offset = fold.engine.offset(of: FileID(rawValue: 1)) ?? 0
    #expect(offset == lines[..<4].reduce(0) { $0 + Int64($1.count) })
    let place = FilePosition(
      file: FileID(rawValue: 2), source: SourceID(rawValue: 0), offset: offset, original: FileID(rawValue: 1))
    hand(Array(lines[4...].joined()), file: 2, at: place, to: fold)
    let calls = folded(fold)
    #expect(calls.count == 3)
    #expect(calls.allSatisfy { $0.hasPrefix("01a20af4-54bf-70e0-9464-779a8a3ca6aa gpt-5.2-codex ") })
    hand(lines[4], file: 3, to: fold)
    let isNew = fold.engine.context(of: FileID(rawValue: 4)).isEmpty
    #expect(isNew)
    // Nothing is known of whose count it is, and it is no repeat: it was seen before, by its time.
    let duplicates = fold.engine.status().books.duplicate
    #expect(folded(fold).isEmpty && duplicates == 1)
  }

  /// What a document says again: known by its ids; where they are too old to be kept, by its place.
  @Test func aDocumentReadAgainCountsWhatItSaysMore() throws {
    let fold = try fold([
      Source(pattern: "/w.json", format: .spendfuse, duplicates: .copies, isWhole: true)
    ])
    let old = (WallClock.now + -40 * .day).rfc3339
    let today = WallClock.now.rfc3339
    func document(_ tokens: Int) -> [UInt8] {
      let calls = [(old, "r1", 7), (today, "r2", tokens)].map { time, id, tokens in
        #"{"time":"\#(time)","task":"t","model":"m","output_tokens":\#(tokens),"cost_usd":0.\#(tokens),"request_id":"\#(id)"}"#
      }
      return Array("[\(calls.joined(separator: ",\n"))]\n".utf8)
    }
    hand(document(1), file: 1, to: fold)
    #expect(folded(fold) == ["t m 7 0.7", "t m 1 0.1"])
    for (tokens, expected) in [(1, []), (3, ["t m 2 0.2"]), (2, []), (3, [])] as [(Int, [String])] {
      let start = FilePosition(file: FileID(rawValue: 1), source: SourceID(rawValue: 0), offset: 0)
      hand(document(tokens), file: 1, at: start, isRepeat: true, to: fold)
      #expect(folded(fold) == expected)
    }
    let books = fold.engine.status().books
    #expect(books.read == 10 && books.folded == 2 && books.duplicate == 8 && books.grew == 1)
  }

  @Test func aDocumentsCallsNeedAnIDAndATime() throws {
    let fold = try fold([
      Source(pattern: "/w.json", format: .spendfuse, duplicates: .copies, isWhole: true)
    ])
    let time = WallClock.now.rfc3339
    let text =
      #"[{"time":"\#(time)","cost_usd":1},{"cost_usd":1,"request_id":"a"},"#
      + #"{"time":"\#(time)","cost_usd":1,"request_id":"b"}]"#
    hand(Array(text.utf8), file: 1, to: fold)
    let books = fold.engine.status().books
    #expect(books.read == 3 && books.folded == 1)
    #expect(books.rejected[Int(Rejection.noIdentity.rawValue)] == 2)
  }
}
