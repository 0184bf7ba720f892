package import SpendEngine

/// How logs are read: as the first source does that names them, unless the user says how. One parser a layout, since a parser holds
/// nothing of a file.
package struct LogLayouts {
  private let format: Format?
  private let sources: [(glob: Glob, layout: RecordLayout)]
  private var parsers: [RecordLayout: LogParser] = [:]

  /// - Parameters:
  ///   - sources: logs that none of them names are read as `auto`.
  ///   - format: of all logs; nil = as their sources say.
  package init(_ sources: [Source], format: Format? = nil) {
    self.format = format
    self.sources = sources.map { (Glob($0.pattern, rotated: true), $0.layout) }
  }

  /// - Parameter path: relative to the working directory, or absolute; `-` for standard input.
  package func layout(of path: String) -> RecordLayout {
    if let format { return RecordLayout(format) }
    guard !sources.isEmpty, path != "-" else { return RecordLayout(.auto) }
    let whole = RawPath.whole(path)
    return sources.first { $0.glob.matches(whole) }?.layout ?? RecordLayout(.auto)
  }

  package mutating func parser(for path: String) -> LogParser {
    let layout = layout(of: path)
    if let known = parsers[layout] { return known }
    let parser = LogParser(layout)
    parsers[layout] = parser
    return parser
  }
}
