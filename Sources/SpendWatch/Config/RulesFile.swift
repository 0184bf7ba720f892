import Foundation
import Glibc
import SpendEngine

/// Reads rules files: every mistake at once, each with its place; a file with an error is refused whole.
package enum RulesFile {
  /// 1 MB: a rules file is written by hand.
  package static let maxSize = 1 << 20

  /// - Returns: no configuration where any diagnostic is an error. Diagnostics are in the order of the file.
  package static func load(
    _ path: String, secrets: ConfigEnvironment.Secrets = .required
  ) -> (configuration: Configuration?, diagnostics: [Diagnostic]) {
    switch read(path) {
    case .failure(let refusal):
      return (nil, [Diagnostic(file: path, message: refusal.message, hint: refusal.hint)])
    case .success(let bytes):
      return load(bytes, path: path, environment: ConfigEnvironment(forRulesAt: path, secrets: secrets))
    }
  }

  /// - Parameters:
  ///   - bytes: the file's.
  ///   - path: as shown in diagnostics.
  package static func load(
    _ bytes: [UInt8], path: String, environment: ConfigEnvironment
  ) -> (configuration: Configuration?, diagnostics: [Diagnostic]) {
    guard bytes.count <= maxSize else {
      return (nil, [Diagnostic(file: path, message: "larger than 1 MB", hint: "is this the rules file?")])
    }
    guard var text = String(validating: bytes, as: UTF8.self) else {
      return (nil, [notUTF8(bytes, path: path)])
    }
    // A mark that some editors write at the start.
    if text.unicodeScalars.first == "\u{FEFF}" { text = String(text.unicodeScalars.dropFirst()) }
    let source = SourceText(path: path, text: text)
    var tree = ConfigTree(source: source)
    let root = tree.compose()
    if root == nil, !tree.diagnostics.isEmpty { return (nil, tree.diagnostics) }
    var sections = RulesSections(reader: SettingsReader(source: source), environment: environment)
    sections.reader.append(tree.diagnostics)
    let configuration = sections.read(root, path: path)
    let diagnostics = sections.reader.diagnostics.enumerated()
      .sorted {
        ($0.element.line, $0.element.column, $0.offset) < ($1.element.line, $1.element.column, $1.offset)
      }
      .map(\.element)
    let isRefused = diagnostics.contains { $0.severity == .error }
    return (isRefused ? nil : configuration, diagnostics)
  }

  private static func read(_ path: String) -> Result<[UInt8], WrittenValue.Refusal> {
    func failure(_ code: Int32) -> Result<[UInt8], WrittenValue.Refusal> {
      let hint = code == ENOENT ? "name one, or start from the repository's rules.yaml" : ""
      return .failure(.init(message: "cannot be read: \(SystemError.text(code))", hint: hint))
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return failure(errno) }
    defer { close(descriptor) }
    do { return .success(try WholeFile.read(descriptor, upTo: maxSize)) } catch {
      if error.code == EISDIR {
        return .failure(.init(message: "is a directory", hint: "name the file in it"))
      }
      return failure(error.code)
    }
  }

  private static func notUTF8(_ bytes: [UInt8], path: String) -> Diagnostic {
    var line = 1
    for part in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if String(validating: part, as: UTF8.self) == nil {
        let shown = String(decoding: part, as: UTF8.self)
        let column =
          shown.firstIndex(of: "\u{FFFD}").map { shown.distance(from: shown.startIndex, to: $0) } ?? 0
        return Diagnostic(
          file: path, line: line, column: column + 1, length: 1, severity: .error, message: "not UTF-8 text",
          hint: "save the file as UTF-8", source: shown)
      }
      line += 1
    }
    return Diagnostic(file: path, message: "not UTF-8 text", hint: "save the file as UTF-8")
  }
}
