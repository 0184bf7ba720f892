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
      below it) or - for standard input. Without LOG, --rules and --state: the places where Claude Code and Codex keep theirs.

      On a terminal, small bars beside each row show when it was spent: of a day its 24 hours, of an hour 5 minutes each, of a week or \
      month its days, of other rows the time from the first call of the report to the last. Each row has its own scale: the cost says \
      how much, the bars say when.

      Examples:
        spendfuse report
        spendfuse report --by day,model --since 7d --timezone local
        spendfuse report --by task --top 10
        spendfuse report --rules rules.yaml --by key --since 30d --csv
      """)

  @Argument(help: ArgumentHelp("Logs to read.", valueName: "log"))
  var logs: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      How the logs are written: \(Format.allCases.map(\.name).joined(separator: ", ")). (default: as --rules says of the source that a \
      log belongs to, else auto)
      """),
    transform: Format.argument)
  var format: Format?

  @Option(
    help: ArgumentHelp(
      "Comma-separated: \(GroupField.allCases.map(\.rawValue).joined(separator: ", ")). (default: day)",
      valueName: "fields"),
    transform: ReportCommand.fields)
  var by: [GroupField] = [.day]

  @Option(help: ArgumentHelp("Leave out what is earlier: \(ReportTime.forms).", valueName: "time"))
  var since: String?

  @Option(help: ArgumentHelp("Leave out what is later; a day is meant to its end.", valueName: "time"))
  var until: String?

  @Option(
    help: ArgumentHelp(
      "Of hours, days, weeks and months: UTC, Europe/Berlin, ..., or local. (default: that of --rules, else UTC)",
      valueName: "zone"),
    transform: TimeZone.argument)
  var timezone: TimeZone?

  @Flag(help: "One JSON object.")
  var json = false

  @Flag(help: "A header and a line for each row.")
  var csv = false

  @Option(help: ArgumentHelp("Only the dearest rows; totals stay whole.", valueName: "n"))
  var top: Int?

  @Option(
    help: ArgumentHelp(
      """
      A rules file: its prices, time zone and first day of the week, how its sources are written, and, where no LOG is named, its \
      sources. With --state only its zone and week: what a daemon has counted has its price.
      """, valueName: "file"),
    completion: .file())
  var rules: String?

  @Option(
    help: ArgumentHelp("Sum what a daemon keeps in its state directory instead of logs.", valueName: "dir"),
    completion: .directory)
  var state: String?

  func validate() throws {
    if json, csv { throw ValidationError("--json and --csv exclude each other") }
    if let top, top < 1 { throw ValidationError("--top is at least 1") }
    if state != nil, !logs.isEmpty {
      throw ValidationError("--state sums what the daemon has counted already: give it, or logs, not both")
    }
    let times = ReportTime(now: WallClock.now, zone: timezone ?? .gmt)
    for (name, text, read) in [("--since", since, times.since), ("--until", until, times.until)] {
      if let text, read(text) == nil {
        throw ValidationError("\(name) '\(text.printable)' is no time; write one as \(ReportTime.forms)")
      }
    }
    if let since, let until, let first = times.since(since), let end = times.until(until), first >= end {
      throw ValidationError(
        "--since \(since.printable) is not before --until \(until.printable): nothing lies between them")
    }
  }

  func run() throws {
    let (text, problems) = try output(for: .standardOutput, now: WallClock.now)
    print(text, terminator: "")
    for problem in problems { printError("spendfuse: \(problem)") }
    if !problems.isEmpty { throw ExitCode(1) }
  }

  /// What goes to standard output, and the logs that could not be read.
  /// - Parameters:
  ///   - agents: what stands in for logs that nobody names.
  ///   - local: the zone of the wall clock here.
  func output(
    for terminal: OutputTerminal, now: EngineTime, agents: AgentLogs = AgentLogs(),
    local: TimeZone = .current
  ) throws -> (text: String, problems: [LogProblem]) {
    let configuration = try rules.map { try loadRules($0) }
    let isTable = !json && !csv
    let zone = timezone ?? configuration.flatMap { TimeZone(identifier: $0.timeZone) } ?? .gmt
    let times = ReportTime(now: now, zone: zone)
    let span = (since: since.flatMap(times.since), until: until.flatMap(times.until))
    var report = Report(
      by: by, since: span.since, until: span.until, zone: zone,
      weekStart: configuration?.calendar.weekStart ?? .monday, prices: configuration?.prices ?? .bundled,
      now: now, fingerprintKey: randomFingerprintKey(), sparks: isTable && terminal.isTerminal)
    var problems: [LogProblem] = []
    var heading: [String] = []
    if let state {
      let directory = StateDirectory(state)
      try StateOptions.mustHoldState(directory)
      try report.add(directory)
    } else {
      var found = try ReportLogs(logs, format: format, rules: configuration, agents: agents)
      heading = found.places
      problems = found.paths.problems
      problems += read(&found, into: &report)
    }
    var result = report.result()
    if let top { result.keepTop(top) }
    if json { return (result.json + "\n", problems) }
    if csv { return (result.csv, problems) }
    var table = ReportTable(result, zone: zone, since: span.since, until: span.until)
    table.heading =
      heading
      + ReportCommand.zoneNote(by, isChosen: timezone != nil || rules != nil, local: local, at: now)
    return (table.text(for: terminal), problems)
  }

  private func read(_ found: inout ReportLogs, into report: inout Report) -> [LogProblem] {
    var problems: [LogProblem] = []
    var progress = OutputProgress("reading", bytes: found.paths.size)
    var before: Int64 = 0
    for log in found.paths.logs {
      do {
        var done: Int64 = 0
        defer { before += done }
        try report.read(log, parser: found.layouts.parser(for: log.path)) {
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
}

/// A fingerprint key for one run.
func randomFingerprintKey() -> (UInt64, UInt64) { (.random(in: .min ... .max), .random(in: .min ... .max)) }
