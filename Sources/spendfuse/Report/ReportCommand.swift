import ArgumentParser
import Foundation
import SpendEngine
import SpendWatch

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Spend from usage logs, or from a daemon's books.",
    discussion: """
      Reads the logs to their end and counts each call once over all of them. LOG is a file, a glob in quotes, a directory (all *.jsonl \
      below it) or - for standard input. Without LOG and --state: the places where Claude Code and Codex keep theirs.
      """)

  @Argument(help: ArgumentHelp("Logs to read.", valueName: "log"))
  var logs: [String] = []

  @Option(
    help: "How the logs are written: \(Format.allCases.map(\.name).joined(separator: ", ")).",
    transform: ReportCommand.format)
  var format = Format.auto

  @Option(
    help: ArgumentHelp(
      "Comma-separated: \(GroupField.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "fields"),
    transform: ReportCommand.fields)
  var by: [GroupField] = [.day]

  @Option(help: ArgumentHelp("Leave out what is earlier: \(ReportTime.forms).", valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("Leave out what is later; a day is meant to its end.", valueName: "time"))
  var until: String?

  @Option(
    help: ArgumentHelp("Of days and hours: UTC, Europe/Berlin, ..., or local.", valueName: "zone"),
    transform: ReportCommand.zone)
  var timezone = TimeZone.gmt

  @Flag(help: "One JSON object.")
  var json = false

  @Flag(help: "A header and a line for each row.")
  var csv = false

  @Option(help: ArgumentHelp("Only the dearest rows; totals stay whole.", valueName: "n"))
  var top: Int?

  @Option(
    help: ArgumentHelp("Sum what a daemon keeps in its state directory instead of logs.", valueName: "dir"))
  var state: String?

  func validate() throws {
    if json, csv { throw ValidationError("--json and --csv exclude each other") }
    if let top, top < 1 { throw ValidationError("--top is at least 1") }
    if state != nil, !logs.isEmpty {
      throw ValidationError("--state sums what the daemon has counted already: give it, or logs, not both")
    }
    let times = ReportTime(now: WallClock.now, zone: timezone)
    for (name, text, read) in [("--since", since, times.since), ("--until", until, times.until)] {
      if let text, read(text) == nil {
        throw ValidationError("\(name) '\(text.printable)' is no time; write one as \(ReportTime.forms)")
      }
    }
  }

  func run() throws {
    let now = WallClock.now
    let times = ReportTime(now: now, zone: timezone)
    var report = Report(
      by: by, since: since.flatMap(times.since), until: until.flatMap(times.until), zone: timezone,
      prices: PriceTable.bundled, now: now, fingerprintKey: randomFingerprintKey())
    var problems: [LogProblem] = []
    if let state {
      try report.add(StateDirectory(state))
    } else {
      let paths = LogPaths(try logs.isEmpty ? ReportCommand.usualPlaces() : logs)
      problems = paths.problems
      problems += read(paths, into: &report)
    }
    var result = report.result()
    if let top { result.keepTop(top) }
    if json {
      print(result.json)
    } else if csv {
      print(result.csv, terminator: "")
    } else {
      print(ReportTable(result).text(for: .standardOutput), terminator: "")
    }
    for problem in problems { printError("spendfuse: \(problem.path.printable): \(problem.message)") }
    if !problems.isEmpty { throw ExitCode(1) }
  }

  private func read(_ paths: LogPaths, into report: inout Report) -> [LogProblem] {
    var problems: [LogProblem] = []
    var progress = OutputProgress("reading", bytes: paths.size)
    let parser = LogParser(format)
    var before: Int64 = 0
    for log in paths.logs {
      do {
        var done: Int64 = 0
        defer { before += done }
        try report.read(log, parser: parser) {
          done = $0
          progress.update(before + $0)
        }
      } catch {
        problems.append(error)
      }
    }
    progress.end()
    return problems
  }

  /// Where Claude Code and Codex keep their logs, as far as they do here.
  private static func usualPlaces() throws -> [String] {
    let logs = AgentLogs()
    let there = logs.present.filter { $0.writer != .litellm }.map(\.path)
    if there.isEmpty {
      let usual = logs.usual.filter { $0.writer != .litellm }.map(\.path.printable)
      printError(
        """
        spendfuse: no log was named, and Claude Code and Codex keep none here (looked in \
        \(usual.joined(separator: ", ")))
        Name the logs of your proxy or SDK:
          spendfuse report /var/log/llm/usage.jsonl
          spendfuse report --by key,model '/srv/gateway/**/*.jsonl'
        """)
      throw ExitCode(1)
    }
    return there
  }

  // MARK: Arguments

  static func format(_ text: String) throws -> Format {
    guard let format = Format(name: text) else {
      throw ValidationError("there is no format '\(text.printable)'")
    }
    return format
  }

  private static func fields(_ text: String) throws -> [GroupField] {
    var fields: [GroupField] = []
    for name in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let field = GroupField(rawValue: name.trimmingCharacters(in: .whitespaces)) else {
        throw ValidationError("cannot group by '\(String(name).printable)'")
      }
      if !fields.contains(field) { fields.append(field) }
    }
    return fields
  }

  static func zone(_ text: String) throws -> TimeZone {
    if text == "local" { return .current }
    if text == "UTC" { return .gmt }
    guard let zone = TimeZone(identifier: text) else {
      throw ValidationError(
        "'\(text.printable)' is no time zone; write UTC, local, or a name such as Europe/Berlin")
    }
    return zone
  }
}

/// A fingerprint key for one run.
func randomFingerprintKey() -> (UInt64, UInt64) { (.random(in: .min ... .max), .random(in: .min ... .max)) }
