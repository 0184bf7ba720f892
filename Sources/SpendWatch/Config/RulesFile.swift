import SpendEngine

/// Reads rules files: every mistake at once, each with its place; a file with an error is refused whole.
package enum RulesFile {
  /// 1 MB: a rules file is written by hand.
  package static let maxSize = WrittenFile.maxSize

  /// - Returns: no configuration where any diagnostic is an error. Diagnostics are in the order of the file.
  package static func load(
    _ path: String, secrets: ConfigEnvironment.Secrets = .required, needsPriceFile: Bool = true
  ) -> (configuration: Configuration?, diagnostics: [Diagnostic]) {
    let read = check(path, secrets: secrets, needsPriceFile: needsPriceFile, logs: nil)
    return (read.configuration, read.diagnostics)
  }

  /// Stands for standard input, where a command takes a path.
  package static let standardInput = "-"

  /// Loads a file, and also holds it against the logs that it names.
  /// - Parameter logs: nil where they are not looked at.
  /// - Returns: `look` only where the file can be used.
  package static func check(
    _ path: String, secrets: ConfigEnvironment.Secrets, needsPriceFile: Bool = true, logs: LogBudget?
  ) -> (configuration: Configuration?, diagnostics: [Diagnostic], look: LogLook?) {
    // What is piped has no directory: relative paths start where the user is.
    let isPiped = [standardInput, "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].contains(path)
    switch WrittenFile.read(
      path == standardInput ? "/dev/stdin" : path, shownAs: path,
      hint: "name one, or make one from your logs: spendfuse suggest > my-rules.yaml")
    {
    case .failure(let diagnostic): return (nil, [diagnostic], nil)
    case .success(let bytes):
      let environment = ConfigEnvironment(
        forRulesAt: isPiped ? standardInput : path, secrets: secrets, needsPriceFile: needsPriceFile)
      return check(bytes, path: path, environment: environment, logs: logs)
    }
  }

  /// - Parameters:
  ///   - bytes: the file's.
  ///   - path: as shown in diagnostics.
  package static func load(
    _ bytes: [UInt8], path: String, environment: ConfigEnvironment
  ) -> (configuration: Configuration?, diagnostics: [Diagnostic]) {
    let read = check(bytes, path: path, environment: environment, logs: nil)
    return (read.configuration, read.diagnostics)
  }

  package static func check(
    _ bytes: [UInt8], path: String, environment: ConfigEnvironment, logs: LogBudget?
  ) -> (configuration: Configuration?, diagnostics: [Diagnostic], look: LogLook?) {
    let source: SourceText
    switch WrittenFile.text(bytes, path: path, what: "rules file") {
    case .failure(let diagnostic): return (nil, [diagnostic], nil)
    case .success(let text): source = text
    }
    var tree = ConfigTree(source: source)
    let root = tree.compose()
    if root == nil, !tree.diagnostics.isEmpty { return (nil, tree.diagnostics, nil) }
    var sections = RulesSections(reader: SettingsReader(source: source), environment: environment)
    sections.reader.append(tree.diagnostics)
    guard let configuration = sections.read(root, path: path),
      !sections.reader.diagnostics.contains(where: { $0.severity == .error })
    else { return (nil, sections.reader.diagnostics.inOrder, nil) }
    sections.advise(configuration)
    let look = logs.map { LogLook(configuration, $0) }
    if let look { sections.advise(configuration, look) }
    return (configuration, sections.reader.diagnostics.inOrder, look)
  }
}
