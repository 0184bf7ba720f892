import Glibc
import SpendEngine

/// One log to read.
package struct LogPath: Sendable, Hashable {
  /// `-` is standard input.
  package var path: String
  /// What the user wrote: the source in reports.
  package var source: String
  /// Bytes; 0 where that is not known.
  package var size: Int64

  /// Its name says that it is compressed; what others hold is not looked for.
  var mayBePacked: Bool { RotatedName(RawPath(path).name).isPacked }
}

/// The logs that the arguments of a command stand for: files, globs (`*`, `?`, `[...]`, `**`), directories (all `*.jsonl` below, also those that were rotated and
/// compressed), `-`.
/// Each file once, however many arguments lead to it, and no copy of another one.
package struct LogPaths: Sendable {
  package private(set) var logs: [LogPath] = []
  /// Arguments that lead nowhere, and directories that cannot be read.
  package private(set) var problems: [LogProblem] = []

  /// Files that are not in `logs`, because another one begins with all that they hold.
  package private(set) var copies: [(path: String, original: String)] = []

  private var seen: Set<FileIdentity> = []
  /// Files that arguments led to, the same one twice included.
  private var matches = 0
  /// Arguments that lead nowhere are no problem.
  private let mayBeMissing: Bool

  /// Bytes in all, as far as they are known.
  package var size: Int64 { logs.reduce(0) { $0.addingReportingOverflow($1.size).partialValue } }

  /// - Parameter mayBeMissing: for places where logs may be, rather than those that somebody named: that nothing is there is no problem,
  ///   that it cannot be read is.
  package init(_ arguments: [String], mayBeMissing: Bool = false) {
    self.mayBeMissing = mayBeMissing
    for argument in arguments { add(argument) }
    let found = LogCopies(logs)
    copies = found.originals.sorted { $0.key < $1.key }.map { (logs[$0].path, logs[$1].path) }
    logs = logs.indices.filter { found.originals[$0] == nil }.map { logs[$0] }
  }

  /// What people are told of copies; nil where there are none.
  package var copyNote: String? {
    guard let first = copies.first else { return nil }
    let more = copies.count > 1 ? ", and \(Int64(copies.count - 1).grouped) more like it" : ""
    return
      "\(first.path.printable) is a copy of \(first.original.printable)\(more): what is in both counts once"
  }

  private mutating func add(_ argument: String) {
    if argument == "-" {
      if !logs.contains(where: { $0.path == "-" }) { logs.append(LogPath(path: "-", source: "-", size: 0)) }
      return
    }
    switch FileFacts.of(RawPath(argument)) {
    // A file may be named like a pattern: what exists is meant.
    case .success(let facts) where facts.kind == .directory:
      walk(
        "**/*.jsonl", from: RawPath(argument), source: argument,
        none: "holds no *.jsonl file: name its files, or a glob in quotes")
    case .success(let facts): add(argument, facts, source: argument)
    case .failure where !Glob(argument).isPlain:
      let root = RawPath(argument.hasPrefix("/") ? "/" : ".")
      walk(argument, from: root, source: argument, none: "matches no file: ls shows what is there")
    case .failure(let error) where mayBeMissing && [ENOENT, ENOTDIR].contains(error.code): break
    case .failure(let error): problems.append(LogProblem(argument, LogPaths.text(error, of: argument)))
    }
  }

  /// Every regular file that a pattern matches below `root`, in order of path.
  private mutating func walk(_ pattern: String, from root: RawPath, source: String, none: String) {
    let before = (matches, problems.count)
    let walk = GlobWalk(Glob(pattern, rotated: true), from: root)
    for (path, error) in walk.failures {
      problems.append(LogProblem(LogPaths.name(path), LogPaths.text(error)))
    }
    for found in walk.found.sorted(by: { $0.path < $1.path }) {
      guard case .success(let facts) = FileFacts.of(found.path), facts.kind == .regular else { continue }
      add(LogPaths.name(found.path), facts, source: source)
    }
    if !mayBeMissing, before == (matches, problems.count) { problems.append(LogProblem(source, none)) }
  }

  private mutating func add(_ path: String, _ facts: FileFacts, source: String) {
    matches += 1
    guard seen.insert(facts.identity).inserted else { return }
    logs.append(LogPath(path: path, source: source, size: facts.kind == .regular ? facts.size : 0))
  }

  /// As the user would write it: a relative pattern's walk begins at `.`.
  private static func name(_ path: RawPath) -> String {
    String(decoding: path.bytes.starts(with: "./".utf8) ? path.bytes[2...] : path.bytes[...], as: UTF8.self)
  }

  /// - Parameter argument: as the user wrote it, where it is the file itself.
  private static func text(_ error: FileError, of argument: String? = nil) -> String {
    let text = SystemError.text(error.code).lowercased()
    switch error.code {
    case ENOENT: return argument.flatMap(NearFile.path).map { "\(text); did you mean \($0)?" } ?? text
    case ENOTDIR:
      return argument.flatMap(NearFile.inTheWay).map { "\(text); \($0) is a file: did you mean it?" } ?? text
    case EACCES: return "\(text): run this as its owner, or let this user read it"
    default: return text
    }
  }
}
