package import SpendEngine

extension AlertText {
  /// One text for several alerts, or several resolves or resumes, of one rule: how many, the five that are furthest, how many more.
  /// - Parameters:
  ///   - decisions: at least one; of one rule and one kind (an alert and a halt being one).
  ///   - halted: who of `decisions` was halted.
  package init(digest decisions: [Decision], halted: Set<Subject>, timeZone: String) {
    lines = []
    guard let first = decisions.first else {
      title = ""
      return
    }
    let many = SubjectText.plural(decisions.count, first.subject.per)
    let rule = "(rule \(first.rule))"
    let catchingUp = first.isDigest ? " while catching up" : ""
    switch first.kind {
    case .alert, .halt:
      title = "\(many) \(Self.overWhat(decisions, first)) \(rule)\(catchingUp)"
      if !halted.isEmpty { lines.append("\(halted.count) of them halted.") }
    case .resolve: title = "\(many) resolved \(rule)\(catchingUp)"
    case .resume: title = "\(many) may spend again \(rule)\(catchingUp)"
    }
    let order = decisions.sorted { Self.share($0) > Self.share($1) }
    for decision in order.prefix(Self.top) {
      lines.append(Self.entry(decision, halted.contains(decision.subject)))
    }
    if order.count > Self.top { lines.append("and \(order.count - Self.top) more") }
    if first.kind == .alert || first.kind == .halt, let end = first.windowEnd, end != .distantFuture {
      lines.append("The window (\(first.window.name)) resets \(TimeText.people(end, timeZone: timeZone)).")
    }
    command = halted.isEmpty ? nil : SubjectText.resumeCommand(rule: first.rule)
  }

  /// How many are named.
  static let top = 5

  /// `over 80 % of $25.00`, `over their limits`
  private static func overWhat(_ decisions: [Decision], _ first: Decision) -> String {
    let limits = Set(decisions.map(\.limit))
    let limit = limits.count == 1 ? first.metric.text(first.limit) : nil
    switch first.metric {
    case _ where first.baseline != nil: return "spending far more than usual"
    case .maxTokens: return "asked for more than \(limit ?? "their limits"), or set no max_tokens"
    case _ where first.window == .request: return "made calls over \(limit ?? "their limits")"
    default: break
    }
    // The lowest step is what all of them are over.
    let level = decisions.map(percent).min() ?? 100
    guard first.metric == .errorRatio else {
      return "over \(level < 100 ? "\(level) % of " : "")\(limit ?? "their limits")"
    }
    return
      "\(level < 100 ? "near or over" : "over") \(limit.map { "\($0) errors" } ?? "their limits of errors")"
  }

  private static func entry(_ decision: Decision, _ isHalted: Bool) -> String {
    let noun = SubjectText.noun(decision.subject)
    switch decision.kind {
    case .resolve, .resume: return decision.note.isEmpty ? noun : "\(noun): \(decision.note.prefix(200))"
    case .alert, .halt:
      let guess = decision.guessedModel == nil ? "" : ", price guessed"
      return "\(noun): \(amount(decision))\(isHalted ? ", halted" : "")\(guess)"
    }
  }

  /// `120 % ($0.60 of $0.50)`, `34.2 % errors`, `no max_tokens`
  private static func amount(_ decision: Decision) -> String {
    let used = decision.metric.text(decision.value)
    let limit = decision.metric.text(decision.limit)
    if let usual = decision.baseline { return "\(used) (usually \(decision.metric.text(usual)))" }
    switch decision.metric {
    case .errorRatio: return "\(used) errors (limit \(limit))"
    case .maxTokens: return decision.value < 0 ? used : "max_tokens \(decision.value.grouped)"
    case _ where decision.window == .request: return "\(used) (limit \(limit))"
    default: return "\(share(decision).grouped) % (\(used) of \(limit))"
    }
  }

  private static func percent(_ decision: Decision) -> Int64 {
    if case .step(let percent) = decision.level { percent } else { 100 }
  }

  private static func share(_ decision: Decision) -> Int64 {
    decision.value.percent(of: decision.limit) ?? 0
  }
}
