// A person's `accept`: what a spike rule alerts of is the new normal.
extension Engine {
  mutating func accept(_ rule: String, _ asked: Subject, why: String, by: String) -> OperatorReply {
    func refuse(_ line: String) -> OperatorReply { OperatorReply(changed: false, lines: [line]) }
    guard let index = rules.rules.firstIndex(where: { $0.name == rule }) else {
      return refuse("there is no rule '\(rule)'")
    }
    let per = rules.rules[index].per
    guard case .spike(let spike) = rules.rules[index].kind else {
      return refuse("rule \(rule) learns nothing: raise its limit, or write one under 'overrides'")
    }
    guard asked.per == per else {
      return refuse("rule \(rule) counts per \(per.name), and \(asked.text) is none")
    }
    let subject = known(asked)
    guard let series = intake.names.number(of: subject),
      let step = spikes.accept(index, series, at: time, rules.hours, spike)
    else { return refuse("rule \(rule) does not fire for \(subject.text): there is nothing to accept") }
    let accepted = Acceptance(
      at: time, by: by, why: why, step: step,
      after: Birth(sequence: sequence + 1, events: journal.count))
    let name = AcceptedSubject(rule: rule, per: per, series: series)
    accepts[name] = accepted
    changed.rows.append(accepted.row(name))
    changed.touch(spikes.page(index, series), sequence: sequence + 1)
    let key = AlertKey(rule: index, series: series)
    let note = "accepted as the new normal by \(by)" + (why.isEmpty ? "" : ": \(why)")
    let wasTold = alerts[key].map { $0.told > 0 } ?? false
    let halted = alerts[key]?.halted
    lift(key, note)
    resolve(key, note)
    // The audit has it in any case.
    if !wasTold { decisions.append(personal(.resolve, subject, by: by, note: "rule \(rule): \(note)")) }
    var lines = [
      "\(subject.text): rule \(rule) takes \(step.text) for the new normal"
    ]
    if let halted { lines.append("lifted the halt of \(halted.text) by rule \(rule)") }
    return OperatorReply(changed: true, lines: lines)
  }

  /// What was accepted of a rule's subjects, the latest first.
  func accepted(_ rule: Rule) -> [(subject: Subject, acceptance: Acceptance)] {
    accepts.filter { $0.key.rule == rule.name && $0.key.per == rule.per }
      .sorted { ($1.value.at, $0.key.series) < ($0.value.at, $1.key.series) }
      .map { (intake.names.subject($0.key.per, $0.key.series), $0.value) }
  }

  /// Of rules that are gone nothing is kept.
  mutating func forgetAccepts() {
    for name in accepts.keys
    where !rules.rules.contains(where: { $0.name == name.rule && $0.per == name.per }) {
      accepts[name] = nil
      changed.rows.append(
        StateRow(kind: StateRow.Kind.accept.rawValue, key: name.encoded, value: nil))
    }
  }

  // MARK: Restart

  mutating func restoreAccept(_ row: StateRow) throws(EngineError) {
    guard let value = row.value else { return }
    guard let name = AcceptedSubject(row.key), let accepted = Acceptance(value),
      name.series < intake.names.count(of: name.per)
    else { throw .damagedState("a row of what was accepted cannot be read") }
    accepts[name] = accepted
  }

  /// Repeats an `accept` that came before the event, where the subject's page is older than it.
  mutating func repeatAccept(
    _ rule: Int, _ series: SeriesID, _ spike: SpikeRule, before event: Int, of batch: Int64
  ) {
    guard !accepts.isEmpty else { return }
    let name = AcceptedSubject(rule: rules.rules[rule].name, per: rules.rules[rule].per, series: series)
    guard let accepted = accepts[name], !repeated.contains(name),
      !accepted.after.isAfter(event: event, of: batch)
    else { return }
    repeated.insert(name)
    if spikes.holds(rule, series, accepted.after.sequence) { return }
    _ = spikes.accept(rule, series, at: accepted.at, rules.hours, spike)
    changed.touch(spikes.page(rule, series), sequence: batch)
  }

  /// Those that came after the last event.
  mutating func repeatAccepts() {
    for (name, _) in accepts.sorted(by: { $0.key.encoded.lexicographicallyPrecedes($1.key.encoded) }) {
      guard let rule = rules.rules.firstIndex(where: { $0.name == name.rule && $0.per == name.per }),
        case .spike(let spike) = rules.rules[rule].kind
      else { continue }
      repeatAccept(rule, name.series, spike, before: .max, of: .max)
    }
    repeated.removeAll()
    forgetAccepts()
  }
}
