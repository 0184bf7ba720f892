import Foundation
import SpendEngine
import Testing

@testable import SpendWatch

/// Severity, labels and annotations of rules, as receivers get them.
@Suite struct NoteTextTests {
  private static let hook = Receiver(
    name: "ops", kind: .webhook(WebhookReceiver(url: Secret("https://ops.example/x"))))
  private static let slack = Receiver(
    name: "oncall", kind: .slack(SlackReceiver(url: Secret("https://hooks.slack.com/x"))))

  private static func notes(
    _ severity: RuleNotes.Severity? = nil, labels: [String: String] = [:], annotations: [String: String] = [:]
  ) -> RuleNotes {
    var notes = RuleNotes()
    (notes.severity, notes.labels, notes.annotations) = (severity, labels, annotations)
    return notes
  }

  private func webhooks(_ decisions: [Decision], _ notes: RuleNotes?) throws -> [WebhookMessage] {
    let all = notifications(
      for: decisions, receivers: [Self.hook], timeZone: "UTC",
      notes: notes.map { ["key-daily-cap": $0] } ?? [:])
    return try all.map { try JSONDecoder().decode(WebhookMessage.self, from: Data($0.body.utf8)) }
  }

  private struct Slack: Decodable {
    struct Text: Decodable {
      var type: String
      var text: String
    }
    struct Block: Decodable {
      var type: String
      var text: Text?
      var elements: [Text]?
    }
    var text: String
    var blocks: [Block]
    /// Every text of it.
    var texts: [Text] { blocks.flatMap { ($0.text.map { [$0] } ?? []) + ($0.elements ?? []) } }
  }

