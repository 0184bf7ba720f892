import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct StoreTests {
  @Test func aNewStateIsEmptyAndHasAKeyOfItsOwn() throws {
    let fixture = StateFixture()
    let other = StateFixture()
    let store = try fixture.open()
    #expect(store.isNew)
    let loaded = try store.load()
    #expect(StateModel(loaded) == StateModel())
    #expect(loaded.createdAt == .at(1))
    let key = loaded.saved.fingerprintKey
    try store.close()
    #expect(try other.open().load().saved.fingerprintKey != key)
    let copy = try other.crashed()
    #expect(try copy.open().load().uuid != loaded.uuid)
  }

  @Test func theKeyStaysForEver() throws {
    let fixture = StateFixture()
    let first = try fixture.open().load()
    let store = try fixture.open()
    #expect(!store.isNew)
    let second = try store.load()
    #expect(first.saved.fingerprintKey == second.saved.fingerprintKey)
    #expect(first.uuid == second.uuid)
  }

  @Test func nobodyElseMayReadTheFiles() throws {
    let fixture = StateFixture()
    let store = try fixture.open()
    _ = try store.commit(.events(1))
    for name in ["", "/lock", "/state.db", "/state.db-wal", "/state.db-shm"] {
      var info = stat()
      try #require(stat(fixture.directory.path + name, &info) == 0, "\(name)")
      #expect(info.st_mode & 0o077 == 0, "\(name)")
    }
  }

  /// Random commits against a model, with crashes, clean closes and reopenings between them.
  @Test(arguments: 1...4) func loadsWhatWasCommitted(seed: UInt64) throws {
    var maker = CommitMaker(random: Dice(seed: seed))
    var choice = Dice(seed: ~seed)
    var model = StateModel()
    var limits = SettlingQueue.Limits()
    limits.rows = 5
    limits.bytesAtOnce = 6_000
    limits.mergedRows = 8
    var fixture = StateFixture()
    var store = try fixture.open(limits: limits)
    for step in 0..<60 {
      let commit = maker.next(after: model)
      model.apply(commit, try store.commit(commit))
      switch Int.random(in: 0..<12, using: &choice) {
      case 0:
        fixture = try fixture.crashed()
        store = try fixture.open(limits: limits)
      case 1:
        try store.close()
        // The lock goes with the store.
        store = try StateFixture().open()
        store = try fixture.open(limits: limits)
      case 2: try store.reopen()
      default: continue
      }
      #expect(StateModel(try store.load()) == model.visible, "seed \(seed), step \(step)")
    }
    #expect(StateModel(try store.load()) == model.visible, "seed \(seed)")
  }

  /// A power cut may leave any beginning of the log. Whatever it is, the state is one that was committed, whole.
  @Test(arguments: 1...3) func aCutLogLeavesAWholeCommit(seed: UInt64) throws {
    var maker = CommitMaker(random: Dice(seed: seed &* 77))
    var cut = Dice(seed: seed)
    let fixture = StateFixture()
    let store = try fixture.open()
    var models = [StateModel()]
    for _ in 0..<25 {
      let commit = maker.next(after: models[models.count - 1])
      var model = models[models.count - 1]
      model.apply(commit, try store.commit(commit))
      models.append(model)
    }
    let visible = models.map(\.visible)
    let log = try fixture.crashed().bytes("state.db-wal")
    var seen: Set<Int> = []
    for _ in 0..<25 {
      let length = Int.random(in: 0...log.count, using: &cut)
      let crashed = try fixture.crashed()
      try crashed.write(Array(log[..<length]), "state.db-wal")
      let loaded = StateModel(try crashed.open().load())
      let found = visible.lastIndex(of: loaded)
      #expect(found != nil, "seed \(seed), cut at \(length) of \(log.count)")
      if let found { seen.insert(found) }
    }
    #expect(seen.count > 5, "the cuts must fall into different commits")
  }

  @Test func theSameCommitAgainChangesNothing() throws {
    let fixture = StateFixture()
    let store = try fixture.open()
    var commit = StateCommit.events(1)
    commit.notifications = [NewNotification(notificationID: "a", receiver: "ops", body: "{}")]
    commit.audit = [AuditLine(at: .at(1), kind: "halt", rule: "r", subject: "key a", text: "t")]
    let first = try store.commit(commit)
    let again = try store.commit(commit)
    #expect(first == again)
    #expect(first.queued.count == 1)
    #expect(try store.load().outbox == first.queued)
    #expect(try store.read { try $0.audit(since: .distantPast, limit: 10) }.count == 1)
  }

  @Test func batchesComeInOrder() throws {
    let fixture = StateFixture()
    let store = try fixture.open()
    _ = try store.commit(.events(1))
    _ = try store.commit(.events(2))
    let error = try stateError { _ = try store.commit(.events(1)) }
    #expect(error.kind == .outOfOrder(expectedAfter: 2, got: 1))
    // A mistake of the caller leaves the connection well.
    #expect(try store.commit(.events(3)).sequence == 3)
  }

  @Test func aRemovedDatabaseIsNotWrittenAnew() throws {
    let fixture = StateFixture()
    let store = try fixture.open()
    _ = try store.commit(.events(1))
    try FileManager.default.moveItem(atPath: fixture.database, toPath: fixture.temp.file("moved"))
    #expect(try stateError { _ = try store.commit(.events(2)) }.kind == .vanished)
    #expect(try stateError { try store.reopen() }.kind == .vanished)
    #expect(!FileManager.default.fileExists(atPath: fixture.database))
    // Put back, it goes on.
    try FileManager.default.moveItem(atPath: fixture.temp.file("moved"), toPath: fixture.database)
    try store.reopen()
    #expect(try store.commit(.events(2)).sequence == 2)
  }

  @Test func auditGoesAfterNinetyDays() throws {
    let fixture = StateFixture()
    let store = try fixture.open()
    func line(_ day: Int64) -> AuditLine {
      AuditLine(at: .at(day * .day), kind: "alert", rule: "r", subject: "s", text: "day \(day)\0!")
    }
    _ = try store.commit(StateCommit(time: .at(0), audit: (0..<5).map(line)))
    _ = try store.commit(StateCommit(time: .at(93 * .day), audit: [line(93)]))
    let kept = try store.read { try $0.audit(since: .distantPast, limit: 10) }
    #expect(kept.map(\.text) == ["day 3\u{FFFD}!", "day 4\u{FFFD}!", "day 93\u{FFFD}!"])
  }
}
