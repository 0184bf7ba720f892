import Foundation
import SpendEngine
import Support
import Synchronization
import Testing

@testable import SpendWatch

@Suite struct StateReaderTests {
  /// A reader beside a writer: every look is one commit's, journal and ledger together.
  @Test func seesWholeCommitsWhileTheDaemonWrites() throws {
    let fixture = StateFixture()
    var limits = SettlingQueue.Limits()
    limits.rows = 4
    let store = try fixture.open(limits: limits)
    _ = try store.commit(.events(1))
    let reader = try StateReader(fixture.directory)
    let isDone = Atomic(false)
    let looks = Mutex<[(sequence: Int64, bytes: Int)]>([])
    let failures = Mutex<[String]>([])
    let directory = fixture.directory
    let thread = try WorkerThread(name: "reader") {
      do {
        let reader = try StateReader(directory)
        while !isDone.load(ordering: .acquiring) {
          try reader.read { snapshot in
            var bytes = 0
            try snapshot.forEachLedgerBlob { bytes += $1.count }
            let sequence = try snapshot.sequence()
            try snapshot.forEachEventBlob { bytes += $0.count }
            looks.withLock { $0.append((sequence, bytes)) }
          }
        }
      } catch { failures.withLock { $0.append("\(error)") } }
    }
    for sequence in 2...300 as ClosedRange<Int64> {
      _ = try store.commit(.events(sequence, settled: sequence - 2))
    }
    isDone.store(true, ordering: .releasing)
    #expect(thread.join(timeout: 10_000))
    #expect(failures.withLock { $0 } == [])
    for (sequence, bytes) in looks.withLock({ $0 }) { #expect(bytes == Int(sequence) * 10, "at \(sequence)") }
    #expect(try reader.read { try $0.sequence() } == 300)
  }

  @Test func readsBesideTheLockAndAfterTheDaemon() throws {
    let fixture = StateFixture()
    let store = try fixture.open()
    var commit = StateCommit.events(1)
    commit.batch?.names = [1, 2]
    commit.batch?.files = [FileBook(file: FileID(rawValue: 4), source: SourceID(rawValue: 1), offset: 77)]
    commit.batch?.rows = [StateRow(kind: 2, key: [1], value: [2])]
    commit.audit = [AuditLine(at: .at(5), kind: "halt", rule: "r", subject: "key a", text: "t")]
    _ = try store.commit(commit)
    func look() throws {
      try StateReader(fixture.directory).read { snapshot in
        let names = try snapshot.names()
        let offsets = try snapshot.files().map(\.offset)
        let kinds = try (0...3 as ClosedRange<UInt8>).map { try snapshot.engineRows(kind: $0).count }
        let all = try snapshot.engineRows()
        let audit = try snapshot.audit().map(\.kind)
        let at = try snapshot.committedAt()
        #expect(names == [[1, 2]])
        #expect(offsets == [77])
        #expect(kinds == [0, 0, 1, 0])
        #expect(all == [StateRow(kind: 2, key: [1], value: [2])])
        #expect(audit == ["halt"])
        #expect(at == .at(100))
      }
    }
    try look()
    try store.close()
    try look()
    // And it did not keep the writer out.
    #expect(try StateFixture().open().isNew)
  }
}