  private func slack(_ decisions: [Decision], _ notes: RuleNotes?) throws -> Slack {
    let all = notifications(
      for: decisions, receivers: [Self.slack], timeZone: "UTC",
      notes: notes.map { ["key-daily-cap": $0] } ?? [:])
    #expect(all.count == 1)
    return try JSONDecoder().decode(Slack.self, from: Data(try #require(all.first?.body).utf8))
  }

  private static let end = EngineTime(milliseconds: 1_795_564_800_000)
  private static func halted(_ subject: Subject = .key("ci-bot"), _ end: HaltEnd = .reset) -> [Decision] {
    let until = end == .clear ? nil : Self.end
    var halt = decision(.halt, subject, level: .firing, value: 26_100_000_000, target: subject, until: until)
    var alert = decision(
      .alert, subject, level: .firing, value: 26_100_000_000, target: subject, until: until)
    (halt.haltEnd, alert.haltEnd) = (end, end)
    return [halt, alert]
  }

  /// Severity of one message, by the rule and by what happened.
  @Test(
    arguments: [
      ([decision(level: .step(50))], nil, "firing", "warning", "🟡", "warning · "),
      (halted(), nil, "firing", "critical", "🔴", "critical · "),
      (halted(), .info, "firing", "info", "🔵", "info · "),
      ([decision(level: .step(50))], .critical, "firing", "critical", "🔴", "critical · "),
      ([decision(.resolve, level: .firing)], nil, "resolved", "critical", "🟢", "resolved · "),
      ([decision(.resolve, level: .step(80))], nil, "resolved", "warning", "🟢", "resolved · "),
      // Lifted by a person: nobody must be paged for that, and who was may rest.
      (
        [decision(.resume, level: .firing, target: .key("ci-bot"))], nil, "resolved", "info", "🟢",
        "resolved · "
      ),
      (
        [decision(.resume, level: .firing, target: .key("ci-bot"))], .critical, "resolved", "info", "🟢",
        "resolved · "
      ),
    ] as [([Decision], RuleNotes.Severity?, String, String, String, String)])
  func severities(
    _ decisions: [Decision], _ severity: RuleNotes.Severity?, _ status: String, _ label: String,
    _ sign: String,
    _ context: String
  ) throws {
    let message = try #require(webhooks(decisions, Self.notes(severity)).first)
    #expect(message.status == status && message.alerts.map(\.status) == [status])
    #expect(message.alerts.map { $0.labels["severity"] } == [label])
    #expect((message.alerts[0].endsAt == WebhookMessage.noEnd) == (status == "firing"))
    let slack = try slack(decisions, Self.notes(severity))
    #expect(slack.text.hasPrefix(sign + " ") && slack.blocks[0].text?.text.hasPrefix(sign + " ") == true)
    #expect(slack.blocks.last?.elements?.first?.text.hasPrefix(context) == true)
  }

  @Test func everyVariable() throws {
    let names = Template.Variable.allCases.map(\.rawValue)
    let notes = Self.notes(
      labels: ["squad": "core", "of": "{{key}}@{{window}}"],
      annotations: Dictionary(uniqueKeysWithValues: names.map { ("x_\($0)", "{{\($0)}}") }).merging([
        "x_label": "{{labels.squad}}/{{labels.of}}"
      ]) { $1 })
    let subject = Subject([.key, .model], ["88dc", "gpt-5"], alias: "ci")
    let decisions = Self.halted(subject)
    let alert = try #require(webhooks(decisions, notes).first?.alerts.first)
    let expected = [
      "value": "$26.10", "limit": "$25.00", "percent": "104", "subject": SubjectText.noun(subject),
      "key": "88dc", "task": "", "model": "gpt-5", "user": "", "team": "", "alias": "ci",
      "rule": "key-daily-cap",
      "window": "day", "level": "firing", "until": "2026-11-25 00:00 UTC", "mode": "enforce",
      "label": "core/88dc@day",
    ]
    #expect(Set(expected.keys).isSuperset(of: names))
    for (name, text) in expected { #expect(alert.annotations["x_\(name)"] == text, "\(name)") }
    #expect(
      alert.labels["squad"] == "core" && alert.labels["of"] == "88dc@day" && alert.labels["key"] == "88dc")
    #expect(alert.labels["rule"] == "key-daily-cap" && alert.labels["alertname"] == "key-daily-cap")
  }

  @Test func untilSaysHowTheHaltEnds() throws {
    let notes = Self.notes(annotations: ["ends": "until {{until}}"])
    for (decisions, text) in [
      (Self.halted(.key("a"), .clear), "until its alert is over"), ([decision()], "until "),
      (Self.halted(.key("a"), .after(1_800_000)), "until 2026-11-25 00:00 UTC"),
    ] {
      #expect(try webhooks(decisions, notes).first?.alerts.first?.annotations["ends"] == text)
    }
  }

  /// Ours cannot be taken, whatever a configuration holds; `summary` and `description` can.
  @Test func oursStay() throws {
    let notes = Self.notes(
      labels: ["alertname": "x", "key": "x", "severity": "x", "task": "mine"],
      annotations: ["value": "x", "command": "x", "summary": "S {{key}}", "description": "D"])
    let alert = try #require(webhooks(Self.halted(), notes).first?.alerts.first)
    #expect(alert.labels["alertname"] == "key-daily-cap" && alert.labels["key"] == "ci-bot")
    #expect(alert.labels["severity"] == "critical")
    #expect(alert.annotations["value"] == "$26.10" && alert.annotations["summary"] == "S ci-bot")
    #expect(
      alert.annotations["description"] == "D" && alert.annotations["command"]?.hasPrefix("spendfuse") == true)
  }

  @Test func aRuleThatIsGoneHasNone() throws {
    let alert = try #require(webhooks([decision()], nil).first?.alerts.first)
    #expect(Set(alert.labels.keys) == ["alertname", "rule", "severity", "level", "mode", "key"])
  }

  /// Several alerts in one message: each with its own, and in common what all have.
  @Test func digestsHaveThemToo() throws {
    let notes = Self.notes(
      .info, labels: ["squad": "core"], annotations: ["runbook": "https://ops.example/r", "who": "{{key}}"])
    let decisions = (1...5).map { decision(.alert, .key("k\($0)"), id: UInt64($0), digest: true) }
    let message = try #require(webhooks(decisions, notes).first)
    #expect(message.alerts.map { $0.annotations["who"] } == (1...5).map { "k\($0)" })
    #expect(message.commonLabels["squad"] == "core" && message.commonLabels["severity"] == "info")
    #expect(
      message.commonAnnotations["runbook"] == "https://ops.example/r"
        && message.commonAnnotations["who"] == nil)
    #expect(message.groupLabels == ["alertname": "key-daily-cap"])
    let slack = try slack(decisions, notes)
    #expect(slack.texts.contains { $0.text == "<https://ops.example/r|runbook>" })
    #expect(!slack.texts.contains { $0.text.contains("who:") })
  }

