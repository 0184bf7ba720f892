import SpendEngine

/// Decisions as a test lists them, so that what was decided can be copied into it.
struct DecisionYAML {
  let start: EngineTime

  /// `{at: 40m, decision: alert, rule: key-daily-cap, key: ci-bot, level: 50%, value: 12.50}`
  func text(_ decision: Decision) -> String {
    var parts = [("at", TestTime.text(decision.at, from: start)), ("decision", decision.kind.rawValue)]
    parts.append(("rule", decision.rule))
    parts += zip(decision.subject.per.dimensions, decision.subject.names).map { ($0.name, $1) }
    if decision.kind == .alert, decision.rule != Decision.brake {
      parts.append(("level", decision.level.name))
    }
    if decision.rule != Decision.brake {
      parts.append(("value", DecisionYAML.amount(decision.value, decision.metric)))
    }
    if decision.kind == .halt, let target = decision.target, target != decision.subject {
      parts.append(("target", target.haltedText))
    }
    if decision.mode == .shadow { parts.append(("mode", decision.mode.name)) }
    if decision.isHeld { parts.append(("held", "true")) }
    return DecisionYAML.map(parts)
  }

  /// With what is asked of it.
  func text(_ expected: ExpectedDecision, _ metric: Metric) -> String {
    var parts: [(String, String)] = []
    if let at = expected.at { parts.append(("at", TestTime.text(at, from: start))) }
    parts.append(("decision", expected.kind.rawValue))
    if let rule = expected.rule { parts.append(("rule", rule)) }
    for dimension in Dimension.allCases {
      if let name = expected.subject.names[dimension] { parts.append((dimension.name, name)) }
    }
    if let level = expected.level { parts.append(("level", level)) }
    if let value = expected.value { parts.append(("value", DecisionYAML.amount(value, metric))) }
    if let limit = expected.limit { parts.append(("limit", DecisionYAML.amount(limit, metric))) }
    if let target = expected.target { parts.append(("target", target.text)) }
    if let mode = expected.mode { parts.append(("mode", mode.name)) }
    if let isHeld = expected.isHeld { parts.append(("held", String(isHeld))) }
    return DecisionYAML.map(parts)
  }

  /// `12.50` USD, a share of `0.25`, or `8192`.
  static func amount(_ value: Int64, _ metric: Metric) -> String {
    guard metric.isDecimal else { return String(value) }
    let text = NanoUSD(rawValue: value).decimal
    guard let point = text.firstIndex(of: ".") else { return text + ".00" }
    return text.distance(from: point, to: text.endIndex) < 3 ? text + "0" : text
  }

  private static func map(_ parts: [(String, String)]) -> String {
    "{" + parts.map { "\($0): \(scalar($1))" }.joined(separator: ", ") + "}"
  }

  /// A value within `{}` or `[]`: quoted where YAML would read something else, or stop early.
  static func scalar(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy { scalar in
      scalar.value < 0x80
        && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || "._/@+-()% ".unicodeScalars.contains(scalar))
    }
    let isSafeAtEnds = !(text.first.map { "%@+- ".contains($0) } ?? true) && text.last != " "
    let isNull = ["null", "Null", "NULL"].contains(text)
    return isPlain && isSafeAtEnds && !isNull ? text : YAMLText.quoted(text)
  }
}

extension Metric {
  /// Whether its unit is a billionth: it is written with decimals then, else as a whole number.
  var isDecimal: Bool {
    switch self {
    case .spend, .errorRatio: true
    case .requests, .tokens, .inputTokens, .outputTokens, .errors, .maxTokens, .attempts: false
    }
  }
}
