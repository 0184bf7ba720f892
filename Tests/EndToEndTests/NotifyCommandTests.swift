import Foundation
import Support
import Testing

@testable import SpendWatch

/// `notify --test`, against receivers on loopback.
@Suite struct NotifyCommandTests {
  private struct Posted: Decodable {
    struct Alert: Decodable {
      var status: String
      var labels: [String: String]
      var annotations: [String: String]
      var startsAt: String
      var endsAt: String
      var fingerprint: String
    }
    var version: String
    var status: String
    var receiver: String
    var alerts: [Alert]
  }

  private func rules(_ receivers: [(name: String, kind: String, url: String)]) -> String {
    """
    sources: [{path: logs/*.jsonl}]
    rules: [{name: cap, per: key, window: day, limit: 25}]
    receivers:

    """
      + receivers.map { name, kind, url in
        "  - {name: \(name), \(kind): {\(kind == "slack" ? "webhook_url" : "url"): \"\(url)\"}}\n"
      }.joined()
  }

  private func notify(_ directory: TempDir, _ arguments: String...) throws -> Program.Finished {
    try Program.run(
      ["notify", "--test", "--rules", directory.file("rules.yaml")] + arguments, in: directory)
  }

  @Test func deliversToEachInItsForm() throws {
    let (slack, webhook) = (try FakeReceiver(), try FakeReceiver(.respond(202)))
    let directory = TempDir()
    try directory.write(
      "rules.yaml", rules([("oncall", "slack", slack.url), ("ops", "webhook", webhook.url)]))
    let done = try notify(directory)
    #expect(done.status == 0 && done.errors.isEmpty, "\(done)")
    let lines = Set(
      done.output.replacing(/in \d+ ms/, with: "in N ms").split(separator: "\n").map(String.init))
    #expect(
      lines == [
        "ok    oncall  delivered, one message: HTTP 200 in N ms",
        "ok    ops     delivered, firing and resolved: HTTP 200 in N ms",
      ])
    #expect(!done.output.contains("s3cret"))

