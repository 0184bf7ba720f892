package import SpendEngine

extension Engine {
  /// A person's hand on the switch, and what else they may have meant where a name is none that is known.
  package mutating func performHinting(_ command: OperatorCommand) -> OperatorReply {
    // Asked before: what the command halts is known afterwards.
    let hint = hint(for: command)
    var reply = perform(command)
    reply.hint = hint
    switch command {
    case .halt(let subject, _, _, _), .resume(let subject, _, _, _, _): reply.subject = known(subject)
    case .resumeRule: break
    }
    return reply
  }

  private func hint(for command: OperatorCommand) -> String? {
    let names = ruleNames
    switch command {
    case .halt(let subject, _, _, _):
      guard subject.canBeHalted, subject.per != .global, !isKnown(subject), let near = near(subject) else {
        return nil
      }
      return
        "did you mean '\(near)'? Then also: \(SubjectText.resumeCommand(subject) ?? "")"
    case .resume(_, let rule?, _, _, _) where !names.contains(rule):
      return "there is no rule '\(rule)': \(Nearest.hint(to: rule, among: names))"
    case .resume(let subject, _, _, _, _):
      let halted = haltedSubjects
      return halted.contains(known(subject)) ? nil : haltedHint(subject, halted)
    case .resumeRule(let rule, _, _, _):
      guard !names.contains(rule) else { return nil }
      return Nearest.hint(to: rule, among: names)
    }
  }

  private func isKnown(_ subject: Subject) -> Bool { number(of: [subject]) != nil }

  /// The nearest name that was seen.
  private func near(_ subject: Subject) -> String? {
    guard let name = subject.names.first else { return nil }
    let alike = subjects(like: name, per: subject.per)
    return Nearest.meant(by: name, among: alike.flatMap { $0.names + [$0.alias].compactMap { $0 } })
  }

  private func haltedHint(_ subject: Subject, _ halted: [Subject]) -> String {
    guard !halted.isEmpty else { return "spendfuse halts nobody now" }
    let names = halted.filter { $0.per == subject.per }.flatMap { $0.names + [$0.alias].compactMap { $0 } }
    if let name = subject.names.first, let near = Nearest.meant(by: name, among: names) {
      return "\(subject.per.name) '\(near)' is halted: did you mean that?"
    }
    return "halted \(halted.count == 1 ? "is" : "are") \(Nearest.list(halted.map(SubjectText.noun), most: 5))"
  }
}

extension OperatorReply {
  /// Adds what was taken away of others' flags; of such a subject it is no news that no halt of ours stood.
  mutating func add(_ lift: ForeignLift) {
    if lift.count > 0 {
      if !changed, !lines.isEmpty { lines[0] = "no halt of \(lift.subject.text) is spendfuse's own" }
      (changed, hint) = (true, nil)
    }
    lines += lift.lines
  }

  /// All there is to say.
  package var told: [String] { lines + [hint].compactMap { $0 } }
}
