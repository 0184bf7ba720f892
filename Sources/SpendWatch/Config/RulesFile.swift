import SpendEngine

/// Reads rules files: every mistake at once, each with its place; a file with an error is refused whole.
package enum RulesFile {
  /// 1 MB: a rules file is written by hand.
  package static let maxSize = WrittenFile.maxSize

  /// - Returns: no configuration where any diagnostic is an error. Diagnostics are in the order of the file.
  package static func load(
    _ path: String, secrets: ConfigEnvironment.Secrets = .required, needsPriceFile: Bool = true
  ) -> (configuration: Configuration?, diagnostics: [Diagnostic]) {
    switch WrittenFile.read(path, hint: "name one, or start from the repository's rules.yaml") {
    case .failure(let diagnostic): return (nil, [diagnostic])
    case .success(let bytes):
      let environment = ConfigEnvironment(
        forRulesAt: path, secrets: secrets, needsPriceFile: needsPriceFile)
      return load(bytes, path: path, environment: environment)
    }
  }

  /// - Parameters:
  ///   - bytes: the file's.
  ///   - path: as shown in diagnostics.
  package static func load(
    _ bytes: [UInt8], path: String, environment: ConfigEnvironment
  ) -> (configuration: Configuration?, diagnostics: [Diagnostic]) {
    let source: SourceText
    switch WrittenFile.text(bytes, path: path, what: "rules file") {
    case .failure(let diagnostic): return (nil, [diagnostic])
    case .success(let text): source = text
    }
    var tree = ConfigTree(source: source)
    let root = tree.compose()
    if root == nil, !tree.diagnostics.isEmpty { return (nil, tree.diagnostics) }
    var sections = RulesSections(reader: SettingsReader(source: source), environment: environment)
    sections.reader.append(tree.diagnostics)
    let configuration = sections.read(root, path: path)
    let diagnostics = sections.reader.diagnostics.inOrder
    let isRefused = diagnostics.contains { $0.severity == .error }
    return (isRefused ? nil : configuration, diagnostics)
  }
}
