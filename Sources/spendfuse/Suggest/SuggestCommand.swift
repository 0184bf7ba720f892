import ArgumentParser
import Foundation
import SpendEngine
import SpendWatch

struct SuggestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suggest",
    abstract: "Caps from your own history, as a rules file.",
    discussion: """
      A budget for a task: 2.5 times the median cost of a real one. A daily cap for a key: 1.5 times its busiest normal day; days that are \
      no normal ones are named and left out. A ceiling on output: the 99.9th percentile of calls. Each number has its evidence above it.

        spendfuse suggest
        spendfuse suggest '/var/log/llm/*.jsonl'
        spendfuse suggest --state ~/.local/state/spendfuse

      Write it to a file (`spendfuse suggest > my-rules.yaml`), or pipe it: into `spendfuse check -` to see what it comes to, into `spendfuse replay --rules - LOG` to see \
      what it would have stopped.

      LOG is a file, a glob in quotes, a directory (all *.jsonl below it) or - for standard input. None: where Claude Code, Codex and \
      LiteLLM keep theirs.
      """)

  @Argument(help: ArgumentHelp("Logs to read.", valueName: "log"))
  var logs: [String] = []

  @Option(
    help: ArgumentHelp("Take what a daemon keeps in its state directory instead of logs.", valueName: "dir"))
  var state: String?

  @Option(
    help: "How the logs are written: \(Format.allCases.map(\.name).joined(separator: ", ")).",
    transform: Format.argument)
  var format: Format?

  @Option(
    help: ArgumentHelp(
      "Take prices, `fields:`, formats and zone of a rules file, and its sources where no log is named.",
      valueName: "file"), completion: .file())
  var rules: String?

  @Option(help: ArgumentHelp("Leave out what is earlier: \(ReportTime.forms).", valueName: "time"))
  var since: String?

  @Option(
    help: ArgumentHelp("Of days: UTC, Europe/Berlin, ..., or local.", valueName: "zone"),
    transform: TimeZone.argument)
  var timezone: TimeZone?

  @Option(
    help: ArgumentHelp("Of the median cost of a task; 2 to 3 is usual (default: 2.5).", valueName: "factor"),
    transform: SuggestCommand.factor)
  var taskFactor: Int64 = 2_500

  @Option(
    help: ArgumentHelp("Of the busiest normal day (default: 1.5).", valueName: "factor"),
    transform: SuggestCommand.factor)
  var dayFactor: Int64 = 1_500

  @Option(
    help: "Of the file: \(Mode.allCases.map(\.name).joined(separator: ", ")).", transform: SuggestCommand.mode
  )
  var mode = Mode.shadow

  @Flag(help: "One JSON object: every number and its evidence.")
  var json = false

  func validate() throws {
    if state != nil, !logs.isEmpty {
      throw ValidationError("--state takes what the daemon has counted already: give it, or logs, not both")
    }
    if state != nil, rules != nil {
      throw ValidationError("--state takes the rules file that the daemon ran with: leave --rules out")
    }
    if let since, ReportTime(now: WallClock.now, zone: timezone ?? .gmt).since(since) == nil {
      throw ValidationError("--since '\(since.printable)' is no time; write one as \(ReportTime.forms)")
    }
  }

  func run() throws {
    let now = WallClock.now
    let found = try state.map { try fromState(StateDirectory($0), now) } ?? fromLogs(now)
    var options = SuggestOptions(prices: found.rules?.prices ?? .bundled)
    (options.taskFactor, options.dayFactor, options.mode) = (taskFactor, dayFactor, mode)
    for problem in found.problems { printError("spendfuse: \(problem)") }
    let suggestion = Suggestion(found.history, options)
    guard suggestion.hasRules else {
      printError(nothing(found))
      throw ExitCode(1)
    }
    let text = RulesText(
      suggestion, sources: found.sources, prices: found.rules.flatMap(CarriedPrices.text))
    print(json ? suggestion.json : text.text, terminator: json ? "\n" : "")
    if !OutputTerminal.standardOutput.isTerminal, !json {
      printError(SuggestSummary(suggestion).text, terminator: "")
    }
    if !found.problems.isEmpty { throw ExitCode(1) }
  }

  struct Found {
    var history: History
    var sources: [SuggestedSource]
    var problems: [LogProblem] = []
    /// Where logs were looked for.
    var places: [String] = []
    /// The rules file whose prices it was counted by.
    var rules: Configuration?
  }

  // MARK: Where the history is

  private func intake(_ zone: TimeZone, _ now: EngineTime, prices: PriceTable = .bundled) -> HistoryIntake {
    HistoryIntake(
      zone: zone, prices: prices, now: now,
      since: since.flatMap(ReportTime(now: now, zone: zone).since), fingerprintKey: randomFingerprintKey())
  }

  private func zone(of rules: Configuration?) -> TimeZone {
    timezone ?? rules.flatMap { TimeZone(identifier: $0.timeZone) } ?? .gmt
  }

  private func fromLogs(_ now: EngineTime) throws -> Found {
    let rules = try rules.map { try loadRules($0, warns: false) }
    let agents = AgentLogs().present
    let usual = rules?.sources.map(\.pattern) ?? AgentLogs().usual.map(\.path)
    let patterns = rules?.sources.map(\.pattern) ?? agents.map(\.pattern)
    if logs.isEmpty, patterns.isEmpty {
      printError(SuggestCommand.noLogs(usual))
      throw ExitCode(1)
    }
    let paths = LogPaths(logs.isEmpty ? patterns : logs, mayBeMissing: logs.isEmpty)
    if let note = paths.copyNote { printError("spendfuse: \(note)") }
    var intake = intake(zone(of: rules), now, prices: rules?.prices ?? .bundled)
    var progress = OutputProgress("reading", bytes: paths.size)
    var problems = intake.read(paths.logs, layouts: LogLayouts(rules?.sources ?? [], format: format)) {
      progress.update($0)
    }
    progress.end()
    // What is read by `fields:` is known by its source only.
    let sources =
      rules?.sources.map(SuggestedSource.init)
      ?? (logs.isEmpty
        ? agents.map {
          SuggestedSource(pattern: $0.pattern, format: $0.writer.format, comment: $0.writer.rawValue)
        }
        : SuggestedSource.of(
          logs, logs: paths.logs, format: format ?? .auto,
          directory: FileManager.default.currentDirectoryPath))
    // An agent that is here and has not run yet leaves an empty directory.
    if !logs.isEmpty { problems = paths.problems + problems }
    return Found(
      history: intake.finish(), sources: sources, problems: problems, places: logs.isEmpty ? usual : logs,
      rules: rules)
  }

  private func fromState(_ directory: StateDirectory, _ now: EngineTime) throws -> Found {
    try StateOptions.mustHoldState(directory)
    let rules = directory.lastRulesPath.flatMap {
      RulesFile.load($0, secrets: .unneeded, needsPriceFile: false).configuration
    }
    var intake = intake(zone(of: rules), now)
    do { try intake.read(directory) } catch {
      printError("spendfuse: \(error)")
      throw ExitCode(1)
    }
    let sources =
      rules.map { $0.sources.map(SuggestedSource.init) }
      ?? intake.sourceNames.map { SuggestedSource(pattern: $0, format: .auto) }
    return Found(history: intake.finish(), sources: sources, places: [directory.path], rules: rules)
  }

  // MARK: Nothing

  private static func noLogs(_ places: [String]) -> String {
    """
    spendfuse: no log was named, and neither Claude Code, Codex nor LiteLLM keeps one here. Looked in
    \(places.map { "  " + $0.printable }.joined(separator: "\n"))
    Name the logs of your proxy or SDK, or take what a daemon has counted:
      spendfuse suggest '/var/log/llm/*.jsonl' > my-rules.yaml
      spendfuse suggest --state ~/.local/state/spendfuse > my-rules.yaml
    To see spendfuse work at once: spendfuse demo
    """
  }

  private func nothing(_ found: Found) -> String {
    let books = found.history.books
    let places = found.places.prefix(8).map { "  " + $0.printable }.joined(separator: "\n")
    var why = "no call that cost something or put something out"
    if books.read > 0, books.folded == 0 {
      why +=
        ": of \(books.read.grouped) records \(books.noUsage.grouped) give no usage, \(books.rejectedTotal.grouped) could not be read"
    }
    return """
      spendfuse: \(why). Looked in
      \(places)
      What is in a record: spendfuse explain --line FILE:0
      """
  }

  // MARK: Arguments

  private static func factor(_ text: String) throws -> Int64 {
    guard let match = text.wholeMatch(of: /(\d{1,4})(?:\.(\d{1,3}))?/), let whole = Int64(match.output.1),
      let part = Int64(((match.output.2 ?? "") + "000").prefix(3)), 1...100_000 ~= whole * 1_000 + part
    else {
      throw ValidationError("'\(text.printable)' is no factor; write a number up to 100 such as 2.5")
    }
    return whole * 1_000 + part
  }

  private static func mode(_ text: String) throws -> Mode {
    guard let mode = Mode.allCases.first(where: { $0.name == text }) else {
      throw ValidationError(Nearest.hint(to: text, among: Mode.allCases.map(\.name)))
    }
    return mode
  }

}
