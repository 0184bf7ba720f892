import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch

/// What receivers are sent of an alarm, and how it gets there.
@Suite struct AlarmMessageTests {
  private let hook = Receiver(
    name: "ops", kind: .webhook(WebhookReceiver(url: Secret("https://ops.example/s3cret"))))
  private let slack = Receiver(
    name: "oncall", kind: .slack(SlackReceiver(url: Secret("https://hooks.slack.com/s3cret"))))
  private let alarm = Alarm(
    .fileStuck, "/l/*.jsonl", since: noonish, at: noonish + 60_000,
    facts: ["/l/<!channel>.jsonl: 5,000 bytes from 100 on", "and 2 more"])

  @Test func slackGolden() throws {
    let begun = try #require(notifications(for: alarm, receivers: [slack]).first)
    #expect(
      begun.body == """
        {"blocks":[{"text":{"emoji":false,"text":"🟡 Files of /l/*.jsonl are not read on","type":"plain_text"},"type":"header"},\
        {"text":{"emoji":false,"text":"Since 2026-11-24 10:00 UTC: /l/&lt;!channel&gt;.jsonl: 5,000 bytes from 100 on\\nand 2 more\\n\
        What is spent in them is not seen. See `spendfuse status` and the daemon's log.","type":"plain_text"},"type":"section"},\
        {"elements":[{"emoji":false,"text":"warning · spendfuse \(spendfuseVersion) · 2026-11-24 10:01 UTC","type":"plain_text"}],\
        "type":"context"}],"link_names":false,"mrkdwn":false,"parse":"none","text":"🟡 Files of /l/*.jsonl are not read on",\
        "unfurl_links":false,"unfurl_media":false}
        """)
    let over = try #require(
      notifications(for: alarm.over(at: noonish + 120_000), receivers: [slack]).first)
    #expect(over.body.contains("🟢 Files of /l/*.jsonl are read on again") && over.body.contains("resolved"))
    #expect(over.id != begun.id && over.group == begun.group)
  }

  /// Alerts of one kind are told apart by what they are about, and an incident is one for the receiver.
  @Test func webhook() throws {
    func message(_ alarm: Alarm) throws -> WebhookMessage {
      let sent = try #require(notifications(for: alarm, receivers: [hook]).first)
      return try JSONDecoder().decode(WebhookMessage.self, from: Data(sent.body.utf8))
    }
    let begun = try message(alarm)
    #expect(begun.groupKey == #"{}:{alertname="file-stuck", source="/l/*.jsonl"}"#)
    #expect(
      begun.alerts[0].labels == [
        "alertname": "file-stuck", "rule": "file-stuck", "severity": "warning", "level": "firing",
        "mode": "warn",
        "source": "/l/*.jsonl",
      ])
    let over = try message(alarm.over(at: noonish + 120_000))
    #expect(over.status == "resolved" && over.alerts[0].fingerprint == begun.alerts[0].fingerprint)
    #expect(over.alerts[0].startsAt == begun.alerts[0].startsAt.replacing("10:01", with: "10:00"))
    let other = try message(Alarm(.fileStuck, "/m/*", since: noonish, at: noonish, facts: []))
    #expect(other.alerts[0].fingerprint != begun.alerts[0].fingerprint)
    let later = try message(Alarm(.fileStuck, "/l/*.jsonl", since: noonish + 1, at: noonish, facts: []))
    #expect(later.alerts[0].fingerprint != begun.alerts[0].fingerprint, "another incident")
    let critical = try message(Alarm(.switchFailing, "redis r:1", since: noonish, at: noonish, facts: ["x"]))
    #expect(
      critical.alerts[0].labels["severity"] == "critical"
        && critical.alerts[0].labels["switch"] == "redis r:1")
  }

  @Test(arguments: AlarmKind.allCases) func everyKindHasItsWords(_ kind: AlarmKind) {
    let subject = kind == .stateUnwritten ? "" : "a\u{1b}[0m b"
    let alarm = Alarm(kind, subject, since: noonish, at: noonish, facts: ["why"])
    let (begun, over) = (AlarmText(alarm), AlarmText(alarm.over(at: noonish)))
    #expect(begun.title != over.title && begun.title.count < 80 && begun.line.contains("why"))
    #expect(subject.isEmpty || begun.title.contains(subject) && over.title.contains(subject))
    #expect(over.lines[0].hasPrefix("It began 2026-11-24 10:00 UTC"))
    // No rule may be called so: its alerts would look the same.
    #expect(Rule.reservedNames.contains(kind.name))
    for receiver in [hook, slack] {
      for sent in notifications(for: alarm, receivers: [receiver]) {
        #expect(!sent.body.contains("\u{1b}") && !sent.body.contains(#"\u001b["#) || receiver == hook)
      }
    }
  }

  @Test func aReceiverMayBeLeftInPeace() {
    var quiet = slack
    quiet.takesAlarms = false
    #expect(notifications(for: alarm, receivers: [quiet, hook]).map(\.receiver) == ["ops"])
    #expect(notifications(for: [decision()], receivers: [quiet, hook], timeZone: "UTC").count == 2)
  }

  @Test func fewOfMany() {
    #expect(AlarmText.few([]) == [])
    #expect(AlarmText.few(["b", "a"]) == ["a", "b"])
    #expect(AlarmText.few((1...5_003).map { "f\($0)" }) == ["f1", "f10", "f100", "and 5,000 more"])
    let long = AlarmText.few([String(repeating: "x", count: 5_000)])
    #expect(long[0].count == 301)
  }
}

