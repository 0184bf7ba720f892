import Logging
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// What receivers, the audit and the log make of ends of halts, of shares and of ceilings.
@Suite struct AlertWordsTests {
  private static let receivers = [
    Receiver(name: "ops", kind: .webhook(WebhookReceiver(url: Secret("https://ops.example/hook"))))
  ]

  private func decisions(_ rule: Rule, _ steps: (inout EngineDriver) -> Void) throws -> [Decision] {
    var driver = try EngineDriver([rule])
    steps(&driver)
    return driver.takeDecisions()
  }

  private func logged(_ decision: Decision) -> String {
    let bytes = SharedBytes()
    let logger = Logger(label: "test") { _ in
      StderrLogHandler(style: .journal) { line in bytes.append(line) }
    }
    Announcer(CommitQueueTests.configuration).log(decision, logger)
    return bytes.text
  }

  /// That a halt lasts longer is a line of the audit, a notice in the log, a line of a replay, and no message to anybody.
  @Test func anExtensionIsNoNews() throws {
    let rule = Rule.threshold("cap", limit: 100, alertAt: [], halt: .key, until: .after(30 * .minute))
    let said = try decisions(rule) {
      $0.fold(TestCall(120, key: "a"))
      $0.advance(by: 70 * .minute)
    }
    let longer = said.filter(\.isExtension)
    #expect(said.map(\.line).count == 4 && longer.count == 2)
    let told = notifications(for: said, receivers: AlertWordsTests.receivers, timeZone: "UTC")
    #expect(told.count == 1 && told[0].body.contains("key a: halted"))
    #expect(notifications(for: longer, receivers: AlertWordsTests.receivers, timeZone: "UTC").isEmpty)
    let line = logged(longer[0])
    #expect(line.hasPrefix("<5>halt: ") && line.contains("still in breach: 30m more"), "\(line)")
    #expect(logged(said[0]).hasPrefix("<3>halt: "))
    let audit = Announcer(CommitQueueTests.configuration).audit(of: longer[0])
    #expect(audit.kind == "halt" && audit.text.contains("still in breach"))
    #expect(longer[0].json(log: nil).contains(#""decision":"halt""#))
    #expect(
      longer[0].json(log: nil).contains(#""extended":true"#) && !said[0].json(log: nil).contains("extended"))
  }

  /// A halt by time that outlived its alert: lifted as what it was.
  @Test func aLateLiftHasItsRulesNumbers() throws {
    let rule = Rule.threshold(
      "cap", window: .sliding(.minute), limit: 100, alertAt: [], halt: .key, until: .after(30 * .minute))
    let said = try decisions(rule) {
      $0.fold(TestCall(120, key: "a"))
      $0.advance(by: 31 * .minute)
    }
    let resume = try #require(said.last)
    #expect(resume.kind == .resume && resume.rule == "cap" && resume.note == "its time ended")
    #expect(resume.value == 0 && resume.limit == 1_000_000_000 && resume.window == .sliding(.minute))
    #expect(AlertText(resume, timeZone: "UTC").title == "Key a may spend again")
  }

  @Test func sharesAreNoPartOfTheirLimit() throws {
    let rule = Rule.threshold(
      "share", metric: .errorRatio, window: .sliding(5 * .minute), limit: 100_000_000, alertAt: [],
      leastCalls: 4)
    let said = try decisions(rule) {
      $0.fold(TestCall(0, key: "a"), TestCall(0, key: "a"), TestCall(0, key: "a"))
      $0.fold(TestCall(0, key: "a").with { ($0.requests, $0.errors) = (0, 1) })
    }
    let alert = try #require(said.first)
    let text = AlertText(alert, timeZone: "UTC")
    #expect(text.title == "25 % errors (limit 10 %) seen in the last 5m by key a")
    #expect(text.lines == ["Nobody is halted (mode warn).", "Rule share, window 5m, mode warn."])
    #expect(alert.json(log: nil).contains(#""value":"0.25","limit":"0.1","window":"5m""#))
    #expect(!logged(alert).contains("past the limit"))
    let digest = AlertText(digest: [alert, alert], halted: [], timeZone: "UTC")
    #expect(digest.lines.first == "key a: 25 % errors (limit 10 %)")
  }

  @Test func aCeilingThatWasNotSet() throws {
    let said = try decisions(.ceiling("out", limit: 8_192, halt: .key)) {
      $0.fold(TestCall(1, key: "a").with { $0.maxTokens = -1 })
      $0.fold(TestCall(1, key: "b").with { $0.maxTokens = 9_000 })
    }
    let titles = said.filter { $0.kind == .alert }.map { AlertText($0, timeZone: "UTC").title }
    #expect(
      titles == [
        "no max_tokens was set by key a",
        "max_tokens 9,000 asked for by key b: more than 8,192",
      ])
    #expect(said[0].json(log: nil).contains(#""value":null,"limit":8192,"window":"request""#))
    #expect(
      !logged(said[0]).contains("past the limit") && !logged(said[2]).contains("past the limit"))
    let bodies = notifications(for: said, receivers: AlertWordsTests.receivers, timeZone: "UTC").map(\.body)
    #expect(bodies.count == 2 && bodies.allSatisfy { !$0.contains("past_limit") })
  }
}
