package import SpendEngine

/// What people read of one alert, halt, resume or resolve. Plain text with names as logged: escape it for where it goes
/// (`SlackText`, `printable`).
package struct AlertText: Sendable, Hashable {
  /// One line: `84 % of $25.00 used today by key ci-bot`
  package var title: String
  /// One fact a line.
  package var lines: [String]
  /// The command that lifts the halt, or imposes one that the brake holds; nil where there is nothing to lift.
  package var command: String?

  /// - Parameters:
  ///   - halt: the halt that goes with an alert at the limit.
  ///   - isLifted: a resolve with which a halt was lifted.
  ///   - timeZone: the rules' time zone (IANA).
  package init(_ decision: Decision, halt: Decision? = nil, isLifted: Bool = false, timeZone: String) {
    lines = []
    if decision.rule == Decision.brake {
      let isOver = decision.kind == .resolve
      title = isOver ? "The brake holds no halts any more" : "The brake holds new halts: a person is needed"
      addNote(decision)
      if !isOver { lines.append("See what waits: spendfuse status. Halt by hand what must not go on.") }
      return
    }
    switch decision.kind {
    case .alert, .halt:
      let halt = decision.kind == .halt ? decision : halt
      title = Self.title(decision, halt: halt)
      addNote(decision)
      addHalt(decision, halt, timeZone)
    case .resolve:
      title = "Resolved: \(SubjectText.noun(decision.subject)), rule \(decision.rule)"
      addNote(decision)
      if isLifted {
        lines.append(
          "\(Self.capitalised(SubjectText.noun(decision.target ?? decision.subject))) may spend again.")
      }
    case .resume:
      title = "\(Self.capitalised(SubjectText.noun(decision.target ?? decision.subject))) may spend again"
      addNote(decision)
    }
    if decision.rule != Decision.person { addRule(decision, timeZone) }
  }

  /// `84 % of $25.00 used today by key ci-bot`. Per cent of a share would be no share of anything, and a call is no part of its ceiling.
  package static func usage(_ decision: Decision) -> String {
    guard decision.isPartOfLimit, let percent = decision.value.percent(of: decision.limit) else {
      return decision.account
    }
    let limit = decision.metric.text(decision.limit)
    return
      "\(percent.grouped) % of \(limit) \(decision.window.used(decision.metric)) \(decision.subject.by)"
  }

  private static func title(_ decision: Decision, halt: Decision?) -> String {
    // A person's halt has no limit.
    if decision.limit <= 0 {
      return "\(capitalised(SubjectText.noun(decision.target ?? decision.subject))) halted"
    }
    guard let halt, !halt.isHeld else { return usage(decision) }
    let target = halt.target ?? decision.subject
    // What says more than a share of a limit has a colon of its own.
    return usage(decision) + (decision.isPartOfLimit ? ": " : ", ")
      + (target == decision.subject ? "halted" : "\(SubjectText.noun(target)) halted")
  }

  private mutating func addNote(_ decision: Decision) {
    if !decision.note.isEmpty { lines.append(String(decision.note.prefix(500))) }
  }

  private mutating func addHalt(_ decision: Decision, _ halt: Decision?, _ timeZone: String) {
    if let model = decision.guessedModel ?? halt?.guessedModel {
      lines.append(
        "No price is known for model \(Subject.cut(model)): the dearest price stood in for it. Give it one in rules.yaml, USD per "
          + "million tokens: \(PriceOverride.example(for: model))")
    }
    if let call = decision.call ?? halt?.call, let line = Self.text(of: call, decision.subject) {
      lines.append(line)
    }
    if decision.baseline != nil {
      lines.append("It counts as a spike from \(decision.metric.text(decision.limit)) on.")
    }
    if decision.isPartOfLimit {
      let used = decision.metric.text(decision.value)
      let limit = decision.metric.text(decision.limit)
      let rest = decision.limit.subtractingSaturating(decision.value)
      let distance = decision.metric.text(rest > 0 ? rest : Int64(0).subtractingSaturating(rest))
      lines.append("\(used) of \(limit): \(distance) \(rest > 0 ? "left" : "past the limit").")
    }
    let target = halt?.target ?? decision.target ?? decision.subject
    if decision.isHeld || halt?.isHeld == true {
      lines.append("Not halted: the brake holds it, since too many halts came at once. A person must decide.")
      command = SubjectText.haltCommand(target)
    } else if let halt {
      let end = HaltEndText.text(
        until: halt.haltUntil ?? decision.haltUntil, end: halt.haltEnd?.name, timeZone: timeZone)
      lines.append(
        "\(Self.capitalised(SubjectText.noun(target))) is halted \(end). Calls in flight still go through.")
      command = SubjectText.resumeCommand(target)
    } else if decision.level == .firing {
      lines.append("Nobody is halted (mode \(decision.mode.name)).")
    }
  }

  private mutating func addRule(_ decision: Decision, _ timeZone: String) {
    var line = "Rule \(decision.rule), window \(decision.window.name), mode \(decision.mode.name)"
    if decision.kind == .alert || decision.kind == .halt, let end = decision.windowEnd, end != .distantFuture
    {
      line += "; resets \(TimeText.people(end, timeZone: timeZone))"
    }
    lines.append(line + ".")
  }

  /// `The call: model gpt-5, task t1.`: what its subject does not say already; nil where that is all.
  private static func text(of call: Decision.Call, _ subject: Subject) -> String? {
    let names: [(Dimension, String)] = [(.model, call.model), (.key, call.key), (.task, call.task)]
    let others = names.filter { !$0.1.isEmpty && !subject.per.contains(Per($0.0)) }
    if others.isEmpty { return nil }
    return "The call: \(others.map { "\($0.0.name) \(Subject.cut($0.1))" }.joined(separator: ", "))."
  }

  static func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}

extension Decision {
  /// Whether its value is a part of its limit, so that per cent and a distance between them mean something.
  var isPartOfLimit: Bool {
    if baseline != nil { return false }
    return switch metric {
    case .errorRatio, .maxTokens: false
    case .spend, .requests, .tokens, .inputTokens, .outputTokens, .errors, .attempts:
      limit > 0 && window != .request
    }
  }
}
