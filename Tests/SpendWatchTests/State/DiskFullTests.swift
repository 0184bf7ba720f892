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
    let filler = disk.path + "/filler"
    #expect(throws: (any Error).self) { try Data(count: 4 << 20).write(to: URL(fileURLWithPath: filler)) }
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
    unlink(filler)
    try store.reopen()
    #expect(try store.commit(.events(sequence, count: 20_000)).sequence == sequence)
    #expect(try store.load().saved.journal.count == Int(sequence))
    try store.close()
  }
}

/// A tmpfs of a few megabytes, gone with its last reference.
private final class SmallDisk {
  let temp = TempDir("disk")
  var path: String { temp.path }

  static var isAvailable: Bool { SmallDisk(megabytes: 1) != nil }

  init?(megabytes: Int) {
    guard geteuid() == 0, mount("tmpfs", temp.path, "tmpfs", 0, "size=\(megabytes)m,mode=700") == 0 else {
      return nil
    }
  }
  deinit { umount2(temp.path, Int32(MNT_DETACH)) }
}
