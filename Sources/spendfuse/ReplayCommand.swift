import ArgumentParser
import Foundation
import SpendEngine
import SpendWatch

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "The decisions that rules would have made on old logs.",
    discussion: """
      Merges the logs by event time and runs them through the engine that `watch` runs. Nothing is sent and nobody is halted. LOG is a \
      file, a glob in quotes, a directory (all *.jsonl below it) or - for standard input. What was decided goes to standard output, one \
      decision a line; a summary to standard error.

        spendfuse replay --rules rules.yaml 'logs/**/*.jsonl'
        spendfuse replay --rules rules.yaml --json ~/.claude/projects
      """)

  @Option(help: ArgumentHelp("The rules file, - for standard input.", valueName: "file"))
  var rules: String

  @Option(
    help: ArgumentHelp(
      """
      How the logs are written: \(Format.allCases.map(\.name).joined(separator: ", ")). By default as the rules file says of the source \
      that a log belongs to, else auto.
      """),
    transform: Format.argument)
  var format: Format?

  @Flag(help: "One JSON object a line.")
  var json = false

  @Argument(help: ArgumentHelp("Logs to replay.", valueName: "log"))
  var logs: [String]

  func validate() throws {
    if rules == RulesFile.standardInput, logs.contains("-") {
      throw ValidationError("rules and logs cannot both come from standard input")
    }
  }

  func run() throws {
    let configuration = try loadRules(rules)
    let paths = LogPaths(logs)
    var progress = OutputProgress("replaying", bytes: paths.size)
    let replay = Replay(
      configuration: configuration, now: WallClock.now,
      calendar: { CalendarBuilder.table($0, configuration.calendar, around: $1) })
    let terminal = OutputTerminal.standardOutput
    let summary = try replay.run(
      paths.logs, format: format, fingerprintKey: randomFingerprintKey(), progress: { progress.update($0) },
      decide: { decision, log in
        progress.end()
        print(json ? decision.json(log: log) : DecisionLine(decision, log: log).text(for: terminal))
      })
    progress.end()
    printError(DecisionLine.summary(summary))
    let problems = paths.problems + summary.problems
    for problem in problems { printError("spendfuse: \(problem)") }
    if !problems.isEmpty { throw ExitCode(1) }
  }
}

/// A decision on one line, for people.
struct DecisionLine {
  private let decision: Decision
  private let log: String?

  init(_ decision: Decision, log: String?) {
    self.decision = decision
    self.log = log
  }

  /// `2026-11-24T10:00:00.000Z  halt    key ci-bot  $25.10 of $25.00 used today  rule key-daily-cap (enforce)  usage.jsonl:1204`
  func text(for terminal: OutputTerminal) -> String {
    var parts = [decision.at.rfc3339, terminal.text(verb, look)]
    parts.append((decision.target ?? decision.subject).text.printable)
    if decision.rule == Decision.brake {
      parts.append(decision.note)
    } else {
      var amount = decision.usage
      if let target = decision.target, target != decision.subject { amount += " \(decision.subject.by)" }
      parts.append(amount.printable)
      if let model = decision.call?.model, !model.isEmpty { parts.append("model \(model)".printable) }
      parts.append("rule \(decision.rule) (\(decision.mode.name))".printable)
      if !decision.note.isEmpty { parts.append(decision.note.printable) }
    }
    if decision.isHeld { parts.append("held by the brake") }
    if let model = decision.guessedModel {
      parts.append("no price for \(model): counted as the dearest".printable)
    }
    if let log, decision.file != nil { parts.append("\(log):\(decision.offset)".printable) }
    return parts.joined(separator: "  ")
  }

  /// `halt`, `alert 80%`, padded alike.
  private var verb: String {
    var verb = decision.kind.rawValue
    if decision.kind == .alert, case .step(let percent) = decision.level { verb += " \(percent)%" }
    return verb + String(repeating: " ", count: max(0, 9 - verb.count))
  }

  private var look: OutputTerminal.Look {
    switch decision.kind {
    case .halt: .red
    case .alert: .yellow
    case .resume, .resolve: .green
    }
  }

  static func summary(_ summary: Replay.Summary) -> String {
    let books = summary.books
    var records = "\(books.read.grouped) records read, \(books.folded.grouped) folded (\(summary.cost.text))"
    let others: [(Int64, String)] = [
      (books.duplicate, "duplicate"), (books.noUsage, "without usage"), (books.rejectedTotal, "rejected"),
    ]
    for (number, what) in others where number > 0 { records += ", \(number.grouped) \(what)" }
    let kinds: [Decision.Kind] = [.alert, .halt, .resume, .resolve]
    let decided = kinds.compactMap { kind in
      summary.decisions[kind].map { "\(Int64($0).grouped) \(kind.rawValue)\($0 == 1 ? "" : "s")" }
    }
    return records + "; " + (decided.isEmpty ? "no decision" : decided.joined(separator: ", "))
  }
}

/// Reads a rules file, or prints every mistake in it.
/// - Parameters:
///   - secrets: whether receivers' secrets must be readable.
///   - warns: whether warnings are printed too: not where they were at the start of the daemon whose rules these are.
func loadRules(
  _ path: String, secrets: ConfigEnvironment.Secrets = .whereReadable, needsPriceFile: Bool = true,
  warns: Bool = true
) throws -> Configuration {
  let (configuration, diagnostics) = RulesFile.load(path, secrets: secrets, needsPriceFile: needsPriceFile)
  let told = warns ? diagnostics : diagnostics.filter { $0.severity == .error }
  printError(Diagnostic.render(told), terminator: "")
  guard let configuration else { throw ExitCode(1) }
  return configuration
}
