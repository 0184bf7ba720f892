import Foundation
import Logging
import SpendEngine
import Support
import Synchronization
import Testing

@testable import SpendWatch

@Suite struct CommitQueueTests {
  static let configuration = Configuration(
    path: "rules.yaml", timeZone: "UTC", sources: [], prices: ReplayRules.prices,
    rules: ReplayRules.set(around: .noon, hasTasks: false),
    receivers: [
      Receiver(name: "ops", kind: .webhook(WebhookReceiver(url: Secret("http://127.0.0.1:9/"))))
    ],
    switches: [])
  static let alarm = Alarm(.switchFailing, "redis", since: .at(5), at: .at(5), facts: ["refused"])

  private func sealed(_ sequence: Int64, bytes: Int = 10) -> StateThread.Sealed {
    let commit = StateCommit.events(sequence, count: bytes)
    return StateThread.Sealed(batch: commit.batch, time: commit.time)
  }

  @Test func whatIsNextStaysAsItIsUntilItIsDurable() throws {
    func parts(_ commit: StateCommit?) -> [Int64] {
      guard let commit else { return [] }
      return [
        commit.batch?.sequence ?? 0, commit.time.milliseconds, Int64(commit.outcomes.count),
        Int64(commit.audit.count), Int64(commit.notifications.count),
      ]
    }
    var queue = CommitQueue(Announcer(CommitQueueTests.configuration))
    var next = queue.next(now: .at(1))
    #expect(queue.isEmpty && next == nil)
    queue.add(sealed(1))
    queue.add(sealed(2, bytes: 30))
    #expect(queue.waitingBytes == 40)
    next = queue.next(now: .at(1))
    #expect(parts(next) == [1, 100, 0, 0, 0])
    queue.add([DeliveryOutcome(row: 7, result: .delivered)])
    queue.add(CommitQueueTests.alarm)
    next = queue.next(now: .at(2))
    #expect(parts(next) == [1, 100, 0, 0, 0])
    var done = queue.finish()
    #expect(done?.isSealed == true && queue.waitingBytes == 30)
    next = queue.next(now: .at(3))
    #expect(parts(next) == [2, 200, 1, 1, 1])
    done = queue.finish()
    #expect(done?.commit.audit.map(\.rule) == ["switch-failing"] && queue.isEmpty && queue.waitingBytes == 0)
    queue.add([DeliveryOutcome(row: 8, result: .delivered)])
    next = queue.next(now: .at(4))
    #expect(parts(next) == [0, 4, 1, 0, 0])
    done = queue.finish()
    #expect(done?.isSealed == false)
  }

  /// The disk had the commit, and said that it failed: an alert that was delivered meanwhile is not sent again, a dead switch is said.
  @Test func nothingIsLostWhereAFailedCommitHadReachedTheDisk() throws {
    let fixture = StateFixture()
    let store = try fixture.open()
    var alert = StateCommit(time: .at(1))
    alert.notifications = [NewNotification(notificationID: "a", receiver: "ops", body: "{}")]
    let row = try #require(try store.commit(alert).queued.first)
    var queue = CommitQueue(Announcer(CommitQueueTests.configuration))
    queue.add(sealed(1))
    let first = queue.next(now: .at(2))
    _ = try store.commit(try #require(first))
    // It says that it failed. The alert arrives while the database is opened anew.
    queue.add([DeliveryOutcome(row: row.id, result: .delivered)])
    queue.add(CommitQueueTests.alarm)
    try store.reopen()
    while let commit = queue.next(now: .at(3)) {
      _ = try store.commit(commit)
      _ = queue.finish()
    }
    let waiting = try store.load().outbox
    #expect(waiting.map(\.notificationID).allSatisfy { $0 != "a" })
    #expect(waiting.count == 1, "the dead switch: \(waiting)")
    #expect(try StateReader(fixture.directory).read { try $0.audit() }.map(\.kind) == ["alarm"])
  }

  /// The whole thread on a disk that is full for a while.
  @Test(.enabled(if: SmallDisk.isAvailable)) func batchesQueueWhileTheDiskIsFull() throws {
    let disk = try #require(SmallDisk(megabytes: 2))
    let directory = StateDirectory(disk.path + "/state")
    try directory.prepare()
    let store = try Store(lock: try StateLock(directory), now: .at(1), ledger: .concatenating)
    disk.fill()
    final class Seen: Sendable { let sizes = Mutex<[Int]>([]) }
    let seen = Seen()
    let state = try StateThread(
      store, announcer: Announcer(CommitQueueTests.configuration),
      logger: Logger(label: "test") { _ in
        SwiftLogNoOpLogHandler()
      },
      committed: { bytes in seen.sizes.withLock { $0.append(bytes.count) } }, queued: { _ in })
    for sequence in 1...4 { state.send(.commit(sealed(Int64(sequence), bytes: sequence * 20_000))) }
    #expect(eventually(within: .seconds(20)) { state.health.failingSince != nil })
    #expect(
      eventually(within: .seconds(20)) {
        state.health.waitingBytes == (1...4).reduce(0) { $0 + $1 * 20_000 }
          - seen.sizes.withLock { $0.reduce(0, +) }
      })
    var message = StatusMessage.sample(books: Books())
    message.add(state.health, isPaused: true)
    #expect(message.commits.failingSince != nil && message.commits.waitingBytes ?? 0 > 0)
    #expect(message.warnings.count == 2)
    disk.empty()
    #expect(eventually(within: .seconds(20)) { state.health.sequence == 4 })
    #expect(seen.sizes.withLock { $0 } == [20_000, 40_000, 60_000, 80_000])
    #expect(
      eventually(within: .seconds(20)) { state.health.failingSince == nil && state.health.waitingBytes == 0 })
    #expect(state.stop(timeout: 20_000))
  }
}
