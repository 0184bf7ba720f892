import Foundation
import Glibc
import SpendEngine
import Support
import Synchronization
import Testing

@testable import SpendWatch

/// What changes between two system calls of the reader: a thread rotates while another one reads.
@Suite struct TailRaceTests {
  /// TAIL_ROUNDS=20000 for a long hunt.
  static let rounds = ProcessInfo.processInfo.environment["TAIL_ROUNDS"].flatMap(Int.init) ?? 400

  /// `cp F F.1; : > F` at any moment of a look at either of them.
  @Test(arguments: [10, 60]) func a3TruncatedWhileItIsComparedWithItsCopy(count: Int) throws {
    let run = TailRun()
    let isOver = Atomic(false)
    let directory = run.directory
    let rotator = try WorkerThread(name: "rotator") {
      let writer = Writer(directory.file("F.jsonl"))
      for round in 0..<Self.rounds {
        writer.write(text(lines(count, "round \(round)")))
        usleep(UInt32(round % 7) * 100)
        // The last one's copy gives its name to this one's.
        rename(directory.file("F.jsonl.1"), directory.file("F.jsonl.2"))
        copyLog(directory.file("F.jsonl"), to: directory.file("F.jsonl.1"))
        usleep(UInt32(round % 3) * 10)
        writer.truncate()
        usleep(2_000)
      }
      isOver.store(true, ordering: .releasing)
    }
    while !isOver.load(ordering: .acquiring) { run.turn() }
    _ = rotator.join(timeout: 10_000)
    run.tick()
    // A round that was rotated away twice between two looks may be missing; none may be there twice.
    let twice = run.books.lines.filter { $0.value > 1 }.keys.sorted()
    #expect(twice.isEmpty, "\(twice.prefix(5)) of \(twice.count)")
  }
}
