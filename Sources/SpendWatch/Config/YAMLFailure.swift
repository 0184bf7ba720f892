import Yams

/// Says what the YAML parser could not read, in the form of every other mistake.
enum YAMLFailure {
  static func diagnostic(_ error: any Error, in source: SourceText) -> Diagnostic {
    guard let error = error as? YamlError else {
      return Diagnostic(file: source.path, message: "cannot be read as YAML")
    }
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let place = Place(mark)
      if problem.hasPrefix("Maximum nesting level") {
        return source.diagnostic(at: place, "nested too deeply")
      }
      let hint = hint(for: problem, at: place, in: source) ?? context.map(said) ?? ""
      return source.diagnostic(at: place, "YAML: \(problem)", hint: hint)
    case .reader(let problem, _, _, _):
      return source.diagnostic(at: Place(line: 1, column: 1), "YAML: \(problem)")
    case .memory: return Diagnostic(file: source.path, message: "no memory to read the file")
    default: return Diagnostic(file: source.path, message: "cannot be read as YAML")
    }
  }

  private static func said(_ context: YamlError.Context) -> String {
    "\(context.text) that began on line \(context.mark.line)"
  }

  /// What is usually meant, where the parser's words are of no help.
  private static func hint(for problem: String, at place: Place, in source: SourceText) -> String? {
    let line = source.lines.indices.contains(place.line - 1) ? source.lines[place.line - 1] : []
    let scalar = line.indices.contains(place.column - 1) ? line[place.column - 1] : nil
    if line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") {
      return "indent with spaces; YAML takes no tabs"
    }
    if problem.contains("mapping values are not allowed") {
      return "quote a value that holds ': ', and indent the settings of one section alike"
    }
    if problem.contains("cannot start any token"), let scalar, "%@`".unicodeScalars.contains(scalar) {
      return "quote a value that begins with '\(scalar)'"
    }
    if problem.contains("did not find expected key") || problem.contains("expected '-' indicator") {
      return "indent the settings of one section alike"
    }
    if problem.contains("could not find expected ':'") { return "write 'name: value'" }
    if problem.contains("undefined alias") || problem.contains("alphabetic or numeric") {
      return "quote a value that begins with '*' or '&'"
    }
    return nil
  }
}
