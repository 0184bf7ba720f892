import SpendEngine
import SpendWatch
import Support
import Testing

@testable import spendfuse

/// `status` for people, over what an engine says.
@Suite struct StatusTextTests {
  private let page = OutputTerminal(width: nil, hasColour: false)

  private func text(_ driver: borrowing EngineDriver, _ change: (inout StatusMessage) -> Void = { _ in })
    -> String
  {
    var message = StatusMessage(driver.engine.status(top: 20), state: "/state", pid: 1, startedAt: .noon)
    message.timeZone = "UTC"
    change(&message)
    return StatusText(message).text(for: page)
  }

  /// Lines, with columns one blank apart.
  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map { line in
      line.split(separator: " ").joined(separator: " ")
    }
  }

  private func rule(
    _ kind: RuleKind, halt: HaltTarget? = nil, until: HaltEnd = .clear,
    _ change: (inout Rule) -> Void = { _ in }
  ) -> Rule {
    var rule = Rule(
      name: "r", per: .key, kind: kind, mode: halt == nil ? .warn : .enforce, halt: halt, until: until)
    change(&rule)
    return rule
  }

  /// A line for each file, and what its source has beside them.
  @Test func theBooksOfEachFile() throws {
    let driver = try EngineDriver([])
    var message = StatusMessage(driver.engine.status(top: 20), state: "/state", pid: 1, startedAt: .noon)
    var books = Books()
    (books.read, books.folded, books.duplicate) = (3, 2, 1)
    var source = StatusMessage.SourceMessage(
      pattern: "/l/*", format: "auto", files: 1, unreadBytes: 0, books: books)
    (source.closedFiles, source.closed, source.truncations, source.lostBytes) = (
      2, BooksMessage(books), 4, 99
    )
    source.forgotten = BooksMessage(books)
    var file = StatusMessage.FileMessage(path: "/l/a\u{1b}", offset: 5, size: 15, books: books)
    (file.source, file.unreadBytes, file.truncations, file.lostBytes) = (0, 10, 1, 9)
    (message.sources, message.files) = ([source], [file])
    #expect(!StatusText(message).text(for: page).contains("FILES"))
    let said = lines(StatusText(message, hasFiles: true).text(for: page)).drop { $0 != "FILES" }
    #expect(said.contains { $0.hasPrefix("/l/a\\u{1b} 10 B 3 2 1 0 0 1 9 B") }, "\(said)")
    #expect(said.contains { $0.hasPrefix("2 closed of /l/* 0 3 2 1 0 0 3 90 B") }, "\(said)")
    #expect(said.contains { $0.hasPrefix("forgotten of /l/* 0 3 2 1 0 0 0 0") }, "\(said)")
  }

  @Test func whatWaitsForItsTimeIsPending() throws {
    let spend = ThresholdRule(metric: .spend, window: .sliding(.hour), limit: 1_000_000_000, alertAt: [50])
    var driver = try EngineDriver([rule(.threshold(spend)) { $0.hold = 5 * .minute }])
    driver.fold(TestCall(90, key: "a"))
    #expect(lines(text(driver)).contains("key a $0.90 $1.00 90 pending 50 % since 2026-03-10 12:00 UTC"))
    driver.advance(by: 6 * .minute)
    driver.fold(TestCall(20, key: "a"))
    #expect(
      lines(text(driver)).contains("key a $1.10 $1.00 110 50%, pending 100 % since 2026-03-10 12:06 UTC"))
    let standing = StatusMessage(driver.engine.status(), state: "", pid: 1, startedAt: .noon).rules[0].top[0]
    #expect(
      standing.level == "50%" && standing.pending == "firing" && standing.pendingSince == .noon + 6 * .minute)
  }

  @Test func whatIsQuietSaysSinceWhen() throws {
    let spend = ThresholdRule(metric: .spend, window: .sliding(.hour), limit: 1_000_000_000)
    var driver = try EngineDriver([rule(.threshold(spend)) { $0.keepFiring = 10 * .minute }])
    driver.fold(TestCall(100, key: "a"))
    driver.advance(by: .hour + 7 * .minute)
    driver.fold(TestCall(1, key: "a"))
    let shown = lines(text(driver)).first { $0.hasPrefix("key a") } ?? ""
    #expect(shown.hasPrefix("key a $0.01 $1.00 1 firing, quiet since 2026-03-10 13:0"))
    #expect(shown.contains(", over 2026-03-10 13:1"))
  }

  @Test func haltsSayHowTheyEnd() throws {
    let spend = ThresholdRule(metric: .spend, window: .sliding(.hour), limit: 1_000_000_000)
    for (until, said) in [
      (.clear, "until its alert is over"), (.manual, "until somebody lifts it"),
      (
        .after(30 * .minute), "for 30m, until 2026-03-10 12:30 UTC, longer if it is still past its limit then"
      ),
    ] as [(HaltEnd, String)] {
      var driver = try EngineDriver([rule(.threshold(spend), halt: .key, until: until)])
      driver.fold(TestCall(100, key: "a"))
      #expect(
        lines(text(driver)).contains("key a rule r since 2026-03-10 12:00 UTC \(said)"), "\(text(driver))")
      #expect(lines(text(driver)).contains("$1.00 of $1.00 used in the last 1h by key a (rule r)"))
    }
    var driver = try EngineDriver([])
    driver.perform(.halt(.key("x"), why: "leaked", by: "ann", until: nil))
    #expect(lines(text(driver)).contains("key x by ann since 2026-03-10 12:00 UTC until somebody lifts it"))
  }

  @Test func aResumeSaysUntilWhen() throws {
    let spend = ThresholdRule(metric: .spend, window: .calendar(.day), limit: 1_000_000_000)
    for (headroom, said) in [
      (.span(2 * .hour), "firing, resumed by ann, halts again from 2026-03-10 14:00 UTC on"),
      (.untilReset, "firing, resumed by ann until the window ends"),
      (.percent(20), "firing, resumed by ann, halts again at $1.20"),
    ] as [(Headroom, String)] {
      var driver = try EngineDriver([rule(.threshold(spend), halt: .key, until: .reset)])
      driver.fold(TestCall(100, key: "a"))
      driver.perform(.resume(.key("a"), rule: nil, why: "fixed", by: "ann", headroom: headroom))
      #expect(lines(text(driver)).contains("key a $1.00 $1.00 100 \(said)"), "\(text(driver))")
    }
  }

  @Test func ceilingsShowTheirAlerts() throws {
    var driver = try EngineDriver([
      rule(.ceiling(CeilingRule(metric: .maxTokens, limit: 8_192))) { $0.keepFiring = .hour }
    ])
    #expect(lines(text(driver)).contains("RULE r max_tokens of each call, warn 0 alerts"))
    driver.fold(TestCall(1, key: "a").with { $0.maxTokens = 16_384 })
    driver.fold(TestCall(1, key: "b").with { $0.maxTokens = -1 })
    let shown = lines(text(driver))
    #expect(shown.contains("RULE r max_tokens of each call, warn 2 alerts"))
    #expect(
      shown.contains {
        $0.hasPrefix(
          "key a 16,384 8,192 firing, last 2026-03-10 12:00 UTC, over 2026-03-10 13:00 UTC")
      })
    #expect(
      shown.contains {
        $0.hasPrefix(
          "key b no max_tokens 8,192 firing, last 2026-03-10 12:00 UTC, over 2026-03-10 13:00 UTC")
      })
  }

  @Test func tablesThatStopSaySo() throws {
    let spend = ThresholdRule(metric: .spend, window: .calendar(.day), limit: 1_000_000_000)
    var driver = try EngineDriver([rule(.threshold(spend))])
    driver.fold((1...10).map { TestCall(1, key: "k\($0)") })
    #expect(!text(driver).contains("more"))
    driver.fold((11...34).map { TestCall(1, key: "k\($0)") })
    #expect(text(driver).contains("\n  … 24 more\n"))
    let others = text(driver) {
      $0.switches = [.init(name: "redis r", foreign: (1...12).map { "key f\($0)" })]
    }
    #expect(others.contains("\n    … 2 more\n"))
  }

  /// A source is marked where most of what it holds is no record of its format.
  @Test(
    arguments: [
      (100, 10, 90, true), (100, 51, 49, false), (2, 1, 1, true), (100, 100, 0, false), (0, 0, 0, false),
      (99, 0, 0, false), (100, 0, 0, true),
    ])
  func sourcesThatLookWrong(read: Int64, folded: Int64, rejected: Int64, isWrong: Bool) throws {
    var books = Books()
    (books.read, books.folded, books.noUsage) = (read, folded, read - folded - rejected)
    books.rejected[Int(Rejection.unknownFormat.rawValue)] = rejected
    let driver = try EngineDriver([])
    let shown = text(driver) {
      $0.sources = [.init(pattern: "/log/*.jsonl", format: "auto", files: 1, unreadBytes: 0, books: books)]
    }
    #expect(shown.contains("\n! /log/*.jsonl") == isWrong)
    #expect(shown.contains("\n  ! /log/*.jsonl: ") == isWrong)
    if rejected > folded {
      #expect(shown.contains("\(rejected) of \(read) records are rejected (unknown_format \(rejected))"))
    }
  }
}
