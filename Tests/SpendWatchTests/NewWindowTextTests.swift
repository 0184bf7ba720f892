import Foundation
import SpendEngine
import Testing

@testable import SpendWatch

/// What people read of sliding windows, shares, ceilings and halts that end by themselves.
@Suite struct NewWindowTextTests {
  private static func of(
    _ metric: Metric, _ value: Int64, limit: Int64, _ window: Window, _ level: Decision.Level = .firing,
    kind: Decision.Kind = .alert, subject: Subject = .key("ci-bot")
  ) -> Decision {
    var one = decision(
      kind, subject, level: level, value: value, limit: limit, metric: metric, window: window)
    if window.calendar == nil { (one.windowStart, one.windowEnd) = (nil, nil) }
    return one
  }

  @Test(
    arguments: [
      (
        of(.spend, 21 * dollar, limit: 25 * dollar, .sliding(300_000), .step(80)),
        "84 % of $25.00 used in the last 5m by key ci-bot"
      ),
      (
        of(.spend, 26 * dollar, limit: 25 * dollar, .sliding(86_400_000)),
        "104 % of $25.00 used in the last 24h by key ci-bot"
      ),
      (of(.requests, 12, limit: 10, .calendar(.hour)), "120 % of 10 requests made this hour by key ci-bot"),
      (of(.tokens, 10, limit: 10, .calendar(.week)), "100 % of 10 tokens used this week by key ci-bot"),
      (
        of(.errors, 10, limit: 10, .calendar(.month), subject: .global),
        "100 % of 10 errors seen this month in total"
      ),
      (
        of(.errorRatio, 342_000_000, limit: 200_000_000, .sliding(300_000)),
        "34.2 % errors (limit 20 %) seen in the last 5m by key ci-bot"
      ),
      (
        of(.errorRatio, 170_000_000, limit: 200_000_000, .calendar(.hour), .step(80)),
        "17 % errors (limit 20 %) seen this hour by key ci-bot"
      ),
      (
        of(.maxTokens, 16_384, limit: 8_192, .request),
        "max_tokens 16,384 asked for by key ci-bot: more than 8,192"
      ),
      (of(.maxTokens, -1, limit: 8_192, .request), "no max_tokens was set by key ci-bot"),
      (
        of(.spend, 3_200_000_000, limit: 2 * dollar, .request),
        "$3.20 used in one call (limit $2.00) by key ci-bot"
      ),
      (
        of(.outputTokens, 9_000, limit: 8_000, .request, subject: .task("t")),
        "9,000 output tokens used in one call (limit 8,000 output tokens) by task t"
      ),
    ])
  func titles(_ decision: Decision, _ title: String) {
    let text = AlertText(decision, timeZone: "UTC")
    #expect(text.title == title)
    // Neither a share nor a ceiling has a distance.
    let hasDistance = ![.errorRatio, .maxTokens].contains(decision.metric) && decision.window != .request
    #expect(text.lines.contains { $0.contains("past the limit") || $0.contains("left.") } == hasDistance)
  }

