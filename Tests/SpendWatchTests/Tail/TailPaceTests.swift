import Foundation
import Glibc
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// What idle files cost (C11), and what is seen between full scans where there are so many that these are rare.
@Suite struct TailPaceTests {
  /// A full scan every ten minutes, however little it costs.
  private func rare(usesInotify: Bool) -> TailOptions {
    var options = TailOptions()
    options.usesInotify = usesInotify
    options.rest = .max
    return options
  }

  /// As if it had last been written in 2020.
  private func age(_ path: String) {
    var times = [timeval(tv_sec: 1_600_000_000, tv_usec: 0), timeval(tv_sec: 1_600_000_000, tv_usec: 0)]
    #expect(utimes(path, &times) == 0)
  }

  /// A minute of the reader's life: 2,000 idle files, 5 active ones.
  @Test(arguments: [true, false]) func c11IdleFilesAreHardlyLookedAt(usesInotify: Bool) {
    let run = TailRun(["**/*.jsonl"], options: rare(usesInotify: usesInotify))
    for directory in 0..<20 { mkdir(run.path("\(directory)"), 0o755) }
    for file in 0..<2_000 {
      let name = "\(file % 20)/\(file).jsonl"
      run.append(name, "")
      if file >= 5 { age(run.path(name)) }
    }
    run.tick()
    run.turn(after: 2_000)
    let before = run.tailer.counts
    var written: [String] = []
    for tick in 0..<120 {
      let line = "line \(tick)"
      run.append("\(tick % 5)/\(tick % 5).jsonl", line + "\n")
      written.append(line)
      // Active files are seen within half a second, told or not.
      run.turn(after: 500)
      run.expectOnce(written)
    }
    #expect(run.tailer.counts.scans == before.scans)
    // Five files at every look, and twenty directories where nobody tells of new ones.
    let looks = run.tailer.counts.looks - before.looks
    #expect(looks <= (usesInotify ? 30 * 5 : 120 * 25), "\(looks) looks in a minute")
  }

  @Test func whatIsNewIsFoundBetweenScansWithoutHints() throws {
    let run = TailRun(["**/*.jsonl"], options: rare(usesInotify: false))
    var expected = (0..<20).map { "idle \($0)" }
    for (file, line) in expected.enumerated() { run.append("idle-\(file).jsonl", line + "\n") }
    run.tick()
    let scans = run.tailer.counts.scans
    /// Looks that cost more are rarer: a minute of them at most.
    func expect(_ lines: String...) {
      expected += lines
      for _ in 0..<120 where run.books.lines.count < expected.count { run.turn(after: 500) }
      run.expectOnce(expected)
    }
    run.append("new.jsonl", "new\n")
    try run.directory.write("a/b/deep.jsonl", "deep\n")
    expect("new", "deep")
    run.append("a/b/deep.jsonl", "deeper\n")
    run.rename("new.jsonl", "renamed.jsonl")
    run.append("new.jsonl", "after it\n")
    expect("deeper", "after it")
    run.append("renamed.jsonl", "late\n")
    run.remove("idle-3.jsonl")
    expect("late")
    #expect(run.tailer.counts.scans == scans)
  }

  /// Where every look may be the first after a long pause: the truth is the full scan.
  @Test func aColdFileIsFoundByTheFullScan() {
    var options = rare(usesInotify: false)
    options.hotTime = 1_000
    let run = TailRun(options: options)
    run.append("F.jsonl", "one\n")
    age(run.path("F.jsonl"))
    run.tick()
    for _ in 0..<10 { run.turn(after: 500) }
    #expect(run.tailer.hot.isEmpty)
    run.append("F.jsonl", "two\n")
    run.turn(after: 500)
    run.expectOnce(["one"])
    run.turn(after: 600_000)
    run.expectOnce(["one", "two"])
    #expect(run.tailer.hot == [0])
  }

  /// Renamed away and deleted files are followed and closed without a full scan.
  @Test func theGraceEndsBetweenScans() {
    let run = TailRun(["F.jsonl"], options: rare(usesInotify: true))
    let writer = Writer(run.path("F.jsonl"))
    writer.write("one\n")
    run.tick()
    // Not a rotated name: those stay active.
    run.rename("F.jsonl", "away")
    run.turn()
    writer.write("late\n")
    for _ in 0..<40 { run.turn(after: 2_000) }
    run.seal()
    run.expectOnce(["one", "late"])
    #expect(run.tailer.counts.scans == 1 && run.rows.values.map(\.state) == [.closed])
  }

  /// Nothing in the work for one file grows with the number of the others.
  @Test func c11ManyEndsAtOnce() {
    let count = 4_000
    let run = TailRun(["live/*.jsonl"])
    mkdir(run.path("live"), 0o755)
    for file in 0..<count { run.append("live/\(file).jsonl", "line \(file)\n") }
    run.tick()
    #expect(run.books.lines.count == count)
    let start = WallClock.thread
    for file in 0..<count { run.remove("live/\(file).jsonl") }
    run.tick()
    run.turn(after: 61_000)
    run.turn(after: 61_000)
    run.seal()
    let took = WallClock.thread - start
    #expect(run.status.isEmpty && run.tailer.descriptors.count == 0)
    #expect(took < 30_000_000_000, "\(took / 1_000_000) ms for \(count) files")
  }

  /// Against a model: those that are not pinned first, four of them last; then pinned ones with a name; deleted ones never.
  @Test func c7DescriptorsAreClosedInTheOrderOfTheirLastUse() throws {
    var dice = Dice(seed: 11)
    let directory = TempDir("descriptors")
    let named = try directory.write("named", "")
    for _ in 0..<50 {
      var descriptors = Descriptors(limit: 6)
      // The longest unused first.
      var order: [(slot: Int, isPinned: Bool, isDeleted: Bool)] = []
      for _ in 0..<300 {
        let slot = Int(dice.roll(0...14))
        let place = order.firstIndex { $0.slot == slot }
        switch dice.roll(0...9) {
        case 0...3:
          let isDeleted = dice.one(in: 3)
          let path = isDeleted ? try directory.write("deleted", "") : named
          let file = open(path, O_RDONLY | O_CLOEXEC)
          if isDeleted { unlink(path) }
          descriptors.hold(file, for: slot)
          if let place { order.remove(at: place) }
          while order.count >= 6 {
            let loose = order.count(where: { !$0.isPinned })
            let victim =
              loose >= 4
              ? order.firstIndex { !$0.isPinned } : order.firstIndex { $0.isPinned && !$0.isDeleted }
            guard let victim else { break }
            order.remove(at: victim)
          }
          order.append((slot, false, isDeleted))
        case 4...6:
          #expect((descriptors.find(slot) != nil) == (place != nil))
          if let place { order.append(order.remove(at: place)) }
        case 7, 8:
          let isPinned = dice.one(in: 2)
          descriptors.pin(slot, isPinned)
          if let place, order[place].isPinned != isPinned {
            var entry = order.remove(at: place)
            entry.isPinned = isPinned
            order.append(entry)
          }
        default:
          descriptors.release(slot)
          if let place { order.remove(at: place) }
        }
        let count = descriptors.count
        #expect(count == order.count)
      }
    }
  }
}
