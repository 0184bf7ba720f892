import ArgumentParser
import Foundation
import SpendEngine
import SpendWatch

struct BacktestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest",
    abstract: "What rules would have done on old logs, in dollars.",
    discussion: """
      Replays the logs as `replay` does, and follows what was spent after each rule tripped: what its halt would have saved until it ended, \
      what went past the limit within the reaction time, and how many halted tasks were about to end by themselves (they spent less than a \
      tenth more). The logs go on after a halt as they did: whoever would have been halted trips further rules. A rule that only warns saves \
      nothing. With --against a second rules file stands beside the first.

        spendfuse backtest --rules rules.yaml 'logs/**/*.jsonl'
        spendfuse backtest --rules new.yaml --against rules.yaml usage.jsonl

      With --labels, a file of known incidents, the rules are scored: what was caught, how soon, at what cost, and the false alerts. A line \
      of it is a JSON object with key, from, until and kind.
      """)

  @Option(help: ArgumentHelp("The rules file, - for standard input.", valueName: "file"))
  var rules: String
  @Option(help: ArgumentHelp("A second rules file, to compare with.", valueName: "file"))
  var against: String?
  @Option(
    help: ArgumentHelp(
      "From the call that trips a rule until its halt works. (default: 30s)", valueName: "span"),
    transform: span)
  var reaction: Milliseconds = 30 * .second
  @Option(help: ArgumentHelp("Known incidents, a JSON object a line.", valueName: "file"))
  var labels: String?
  @Option(
    help: ArgumentHelp(
      """
      How the logs are written: \(Format.allCases.map(\.name).joined(separator: ", ")). By default as the rules file says of the source \
      that a log belongs to, else auto.
      """),
    transform: Format.argument)
  var format: Format?
  @Option(help: ArgumentHelp("Trips of a rule that are listed. (default: 5)", valueName: "number"))
  var top: Int = 5
  @Flag(help: "One JSON object a rules file, with every trip.")
  var json = false
  @Argument(help: ArgumentHelp("Logs to replay.", valueName: "log"))
  var logs: [String]

  func validate() throws {
    if top < 0 { throw ValidationError("--top is 0 or more") }
    if [rules, against].contains("-"), logs.contains("-") {
      throw ValidationError(
        "rules and logs cannot both come from standard input: write one of them to a file")
    }
    if against != nil, logs.contains("-") {
      throw ValidationError("two rules files need the logs twice: write them to a file")
    }
    if rules == "-", against == "-" { throw ValidationError("only one rules file can be standard input") }
  }

  func run() throws {
    let (text, problems) = try output(for: .standardOutput, now: WallClock.now)
    print(text, terminator: "")
    for problem in problems { printError("spendfuse: \(problem)") }
    if !problems.isEmpty { throw ExitCode(1) }
  }

  /// What goes to standard output, and the logs that could not be read.
  func output(for terminal: OutputTerminal, now: EngineTime) throws -> (text: String, problems: [LogProblem])
  {
    let known: [IncidentLabel]
    do { known = try labels.map { try IncidentLabel.read($0) } ?? [] } catch let problem as Diagnostic {
      printError(problem.rendered)
      throw ExitCode(1)
    }
    let paths = LogPaths(logs)
    if let note = paths.copyNote { printError("spendfuse: \(note)") }
    let files = [rules, against].compactMap { $0 }
    var results: [(file: String, result: Backtest.Result)] = []
    for (file, configuration) in zip(files, try files.map { try loadRules($0) }) {
      var progress = OutputProgress("replaying", bytes: paths.size)
      let replay = Replay(
        configuration: configuration, now: now,
        calendar: { CalendarBuilder.table($0, configuration.calendar, around: $1) })
      let backtest = Backtest(
        replay, rules: configuration.rules.rules, reaction: reaction, labels: known)
      results.append(
        (
          file,
          try backtest.run(
            paths.logs, format: format, fingerprintKey: randomFingerprintKey(),
            progress: { progress.update($0) })
        ))
      progress.end()
    }
    let problems = paths.problems + (results.first?.result.summary.problems ?? [])
    if json {
      return (results.map { $0.result.json(file: $0.file).text + "\n" }.joined(), problems)
    }
    return (BacktestText(results, top: top).text(for: terminal), problems)
  }
}
