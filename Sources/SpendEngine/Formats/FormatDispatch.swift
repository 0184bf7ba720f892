/// From the closed enum to the formats' types: switches, so that reading a record costs no existential and no allocation.
extension Format {
  /// For cold paths.
  var logFormat: any LogFormat.Type {
    switch self {
    case .auto, .spendfuse: SpendfuseFormat.self
    case .litellm: LiteLLMFormat.self
    case .claudeCode: ClaudeCodeFormat.self
    case .codex: CodexFormat.self
    case .openai: OpenAIFormat.self
    case .anthropic: AnthropicFormat.self
    }
  }

  /// The formats that a parser of this one has to know.
  private var parts: [Format] { self == .auto ? Format.detectionOrder : [self] }

  func fieldTree() -> FieldTree { Format.trees[Int(rawValue)] }

  /// By raw value, made once.
  private static let trees = Format.allCases.map { $0.makeFieldTree() }

  private func makeFieldTree() -> FieldTree {
    func paths<F: LogFormat>(_ type: F.Type) -> [String] { F.Field.allCases.map(\.path) }
    func gates<F: LogFormat>(_ type: F.Type) -> [String] { F.gates.map(\.path) }
    var all = [[String]](repeating: [], count: Format.allCases.count)
    var ends: [String] = []
    for part in parts {
      all[Int(part.rawValue)] = paths(part.logFormat)
      ends += gates(part.logFormat)
    }
    return FieldTree(paths: all, gates: ends)
  }

  /// A gate's value was found: is the record known by now, and no usage?
  func isDecided(by view: FormatView) -> Bool {
    switch self {
    case .claudeCode: view.isDecided(ClaudeCodeFormat.self, alone: true)
    case .auto: view.isDecided(ClaudeCodeFormat.self, alone: false)
    case .codex: view.isDecided(CodexFormat.self, alone: true)
    case .spendfuse, .litellm, .openai, .anthropic: false
    }
  }

  /// Whether a record in a mixed file is of this format.
  func recognizes(_ view: FormatView) -> Bool {
    switch self {
    case .auto: false
    case .spendfuse: view.recognizes(SpendfuseFormat.self)
    case .litellm: view.recognizes(LiteLLMFormat.self)
    case .claudeCode: view.recognizes(ClaudeCodeFormat.self)
    case .codex: view.recognizes(CodexFormat.self)
    case .openai: view.recognizes(OpenAIFormat.self)
    case .anthropic: view.recognizes(AnthropicFormat.self)
    }
  }

  /// Reads the found values into an empty record.
  /// - Returns: false where they are known and no usage.
  func read(
    _ view: FormatView, _ context: inout FileContext, into record: inout UsageRecord
  ) throws(Rejection) -> Bool {
    switch self {
    case .spendfuse: return try view.read(SpendfuseFormat.self, &context, into: &record)
    case .litellm: return try view.read(LiteLLMFormat.self, &context, into: &record)
    case .claudeCode: return try view.read(ClaudeCodeFormat.self, &context, into: &record)
    case .codex: return try view.read(CodexFormat.self, &context, into: &record)
    case .openai: return try view.read(OpenAIFormat.self, &context, into: &record)
    case .anthropic: return try view.read(AnthropicFormat.self, &context, into: &record)
    case .auto:
      for format in Format.detectionOrder where format.recognizes(view) {
        return try format.read(view, &context, into: &record)
      }
      throw .unknownFormat
    }
  }
}

/// A record's values with every format's places in them.
struct FormatView {
  let fields: RecordFields
  /// By `Format.rawValue`: where the format's places begin in `places`.
  let starts: UnsafePointer<Int>
  let places: UnsafePointer<UInt16>

  @inline(__always)
  private func reader<F: LogFormat>(_ type: F.Type, _ format: Format) -> FieldReader<F.Field> {
    FieldReader(fields: fields, places: places + starts[Int(format.rawValue)])
  }

  @inline(__always)
  func isDecided<F: LogFormat>(_ type: F.Type, alone: Bool) -> Bool {
    F.isDecided(reader(type, F.format), alone: alone)
  }

  @inline(__always)
  func recognizes<F: LogFormat>(_ type: F.Type) -> Bool { F.recognizes(reader(type, F.format)) }

  @inline(__always)
  func read<F: LogFormat>(
    _ type: F.Type, _ context: inout FileContext, into record: inout UsageRecord
  ) throws(Rejection) -> Bool {
    try F.read(reader(type, F.format), &context, into: &record)
  }

  /// By a source's own mapping, whose places are the first and only ones.
  func read(_ mapping: FieldMapping, into record: inout UsageRecord) throws(Rejection) -> Bool {
    try mapping.read(FieldReader(fields: fields, places: places + starts[0]), into: &record)
  }
}
