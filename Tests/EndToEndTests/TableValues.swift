import Foundation
import SpendEngine
import Support
import Testing

@testable import SpendWatch
@testable import spendfuse

/// Every table that people read, but those with goldens of their own (`report`, `suggest`, `demo`), over values that never change.
enum TableValues {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Scenarios/tables").path
  private static let input = folder + "/input"
  /// 2026-03-10T12:00:00Z
  private static let now = EngineTime.noon

  static let names = [
    "status-healthy", "status-halted", "status-catching-up", "status-problems", "status-files", "replay",
    "price", "price-guess",
    "prices-show", "prices-update", "explain-rule", "explain-quiet", "explain-request", "explain-line",
    "explain-rejected", "test-pass", "test-fail", "check",
  ]

  static func text(_ name: String, _ terminal: OutputTerminal) throws -> String {
    let text =
      switch name {
      case "status-healthy": StatusText(try healthy()).text(for: terminal)
      case "status-halted": StatusText(try halted()).text(for: terminal)
      case "status-catching-up": StatusText(try catchingUp()).text(for: terminal)
      case "status-problems": StatusText(try problems()).text(for: terminal)
      case "status-files": StatusText(try files(), hasFiles: true).text(for: terminal)
      case "replay": try replay(terminal)
      case "price": bill("gpt-5", calls: 100, terminal)
      case "price-guess": bill("gpt5-of-the-house", calls: 1, terminal)
      case "prices-show":
        PriceListing(prices.inUse.filter { $0.part == .list }, table: prices).text(for: terminal)
      case "prices-update": try comparison(terminal)
      case "explain-rule": ExplainText(try explained("key-daily-cap", "ci-bot")).text(for: terminal)
      case "explain-quiet": ExplainText(try explained("loop", "web-frontend+gpt-5-mini")).text(for: terminal)
      case "explain-request": try traced(request: "req-20", terminal)
      case "explain-line": try traced(line: 0, "usage.jsonl", terminal)
      case "explain-rejected": try traced(line: 3, "rules.yaml", terminal)
      case "test-pass": try tested(0, terminal)
      case "test-fail": try tested(1, terminal)
      case "check": try checked(terminal)
      default: throw Unknown(name: name)
      }
    // Neither where the repository is nor the day of the bundled prices is part of a table.
    return text.replacing(spendfuseVersion, with: "VERSION")
      .replacing(/bundled \d{4}-\d\d-\d\d/, with: "bundled 2026-01-01").replacing(
        /, \d+ names/, with: ", 400 names")
  }

  struct Unknown: Error { var name: String }

  private static func plain(_ text: String) -> String { text.replacing(input + "/", with: "") }

  /// A message whose paths do not begin where the repository is: what is folded depends on their length.
  private static func plain<Message: Codable>(_ message: Message) throws -> Message {
    let json = String(decoding: try ControlJSON.encode(message), as: UTF8.self)
    return try ControlJSON.decode(
      Message.self,
      from: Array(
        json.replacing(input.replacing("/", with: "\\/") + "\\/", with: "").replacing(input + "/", with: "")
          .utf8))
  }

  // MARK: Status

  private static func configuration() throws -> Configuration {
    let (configuration, diagnostics) = RulesFile.load(input + "/rules.yaml", secrets: .unneeded)
    return try #require(configuration, "\(Diagnostic.render(diagnostics))")
  }

  private static func driver() throws -> EngineDriver { try EngineDriver(try configuration().rules.rules) }

