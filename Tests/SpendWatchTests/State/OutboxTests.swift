import SpendEngine
import Testing

@testable import SpendWatch

@Suite struct OutboxTests {
  private func notify(_ id: String, _ receiver: String = "ops", body: String = "{}", at time: Int64 = 10)
    -> StateCommit
  {
    StateCommit(
      time: .at(time), notifications: [NewNotification(notificationID: id, receiver: receiver, body: body)])
  }

  @Test func theSameNotificationWaitsOnce() throws {
    let fixture = StateFixture()
    let store = try fixture.open()
    let first = try store.commit(notify("a")).queued
    #expect(first.map(\.notificationID) == ["a"])
    #expect(first[0].nextAt == .at(10) && first[0].createdAt == .at(10) && first[0].attempts == 0)
    #expect(try store.commit(notify("a", body: "other")).queued.isEmpty)
    #expect(try store.load().outbox == first)
    // Another receiver's is another one.
    #expect(try store.commit(notify("a", "oncall")).queued.count == 1)
    #expect(try store.outboxCounts() == OutboxCounts(pending: 2, dead: 0))
  }

  @Test func outcomesStayOverARestart() throws {
    let fixture = StateFixture()
    var store = try fixture.open()
    let rows = try ["a", "b", "c"].flatMap { try store.commit(notify($0)).queued }
    _ = try store.commit(
      StateCommit(
        time: .at(20),
        outcomes: [
          DeliveryOutcome(row: rows[0].id, result: .delivered),
          DeliveryOutcome(row: rows[1].id, result: .retry(at: .at(99))),
          DeliveryOutcome(row: rows[2].id, result: .dead(reason: "gone")),
          DeliveryOutcome(row: 12_345, result: .delivered),
        ]))
    let after = try fixture.crashed()
    store = try after.open()
    let waiting = try store.load().outbox
    #expect(waiting.map(\.notificationID) == ["b"])
    #expect(waiting[0].attempts == 1 && waiting[0].nextAt == .at(99) && waiting[0].createdAt == .at(10))
    #expect(try store.outboxCounts() == OutboxCounts(pending: 1, dead: 1))
  }

  @Test func oneThatWasGivenUpBeginsAnew() throws {
    let fixture = StateFixture()
    let store = try fixture.open()
    let row = try #require(try store.commit(notify("a", body: "old")).queued.first)
    _ = try store.commit(
      StateCommit(time: .at(20), outcomes: [DeliveryOutcome(row: row.id, result: .dead(reason: "404"))]))
    #expect(try store.load().outbox.isEmpty)
    let again = try #require(try store.commit(notify("a", body: "new", at: 30)).queued.first)
    #expect(again.body == "new" && again.attempts == 0 && again.createdAt == .at(30))
    #expect(try store.outboxCounts() == OutboxCounts(pending: 1, dead: 0))
  }

  @Test func idsAreNotUsedAgain() throws {
    let fixture = StateFixture()
    let store = try fixture.open()
    let first = try #require(try store.commit(notify("a")).queued.first)
    _ = try store.commit(
      StateCommit(time: .at(11), outcomes: [DeliveryOutcome(row: first.id, result: .delivered)]))
    // A late outcome of the first must not hit the second.
    #expect(try #require(try store.commit(notify("b")).queued.first).id > first.id)
  }

  @Test func givenUpOnesGoAfterNinetyDays() throws {
    let fixture = StateFixture()
    let store = try fixture.open()
    let row = try #require(try store.commit(notify("a")).queued.first)
    _ = try store.commit(
      StateCommit(time: .at(20), outcomes: [DeliveryOutcome(row: row.id, result: .dead(reason: ""))]))
    _ = try store.commit(StateCommit(time: .at(91 * .day)))
    #expect(try store.outboxCounts() == OutboxCounts(pending: 0, dead: 0))
  }
}