  @Test func slackShowsLinksAndTexts() throws {
    let notes = Self.notes(annotations: [
      "runbook": "https://ops.example/keys?k={{key | urlencode}}&x=1", "team_page": "see https://ops.example",
      "description": "first\nsecond", "owner": "{{alias}}",
    ])
    let slack = try slack(Self.halted(), notes)
    let links = slack.texts.filter { $0.type == "mrkdwn" && $0.text.hasPrefix("<") }
    #expect(links.map(\.text) == ["<https://ops.example/keys?k=ci-bot&amp;x=1|runbook>"])
    let body = try #require(slack.blocks[1].text?.text)
    #expect(body.contains("\nfirst\nsecond\n") && body.contains("\nowner: ci-bot\n"))
    #expect(body.hasSuffix("\nteam_page: see https:\u{2060}//ops.example"))
  }

  /// What a name holds never becomes a link, a mention, or another line; and never leads a link elsewhere.
  @Test(arguments: [
    "evil.example/x", "<!channel>", "a|b>c<d", "https://evil.example", "@here", "x\n<https://evil|y>", "a b",
    String(repeating: "{{key}}<|>", count: 2_000), "\u{202e}gpj", "%", "\u{0}",
  ])
  func hostileNames(name: String) throws {
    let notes = Self.notes(
      labels: ["copy": "{{key}}"],
      annotations: [
        "raw": "https://ops.example/{{key}}", "host": "https://{{key}}/x", "sub": "https://ops.{{key}}",
        "user": "https://a@b/{{key}}",
        "whole": "{{key}}", "encoded": "https://ops.example/{{key | urlencode}}",
      ])
    let slack = try slack(Self.halted(.key(name)), notes)
    for text in slack.texts where text.type == "mrkdwn" && !text.text.hasPrefix("`") {
      for line in text.text.split(separator: "\n") {
        #expect(line.hasPrefix("<https://ops.example/") && line.hasSuffix(">"), "\(line)")
        let inside = line.dropFirst().dropLast()
        #expect(inside.filter { $0 == "|" }.count == 1 && !inside.contains("<") && !inside.contains(">"))
      }
      #expect(text.text.utf16.count <= 3_000)
    }
    for text in slack.texts where text.type == "plain_text" {
      #expect(!text.text.contains("://") && !text.text.contains("<") && !text.text.contains("@here"))
      #expect(!text.text.unicodeScalars.contains { $0.isHidden && $0 != "\n" && $0 != "\u{2060}" })
    }
    let alert = try #require(webhooks(Self.halted(.key(name)), notes).first?.alerts.first)
    #expect(alert.labels["copy"] == (name.count > 1_024 ? name.prefix(1_023) + "…" : name))
    #expect(notes.annotations.keys.allSatisfy { alert.annotations[$0].map { $0.count <= 1_024 } == true })
    #expect(alert.annotations["whole"]?.contains("\n") == false)
  }

  /// A step, the halt, a person's resume, and the end: what an incident tool makes of them by fingerprint.
  @Test func anIncidentOpensAndCloses() throws {
    let key = Subject.key("ci-bot")
    let story: [[Decision]] = [
      [decision(level: .step(50))], Self.halted(), [decision(.resume, level: .firing, target: key)],
      [decision(.halt, level: .firing, target: key, at: noonish + 60_000)],
      [decision(.resolve, level: .firing)],
    ]
    let alerts = try story.flatMap { try webhooks($0, nil) }.flatMap(\.alerts)
    #expect(alerts.map(\.status) == ["firing", "firing", "resolved", "firing", "resolved"])
    #expect(Set(alerts.map(\.fingerprint)).count == 1)
  }
}
