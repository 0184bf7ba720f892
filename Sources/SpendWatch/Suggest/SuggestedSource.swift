internal import Foundation
package import SpendEngine

/// An entry of `sources:` in a rules file that is written by this program.
package struct SuggestedSource: Sendable, Hashable {
  package var pattern: String
  /// nil where `fields:` says how it is written.
  package var format: Format?
  /// Further settings, each a line: `start: end`.
  package var settings: [String] = []
  /// For the reader, behind the path.
  package var comment: String?

  package init(pattern: String, format: Format?, settings: [String] = [], comment: String? = nil) {
    self.pattern = pattern
    self.format = format
    self.settings = settings
    self.comment = comment
  }

  var lines: [String] {
    ["  - path: \(YAMLText.scalar(pattern))" + (comment.map { "   # \($0)" } ?? "")]
      + [format.map { "    format: \($0.name)" }].compactMap { $0 } + settings.map { "    " + $0 }
  }

  /// As a rules file had it.
  package init(_ source: Source) {
    self.init(pattern: source.pattern, format: source.fields == nil ? source.format : nil)
    if let fields = source.fields {
      let pairs = fields.written.map { "\($0.target): \(YAMLText.scalar($0.path))" }
      settings.append("fields: {\(pairs.joined(separator: ", "))}")
    }
    if let duplicates = source.duplicates { settings.append("duplicates: \(duplicates.rawValue)") }
    if source.start != .beginning { settings.append("start: \(source.start.rawValue)") }
  }

  // MARK: From what a command was given

  /// Files of one directory are named one by one up to so many; more are a pattern.
  private static let mostFiles = 3

  /// Sources that lead to the same logs as a command's arguments do.
  /// - Parameters:
  ///   - logs: what the arguments led to.
  ///   - format: of all of them; `auto`: as their first records are written.
  package static func of(_ arguments: [String], logs: [LogPath], format: Format, directory: String)
    -> [SuggestedSource]
  {
    var patterns: [(pattern: String, logs: [String])] = []
    func add(_ pattern: String, _ path: [String]) {
      if let index = patterns.firstIndex(where: { $0.pattern == pattern }) {
        patterns[index].logs += path
      } else {
        patterns.append((pattern, path))
      }
    }
    let files = arguments.filter { isFile($0) }.map { absolute($0, directory) }
    for argument in arguments {
      let paths = logs.filter { $0.source == argument }.map(\.path)
      guard argument != "-", !paths.isEmpty else { continue }
      let path = absolute(argument, directory)
      if isDirectory(argument) {
        add(Glob.escaped(path) + "/**/*.jsonl", paths)
      } else if isFile(argument) {
        let parent = (path as NSString).deletingLastPathComponent
        let kind = (path as NSString).pathExtension
        let alike = files.count {
          ($0 as NSString).deletingLastPathComponent == parent && ($0 as NSString).pathExtension == kind
        }
        let isMany = alike > mostFiles && !kind.isEmpty
        add(isMany ? Glob.escaped(parent) + "/*." + Glob.escaped(kind) : Glob.escaped(path), paths)
      } else {
        add(path, paths)
      }
    }
    return patterns.map { pattern, logs in
      SuggestedSource(pattern: pattern, format: format == .auto ? FormatSample(logs).format : format)
    }
  }

  private static func isDirectory(_ path: String) -> Bool {
    if case .success(let facts) = FileFacts.of(RawPath(path)) { facts.kind == .directory } else { false }
  }

  private static func isFile(_ path: String) -> Bool {
    if case .success(let facts) = FileFacts.of(RawPath(path)) { facts.kind != .directory } else { false }
  }

  private static func absolute(_ path: String, _ directory: String) -> String {
    var rest = path[...]
    while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
    while rest.count > 1, rest.hasSuffix("/") { rest = rest.dropLast() }
    if rest == "." || rest.isEmpty { return directory }
    return rest.hasPrefix("/") ? String(rest) : (directory == "/" ? "" : directory) + "/" + rest
  }
}