  private static func message(_ driver: borrowing EngineDriver) throws -> StatusMessage {
    var message = StatusMessage(
      driver.engine.status(top: 20), state: "/var/lib/spendfuse", pid: 4711, startedAt: .midnight)
    message.rulesFile = "/etc/spendfuse/rules.yaml"
    message.timeZone = "Europe/Berlin"
    message.switches = [.init(name: "redis 127.0.0.1:6379"), .init(name: "directory /run/spendfuse/halts")]
    var books = Books()
    (books.read, books.folded, books.duplicate, books.noUsage) = (1_284_455, 1_201_002, 61_440, 22_013)
    message.books = BooksMessage(books)
    message.sources = [
      .init(pattern: "/var/log/llm/*.jsonl", format: "spendfuse", files: 12, unreadBytes: 0, books: books),
      .init(
        pattern: "/srv/gateway/litellm/**/spend-*.jsonl", format: "litellm", files: 0, unreadBytes: 0,
        books: Books()),
    ]
    message.commits = .init(sequence: 91, at: .noon)
    return message
  }

  private static func healthy() throws -> StatusMessage {
    var driver = try driver()
    driver.fold(
      TestCall(312, key: "web-frontend", task: "chat-4711").with { $0.model = "gpt-5" },
      TestCall(1_400, key: "ci-bot", task: "refactor-billing-service-and-its-tests").with {
        $0.model = "claude-sonnet-4-5"
      },
      TestCall(2, key: "88dc28d0f030c55ed4ab77ed8faf098196cb1c05", task: "chat-4712").with {
        ($0.alias, $0.model) = ("nightly-evaluation", "gpt-5-mini")
      })
    driver.advance(by: .minute)
    return try message(driver)
  }

  private static func halted() throws -> StatusMessage {
    var driver = try driver()
    driver.fold(
      TestCall(2_510, key: "ci-bot", task: "refactor-billing-service-and-its-tests").with {
        $0.model = "gpt-5"
      },
      TestCall(2_100, key: "web-frontend", task: "chat-4711").with { $0.model = "gpt-5" },
      TestCall(10, key: "web-frontend", task: "chat-4712").with {
        ($0.model, $0.maxTokens) = ("gpt-5", 16_384)
      })
    driver.fold(
      (0..<310).map { _ in TestCall(0, key: "poller", task: "poll").with { $0.model = "gpt-5-nano" } })
    driver.advance(by: 3 * .minute)
    driver.perform(
      .halt(
        .key("leaked"), why: "leaked in a public repository, see incident 2026-117", by: "ann",
        until: .noon + 2 * .hour))
    driver.perform(
      .resume(
        .task("refactor-billing-service-and-its-tests"), rule: nil, why: "nearly done", by: "bob",
        headroom: .percent(50)))
    var status = try message(driver)
    status.brakeHeld = 1
    if let last = status.halts.last {
      status.halts.append(last)
      status.halts[status.halts.count - 1].isHeld = true
      status.halts[status.halts.count - 1].subject = SubjectMessage(.task("one-of-many-that-wait"))
    }
    status.outbox = .init(pending: 2, dead: 1)
    return status
  }

  private static func catchingUp() throws -> StatusMessage {
    var driver = try driver()
    driver.fold([TestCall(312, key: "web-frontend", task: "chat-4711", at: .midnight)], catchUp: true)
    var status = try message(driver)
    status.isCatchingUp = true
    status.sources[0].unreadBytes = 48_318_382_080
    status.sources[1].waitsFor = "there is no directory /srv/gateway/litellm yet"
    return status
  }

  private static func files() throws -> StatusMessage {
    var status = try healthy()
    var books = Books()
    (books.read, books.folded, books.noUsage) = (61_201, 60_189, 1_012)
    let logs: [(name: String, state: String, unread: Int64, lost: Int64, books: Books)] = [
      ("usage.jsonl", "active", 48_318, 0, books), ("usage.jsonl.1", "rotated", 0, 12_288, books),
      ("usage.jsonl.2.gz", "copy", 0, 0, Books()),
    ]
    status.files = logs.map { log in
      var file = StatusMessage.FileMessage(
        path: "/var/log/llm/\(log.name)", offset: 1, size: 1, books: log.books)
      (file.source, file.state, file.unreadBytes) = (0, log.state, log.unread)
      (file.truncations, file.lostBytes) = (log.lost > 0 ? 1 : 0, log.lost)
      return file
    }
    status.sources[0].closedFiles = 31
    status.sources[0].closed = BooksMessage(books)
    (status.sources[0].truncations, status.sources[0].lostBytes) = (1, 12_288)
    return status
  }