/// An alarm does not wait for its commit, and is sent once all the same.
@Suite struct StraightAlertsTests {
  private final class Bench {
    private(set) var reports: [OutboxReport] = []
    private(set) var worker: OutboxWorker!
    let server: FakeReceiver
    let alarm = Alarm(.stateUnwritten, "", since: noonish, at: noonish, facts: ["full"])
    let receivers: [Receiver]
    private var now = noonish

    init(_ server: FakeReceiver) {
      self.server = server
      receivers = [Receiver(name: "ops", kind: .webhook(WebhookReceiver(url: Secret(server.url))))]
      worker = OutboxWorker(
        receivers, limits: HTTPLimits(connect: 1_000, total: 2_000), random: { $0.lowerBound },
        report: { [unowned self] in self.reports.append($0) })
    }
    var new: [NewNotification] {
      notifications(for: alarm, receivers: receivers).map {
        NewNotification(notificationID: $0.id, receiver: $0.receiver, body: $0.body)
      }
    }
    func send() { worker.addStraight(new, at: noonish) }
    func commit(_ id: Int64) {
      worker.add(
        new.map {
          OutboxRow(
            id: id, notificationID: $0.notificationID, receiver: $0.receiver, body: $0.body, nextAt: noonish,
            createdAt: noonish)
        })
    }
    func turn(until condition: () -> Bool) -> Bool {
      eventually {
        if !condition() {
          now = now + .second
          worker.turn(upTo: 20, clock: { now })
        }
        return condition()
      }
    }
    /// Of rows that the state knows.
    var outcomes: [DeliveryOutcome] { reports.map(\.outcome).filter { $0.row > 0 } }
  }

  /// The commit comes before it was sent, while it is under way, after it arrived, or after it failed once.
  @Test(arguments: ["before", "during", "after", "retried", "never"]) func once(_ moment: String) throws {
    let server = try FakeReceiver()
    let bench = Bench(server)
    if moment == "retried" { server.enqueue(.respond(500)) }
    if moment == "during" { server.enqueue(.respond(200, delay: .milliseconds(200))) }
    bench.send()
    switch moment {
    case "before": bench.commit(7)
    case "during":
      bench.worker.turn(upTo: 1, clock: { noonish })
      bench.commit(7)
    case "after", "retried":
      #expect(bench.turn { bench.reports.count == 1 })
      bench.commit(7)
    default: break
    }
    let wanted = moment == "never" ? 0 : 1
    #expect(
      bench.turn { bench.worker.waiting == 0 && bench.outcomes.count { $0.result == .delivered } == wanted })
    bench.worker.turn(upTo: 20, clock: { noonish + 20_000 })
    #expect(server.requests.count == (moment == "retried" ? 2 : 1), "\(moment)")
    #expect(Set(server.requests.map { $0.headers["idempotency-key"] }) == [bench.new[0].notificationID])
    #expect(bench.outcomes.allSatisfy { $0.row == 7 })
  }

  @Test func whatWasRefusedIsRefusedInTheStateToo() throws {
    let bench = Bench(try FakeReceiver(.respond(404)))
    bench.send()
    #expect(bench.turn { bench.reports.count == 1 })
    bench.commit(7)
    #expect(bench.outcomes.count == 1 && bench.server.requests.count == 1)
    if case .dead? = bench.outcomes.first?.result {} else { Issue.record("\(bench.outcomes)") }
  }
}
