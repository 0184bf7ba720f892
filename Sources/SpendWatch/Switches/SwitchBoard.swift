package import SpendEngine

/// The wanted halts, and every switch as a projection of them: asserted, read back, mended. Confined to the halts thread; it waits for
/// switches, so nothing else may wait for it.
///
/// Call `assertAll` once at the start (it also takes away what is ours and no longer wanted, after a crash), then at least every 2 s, and
/// `apply` as intents come.
package final class SwitchBoard {
  private var projections: [SwitchProjection]
  /// Of an earlier configuration: not let go before the present ones work.
  private var leaving: [SwitchProjection] = []
  /// Alarms of switches that nobody looks at any more.
  private var forsaken: [Alarm]
  private let writer: String
  /// What is ours, was not written by this process and is not wanted stays, unless an intent lifts it by name.
  package var keepsStrays: Bool
  private var wanted: [Subject: HaltIntent.Shown] = [:]
  /// Who is behind a name: more than one where keys share an alias.
  private var holders: [SwitchName: [Subject]] = [:]
  private var marks: [SwitchName: SwitchProjection.Mark] = [:]
  /// No halt ends before it.
  private var nextEnd = EngineTime.distantFuture

  /// - Parameters:
  ///   - writer: the state's id: what carries it in a switch is ours, in this process or an earlier one.
  ///   - wanted: everything that is halted now. It must be complete: what is ours in a switch and not in here is removed.
  ///   - keepsStrays: but not yet.
  ///   - told: alarms of an earlier run that are not over.
  package init(
    _ switches: [Switch], writer: String, wanted: [HaltIntent] = [], keepsStrays: Bool = false,
    told: [Alarm] = []
  ) {
    self.keepsStrays = keepsStrays
    projections = switches.map { SwitchProjection($0, writer: writer, told: told) }
    let labels = Set(projections.map(\.health.label))
    forsaken = told.filter { $0.kind == .switchFailing && !labels.contains($0.subject) }
    self.writer = writer
    for intent in wanted { _ = take(intent) }
  }

  /// Halts, changes or lifts, on every switch that is well; the others follow when they are. Intents whose subject cannot be halted
  /// (`SwitchName.names`) are kept out.
  package func apply(_ intents: [HaltIntent], now: EngineTime) {
    var seen: Set<SwitchName> = []
    var names: [SwitchName] = []
    for intent in intents {
      for name in take(intent) where seen.insert(name).inserted { names.append(name) }
    }
    names += expire(now).filter { seen.insert($0).inserted }
    guard !names.isEmpty else { return }
    // Those that fail last: they may take seconds.
    for projection in (projections + leaving).sorted(by: { !$0.isFailing && $1.isFailing }) {
      projection.apply(names, marks, now: now)
    }
  }

  /// Reads every switch back and mends what is missing, altered, or ours and not wanted. Halts whose end is past are dropped.
  package func assertAll(now: EngineTime) {
    _ = expire(now)
    for projection in (projections + leaving).sorted(by: { !$0.isFailing && $1.isFailing }) {
      projection.assertAll(marks, now: now, keepsStrays: keepsStrays)
    }
    release(now: now)
  }

  /// A person's resume names `subject`: takes away what others wrote about it. Ours stay until an intent lifts them.
  package func liftForeign(_ subject: Subject, now: EngineTime) -> ForeignLift {
    var lift = ForeignLift(subject: subject)
    for projection in projections {
      do throws(SwitchFailure) {
        lift.count += try projection.liftForeign(subject, now: now)
      } catch {
        lift.failures.append("\(projection.health.label): \(error.text)")
      }
    }
    return lift
  }

  /// The switches of a new configuration. One that stays keeps its connection. One that goes is kept up until the new ones show what is
  /// wanted: a wrong password must let nobody go. Then ours are taken away there, if it answers, unless a new one is the same place.
  package func reconfigure(_ switches: [Switch], now: EngineTime) {
    let old = projections + leaving
    projections = switches.map { kind in
      old.first { $0.kind == kind } ?? SwitchProjection(kind, writer: writer)
    }
    leaving = old.filter { !switches.contains($0.kind) }
    forsaken += leaving.compactMap { $0.forsake(now: now) }
    assertAll(now: now)
  }

  /// Lets go of the switches that leave, once the others do their work.
  private func release(now: EngineTime) {
    guard !leaving.isEmpty, isHealthy else { return }
    let gone = leaving.filter { old in !projections.contains { $0.isSamePlace(as: old) } }
    leaving.removeAll()
    for projection in gone { projection.clear(now: now) }
    // Two names of one place (a host and its address) are two places to us: then what was cleared is back at once.
    for projection in projections where !gone.isEmpty {
      projection.assertAll(marks, now: now, keepsStrays: keepsStrays)
    }
  }

  /// Whether every switch shows what is wanted, as far as is known.
  package var isHealthy: Bool { projections.allSatisfy { !$0.isFailing } }

  /// Switches that have failed for 5 s, and those that are well again: each said once.
  package func takeAlarms(now: EngineTime) -> [Alarm] {
    defer { forsaken.removeAll() }
    return forsaken.map { $0.over(at: now, isWatched: false) }
      + projections.compactMap { $0.takeAlarm(now: now) }
  }

  package func status(now: EngineTime) -> SwitchBoardStatus {
    var confirmed: [Subject: EngineTime] = [:]
    var unconfirmed: Set<Subject> = []
    for (name, subjects) in holders where !projections.isEmpty {
      // In every switch, under every name.
      let times = projections.compactMap { $0.confirmed[name] }
      for subject in subjects {
        if times.count < projections.count {
          unconfirmed.insert(subject)
        } else if let time = times.min() {
          confirmed[subject] = min(confirmed[subject] ?? time, time)
        }
      }
    }
    for subject in unconfirmed { confirmed[subject] = nil }
    return SwitchBoardStatus(
      time: now, switches: projections.map { $0.status(wanted: marks) }, confirmed: confirmed)
  }

  /// The names whose marks may have changed.
  private func take(_ intent: HaltIntent) -> [SwitchName] {
    // The stored subject may carry an older alias, which equality does not see.
    // One that is not wanted may stand there all the same, written by an earlier process: an intent names it, so it is looked at.
    let old = SwitchName.names(
      of: wanted.index(forKey: intent.subject).map { wanted[$0].key } ?? intent.subject)
    let new = intent.shown == nil ? [] : SwitchName.names(of: intent.subject)
    wanted[intent.subject] = nil
    if let shown = intent.shown, !new.isEmpty {
      wanted[intent.subject] = shown
      nextEnd = min(nextEnd, shown.until ?? .distantFuture)
    }
    for name in old { holders[name]?.removeAll { $0 == intent.subject } }
    for name in new { holders[name, default: []].append(intent.subject) }
    for name in Set(old + new) { remake(name) }
    return new + old.filter { !new.contains($0) }
  }

  /// What is wanted under `name`: the union of its holders' halts.
  private func remake(_ name: SwitchName) {
    var mark: SwitchProjection.Mark?
    for subject in holders[name] ?? [] {
      guard let shown = wanted[subject] else { continue }
      guard var both = mark else {
        mark = SwitchProjection.Mark(subject: subject, shown: shown)
        continue
      }
      both.shown.origins += shown.origins.filter { !both.shown.origins.contains($0) }
      both.shown.since = min(both.shown.since, shown.since)
      both.shown.until = both.shown.until.flatMap { end in shown.until.map { max(end, $0) } }
      mark = both
    }
    marks[name] = mark
    if mark == nil { holders[name] = nil }
  }

  /// Drops what has ended: it must not be asserted again. Returns the names.
  private func expire(_ now: EngineTime) -> [SwitchName] {
    guard nextEnd <= now else { return [] }
    let names = wanted.filter { $0.value.until.map { $0 <= now } ?? false }.flatMap {
      take(HaltIntent(subject: $0.key, shown: nil))
    }
    nextEnd = wanted.values.compactMap(\.until).min() ?? .distantFuture
    return names
  }
}

/// What became of the halts that others wrote about a subject.
package struct ForeignLift: Sendable {
  let subject: Subject
  /// Taken away.
  var count = 0
  /// A line for each switch that failed.
  var failures: [String] = []

  /// For the person who resumed; empty where there were none.
  var lines: [String] {
    (count > 0
      ? [
        "took away \(count) halt\(count == 1 ? "" : "s") of \(subject.text) that somebody else had set in the kill switches"
      ] : [])
      + failures
  }
}
