import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// Documents that are written anew with every change. A line `call 7` is a call and its size: what counts is the largest seen.
@Suite struct TailWholeTests {
  private static let pattern = ["*.json"]

  private func document(_ sizes: [Int]) -> String {
    sizes.enumerated().map { "call\($0.offset) \($0.element)\n" }.joined()
  }

  /// As the engine would count it: by id, the largest.
  private func counted(_ run: TailRun) -> [String: Int] {
    var largest: [String: Int] = [:]
    for line in run.books.lines.keys {
      let parts = line.split(separator: " ")
      largest[String(parts[0]), default: 0] = max(largest[String(parts[0])] ?? 0, Int(parts[1]) ?? -1)
    }
    return largest
  }

  private func expectCounted(_ run: TailRun, _ sizes: [Int], at location: SourceLocation = #_sourceLocation) {
    let expected = Dictionary(
      uniqueKeysWithValues: sizes.enumerated().map { ("call\($0.offset)", $0.element) })
    #expect(counted(run) == expected, sourceLocation: location)
  }

  enum Rewriting: CaseIterable { case inPlace, overItself, byRename, removedFirst }

  private func rewrite(_ run: TailRun, _ text: String, _ way: Rewriting, _ name: String = "F.json") {
    switch way {
    case .inPlace:
      run.truncate(name)
      run.append(name, text)
    case .overItself:
      let file = fopen(run.path(name), "r+")
      fputs(text, file)
      fclose(file)
      run.truncate(name, to: text.utf8.count)
    case .byRename, .removedFirst:
      run.append("next", text)
      if way == .removedFirst {
        run.remove(name)
        run.turn()
      }
      run.rename("next", name)
    }
  }

  @Test(arguments: Rewriting.allCases, [true, false])
  func eachWritingIsReadFromItsBeginning(way: Rewriting, usesInotify: Bool) {
    var options = TailOptions()
    options.usesInotify = usesInotify
    let run = TailRun(Self.pattern, isWhole: true, options: options)
    var sizes = [1]
    run.append("F.json", document(sizes))
    run.tick()
    for round in 0..<20 {
      sizes[round / 2] += 1
      if round % 2 == 0 { sizes.append(round) }
      rewrite(run, document(sizes), way)
      run.turn(after: usesInotify ? 0 : 2_000)
      expectCounted(run, sizes)
      if round % 5 == 4 { run.restart() }
      if round % 7 == 6 { run.kill() }
    }
    run.tick()
    expectCounted(run, sizes)
    run.seal()
    // One document, one row, whatever it went through; and nothing that a log can lose.
    #expect(run.rows.count == 1 && run.rows.values.allSatisfy { $0.state == .active })
    #expect(run.tailer.counts.truncations == 0 && run.tailer.counts.copies == 0)
    #expect(run.tailer.descriptors.count <= 1)
  }

  @Test func aShorterDocumentAndOneOfTheSameLength() {
    let run = TailRun(Self.pattern, isWhole: true)
    run.append("F.json", document([1, 1, 1]))
    run.tick()
    rewrite(run, document([2]), .inPlace)
    run.turn()
    expectCounted(run, [2, 1, 1])
    rewrite(run, document([3]), .overItself)
    run.turn()
    expectCounted(run, [3, 1, 1])
    #expect(run.tailer.counts.truncations == 0)
  }

  /// What changed within one tick of the file system's clock looks like what was read: so it is read once more.
  @Test func aChangeThatDoesNotShowIsFound() throws {
    var options = TailOptions()
    options.usesInotify = false
    let run = TailRun(Self.pattern, isWhole: true, options: options)
    run.append("F.json", document([1]))
    run.tick()
    // The stamp of the second writing is that of the first.
    rewrite(run, document([2]), .overItself)
    let facts = try FileFacts.of(RawPath(run.path("F.json"))).get()
    run.tailer.generations[0].pass?.stamp = WholeReading.Stamp(facts)
    run.turn(after: 1_000)
    expectCounted(run, [1])
    run.tick()
    expectCounted(run, [2])
    // Once, not for ever.
    let offered = run.slices
    for _ in 0..<5 { run.tick() }
    #expect(run.slices <= offered + 1)
  }

  @Test func aHalfWrittenDocumentCountsAsFarAsItGoes() {
    let run = TailRun(Self.pattern, isWhole: true)
    let text = document([5, 6, 7])
    run.append("F.json", "")
    for cut in 0...text.utf8.count {
      rewrite(run, String(text.utf8.prefix(cut)) ?? "", .inPlace)
      run.turn()
      let whole = text.utf8.prefix(cut).filter { $0 == 10 }.count
      #expect(counted(run).count >= whole)
    }
    run.tick()
    expectCounted(run, [5, 6, 7])
  }

  /// After `kill -9` in the middle of a document: from where it stood if it is still the same, else from its beginning.
  @Test(arguments: [true, false]) func killedInTheMiddle(isChanged: Bool) {
    var options = TailOptions()
    options.sliceSize = 64
    let run = TailRun(Self.pattern, isWhole: true, options: options)
    let sizes = (0..<200).map { $0 }
    run.append("F.json", document(sizes))
    var left = 3
    run.tailer.scan(now: run.now)
    while left > 0 {
      left -= 1
      _ = run.tailer.readBacklog { run.consume($0) }
    }
    run.seal()
    let place = run.rows.values.first?.offset ?? 0
    #expect(place > 0 && counted(run).count < 200)
    run.kill()
    if isChanged { rewrite(run, document(sizes.map { $0 + 1 }), .byRename) }
    run.tick()
    expectCounted(run, isChanged ? sizes.map { $0 + 1 } : sizes)
  }

  @Test func whatWasReadBeforeIsARepeat() {
    let run = TailRun(Self.pattern, isWhole: true)
    run.append("F.json", document([1, 2]))
    run.tick()
    #expect(run.repeats == [])
    run.restart()
    rewrite(run, document([1, 2, 3]), .byRename)
    run.tick()
    #expect(run.repeats == [0])
  }

  @Test func aRenamedDocumentAndOneWithTwoNames() {
    let run = TailRun(Self.pattern, isWhole: true)
    run.append("F.json", document([1]))
    run.tick()
    run.rename("F.json", "G.json")
    run.tick()
    link(run.path("G.json"), run.path("H.json"))
    run.tick()
    rewrite(run, document([2]), .inPlace, "G.json")
    run.tick()
    expectCounted(run, [2])
    #expect(run.tailer.generations.count == 1)
  }

  /// D12: a source that was a log becomes a document, and back.
  @Test func theSettingChanges() {
    let run = TailRun(Self.pattern)
    let root = run.directory.path
    run.append("F.json", document([1, 2]))
    run.tick()
    run.tailer.setSources([Source(pattern: root + "/*.json", format: .spendfuse, isWhole: true)])
    rewrite(run, document([3, 2]), .inPlace)
    run.tick()
    expectCounted(run, [3, 2])
    run.tailer.setSources(run.sources)
    run.append("F.json", "call2 9\n")
    run.tick()
    expectCounted(run, [3, 2, 9])
    #expect(run.books.lines["call2 9"] == 1)
  }
}
