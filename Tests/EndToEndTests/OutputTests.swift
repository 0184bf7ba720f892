import SpendEngine
import SpendWatch
import Support
import Testing

@testable import spendfuse

@Suite struct OutputTests {
  private let page = OutputTerminal(width: nil, hasColour: false)

  private func table() -> OutputTable {
    var table = OutputTable([
      .name("key"), .number("requests", spare: 1), .number("tokens", spare: 2), .number("cost"),
    ])
    table.add(["a-rather-long-name-of-a-key-that-goes-on-and-on", "1", "1,000", "$1.00"])
    table.add(["日本", "12,345", "9", "$0.0042"])
    table.rule()
    table.add(["total", "12,346", "1,009", "$1.00"])
    return table
  }

  @Test func numbersStandToTheRight() {
    #expect(
      table().text(for: page) == """
        key                                              requests  tokens     cost
        ──────────────────────────────────────────────────────────────────────────
        a-rather-long-name-of-a-key-that-goes-on-and-on         1   1,000    $1.00
        日本                                               12,345       9  $0.0042
        ──────────────────────────────────────────────────────────────────────────
        total                                              12,346   1,009    $1.00

        """)
  }

  @Test(arguments: [120, 74, 60, 50, 40]) func fitsTheTerminal(_ width: Int) {
    let lines = table().text(for: OutputTerminal(width: width, hasColour: false)).split(separator: "\n")
    for line in lines { #expect(String(line).columns <= width) }
    #expect(lines[0].hasPrefix("key") && lines[0].hasSuffix("cost"))
    // Names give way before requests do, tokens before names are crippled.
    #expect(lines[0].contains("requests"))
    #expect(lines[0].contains("tokens") == (width > 40))
  }

  @Test(arguments: [
    ("plain", "plain"), ("é 日本", "é 日本"), ("\u{1b}[31mred", "\\u{1b}[31mred"), ("a\nb\tc", "a\\u{a}b\\u{9}c"),
    ("\u{202e}gnp.exe", "\\u{202e}gnp.exe"), ("\u{9b}2J", "\\u{9b}2J"), ("x\u{200b}y", "x\\u{200b}y"),
  ])
  func showsWhatWouldActOnATerminal(_ text: String, _ shown: String) { #expect(text.printable == shown) }

  @Test(arguments: [
    ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("日本語", 5, "日本…"), ("e\u{301}e\u{301}", 2, "e\u{301}e\u{301}"),
  ])
  func cuts(_ text: String, _ width: Int, _ cut: String) {
    #expect(text.fitted(to: width) == cut)
    #expect(cut.columns <= width)
  }

  @Test func coloursOnlyWhereThereAreSome() {
    #expect(page.text("x", .red) == "x")
    #expect(OutputTerminal(width: 80, hasColour: true).text("x", .red) == "\u{1b}[31mx\u{1b}[0m")
  }

  @Test func progressSaysHowFar() {
    #expect(
      OutputProgress("reading", bytes: 4_000_000_000).line(1_250_000_000) == "reading: 31 %, 1.2 GB of 4.0 GB"
    )
    #expect(OutputProgress("reading", bytes: 0).line(1_500) == "reading: 1 kB")
  }

  private func decision(_ kind: Decision.Kind, _ level: Decision.Level) -> Decision {
    Decision(
      kind: kind, at: EngineTime(milliseconds: 1_795_514_400_000), rule: "key-daily-cap",
      subject: .key("ci-bot"),
      target: kind == .halt ? .key("ci-bot") : nil, level: level, metric: .spend, value: 25_100_000_000,
      limit: 25_000_000_000, window: .calendar(.day), mode: .enforce, alertID: 1,
      file: kind == .resolve ? nil : FileID(rawValue: 0), offset: 1_204)
  }

  @Test func decisionsOnALine() {
    #expect(
      DecisionLine(decision(.halt, .firing), log: "usage.jsonl").text(for: page)
        == "2026-11-24T10:00:00.000Z  halt       key ci-bot  $25.10 of $25.00 used today  rule key-daily-cap (enforce)  usage.jsonl:1204"
    )
    #expect(
      DecisionLine(decision(.alert, .step(80)), log: nil).text(for: page).contains(
        "  alert 80%  key ci-bot  "))
    #expect(DecisionLine(decision(.resolve, .firing), log: nil).text(for: page).hasSuffix("(enforce)"))
  }

  @Test func decisionsOfEveryMetricOnALine() {
    var call = decision(.halt, .firing)
    (call.metric, call.value, call.limit, call.window) = (.maxTokens, 16_384, 8_192, .request)
    call.call = Decision.Call(key: "ci-bot", task: "t", model: "gpt-5")
    #expect(
      DecisionLine(call, log: nil).text(for: page).contains(
        "  key ci-bot  max_tokens 16,384 asked for (limit 8,192)  model gpt-5  rule "))
    call.value = -1
    #expect(
      DecisionLine(call, log: nil).text(for: page).contains("  no max_tokens set (limit 8,192 tokens)  "))
    var ratio = decision(.alert, .firing)
    (ratio.metric, ratio.value, ratio.limit, ratio.window) = (
      .errorRatio, 342_000_000, 200_000_000, .sliding(300_000)
    )
    #expect(
      DecisionLine(ratio, log: nil).text(for: page).contains(
        "  34.2 % errors (limit 20 %) seen in the last 5m  "))
  }

  @Test func theSummaryCounts() {
    var summary = Replay.Summary()
    (summary.books.read, summary.books.folded, summary.books.duplicate) = (1_234, 1_200, 34)
    summary.cost = NanoUSD(rawValue: 56_780_000_000)
    #expect(
      DecisionLine.summary(summary) == "1,234 records read, 1,200 folded ($56.78), 34 duplicate; no decision")
    summary.decisions = [.alert: 2, .halt: 1]
    #expect(DecisionLine.summary(summary).hasSuffix("; 2 alerts, 1 halt"))
  }

  /// What is packed, and what is not known exactly any more.
  @Test func statusSaysWhatHasNoRoom() throws {
    var driver = try EngineDriver([.threshold("budget", per: .task, limit: 1_000)], maxSubjects: 100)
    driver.fold((0..<700).map { TestCall(1, task: "t\($0)") })
    func text() -> String {
      StatusText(
        StatusMessage(driver.engine.status(), state: "/s", pid: 1, startedAt: .noon)
      ).text(for: page)
    }
    let subjects = driver.engine.status().subjects
    #expect(text().contains("\nSUMS    \(subjects.hot) ready, \(subjects.cold) packed (max_subjects 100)\n"))
    #expect(subjects.cold > 500 && !text().contains("(other)"))
    driver.fold((0..<700).map { TestCall(1, task: "u\($0)") })
    let full = text()
    #expect(full.contains("! there is no room for another task: 1000 are known"))
    #expect(full.contains("402 counted as (other): whose they are is not known"))
    #expect(full.contains("\ntask (other)  $4.02  "))
  }

  @Test func theReportSaysWhatItLeftOut() {
    var books = Books()
    (books.read, books.duplicate, books.noUsage) = (1_000, 3, 5)
    books.folded = 990
    books.rejected[Int(Rejection.torn.rawValue)] = 2
    let result = ReportResult(
      by: [.key], rows: [.init(labels: ["88dc28d0f030c55ed4ab77ed8faf098196cb1c05"], sums: Sums())],
      totals: Sums(),
      books: books, aliases: ["88dc28d0f030c55ed4ab77ed8faf098196cb1c05": "ci-bot"], guessed: [("gpt-9", 7)])
    let text = ReportTable(result).text(for: page)
    #expect(text.contains("\nci-bot (88dc28d0…)  "))
    #expect(
      text.contains("\n1,000 records: 990 counted, 5 without usage, 3 duplicates, 2 rejected (torn 2)\n"))
    #expect(text.hasSuffix("\nno price for gpt-9 (7): counted as the dearest model\n"))
  }

  @Test(
    arguments: [
      (1_234_567_890_000, ["$1,234.57", "$0.00", "$1,234.57"]),
      (114_735_000, ["$0.1147", "$0.0042", "$0.1189"]),
      (.max, ["$9,223,372,036.85", "$0.00", "$9,223,372,036.85"]),
    ] as [(Int64, [String])])
  func costsStandBelowEachOther(_ cost: Int64, _ expected: [String]) {
    let rows = [cost, 4_200_000].map { (amount: Int64) -> ReportResult.Row in
      var sums = Sums()
      sums.cost = NanoUSD(rawValue: amount)
      return ReportResult.Row(labels: ["k"], sums: sums)
    }
    var totals = rows[0].sums
    totals += rows[1].sums
    let result = ReportResult(by: [.key], rows: rows, totals: totals, books: Books())
    let lines = ReportTable(result).text(for: page).split(separator: "\n")
    let costs = [lines[2], lines[3], lines[5]].map { String($0.split(separator: " ").last ?? "") }
    #expect(costs == expected)
  }
}