  @Test func aSpikeSaysWhatIsUsual() throws {
    let key = Subject.key("ci-bot")
    var halt = Self.of(.spend, 12_400_000_000, limit: 8 * dollar, .sliding(300_000), kind: .halt)
    (halt.baseline, halt.note, halt.target, halt.haltEnd) = (1_100_000_000, "score 6.1 of 4.0", key, .clear)
    var alert = halt
    alert.kind = .alert
    let text = AlertText(alert, halt: halt, timeZone: "UTC")
    #expect(text.title == "$12.40 used in the last 5m by key ci-bot: usually $1.10, halted")
    #expect(
      text.lines.prefix(3) == [
        "score 6.1 of 4.0", "It counts as a spike from $8.00 on.",
        "Key ci-bot is halted until its alert is over. Calls in flight still go through.",
      ])
    #expect(alert.usage == "$12.40 used in the last 5m (usually $1.10)")
    let digest = AlertText(digest: [alert, alert], halted: [], timeZone: "UTC")
    #expect(digest.title == "2 keys spending far more than usual (rule key-daily-cap)")
    #expect(digest.lines.first == "key ci-bot: $12.40 (usually $1.10)")
    let hook = Receiver(name: "ops", kind: .webhook(WebhookReceiver(url: Secret("https://ops.example/x"))))
    let body = try #require(notifications(for: [alert], receivers: [hook], timeZone: "UTC").first?.body)
    let notes = try JSONDecoder().decode(WebhookMessage.self, from: Data(body.utf8)).alerts[0].annotations
    #expect(notes["usual"] == "$1.10" && notes["past_limit"] == nil && notes["value"] == "$12.40")
  }

  @Test func aCallSaysWhatItWasFor() {
    var one = Self.of(.maxTokens, -1, limit: 8_192, .request)
    one.call = Decision.Call(key: "ci-bot", task: "t1", model: "gpt-5")
    #expect(AlertText(one, timeZone: "UTC").lines.first == "The call: model gpt-5, task t1.")
    one.call = Decision.Call(key: "ci-bot")
    #expect(AlertText(one, timeZone: "UTC").lines.first?.hasPrefix("The call") == false)
    one.call = Decision.Call(key: "ci-bot", model: String(repeating: "m", count: 500))
    #expect(AlertText(one, timeZone: "UTC").lines.first.map { $0.count < 120 } == true)
  }

  @Test(
    arguments: [
      (.reset, 1_795_564_800_000, "until 2026-11-25 00:00 UTC"), (.manual, nil, "until somebody lifts it"),
      (.clear, nil, "until its alert is over"), (nil, nil, "until somebody lifts it"),
      (
        .after(1_800_000), 1_795_516_200_000,
        "for 30m, until 2026-11-24 10:30 UTC, longer if it is still past its limit then"
      ),
    ] as [(HaltEnd?, Int64?, String)])
  func haltsEnd(_ end: HaltEnd?, _ until: Int64?, _ text: String) {
    let key = Subject.key("ci-bot")
    var halt = decision(
      .halt, level: .firing, value: 26 * dollar, target: key, until: until.map(EngineTime.init(milliseconds:))
    )
    halt.haltEnd = end
    var alert = halt
    alert.kind = .alert
    for one in [AlertText(halt, timeZone: "UTC"), AlertText(alert, halt: halt, timeZone: "UTC")] {
      #expect(one.lines.contains("Key ci-bot is halted \(text). Calls in flight still go through."))
    }
    #expect(
      HaltEndText.text(until: until.map(EngineTime.init(milliseconds:)), end: end?.name, timeZone: "UTC")
        == text)
  }

  @Test func webhooksSayTheSame() throws {
    let hook = Receiver(name: "ops", kind: .webhook(WebhookReceiver(url: Secret("https://ops.example/x"))))
    func notes(_ decisions: [Decision]) throws -> [String: String] {
      let body = try #require(notifications(for: decisions, receivers: [hook], timeZone: "UTC").first?.body)
      return try JSONDecoder().decode(WebhookMessage.self, from: Data(body.utf8)).alerts[0].annotations
    }
    let ceiling = try notes([Self.of(.maxTokens, 16_384, limit: 8_192, .request)])
    #expect(
      ceiling["value"] == "16,384 tokens" && ceiling["past_limit"] == nil && ceiling["resets_at"] == nil)
    #expect(try notes([Self.of(.maxTokens, -1, limit: 8_192, .request)])["value"] == "no max_tokens")
    let ratio = try notes([Self.of(.errorRatio, 342_000_000, limit: 200_000_000, .sliding(300_000))])
    #expect(ratio["value"] == "34.2 %" && ratio["limit"] == "20 %" && ratio["past_limit"] == nil)
    #expect(ratio["window"] == "5m")
    var halt = decision(.halt, level: .firing, value: 26 * dollar, target: .key("ci-bot"))
    halt.haltEnd = .clear
    #expect(try notes([halt])["halted_until"] == "its alert is over")
  }

  /// A halt that lasts longer is for the audit: in no message, beside news neither.
  @Test func extensionsAreNoNews() {
    var longer = decision(
      .halt, level: .firing, value: 26 * dollar, target: .key("ci-bot"), note: "still in breach: 30m more")
    longer.isExtension = true
    #expect(Announcement.all(of: [longer], timeZone: "UTC").isEmpty)
    let titles = Announcement.all(
      of: [longer, decision(level: .firing, value: 26 * dollar)], timeZone: "UTC"
    ).map(\.text.title)
    #expect(titles == ["104 % of $25.00 used today by key ci-bot"])
    #expect(longer.json(log: nil).hasSuffix(",\"extended\":true}"))
  }

  @Test func digests() {
    func text(_ decisions: [Decision]) -> AlertText {
      AlertText(digest: decisions, halted: [], timeZone: "UTC")
    }
    let keys = (1...3).map { Subject.key("k\($0)") }
    let ratios = keys.map {
      Self.of(.errorRatio, 300_000_000, limit: 200_000_000, .sliding(300_000), subject: $0)
    }
    #expect(text(ratios).title == "3 keys over 20 % errors (rule key-daily-cap)")
    #expect(text(ratios).lines.first == "key k1: 30 % errors (limit 20 %)")
    let near = ratios + [Self.of(.errorRatio, 170_000_000, limit: 200_000_000, .sliding(300_000), .step(80))]
    #expect(text(near).title == "4 keys near or over 20 % errors (rule key-daily-cap)")
    let ceilings = zip(keys, [16_384, -1, 9_000] as [Int64]).map {
      Self.of(.maxTokens, $1, limit: 8_192, .request, subject: $0)
    }
    #expect(
      text(ceilings).title
        == "3 keys asked for more than 8,192 tokens, or set no max_tokens (rule key-daily-cap)")
    #expect(
      Set(text(ceilings).lines) == [
        "key k1: max_tokens 16,384", "key k2: no max_tokens", "key k3: max_tokens 9,000",
      ])
    let costs = keys.map { Self.of(.spend, 3 * dollar, limit: 2 * dollar, .request, subject: $0) }
    #expect(text(costs).title == "3 keys made calls over $2.00 (rule key-daily-cap)")
    #expect(text(costs).lines.first == "key k1: $3.00 (limit $2.00)")
    let sliding = keys.map { Self.of(.spend, 3 * dollar, limit: 2 * dollar, .sliding(300_000), subject: $0) }
    #expect(text(sliding).title == "3 keys over $2.00 (rule key-daily-cap)")
    #expect(text(sliding).lines.last == "key k3: 150 % ($3.00 of $2.00)")
  }

  /// A model's name is what a log says: it stays inside its quotes, and YAML reads it back.
  @Test(arguments: ["gpt-x", "a\"b\\c", "x: {y}", "tab\tnew\nline", "\u{202e}x", "ünï"])
  func pricesCanBePasted(model: String) throws {
    let line = PriceOverride.example(for: model).replacing("…", with: "1.00")
    #expect(line.printable == line)
    let (configuration, diagnostics) = RulesFile.load(
      Array("sources: [{path: /a.jsonl}]\n\(line)\n".utf8), path: "rules.yaml",
      environment: ConfigEnvironment(
        directory: "/", home: "/", credentialsDirectory: nil, now: noonish))
    let errors = diagnostics.filter { $0.severity == .error }
    #expect(errors.isEmpty || model.unicodeScalars.contains(where: \.isHidden), "\(errors.map(\.message))")
    if errors.isEmpty { #expect(configuration?.prices.overrides[model] != nil, "\(line)") }
  }
}
