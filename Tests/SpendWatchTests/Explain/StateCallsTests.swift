import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

@Suite struct StateCallsTests {
  private let fixture = StateFixture()

  /// What an engine folds goes through a store, journal rows into the ledger; what is read of it comes to what the engine counts.
  @Test func comeToTheValue() throws {
    let seed = UInt64.random(in: 0 ... .max)
    var dice = Dice(seed: seed)
    var limits = SettlingQueue.Limits()
    limits.rows = 2
    let store = try fixture.open(.engine, limits: limits)
    var driver = try EngineDriver([
      .threshold("all", per: .global, window: .lifetime, limit: 10_000_000),
      .threshold("day", limit: 1_000_000),
      .threshold("life", per: .task, window: .lifetime, limit: 1_000_000),
      .threshold("calls", per: [.key, .task], metric: .requests, limit: 1_000_000),
    ])
    driver.engine.sweepAfterBatches = 3
    var settled = false
    for _ in 0..<80 {
      driver.advance(by: Int64.random(in: 0...(20 * .minute), using: &dice))
      for _ in 0..<5 {
        driver.fold(
          TestCall(
            Int64.random(in: 1...40, using: &dice), key: "k\(Int.random(in: 0..<3, using: &dice))",
            task: "t\(Int.random(in: 0..<3, using: &dice))", at: driver.engine.time))
      }
      let sealed = driver.engine.seal()
      let batch = try #require(sealed)
      _ = try store.commit(StateCommit(batch: batch, time: driver.engine.time))
      settled = settled || batch.journalSettled > 0
    }
    #expect(settled)
    for (rule, subject) in [("all", "global"), ("day", "k1"), ("life", "t2"), ("calls", "k0+t1")] {
      guard case .found(let found) = driver.engine.explain(rule: rule, subject: subject) else {
        Issue.record("\(rule) \(subject), seed \(seed)")
        continue
      }
      let kept = try StateCalls.read(
        fixture.directory, found.rule, found.subject, span: found.span, until: nil, keep: 3)
      #expect(kept.calls?.amount == found.value, "\(rule), seed \(seed)")
      if rule == "all" {
        #expect(kept.calls?.hourCount ?? 0 > 0 && kept.calls?.count ?? 0 > 0, "seed \(seed)")
      }
      #expect(kept.partly == 0, "\(rule), seed \(seed)")
      let none = try StateCalls.read(
        fixture.directory, found.rule, found.subject, span: found.span, until: nil, keep: 0)
      #expect(none.calls == nil)
      let most = try StateCalls.read(
        fixture.directory, found.rule, found.subject, span: found.span, until: nil, keep: .max)
      #expect(most.calls?.amount == found.value)
    }
  }

  @Test func tellTheHistoryOfOneSubject() throws {
    let store = try fixture.open(.engine)
    func line(_ at: Int64, _ rule: String, _ subject: String, _ text: String) -> AuditLine {
      AuditLine(at: .at(at), kind: "alert", rule: rule, subject: subject, text: text)
    }
    var commit = StateCommit(time: .at(100))
    commit.audit = [
      line(1, "cap", "key a", "1"), line(2, "cap", "key b", "2"), line(3, "other", "key a", "3"),
      line(4, Decision.person, "key a", "4"), line(5, "cap", "key a", "5"),
    ]
    _ = try store.commit(commit)
    func texts(until: EngineTime?) throws -> [String] {
      try StateCalls.read(
        fixture.directory, .threshold("cap", limit: 1), .key("a"), span: .init(), until: until, keep: 3
      ).history.map(\.text)
    }
    #expect(try texts(until: nil) == ["1", "4", "5"])
    #expect(try texts(until: .at(4)) == ["1", "4"])
  }

  @Test func withoutAStateSayWhy() throws {
    var driver = try EngineDriver([.threshold("cap", limit: 100)])
    driver.fold(TestCall(20, key: "a", at: .noon))
    let configuration = Configuration(
      path: "/r.yaml", timeZone: "UTC", sources: [Source(pattern: "/var/log/a b/*.jsonl", format: .auto)],
      prices: ReplayRules.prices, rules: driver.rules, receivers: [], switches: [])
    let request = ExplainRequest(rule: "cap", subject: "a")
    let message = try ExplainMessage(
      driver.engine.explain(request), request, configuration, state: StateDirectory(fixture.temp.file("none"))
    )
    #expect(message.value == 200_000_000 && message.calls == nil)
    #expect(message.notes.first?.contains("cannot be read") == true)
    #expect(
      message.notes.last?.hasSuffix("--rule cap --subject a --rules /r.yaml '/var/log/a b/*.jsonl'") == true)
    let later = ExplainRequest(rule: "cap", subject: "a", at: .nextMidnight)
    #expect(throws: ExplainFailure.self) {
      try ExplainMessage(
        driver.engine.explain(later), later, configuration, state: StateDirectory(fixture.temp.file("none")))
    }
  }

  /// The value of an earlier instant: 12 at 09:30 and 5 at 11:00, of which nobody knows the minutes any more.
  @Test func anEarlierInstantIsToldFromWhatIsKept() throws {
    let store = try fixture.open(.engine)
    var driver = try EngineDriver([.threshold("day", limit: 10_000)], at: .midnight + 9 * .hour)
    driver.advance(to: .midnight + 9 * .hour + 30 * .minute)
    driver.fold(TestCall(1_200, key: "a", at: driver.engine.time))
    driver.advance(to: .midnight + 11 * .hour)
    driver.fold(TestCall(500, key: "a", at: driver.engine.time))
    let sealed = driver.engine.seal()
    let batch = try #require(sealed)
    _ = try store.commit(StateCommit(batch: batch, time: .noon))
    driver.advance(to: .noon)
    let configuration = Configuration(
      path: "r.yaml", timeZone: "UTC", sources: [], prices: ReplayRules.prices, rules: driver.rules,
      receivers: [],
      switches: [])
    for (hours, cents) in [(9, Int64(0)), (10, 1_200), (11, 1_700), (12, 1_700)] {
      let request = ExplainRequest(rule: "day", subject: "a", at: .midnight + Int64(hours) * .hour)
      let message = try ExplainMessage(
        driver.engine.explain(request), request, configuration, state: fixture.directory)
      #expect(message.value == cents * 10_000_000, "\(hours)")
      #expect(message.at == request.at && message.window.start == .midnight, "\(hours)")
    }
  }
}
