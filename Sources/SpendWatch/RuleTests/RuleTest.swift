package import SpendEngine

/// One test of a rules file: calls, and what must come of them.
package struct RuleTest: Sendable {
  /// Unique in its file.
  package var name: String
  /// Where it stands in the file, from 1.
  package var line: Int
  package var start: EngineTime
  var events: [EventSeries] = []
  /// By time; those of one instant in the order of the file.
  var expectations: [Expectation] = []
  /// Halts that no expectation mentions do not fail it.
  var allowsOtherHalts = false

  /// The last instant that anything happens or is asked at.
  var end: EngineTime { max(events.map(\.last).max() ?? start, expectations.last?.at ?? start) }
}

/// A file of rule tests after every check, with the rules it tests.
package struct RuleTestFile: Sendable {
  /// As given.
  package var path: String
  package var configuration: Configuration
  package var tests: [RuleTest]

  /// Reads a file of tests, and the rules file that it names. Secrets are not looked at.
  /// - Returns: no file where any diagnostic is an error: nothing can be tested then.
  package static func load(_ path: String) -> (file: RuleTestFile?, diagnostics: [Diagnostic]) {
    let source: SourceText
    switch WrittenFile.read(path, hint: "name a file of tests; the README says how one is written").flatMap({
      WrittenFile.text($0, path: path, what: "test file")
    }) {
    case .failure(let diagnostic): return (nil, [diagnostic])
    case .success(let text): source = text
    }
    var tree = ConfigTree(source: source)
    let root = tree.compose()
    if root == nil, !tree.diagnostics.isEmpty { return (nil, tree.diagnostics) }
    var reader = RuleTestReader(SettingsReader(source: source))
    reader.reader.append(tree.diagnostics)
    let found = reader.read(root)
    // Warnings about the rules are `check`'s to say.
    let diagnostics = reader.reader.diagnostics.inOrder + reader.ofRules.filter { $0.severity == .error }
    guard let configuration = found.configuration, !diagnostics.contains(where: { $0.severity == .error })
    else {
      return (nil, diagnostics)
    }
    return (RuleTestFile(path: path, configuration: configuration, tests: found.tests), diagnostics)
  }
}
