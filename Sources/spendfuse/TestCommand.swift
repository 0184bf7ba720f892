import ArgumentParser
import SpendEngine
import SpendWatch

struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Unit tests for rules: calls, and what must come of them.",
    discussion: """
      Runs the tests of each file through the engine that `watch` runs, with a clock of their own: nothing is read, sent or halted. A halt \
      that no expectation mentions fails a test, too. Exits with 0 where all pass, with 1 where some fail, and with 64 where a file \
      cannot be used. The README says how tests are written.

        spendfuse test rules_test.yaml
        spendfuse test --run 'leaked*' rules_test.yaml
      """)

  @Flag(help: "One JSON object a test.")
  var json = false

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("Only tests whose name has this in it; * is anything.", valueName: "pattern"))
  var pattern: String?

  @Argument(help: ArgumentHelp("Files of tests.", valueName: "rules_test.yaml"), completion: .file())
  var files: [String]

  func run() throws {
    let terminal = OutputTerminal.standardOutput
    var count = TestCount()
    var names: [String] = []
    for path in files {
      let (file, diagnostics) = RuleTestFile.load(path)
      printError(Diagnostic.render(diagnostics), terminator: "")
      guard let file else {
        count.broken += 1
        continue
      }
      names += file.tests.map(\.name)
      let tests = file.tests.filter { test in pattern.map { TestCommand.matches(test.name, $0) } ?? true }
      if files.count > 1, !json, !tests.isEmpty { print(terminal.text(path.printable, .strong)) }
      var tables = CalendarShelf(settings: file.configuration.calendar)
      var silent = file.configuration.rules.rules.map(\.name)
      for test in tests {
        let result: RuleTestResult
        do {
          result = try RuleTestRun(test, file.configuration, calendar: { tables.table($0, around: $1) }).run()
        } catch {
          printError(
            "spendfuse: \(path.printable): test '\(test.name.printable)' could not be run: \(String(describing: error).printable). This is a "
              + "fault of spendfuse: report it with the test")
          throw ExitCode(70)
        }
        count.add(result)
        silent.removeAll(where: result.fired.contains)
        print(
          json ? result.json(file: path) : TestText(result, file: path, start: test.start).text(for: terminal)
        )
      }
      if pattern == nil, !json, !silent.isEmpty {
        print(
          terminal.folded("no test reaches these rules: \(silent.joined(separator: ", ").printable)"))
      }
    }
    if count.passed + count.failed == 0, count.broken == 0, let pattern {
      printError(
        "spendfuse: no test has '\(pattern.printable)' in its name: \(Nearest.hint(to: pattern, among: names).printable)"
      )
      throw ExitCode(64)
    }
    if !json { print(count.text) }
    if count.broken > 0 { throw ExitCode(64) }
    if count.failed > 0 { throw ExitCode(1) }
  }

  /// Whether `pattern` is somewhere in `name`, whatever the case.
  static func matches(_ name: String, _ pattern: String) -> Bool {
    var rest = name.lowercased()[...]
    for part in pattern.lowercased().split(separator: "*") {
      guard let found = rest.firstRange(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return true
  }
}

/// Calendar tables that many tests begin at are made once.
private struct CalendarShelf {
  private struct Name: Hashable {
    var period: CalendarPeriod
    var time: EngineTime
  }
  let settings: CalendarSettings
  private var tables: [Name: CalendarTable] = [:]

  init(settings: CalendarSettings) { self.settings = settings }

  mutating func table(_ period: CalendarPeriod, around time: EngineTime) -> CalendarTable? {
    let name = Name(period: period, time: time)
    if let known = tables[name] { return known }
    tables[name] = CalendarBuilder.table(period, settings, around: time)
    return tables[name]
  }
}

private struct TestCount {
  var passed = 0
  var failed = 0
  /// Files that could not be used.
  var broken = 0

  mutating func add(_ result: RuleTestResult) {
    if result.failures.isEmpty { passed += 1 } else { failed += 1 }
  }

  var text: String {
    let all = passed + failed
    var parts: [String] = []
    if all > 0 { parts.append("\(all) test\(all == 1 ? "" : "s"): \(passed) passed, \(failed) failed") }
    if broken > 0 { parts.append("\(broken) file\(broken == 1 ? "" : "s") could not be used") }
    return parts.joined(separator: "; ")
  }
}

/// One test's result for people.
struct TestText {
  private let result: RuleTestResult
  private let file: String
  private let start: EngineTime

  init(_ result: RuleTestResult, file: String, start: EngineTime) {
    self.result = result
    self.file = file
    self.start = start
  }

  /// `ok    name`, or `FAIL  name` and what is wrong; without a last line end.
  func text(for terminal: OutputTerminal) -> String {
    let name = result.name.printable
    if result.failures.isEmpty { return "\(terminal.text("ok", .green))    \(name)" }
    var lines = ["\(terminal.text("FAIL", .red))  \(name)"]
    for failure in result.failures {
      let at = failure.at.map { "at \(RuleTestResult.time($0, from: start)): " } ?? ""
      let key = failure.isList ? " (- expected, + was)" : ""
      lines.append("  \(file):\(failure.line): \(at)\(failure.what)\(key)".printable)
      lines += failure.differences.map { difference($0, terminal) }
      if !failure.around.isEmpty {
        lines.append("    decided around then:")
        lines += failure.around.map { "      \($0.printable)" }
      }
    }
    return terminal.folded(lines.joined(separator: "\n"))
  }

  private func difference(_ difference: RuleTestResult.Difference, _ terminal: OutputTerminal) -> String {
    switch difference {
    case .field(let name, let expected, let actual):
      let expected = terminal.text(expected.printable, .red)
      return "    \(name): expected \(expected), was \(terminal.text(actual.printable, .green))"
    case .same(let text): return "      \(text)".printable
    case .missing(let text): return terminal.text("    - \(text)".printable, .red)
    case .unexpected(let text): return terminal.text("    + \(text)".printable, .green)
    case .note(let text): return "    \(text)".printable
    }
  }
}