    #expect(slack.requests.count == 1)
    let message = try #require(slack.requests.first)
    #expect(message.method == "POST" && message.path == "/hook/s3cret-path")
    #expect(
      message.headers["content-type"] == "application/json" && message.headers["idempotency-key"] != nil)
    #expect(
      message.text.contains("TEST: alerts of spendfuse reach this receiver") && message.text.contains("🔵"))
    #expect(message.text.contains("to receiver oncall"))

    let posted = try webhook.requests.map { try JSONDecoder().decode(Posted.self, from: Data($0.body)) }
    #expect(posted.map(\.status) == ["firing", "resolved"] && posted.allSatisfy { $0.version == "4" })
    #expect(
      Set(posted.map { $0.alerts[0].fingerprint }).count == 1 && posted.allSatisfy { $0.receiver == "ops" })
    #expect(Set(webhook.requests.compactMap { $0.headers["idempotency-key"] }).count == 2)
    for message in posted {
      let labels = message.alerts[0].labels
      #expect(
        labels["alertname"] == "spendfuse-test" && labels["test"] == "true" && labels["severity"] == "info")
      #expect(message.alerts[0].annotations["summary"]?.hasPrefix("TEST") == true)
      #expect(
        message.alerts[0].annotations["command"] == nil && message.alerts[0].annotations["value"] == nil)
    }
    #expect(
      posted[0].alerts[0].endsAt.hasPrefix("0001")
        && posted[1].alerts[0].endsAt >= posted[0].alerts[0].startsAt)

    // Two tests are two alerts: a receiver that drops repeats shows both.
    #expect(try notify(directory, "--receiver", "ops").status == 0)
    #expect(slack.requests.count == 1 && webhook.requests.count == 4)
    #expect(Set(webhook.requests.compactMap { $0.headers["idempotency-key"] }).count == 4)
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var kind = "webhook"
    var action: FakeReceiver.Action
    var fact: String
    var advice: String
    var testDescription: String { "\(kind) \(fact)" }
  }
  private static func answer(_ status: Int, _ body: String = "", _ headers: [(String, String)] = [])
    -> FakeReceiver.Action
  {
    .respond(status, headers: headers, body: Array(body.utf8))
  }
  private static let refusals = [
    Refusal(action: answer(301), fact: "HTTP 301", advice: "redirects are not followed"),
    Refusal(
      action: answer(401), fact: "HTTP 401",
      advice: "wrong or expired token in 'url' or 'url_file' of receiver 'r'"),
    Refusal(action: answer(403, "secret words s3cret"), fact: "HTTP 403", advice: "wrong or expired token"),
    Refusal(action: answer(404), fact: "HTTP 404", advice: "nothing takes alerts under this path"),
    Refusal(action: answer(415), fact: "HTTP 415", advice: "does not take Alertmanager's JSON"),
    Refusal(
      action: answer(429, "", [("Retry-After", "30")]), fact: "HTTP 429",
      advice: "(Retry-After: 30): try again later"),
    Refusal(action: answer(500), fact: "HTTP 500", advice: "see its own log"),
    Refusal(action: .reset, fact: "127.0.0.1", advice: "look at the network"),
    Refusal(
      kind: "slack", action: answer(404, "no_service"), fact: "HTTP 404 no_service",
      advice: "make a new one in Slack"),
    Refusal(
      kind: "slack", action: answer(403, "invalid_token"), fact: "HTTP 403 invalid_token",
      advice: "make a new one in Slack"),
    Refusal(
      kind: "slack", action: answer(410, "channel_is_archived"), fact: "HTTP 410 channel_is_archived",
      advice: "gone or archived"),
    Refusal(
      kind: "slack", action: answer(400, "invalid_payload"), fact: "HTTP 400 invalid_payload",
      advice: "is this URL one of an incoming webhook"),
    Refusal(
      kind: "slack", action: answer(403, "action_prohibited"), fact: "HTTP 403 action_prohibited",
      advice: "an administrator"),
  ]

  /// Once, with what came back and what to do; the receiver beside it gets its own.
  @Test(arguments: refusals) func saysWhatFailed(_ refusal: Refusal) throws {
    let (bad, good) = (try FakeReceiver(), try FakeReceiver())
    bad.setFallback(refusal.action)
    let directory = TempDir()
    try directory.write("rules.yaml", rules([("r", refusal.kind, bad.url), ("good", "webhook", good.url)]))
    let done = try notify(directory)
    #expect(done.status == 1 && done.errors.isEmpty, "\(done)")
    let lines = done.output.split(separator: "\n")
    let index = try #require(lines.firstIndex { $0.hasPrefix("FAIL  r     ") })
    #expect(lines[index].contains(refusal.fact), "\(done.output)")
    #expect(lines[index + 1].contains(refusal.advice), "\(done.output)")
    #expect(done.output.contains("ok    good  delivered") && !done.output.contains("s3cret"))
    #expect(bad.requests.count == 1 && good.requests.count == 2)
  }

  /// The end of an alert that was taken, and is refused itself.
  @Test func aRefusedResolveIsToldApart() throws {
    let receiver = try FakeReceiver(.respond(200), .respond(422))
    let directory = TempDir()
    try directory.write("rules.yaml", rules([("r", "webhook", receiver.url)]))
    let done = try notify(directory)
    #expect(
      done.status == 1 && done.output.contains("HTTP 422 to the resolving message; the firing one was taken"))
    #expect(receiver.requests.count == 2)
  }

  /// What does not answer is given up after the time that the daemon gives it; one that nobody listens at, at once.
  @Test func nobodyThere() throws {
    let silent = try FakeReceiver(.hang)
    let closed = try LocalSocket.listen(port: 0)
    close(closed.descriptor)
    var outcomes: [String: TrialText] = [:]
    let receivers = [
      Receiver(name: "silent", kind: .webhook(WebhookReceiver(url: Secret(silent.url)))),
      Receiver(
        name: "closed", kind: .webhook(WebhookReceiver(url: Secret("http://127.0.0.1:\(closed.port)/s3cret")))
      ),
      Receiver(name: "nowhere", kind: .slack(SlackReceiver(url: Secret("http://nowhere.invalid/s3cret")))),
    ]
    ReceiverTrial(receivers, limits: HTTPLimits(connect: 2_000, total: 300)).run {
      outcomes[$0.receiver.name] = TrialText($0)
      #expect(!$0.isDelivered && $0.delivered == 0)
    }
    #expect(outcomes.count == 3 && silent.requests.count == 1)
    #expect(outcomes["silent"]?.advice.hasPrefix("nothing came back in time") == true)
    #expect(outcomes["closed"]?.advice.hasPrefix("nobody listens there") == true, "\(outcomes)")
    #expect(outcomes["nowhere"]?.advice.hasPrefix("no such host") == true, "\(outcomes)")
    #expect(outcomes.values.allSatisfy { !$0.fact.contains("s3cret") && !$0.advice.contains("s3cret") })
  }

  @Test func tlsAndRefusedAddresses() throws {
    // Speaks HTTP before it is asked, as no TLS server would.
    let plain = try LocalSocket.listen(port: 0)
    Thread.detachNewThread {
      let connection = accept(plain.descriptor, nil, nil)
      let bytes = Array("HTTP/1.0 400 Bad Request\r\n\r\n".utf8)
      _ = write(connection, bytes, bytes.count)
      shutdown(connection, Int32(SHUT_WR))
      var rest = [UInt8](repeating: 0, count: 1_024)
      while read(connection, &rest, rest.count) > 0 {}
      close(connection)
      close(plain.descriptor)
    }
    let receivers = [
      Receiver(
        name: "tls", kind: .webhook(WebhookReceiver(url: Secret("https://127.0.0.1:\(plain.port)/s3cret")))),
      Receiver(
        name: "metadata", kind: .webhook(WebhookReceiver(url: Secret("http://169.254.169.254/s3cret")))),
    ]
    var texts: [String: TrialText] = [:]
    var final: [String] = []
    ReceiverTrial(receivers, limits: HTTPLimits(connect: 2_000, total: 3_000)).run {
      texts[$0.receiver.name] = TrialText($0)
      if $0.isFinal { final.append($0.receiver.name) }
    }
    #expect(texts["tls"]?.advice.contains("speaks no TLS: write http") == true, "\(texts)")
    #expect(texts["metadata"]?.advice.hasPrefix("such an address is never") == true, "\(texts)")
    #expect(final == ["metadata"])
    #expect(texts.values.allSatisfy { !$0.fact.contains("s3cret") && !$0.advice.contains("s3cret") })
  }
}
