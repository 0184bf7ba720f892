import SpendEngine

/// What a record may say of a call beside its time, tokens and cost, and some rules need.
enum RecordPart: Hashable {
  case name(Dimension)
  /// Failed attempts.
  case errors
  /// The request's own ceiling.
  case maxTokens

  static let all = Set(Dimension.allCases.map(RecordPart.name) + [.errors, .maxTokens])
}

extension Format {
  /// What its records can say; a rule that needs more never sees it.
  var parts: Set<RecordPart> {
    switch self {
    case .auto, .spendfuse, .litellm: RecordPart.all
    case .claudeCode, .codex: [.name(.task), .name(.model), .errors]
    case .openai: [.name(.task), .name(.model), .name(.user), .errors, .maxTokens]
    case .anthropic: [.name(.model), .errors]
    }
  }
}

extension RecordLayout {
  /// Whether its records may say what a call cost.
  var logsCosts: Bool {
    if let fields { return [.costUSD, .costCents, .costMicroUSD].contains { fields.has($0) } }
    return format != .codex && format != .anthropic
  }
}

extension FieldMapping {
  var parts: Set<RecordPart> {
    let all: [(Target, RecordPart)] = [
      (.key, .name(.key)), (.task, .name(.task)), (.model, .name(.model)), (.user, .name(.user)),
      (.team, .name(.team)), (.status, .errors), (.maxTokens, .maxTokens),
    ]
    return Set(all.filter { has($0.0) }.map(\.1))
  }
}

extension RecordLayout {
  var parts: Set<RecordPart> { fields?.parts ?? format.parts }
}

/// What all sources together can say.
struct SourceReach {
  private let parts: Set<RecordPart>
  /// `claude-code and codex`
  private let formats: String
  private let logsCosts: Bool

  init(_ sources: [Source]) {
    var names: [String] = []
    for source in sources where !names.contains(source.layout.name) { names.append(source.layout.name) }
    self.init(
      parts: sources.reduce(into: []) { $0.formUnion($1.layout.parts) }, formats: names,
      logsCosts: sources.contains(where: \.layout.logsCosts))
  }

  init(parts: Set<RecordPart>, formats: [String], logsCosts: Bool = true) {
    self.logsCosts = logsCosts
    self.parts = parts
    self.formats =
      formats.count < 2
      ? formats.joined() : formats.dropLast().joined(separator: ", ") + " and \(formats.last ?? "")"
  }

  func problems(_ rule: Rule) -> [SettingProblem] {
    if let problem = metric(rule.metric) { return [problem] }
    var problems: [SettingProblem] = []
    let missing = rule.window == .request ? [] : rule.per.dimensions.filter { !parts.contains(.name($0)) }
    if !missing.isEmpty {
      let names = missing.map(\.name).joined(separator: " and no ")
      let halted = missing.contains { rule.enforcedHalt?.per == Per($0) }
      problems.append(
        .advice(
          "per",
          "records of \(formats) have no \(names): every call counts as '\(Subject.none)'"
            + (halted ? ", which cannot be halted" : ""),
          hint: "they have: \(known)"))
    } else if let halt = rule.enforcedHalt, let dimension = halt.per.dimensions.first,
      !parts.contains(.name(dimension))
    {
      problems.append(
        .advice(
          "halt", "records of \(formats) have no \(dimension.name): nobody would be halted",
          hint: halt == .key ? "write 'halt: task' or 'halt: global'" : "write 'halt: key' or 'halt: global'")
      )
    }
    return problems
  }

  private func metric(_ metric: Metric) -> SettingProblem? {
    switch metric {
    case .errors, .errorRatio:
      if parts.contains(.errors) { return nil }
      return .advice(
        "metric", "records of \(formats) say nothing of failed calls: this never fires",
        hint: "count requests, spend or tokens")
    case .maxTokens:
      if parts.contains(.maxTokens) { return nil }
      return .advice(
        "metric", "records of \(formats) do not say what a request asked for: this never fires",
        hint: "write 'metric: output_tokens'")
    case .priceDrift:
      if logsCosts { return nil }
      return .advice(
        "price_drift", "records of \(formats) do not say what a call cost: this never fires",
        hint: "it compares costs that a gateway logs with the price table")
    case .spend, .requests, .tokens, .inputTokens, .outputTokens, .attempts, .compared, .logged,
      .listed:
      return nil
    }
  }

  private var known: String {
    Dimension.allCases.filter { parts.contains(.name($0)) }.map(\.name).joined(separator: ", ")
  }
}
