import Foundation
import GRDB
import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct DiskFullTests {
  @Test func theCommitIsKeptAndGoesThroughLater() throws {
    let fixture = StateFixture()
    let store = try fixture.open()
    _ = try store.commit(.events(1))
    // This connection may not make the file grow; a reopened one may.
    try store.queue.writeWithoutTransaction { db in
      let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(pages + 4)")
    }
    var commit = StateCommit.events(2, count: 200_000)
    commit.notifications = [NewNotification(notificationID: "a", receiver: "ops", body: "{}")]
    let error = try stateError { _ = try store.commit(commit) }
    #expect(error.kind == .full && error.isTransient)
    // Nothing of it is there, and the old connection is not trusted with more.
    #expect(try stateError { _ = try store.commit(commit) }.kind == .needsReopen)
    #expect(try stateError { _ = try store.load() }.kind == .needsReopen)
    try store.reopen()
    #expect(try store.load().saved.sequence == 1)
    #expect(try store.load().outbox.isEmpty)
    #expect(try store.commit(commit).queued.count == 1)
    #expect(try fixture.crashed().open().load().saved.journal.map(\.events.count) == [10, 200_000])
  }

  /// A real file system that is full; needs the right to mount.
  @Test(.enabled(if: SmallDisk.isAvailable)) func aFullDiskIsSurvived() throws {
    let disk = try #require(SmallDisk(megabytes: 2))
    let directory = StateDirectory(disk.path + "/state")
    try directory.prepare()
    let store = try Store(lock: try StateLock(directory), now: .at(1), ledger: .concatenating)
    _ = try store.commit(.events(1))
    disk.fill()
    var sequence: Int64 = 2
    var failure: StateError?
    while failure == nil, sequence < 200 {
      do {
        _ = try store.commit(.events(sequence, count: 20_000))
        sequence += 1
      } catch { failure = error }
    }
    #expect(failure?.isTransient == true, "\(String(describing: failure))")
    // As long as nothing is freed it fails, in so many words.
    do {
      try store.reopen()
      _ = try store.commit(.events(sequence, count: 20_000))
      Issue.record("the disk should be full")
    } catch { #expect(error.isTransient, "\(error)") }
    disk.empty()
    try store.reopen()
    #expect(try store.commit(.events(sequence, count: 20_000)).sequence == sequence)
    #expect(try store.load().saved.journal.count == Int(sequence))
    try store.close()
  }

  /// A daemon that was killed, or updated, while the disk is full: it starts, halts from memory, and commits when there is space.
  @Test(.enabled(if: SmallDisk.isAvailable), arguments: [true, false])
  func aFullDiskDoesNotKeepItFromStarting(wasKilled: Bool) throws {
    let disk = try #require(SmallDisk(megabytes: 2))
    let directory = StateDirectory(disk.path + "/state")
    try directory.prepare()
    do {
      let store = try Store(lock: try StateLock(directory), now: .at(1), ledger: .concatenating)
      _ = try store.commit(.events(1))
      try store.queue.write { try $0.execute(sql: "UPDATE meta SET version = '0.0'") }
      // A copy of the files is what a kill leaves; a clean end leaves one file, without a log.
      let files = ["state.db", "state.db-wal"].map { directory.path + "/" + $0 }
      let copies = try files.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
      try store.close()
      if wasKilled {
        for (file, copy) in zip(files, copies) { try copy.write(to: URL(fileURLWithPath: file)) }
      }
    }
    disk.fill()
    let store = try Store(lock: try StateLock(directory), now: .at(1), ledger: .concatenating)
    #expect(try store.load().saved.sequence == 1)
    for _ in 0..<2 {
      let error = try stateError { _ = try store.commit(.events(2, count: 20_000)) }
      #expect(error.isTransient, "\(error)")
      do { try store.reopen() } catch { #expect(error.isTransient, "\(error)") }
    }
    disk.empty()
    try store.reopen()
    #expect(try store.commit(.events(2, count: 20_000)).sequence == 2)
    // Readers are let in again.
    let reader = try StateReader(directory)
    #expect(try reader.read { try $0.sequence() } == 2)
    try store.close()
  }

  /// Damage is looked for at the start. A retry each second must not read the whole database.
  @Test func reopeningDoesNotLookThroughTheDatabase() throws {
    let fixture = StateFixture()
    var store = try fixture.open()
    _ = try store.commit(.events(1, count: 400_000))
    try store.close()
    store = try StateFixture().open()
    store = try fixture.open()
    // A page of the large value points nowhere.
    var bytes = try fixture.bytes()
    let page = (50..<bytes.count / 4_096).first { page in
      bytes[(page * 4_096)..<(page * 4_096 + 4)].reduce(0) { $0 << 8 | Int($1) } == page + 2
    }
    let start = try #require(page) * 4_096
    bytes.replaceSubrange(start..<start + 4, with: [0, 255, 255, 255])
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: fixture.database))
    try file.seek(toOffset: UInt64(start))
    try file.write(contentsOf: [0, 255, 255, 255] as [UInt8])
    try file.close()
    try store.reopen()
    #expect(try store.commit(.events(2)).sequence == 2)
    try store.close()
    store = try StateFixture().open()
    #expect(try stateError { store = try fixture.open() }.kind == .damaged)
  }
}
