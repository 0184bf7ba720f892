import Foundation
import Glibc

/// One log to read.
package struct LogPath: Sendable, Hashable {
  /// `-` is standard input.
  package var path: String
  /// What the user wrote: the source in reports.
  package var source: String
  /// Bytes; 0 where that is not known.
  package var size: Int64
}

/// The logs that the arguments of a command stand for: files, globs (`*`, `?`, `[...]`, `**`), directories (all `*.jsonl` below), `-`.
/// Each file once, however many arguments lead to it.
package struct LogPaths: Sendable {
  package private(set) var logs: [LogPath] = []
  /// Arguments that lead nowhere, and directories that cannot be read.
  package private(set) var problems: [LogProblem] = []

  private struct Identity: Hashable {
    var device: UInt64
    var inode: UInt64
  }
  private var seen: Set<Identity> = []
  /// Files that arguments led to, the same one twice included.
  private var matches = 0

  /// Bytes in all, as far as they are known.
  package var size: Int64 { logs.reduce(0) { $0.addingReportingOverflow($1.size).partialValue } }

  package init(_ arguments: [String]) {
    for argument in arguments { add(argument) }
  }

  private mutating func add(_ argument: String) {
    if argument == "-" {
      if !logs.contains(where: { $0.path == "-" }) { logs.append(LogPath(path: "-", source: "-", size: 0)) }
      return
    }
    var facts = stat()
    // A file may be named like a pattern: what exists is meant.
    if stat(argument, &facts) == 0 {
      if facts.st_mode & S_IFMT == S_IFDIR {
        addBelow(argument, source: argument)
      } else {
        add(argument, facts, source: argument)
      }
      return
    }
    let code = errno
    let components = argument.split(separator: "/").map(String.init)
    guard components.contains(where: LogPaths.isPattern) else {
      problems.append(LogProblem(argument, String(cString: strerror(code)).lowercased()))
      return
    }
    let before = (matches, problems.count)
    expand(argument.hasPrefix("/") ? "/" : "", components[...], source: argument)
    if before == (matches, problems.count) { problems.append(LogProblem(argument, "matches no file")) }
  }

  private mutating func add(_ path: String, _ facts: stat, source: String) {
    matches += 1
    guard seen.insert(Identity(device: UInt64(facts.st_dev), inode: UInt64(facts.st_ino))).inserted else {
      return
    }
    let isRegular = facts.st_mode & S_IFMT == S_IFREG
    logs.append(LogPath(path: path, source: source, size: isRegular ? Int64(facts.st_size) : 0))
  }

  /// Every regular `*.jsonl` below a directory, in order of path. Links to directories are not followed: so loops end.
  private mutating func addBelow(_ directory: String, source: String) {
    let before = (matches, problems.count)
    var waiting = [directory]
    while let directory = waiting.popLast() {
      var below: [String] = []
      for name in names(in: directory) {
        let path = LogPaths.join(directory, name)
        var facts = stat()
        guard lstat(path, &facts) == 0 else { continue }
        let isLink = facts.st_mode & S_IFMT == S_IFLNK
        if facts.st_mode & S_IFMT == S_IFDIR {
          below.append(path)
        } else if name.hasSuffix(".jsonl"), !isLink || stat(path, &facts) == 0,
          facts.st_mode & S_IFMT == S_IFREG
        {
          add(path, facts, source: source)
        }
      }
      waiting += below.reversed()
    }
    if before == (matches, problems.count) { problems.append(LogProblem(directory, "holds no *.jsonl file")) }
  }

  /// Walks along the components of a pattern.
  private mutating func expand(_ directory: String, _ components: ArraySlice<String>, source: String) {
    guard let component = components.first else { return }
    let rest = components.dropFirst()
    if component == "**" {
      // No directory at all, or any number of them.
      expand(directory, rest.isEmpty ? ["*"] : rest, source: source)
      for name in names(in: directory) {
        var facts = stat()
        let path = LogPaths.join(directory, name)
        if lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR {
          expand(path, components, source: source)
        }
      }
      return
    }
    let matching =
      LogPaths.isPattern(component)
      ? names(in: directory).filter { fnmatch(component, $0, FNM_PERIOD) == 0 } : [component]
    for name in matching {
      let path = LogPaths.join(directory, name)
      var facts = stat()
      guard stat(path, &facts) == 0 else { continue }
      if !rest.isEmpty {
        if facts.st_mode & S_IFMT == S_IFDIR { expand(path, rest, source: source) }
      } else if facts.st_mode & S_IFMT == S_IFREG {
        add(path, facts, source: source)
      }
    }
  }

  private mutating func names(in directory: String) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: directory.isEmpty ? "." : directory).sorted()
    } catch {
      let isDenied = (error as? CocoaError)?.code == .fileReadNoPermission
      problems.append(LogProblem(directory, isDenied ? "permission denied" : "cannot be listed"))
      return []
    }
  }

  private static func join(_ directory: String, _ name: String) -> String {
    directory.isEmpty ? name : directory.hasSuffix("/") ? directory + name : directory + "/" + name
  }

  private static func isPattern(_ component: String) -> Bool {
    component.contains { $0 == "*" || $0 == "?" || $0 == "[" }
  }
}