  private static func problems() throws -> StatusMessage {
    var status = try healthy()
    status.switches = [
      .init(
        name: "redis 127.0.0.1:6379", failingSince: .noon, problem: "Connection refused",
        foreign: ["key somebody-elses", "task another"]),
      .init(
        name: "directory /run/spendfuse/halts", failingSince: .noon,
        problem: "/run/spendfuse/halts: Read-only file system"),
    ]
    var books = Books()
    (books.read, books.folded) = (200, 12)
    books.rejected[Int(Rejection.unknownFormat.rawValue)] = 180
    books.rejected[Int(Rejection.torn.rawValue)] = 8
    (books.pricedByDearest, books.skewed, books.late, books.untimed, books.grew) = (7, 3, 2, 1, 4)
    status.books = BooksMessage(books)
    status.sources[0] = .init(
      pattern: "/var/log/llm/*.jsonl", format: "spendfuse", files: 3, unreadBytes: 4_096, books: books)
    status.files = [
      .init(
        path: "/var/log/llm/a-service-with-a-long-name/2026-03-10/usage-of-the-morning.jsonl", offset: 0,
        size: 4_096,
        problem: FileProblem.Reason.notPermitted.text, books: Books()),
      .init(
        path: "/var/log/llm/read.jsonl", offset: 9, size: 9, problem: "not found any more", books: Books()),
    ]
    status.warnings = [
      "the state has not been written for 93 s: 5120 KB wait in memory; halts go out, alerts wait, and a restart reads the logs again from "
        + "the last commit",
      "/var/log/llm/old.jsonl.gz: \(FileProblem.Reason.compressed.text)",
    ]
    status.outbox = .init(pending: 14, dead: 3)
    status.commits.problem =
      "no space for the state /var/lib/spendfuse/state.db (SQLite 13: database or disk is full): free some"
    return status
  }

  // MARK: Replay, explain, test, check

  private static func replayed() throws -> Replay {
    let configuration = try configuration()
    return Replay(
      configuration: configuration, now: now,
      calendar: { CalendarBuilder.table($0, configuration.calendar, around: $1) })
  }

  private static let logs = LogPaths([input + "/usage.jsonl"]).logs

  private static func replay(_ terminal: OutputTerminal) throws -> String {
    var lines: [String] = []
    let summary = try replayed().run(
      logs, format: .spendfuse, fingerprintKey: (1, 2), progress: { _ in },
      decide: { decision, log in lines.append(DecisionLine(decision, log: log.map(plain)).text(for: terminal))
      })
    return (lines + [terminal.folded(DecisionLine.summary(summary))]).map { $0 + "\n" }.joined()
  }

  private static func explained(_ rule: String, _ subject: String) throws -> ExplainMessage {
    try plain(
      try replayed().explain(
        ExplainRequest(rule: rule, subject: subject, at: nil, calls: 3), logs, format: .spendfuse,
        fingerprintKey: (1, 2), timeZone: "Europe/Berlin", progress: { _ in }
      ).message)
  }

  private static func tracer() throws -> RecordTracer {
    let configuration = try configuration()
    return RecordTracer(
      prices: configuration.prices, rules: configuration.rules, timeZone: "Europe/Berlin", now: now,
      fingerprintKey: (1, 2), ask: { _, _ in nil })
  }

  private static func traced(request: String, _ terminal: OutputTerminal) throws -> String {
    let searched = logs.map { SearchedLog($0, RecordLayout(.auto)) }
    return TraceText(
      try plain(try tracer().trace(request: request, in: searched).message), timeZone: "Europe/Berlin"
    )
    .text(
      for: terminal)
  }

