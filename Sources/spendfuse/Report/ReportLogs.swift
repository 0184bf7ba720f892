import ArgumentParser
import SpendEngine
import SpendWatch

/// The logs that a report reads, and how they are written: those that were named, else those of a rules file, else what coding agents
/// have left here.
struct ReportLogs {
  let paths: LogPaths
  var layouts: LogLayouts
  /// Which places were looked up and how many files were there, for people; none where logs were named.
  private(set) var places: [String] = []

  /// - Parameter agents: what stands in for logs that nobody names.
  init(_ named: [String], format: Format?, rules: Configuration?, agents: AgentLogs = AgentLogs()) throws {
    layouts = LogLayouts(rules?.sources ?? [], format: format)
    if !named.isEmpty {
      paths = LogPaths(named)
    } else if let rules {
      paths = LogPaths(rules.sources.map(\.pattern), mayBeMissing: true)
      if paths.isNothing { throw ReportLogs.none(of: rules) }
    } else {
      let usual = agents.usual.filter { $0.writer != .litellm }
      paths = LogPaths(usual.map(\.path), mayBeMissing: true)
      if paths.isNothing { throw ReportLogs.none(at: usual) }
      places = usual.compactMap { place in
        let count = paths.logs.count { $0.source == place.path }
        let files = count == 1 ? "1 file" : "\(Int64(count).grouped) files"
        return count == 0 ? nil : "\(place.writer.rawValue): \(files) in \(place.path.printable)"
      }
    }
  }

  private static func none(at usual: [AgentLogs.Place]) -> ExitCode {
    let places = usual.map { "  \($0.path.printable) (\($0.writer.rawValue))" }
    printError(
      """
      spendfuse: no log was named, and Claude Code and Codex keep none here; looked in
      \(places.joined(separator: "\n"))
      Name the logs of your proxy or SDK:
        spendfuse report /var/log/llm/usage.jsonl
        spendfuse report --by key,model '/srv/gateway/**/*.jsonl'
      or see it at work without any:
        spendfuse demo
      """)
    return ExitCode(1)
  }

  private static func none(of rules: Configuration) -> ExitCode {
    let patterns = rules.sources.map { "  \($0.pattern.printable)" }
    printError(
      """
      spendfuse: no log was named, and no file is where the sources of \(rules.path.printable) are:
      \(patterns.joined(separator: "\n"))
      `spendfuse check \(SubjectText.shellQuoted(rules.path))` says what each comes to.
      """)
    return ExitCode(1)
  }
}

extension LogPaths {
  /// Not a single log, and nothing that stood in the way.
  fileprivate var isNothing: Bool { logs.isEmpty && problems.isEmpty }
}
