import ArgumentParser
import Foundation
import SpendEngine
import SpendWatch

// `explain --line` and `explain --request`: where the numbers of a record came from.
extension ExplainCommand {
  /// The record at a place of a log.
  func explain(line: String) throws {
    guard let place = LogPlace(line) else { return }
    let configuration = knownRules()
    let paths = LogPaths([place.file])
    guard var log = paths.logs.first, paths.logs.count == 1, log.path != "-" else {
      report(paths.problems)
      if paths.problems.isEmpty {
        let first =
          paths.logs.first.map { SubjectText.option("line", "\($0.path):\(place.offset)") }
          ?? "--line FILE:OFFSET"
        throw ExplainFailure("\(place.file) is \(paths.logs.count) logs: name one of them, as in \(first)")
      }
      throw ExitCode(1)
    }
    let source = format == nil ? configuration?.source(of: place.file) : nil
    if let source { log.source = source.pattern }
    var progress = OutputProgress("reading", bytes: min(log.size, place.offset))
    defer { progress.end() }
    let tracer = tracer(configuration)
    do {
      var message = try tracer.trace(
        SearchedLog(log, format.map { RecordLayout($0) } ?? source?.layout ?? RecordLayout(.auto)),
        offset: place.offset,
        progress: { progress.update($0) })
      if format == nil, source == nil, let configuration {
        message.notes.append("no source of \(configuration.path) holds this file: it is read as 'auto'")
      }
      progress.end()
      show(message, rules: configuration)
    } catch let problem as LogProblem {
      progress.end()
      report([problem])
      throw ExitCode(1)
    }
  }

  /// Every record of a call.
  func explain(call id: String) throws {
    let configuration = knownRules()
    var searched: [SearchedLog] = []
    var problems: [LogProblem] = []
    if logs.isEmpty {
      guard let configuration else {
        throw ExplainFailure(
          "no rules file says where the logs are: name them (spendfuse explain \(SubjectText.option("request", id)) LOG), or the rules with --rules FILE"
        )
      }
      for source in configuration.sources {
        let paths = LogPaths([source.pattern])
        problems += paths.problems
        for log in paths.logs where !searched.contains(where: { $0.log.path == log.path }) {
          searched.append(SearchedLog(log, format.map { RecordLayout($0) } ?? source.layout))
        }
      }
      // A source whose place does not exist yet is no problem of this search, as long as others do.
      if !searched.isEmpty { problems = [] }
    } else {
      let paths = LogPaths(logs)
      problems = paths.problems
      searched = paths.logs.map {
        SearchedLog($0, format.map { RecordLayout($0) } ?? configuration.layout(of: $0.path))
      }
    }
    if searched.isEmpty {
      report(problems)
      if problems.isEmpty {
        throw ExplainFailure("there is no log to search: name some at the end of the command")
      }
      throw ExitCode(1)
    }
    var progress = OutputProgress("searching", bytes: searched.reduce(0) { $0 + $1.log.size })
    defer { progress.end() }
    let found = try tracer(configuration).trace(request: id, in: searched, progress: { progress.update($0) })
    progress.end()
    show(found.message, rules: configuration)
    report(problems + found.problems)
    if !(problems + found.problems).isEmpty { throw ExitCode(1) }
  }

  private func show(_ message: TracesMessage, rules: Configuration?) {
    var message = message
    if rules == nil {
      message.notes.append(
        "no rules file is known: name it with --rules FILE to see the rules that look at this")
    }
    if json {
      printJSON(message)
    } else {
      print(TraceText(message, timeZone: rules?.timeZone ?? "UTC").text(for: .standardOutput), terminator: "")
    }
  }

  private func tracer(_ configuration: Configuration?) -> RecordTracer {
    RecordTracer(
      prices: configuration?.prices ?? .bundled, rules: configuration?.rules,
      timeZone: configuration?.timeZone ?? "UTC", now: WallClock.now, fingerprintKey: randomFingerprintKey(),
      ask: { rule, subject in
        // A running daemon only: what a state without one holds is as old as its last commit, and opening it takes its lock.
        let name = subject.per == .global ? "global" : subject.names.joined(separator: "+")
        return try? place.client().explain(ExplainRequest(rule: rule.name, subject: name, calls: 0))
      })
  }
}

extension Configuration? {
  /// What the rules file says of a log; `auto` where it says nothing.
  func layout(of path: String) -> RecordLayout { self?.source(of: path)?.layout ?? RecordLayout(.auto) }
}

extension LogPlace {
  /// Reads `FILE:OFFSET`; the file's name may hold colons itself.
  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), colon > text.startIndex else { return nil }
    let digits = text[text.index(after: colon)...]
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let offset = Int64(digits) else {
      return nil
    }
    self.init(file: String(text[..<colon]), offset: offset)
  }
}
