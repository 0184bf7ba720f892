import ArgumentParser
import Foundation
import SpendEngine
import SpendWatch

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Why a rule fired, or why not; where a number came from.",
    discussion: """
      Of a rule's subject: value, limit, window, state, the calls behind it, and what comes next. Asks the running daemon; with none \
      running, its state; with LOG, replays the logs, and shows each call's file and offset. Of a record: what was read from it, how it \
      was priced, whether it counts once, and in which windows. Nothing of prompts and answers is ever shown.

        spendfuse explain --rule key-daily-cap --subject ci-bot
        spendfuse explain --rule key-daily-cap --subject ci-bot 'logs/*.jsonl'
        spendfuse explain --rule key-daily-cap --subject ci-bot --at 2026-11-24
        spendfuse explain --request req_01X
        spendfuse explain --line /var/log/llm/usage.jsonl:1204
      """)

  @Option(help: ArgumentHelp("The rule.", valueName: "name"))
  var rule: String?
  @Option(
    help: ArgumentHelp(
      "Of the rule: a name or alias (ci-bot, key=ci-bot), of a combination a+m.", valueName: "name"))
  var subject: String?
  @Option(help: ArgumentHelp("As of then: \(ReportTime.forms).", valueName: "time"))
  var at: String?
  @Option(help: ArgumentHelp("How many of the newest and of the largest calls are shown.", valueName: "n"))
  var calls = 5
  @Option(help: ArgumentHelp("The call with this id, wherever it was logged.", valueName: "id"))
  var request: String?
  @Option(help: ArgumentHelp("The record at a byte offset of a log.", valueName: "file:offset"))
  var line: String?
  @Option(
    help: "How the logs are written; default: as their source in the rules file says, else auto.",
    transform: Format.argument)
  var format: Format?
  @OptionGroup var place: StateOptions
  @Flag(help: "One JSON object.")
  var json = false
  @Argument(help: ArgumentHelp("Logs to replay or to search.", valueName: "log"))
  var logs: [String] = []

  func validate() throws {
    let forms = [rule != nil || subject != nil, request != nil, line != nil].count { $0 }
    guard forms == 1 else {
      throw ValidationError(
        "say what to explain: --rule R with --subject S, or --request ID, or --line FILE:OFFSET")
    }
    if subject != nil, rule == nil { throw ValidationError("--subject belongs to a rule: add --rule R") }
    if at != nil, rule == nil { throw ValidationError("--at belongs to --rule") }
    if let line, LogPlace(line) == nil {
      throw ValidationError(
        "--line '\(line.printable)' is no place in a log; write its file and a byte offset, as in /var/log/llm/usage.jsonl:1204"
      )
    }
    if line != nil, !logs.isEmpty { throw ValidationError("--line names its log: leave the other logs out") }
    if !(0...ExplainRequest.mostCalls).contains(calls) {
      throw ValidationError("--calls is 0 to \(ExplainRequest.mostCalls)")
    }
    if let at, ReportTime(now: WallClock.now, zone: .gmt).since(at) == nil {
      throw ValidationError("--at '\(at.printable)' is no time; write one as \(ReportTime.forms)")
    }
  }

  func run() throws {
    do {
      if let rule {
        try explain(rule)
      } else if let line {
        try explain(line: line)
      } else if let request {
        try explain(call: request)
      }
    } catch let failure as ExplainFailure {
      throw place.failure(failure)
    }
  }

  // MARK: A rule's subject

  private func explain(_ rule: String) throws {
    if logs.isEmpty {
      show(try ask(rule))
    } else {
      try replay(rule)
    }
  }

  /// Of the daemon, or of its state.
  private func ask(_ rule: String) throws -> ExplainMessage {
    // Times without a zone are those of the rules, which only the daemon knows for sure: its file is as near as we get.
    let zone = TimeZone(identifier: at == nil ? "UTC" : knownRules()?.timeZone ?? "UTC") ?? .gmt
    let request = ExplainRequest(rule: rule, subject: subject ?? "", at: time(in: zone), calls: calls)
    do {
      return try place.client().explain(request)
    } catch let error as ControlError {
      guard case .noDaemon = error else { throw place.failure(error) }
      return try place.stopped(else: error) { state in try state.explain(request) }
    } catch let error as StateError {
      throw place.failure(error)
    }
  }

  private func replay(_ rule: String) throws {
    let configuration = try loadRules(place.rulesPath)
    let zone = TimeZone(identifier: configuration.timeZone) ?? .gmt
    let paths = LogPaths(logs)
    var progress = OutputProgress("replaying", bytes: paths.size)
    let replay = Replay(
      configuration: configuration, now: WallClock.now,
      calendar: { CalendarBuilder.table($0, configuration.calendar, around: $1) })
    defer { progress.end() }
    let explained: Replay.Explained
    do {
      explained = try replay.explain(
        ExplainRequest(rule: rule, subject: subject ?? "", at: time(in: zone), calls: calls), paths.logs,
        format: format, fingerprintKey: randomFingerprintKey(), timeZone: configuration.timeZone,
        progress: { progress.update($0) })
    } catch {
      progress.end()
      report(paths.problems)
      throw error
    }
    progress.end()
    show(explained.message)
    let problems = paths.problems + explained.problems
    report(problems)
    if !problems.isEmpty { throw ExitCode(1) }
  }

  /// The instant asked for; of a day its beginning.
  private func time(in zone: TimeZone) -> EngineTime? {
    let now = WallClock.now
    let times = ReportTime(now: now, zone: zone)
    guard let at, let begin = times.since(at), let end = times.until(at) else { return nil }
    // Of a day what it came to: its last instant, or this one where it is today.
    return begin == end ? begin : min(end + -1, max(begin, now))
  }

  private func show(_ message: ExplainMessage) {
    if json {
      printJSON(message)
    } else {
      print(ExplainText(message).text(for: .standardOutput), terminator: "")
    }
  }

  func printJSON(_ message: some Encodable) {
    guard let bytes = try? ControlJSON.encode(message) else { return }
    print(String(decoding: bytes, as: UTF8.self))
  }

  func report(_ problems: [LogProblem]) {
    for problem in problems { printError("spendfuse: \(problem.path.printable): \(problem.message)") }
  }

  /// The rules file, where there is one that can be read; a missing one is no mistake here.
  func knownRules() -> Configuration? {
    let last = (try? place.directory())?.lastRulesPath
    let path = place.rules ?? last ?? place.rulesPath
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return RulesFile.load(path).0
  }
}
