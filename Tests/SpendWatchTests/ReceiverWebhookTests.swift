import Foundation
import SpendEngine
import Testing

@testable import SpendWatch

@Suite struct ReceiverWebhookTests {
  private let hook = Receiver(
    name: "ops", kind: .webhook(WebhookReceiver(url: Secret("https://ops.example/s3cret"))))
  private let slack = Receiver(
    name: "oncall", kind: .slack(SlackReceiver(url: Secret("https://hooks.slack.com/s3cret"))))

  private func messages(_ decisions: [Decision]) throws -> [[String: Any]] {
    try notifications(for: decisions, receivers: [hook], timeZone: "UTC").map {
      try #require(JSONSerialization.jsonObject(with: Data($0.body.utf8)) as? [String: Any])
    }
  }

  /// Field by field, as Alertmanager's documentation lists them.
  @Test func isAlertmanagersVersion4() throws {
    let end = EngineTime(milliseconds: 1_795_564_800_000)
    let json = try #require(
      messages([
        decision(
          .halt, level: .firing, value: 26_100_000_000, target: .key("ci-bot"), id: 0xab, guess: "gpt-x",
          until: end),
        decision(
          level: .firing, value: 26_100_000_000, target: .key("ci-bot"), id: 0xab, guess: "gpt-x", until: end),
      ]).first)
    #expect(
      Set(json.keys) == [
        "version", "groupKey", "truncatedAlerts", "status", "receiver", "groupLabels", "commonLabels",
        "commonAnnotations",
        "externalURL", "alerts",
      ])
    #expect(
      json["version"] as? String == "4" && json["receiver"] as? String == "ops"
        && json["status"] as? String == "firing")
    #expect(json["truncatedAlerts"] as? Int == 0 && json["externalURL"] as? String == "")
    #expect(json["groupKey"] as? String == #"{}:{alertname="key-daily-cap", key="ci-bot"}"#)
    #expect(json["groupLabels"] as? [String: String] == ["alertname": "key-daily-cap", "key": "ci-bot"])
    let alerts = try #require(json["alerts"] as? [[String: Any]])
    let alert = try #require(alerts.first)
    #expect(alerts.count == 1)
    #expect(
      Set(alert.keys) == [
        "status", "labels", "annotations", "startsAt", "endsAt", "generatorURL", "fingerprint",
      ])
    #expect(alert["status"] as? String == "firing" && alert["fingerprint"] as? String == "00000000000000ab")
    #expect(
      alert["startsAt"] as? String == "2026-11-24T10:00:00.000Z"
        && alert["endsAt"] as? String == "0001-01-01T00:00:00Z")
    let labels = [
      "alertname": "key-daily-cap", "rule": "key-daily-cap", "severity": "critical", "key": "ci-bot",
      "level": "firing",
      "mode": "enforce",
    ]
    #expect(
      alert["labels"] as? [String: String] == labels && json["commonLabels"] as? [String: String] == labels)
    let notes = try #require(alert["annotations"] as? [String: String])
    #expect(json["commonAnnotations"] as? [String: String] == notes)
    #expect(notes["summary"] == "104 % of $25.00 used today by key ci-bot: halted")
    #expect(notes["value"] == "$26.10" && notes["limit"] == "$25.00" && notes["past_limit"] == "$1.10")
    #expect(
      notes["window"] == "day" && notes["resets_at"] == "2026-11-25T00:00:00.000Z"
        && notes["decision"] == "alert")
    #expect(notes["halted"] == "key ci-bot" && notes["halted_until"] == "2026-11-25T00:00:00.000Z")
    #expect(
      notes["price_guessed_for"] == "gpt-x" && notes["command"] == "spendfuse resume --key ci-bot --why \"…\""
    )
    #expect(notes["description"]?.contains("$1.10 past the limit.\n") == true)
  }

  @Test func resolves() throws {
    let json = try #require(
      messages([decision(.resume, note: "the window ended"), decision(.resolve, note: "the window ended")])
        .first)
    let alert = try #require((json["alerts"] as? [[String: Any]])?.first)
    #expect(json["status"] as? String == "resolved" && alert["status"] as? String == "resolved")
    #expect(
      alert["startsAt"] as? String == "2026-11-24T00:00:00.000Z"
        && alert["endsAt"] as? String == "2026-11-24T10:00:00.000Z")
    #expect(alert["fingerprint"] as? String == "0000000000000007")
    #expect(
      (alert["annotations"] as? [String: String])?["description"]?.contains("Key ci-bot may spend again.")
        == true)
  }

  @Test func hostileNamesAreCarriedWhole() throws {
    let name = "a\"b\\c\n<\u{202e}\u{0}é"
    let json = try #require(messages([decision(.alert, .task(name))]).first)
    let alert = try #require((json["alerts"] as? [[String: Any]])?.first)
    #expect((alert["labels"] as? [String: String])?["task"] == name)
    #expect((json["groupKey"] as? String)?.contains(#"task="a\"b\\c\n<"#) == true)
    let summary = try #require((alert["annotations"] as? [String: String])?["summary"])
    #expect(summary.contains("\\u{202e}\\u{0}") && !summary.contains("\n"))
  }

  @Test func digestsHoldEveryAlertUpToACap() throws {
    let tasks = (0..<130).map { decision(.alert, .task("t\($0)"), id: UInt64($0), digest: true) }
    let all = try messages(tasks)
    let json = try #require(all.first)
    #expect(all.count == 1 && json["truncatedAlerts"] as? Int == 30)
    #expect((json["alerts"] as? [Any])?.count == 100)
    #expect(json["groupKey"] as? String == #"{}:{alertname="key-daily-cap"}"#)
    #expect((json["commonLabels"] as? [String: String])?["task"] == nil)
    #expect(
      (json["commonAnnotations"] as? [String: String])?["summary"]
        == "130 tasks over 80 % of $25.00 (rule key-daily-cap) while catching up")
  }

  /// Which decisions make which messages: the summaries, in order.
  @Test func announcesOnceWhatBelongsTogether() {
    let key = Subject.key("ci-bot")
    let halt = decision(.halt, level: .firing, value: 26 * dollar, target: key)
    let firing = decision(level: .firing, value: 26 * dollar, target: key)
    let usage = "104 % of $25.00 used today by key ci-bot"
    let later = noonish + 60_000
    let table: [([Decision], [String])] = [
      ([], []), ([decision(mode: .shadow), decision(.halt, mode: .shadow)], []),
      ([decision(), halt, firing], ["84 % of $25.00 used today by key ci-bot", usage + ": halted"]),
      ([firing, halt], [usage + ": halted"]), ([halt], [usage + ": halted"]),
      ([firing], [usage + ": halted"]),
      ([decision(level: .firing, value: 26 * dollar, mode: .warn)], [usage]),
      ([decision(.resolve), decision(.resume)], ["Resolved: key ci-bot, rule key-daily-cap"]),
      ([decision(.resume), decision(.resolve)], ["Resolved: key ci-bot, rule key-daily-cap"]),
      ([decision(.resume, target: key)], ["Key ci-bot may spend again"]),
      // Lifted by a person and halted again: each is news.
      (
        [
          halt, firing, decision(.resume, target: key),
          decision(.halt, level: .firing, value: 26 * dollar, target: key, at: later),
        ],
        [usage + ": halted", "Key ci-bot may spend again", usage + ": halted"]
      ),
      // The brake's page comes between a held halt and its alert.
      (
        [
          decision(.halt, level: .firing, value: 26 * dollar, target: key, held: true),
          decision(.alert, .global, level: .firing, rule: "brake", id: 9),
          decision(level: .firing, value: 26 * dollar, target: key, held: true),
        ], [usage, "The brake holds new halts: a person is needed"]
      ),
      (
        ["a", "b", "c"].map { decision(.alert, .key($0), id: UInt64($0.utf8.first!)) },
        ["a", "b", "c"].map { "84 % of $25.00 used today by key \($0)" }
      ),
      (
        ["a", "b", "c", "d"].map { decision(.alert, .key($0), id: UInt64($0.utf8.first!)) },
        ["4 keys over 80 % of $25.00 (rule key-daily-cap)"]
      ),
      ([decision(digest: true)], ["84 % of $25.00 used today by key ci-bot (while catching up)"]),
      // A halt of the catch-up is told by the alert that comes with the digest, in this batch or a later one.
      ([decision(.halt, level: .firing, value: 26 * dollar, target: key, digest: true)], []),
      ([decision(.resume, target: key, digest: true)], []),
      (
        [
          decision(.halt, level: .firing, value: 26 * dollar, target: key, digest: true),
          decision(level: .firing, value: 26 * dollar, target: key, at: later, digest: true),
        ], [usage + ": halted (while catching up)"]
      ),
      (
        (0..<9).map { decision(.resolve, .key("k\($0)"), id: UInt64($0)) } + [
          decision(rule: "other", id: 99)
        ],
        ["9 keys resolved (rule key-daily-cap)", "84 % of $25.00 used today by key ci-bot"]
      ),
    ]
    for (index, (decisions, titles)) in table.enumerated() {
      #expect(Announcement.all(of: decisions, timeZone: "UTC").map(\.text.title) == titles, "row \(index)")
    }
  }

  @Test func idsAreStableAndApart() {
    func ids(_ decisions: [Decision]) -> [String] {
      notifications(for: decisions, receivers: [hook, slack], timeZone: "UTC").map(\.id)
    }
    let halt = decision(.halt, level: .firing, target: .key("ci-bot"))
    let variants: [[Decision]] = [
      [decision()], [decision(level: .step(50))], [decision(level: .firing)], [decision(id: 8)],
      [decision(.resolve)],
      [decision(rule: "r")], [decision(.alert, .task("ci-bot"))], [decision(.alert, .key("other"))], [halt],
      [decision(.halt, level: .firing, target: .key("ci-bot"), at: noonish + 1)], [decision(.resume)],
    ]
    let made = variants.map(ids)
    #expect(made.allSatisfy { $0.count == 2 && $0[0] == $0[1] })
    #expect(Set(made.flatMap(\.self)).count == variants.count)
    #expect(variants.map(ids) == made)
    // The second time it is decided, after a crash before the commit, the clock shows something else.
    #expect(ids([decision(at: noonish + 5)]) == made[0])
    #expect(
      made[0][0].wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
    #expect(Notification.id(["ab", "c"]) != Notification.id(["a", "bc"]))
  }

  @Test func bodiesAreForTheirReceiver() throws {
    let all = notifications(for: [decision()], receivers: [hook, slack], timeZone: "UTC")
    #expect(
      all.map(\.receiver) == ["ops", "oncall"]
        && all.map(\.group) == ["key-daily-cap|key ci-bot", "key-daily-cap|key ci-bot"])
    #expect(all[0].body.contains("\"version\":\"4\"") && all[1].body.contains("\"blocks\""))
    #expect(notifications(for: [decision()], receivers: [], timeZone: "UTC").isEmpty)
    #expect(!"\(hook) \(slack) \(all)".contains("s3cret"))
  }

  @Test func tellsOfAFailingSwitch() throws {
    let alarm = Alarm(
      .switchFailing, "redis r:1", since: noonish, at: noonish + 5_000, facts: ["r:1: Connection refused"])
    let begun = try #require(notifications(for: alarm, receivers: [hook]).first)
    #expect(
      begun.body.contains("Kill switch redis r:1 fails: halts do not reach it")
        && begun.body.contains("Connection refused"))
    let over = try #require(
      notifications(for: alarm.over(at: noonish + 9_000), receivers: [hook]).first)
    #expect(
      over.body.contains("works again") && over.body.contains("\"status\":\"resolved\"")
        && over.id != begun.id)
  }
}