  private static func traced(line offset: Int64, _ name: String, _ terminal: OutputTerminal) throws -> String
  {
    let log = try #require(LogPaths([input + "/" + name]).logs.first)
    let message = try tracer().trace(SearchedLog(log, RecordLayout(.auto)), offset: offset)
    return TraceText(try plain(message), timeZone: "Europe/Berlin").text(for: terminal)
  }

  private static func tested(_ number: Int, _ terminal: OutputTerminal) throws -> String {
    let (file, diagnostics) = RuleTestFile.load(input + "/rules_test.yaml")
    let loaded = try #require(file, "\(Diagnostic.render(diagnostics))")
    let test = loaded.tests[number]
    let result = try RuleTestRun(
      test, loaded.configuration,
      calendar: { CalendarBuilder.table($0, loaded.configuration.calendar, around: $1) }
    ).run()
    return TestText(result, file: "rules_test.yaml", start: test.start).text(for: terminal) + "\n"
  }

  private static func checked(_ terminal: OutputTerminal) throws -> String {
    terminal.folded(
      Schedule.text(try configuration(), now: now, counting: { _ in (files: 12, isPartial: true) })) + "\n"
  }

  // MARK: Prices

  private static let prices: PriceTable = {
    let json = """
      {"gpt-5": {"input_cost_per_token": 1.25e-6, "output_cost_per_token": 1e-5, "cache_read_input_token_cost": 1.25e-7,
        "input_cost_per_token_flex": 6.25e-7, "output_cost_per_token_flex": 5e-6, "litellm_provider": "openai", "mode": "chat"},
       "claude-sonnet-4-5": {"input_cost_per_token": 3e-6, "output_cost_per_token": 1.5e-5, "cache_read_input_token_cost": 3e-7,
        "cache_creation_input_token_cost": 3.75e-6, "cache_creation_input_token_cost_above_1hr": 6e-6,
        "input_cost_per_token_above_200k_tokens": 6e-6, "output_cost_per_token_above_200k_tokens": 2.25e-5,
        "search_context_cost_per_query": {"search_context_size_medium": 0.01}, "mode": "chat"},
       "bedrock/eu-central-1/anthropic.claude-opus-4-1-20250805-v1:0": {"input_cost_per_token": 1.5e-5,
        "output_cost_per_token": 7.5e-5, "mode": "chat"}}
      """
    let rows = (try? PriceMap(Array(json.utf8)))?.rows ?? []
    return PriceTable(origin: "/etc/spendfuse/model_prices.json of 2026-03-01", rows: rows)
  }()

  private static func bill(_ model: String, calls: Int64, _ terminal: OutputTerminal) -> String {
    var tokens = TokenBuckets()
    (tokens.freshInput, tokens.cacheRead, tokens.output, tokens.reasoning) = (250_480, 1_920, 300, 1_200)
    let bill = PriceBill(
      model: model, tokens: tokens, webSearches: 2, tier: .flex, surcharges: [.inUS], calls: calls,
      table: prices)
    let text = PriceText(bill, model: model, tokens: tokens, table: prices)
    return text.text(for: terminal) + (bill.match.part == .dearest ? terminal.folded(text.guess) + "\n" : "")
  }

  private static func comparison(_ terminal: OutputTerminal) throws -> String {
    let directory = TempDir("tables")
    let path = try directory.write(
      "new.json",
      #"{"gpt-5": {"input_cost_per_token": 1.5e-6, "output_cost_per_token": 2e-4}, "gpt-6": {"input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6}, "broken": {"input_cost_per_token": -1, "output_cost_per_token": 1}}"#
    )
    let new = try PriceFile(path)
    let text = PriceComparisonText(PriceComparison(from: prices, to: new.map), new: new, old: prices).text
    return terminal.folded(text.replacing(directory.path + "/", with: ""))
  }
}
