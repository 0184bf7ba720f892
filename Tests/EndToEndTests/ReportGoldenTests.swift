import ArgumentParser
import Foundation
import SpendEngine
import SpendWatch
import Support
import Testing

@testable import spendfuse

/// Tests/Scenarios/report: a line of cases.txt is a name, the columns of the terminal (`-`: none; `a`: without blocks) and arguments; what
/// `report` prints then is in NAME.txt. `SPENDFUSE_WRITE_EXPECTED=1` writes them anew.
@Suite struct ReportGoldenTests {
  static let scenarios = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Scenarios").path
  static let folder = scenarios + "/report"
  static let cases = ((try? String(contentsOfFile: folder + "/cases.txt", encoding: .utf8)) ?? "")
    .split(separator: "\n").map(String.init)
  private static let now = EngineTime(milliseconds: 1_796_169_600_000)  // 2026-12-02T00:00:00Z

  /// A home with what Claude Code and Codex leave, one place twice.
  static func home() throws -> TempDir {
    let home = TempDir("report")
    for (format, path) in [
      ("claude-code", ".claude/projects/p/s1.jsonl"),
      ("claude-code-subagent", ".claude/projects/p/s1/subagents/agent-1.jsonl"),
      ("codex", ".codex/sessions/2026/11/a.jsonl"),
    ] {
      try home.write(
        path, String(contentsOfFile: "\(scenarios)/formats/\(format)/sample.jsonl", encoding: .utf8))
    }
    try FileManager.default.createDirectory(
      atPath: home.file(".codex/archived_sessions"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: home.file("linked"), withDestinationPath: home.file(".claude"))
    return home
  }

  private func said(_ terminal: OutputTerminal, _ arguments: [String]) throws -> String {
    let home = try Self.home()
    let agents = AgentLogs(environment: ["HOME": home.path, "CLAUDE_CONFIG_DIR": home.file("linked")])
    let paths = arguments.map { argument in
      argument.hasSuffix(".jsonl") || argument.hasSuffix(".yaml") || argument.hasSuffix(".log")
        ? "\(Self.folder)/\(argument)" : argument
    }
    let command = try #require(try ReportCommand.parseAsRoot(paths) as? ReportCommand)
    let (text, problems) = try command.output(
      for: terminal, now: Self.now, agents: agents,
      local: try #require(TimeZone(identifier: "Europe/Berlin")))
    let all = text + problems.map { "\($0.path): \($0.message)\n" }.joined()
    // Neither where the repository is nor of which day the bundled prices are is part of the case.
    return all.replacing(home.path, with: "HOME").replacing(Self.folder + "/", with: "")
      .replacing(/bundled \d{4}-\d\d-\d\d/, with: "bundled DATE")
  }

  @Test(arguments: cases) func printsExactly(_ line: String) throws {
    let words = line.split(separator: " ").map(String.init)
    let width = Int(words[1].filter(\.isNumber))
    let terminal = OutputTerminal(width: width, hasColour: false, hasBlocks: !words[1].hasSuffix("a"))
    let said = try said(terminal, Array(words.dropFirst(2)))
    let path = "\(Self.folder)/\(words[0]).txt"
    if ProcessInfo.processInfo.environment["SPENDFUSE_WRITE_EXPECTED"] == "1" {
      try Data(said.utf8).write(to: URL(fileURLWithPath: path))
    }
    #expect(try said == String(contentsOfFile: path, encoding: .utf8))
  }

  @Test func findsCases() { #expect(Self.cases.count >= 26) }

  /// Table lines fit every terminal; sentences below may wrap.
  @Test(arguments: [[.day], [.key, .model], [.task, .day]] as [[GroupField]])
  func fitsEveryTerminal(_ fields: [GroupField]) throws {
    var report = Report(
      by: fields, zone: .gmt, prices: .bundled, now: Self.now, fingerprintKey: (1, 2), sparks: true)
    for log in LogPaths([Self.folder + "/usage.jsonl"]).logs {
      try report.read(log, parser: LogParser(.auto))
    }
    let table = ReportTable(report.result())
    for width in 40...300 where width < 90 && width % 2 == 0 || width % 9 == 0 {
      let text = table.text(for: OutputTerminal(width: width, hasColour: false))
      let lines = text.split(separator: "\n").map(String.init)
      let total = try #require(lines.lastIndex { $0.hasPrefix("total") })
      for line in lines[...total] { #expect(line.columns <= width, "\(fields) \(width): \(line)") }
      #expect(lines[0].contains(" cost") && lines[total].contains("$1,221.00"))
      #expect(lines[0].hasSuffix("  when") || width < 180)
    }
  }

  /// 1 + 2 + 3 + 1210.25 + 0.5 + 4.25, whatever it is grouped by and shown on.
  @Test func totalsAreThoseOfTheLog() throws {
    for field in GroupField.allCases {
      let csv = try said(
        OutputTerminal(width: nil, hasColour: false), ["--by", field.rawValue, "--csv", "usage.jsonl"])
      let rows = csv.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
      let header = try #require(csv.split(separator: "\n").first).split(separator: ",")
      let cost = try #require(header.firstIndex(of: "cost_nano_usd"))
      #expect(rows.reduce(0) { $0 + (Int64($1[cost]) ?? 0) } == 1_221_000_000_000, "\(field)")
    }
  }

  /// (1,000,000 · 2 + 100,000 · 10 + 500,000 · 2 + 200,000 · 10) / 1e6, of sources, fields, prices and zone of the rules.
  @Test func rulesGiveSourcesFieldsPricesAndTheZone() throws {
    let days = try said(
      OutputTerminal(width: nil, hasColour: false), ["--rules", "rules.yaml", "--by", "day,key", "--csv"])
    let rows = days.split(separator: "\n").dropFirst().map { $0.split(separator: ",").map(String.init) }
    #expect(
      rows.map { Array($0[0...1]) } == [
        ["2026-11-21", "ann"], ["2026-11-22", "ann"], ["2026-11-28", "bob"],
      ])
    #expect(rows.map { $0[12 - 1] } == ["3", "1", "2"])
    // The first day of the week is a Sunday there.
    let weeks = try said(
      OutputTerminal(width: nil, hasColour: false), ["--rules", "rules.yaml", "--by", "week", "--csv"])
    #expect(weeks.split(separator: "\n").dropFirst().map { $0.prefix(10) } == ["2026-11-15", "2026-11-22"])
  }
}
