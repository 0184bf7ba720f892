import SpendEngine

/// The wanted halts as they stand in one switch: what we wrote there, what was confirmed, what is somebody else's.
/// It has no queue: whatever is wanted is compared with what is there, so after a failure the latest word wins by construction.
final class SwitchProjection {
  /// What to halt under one name.
  struct Mark: Hashable {
    var subject: Subject
    var shown: HaltIntent.Shown
  }

  let kind: Switch
  private let place: SwitchPlace
  private let writer: String
  private(set) var health: SwitchHealth
  /// Ours, as last written or confirmed.
  private var written: [SwitchName: (mark: Mark, text: WrittenReason)] = [:]
  private var foreign: [SwitchName: ForeignHalt] = [:]
  /// Ours, of an earlier process, not wanted, and kept for now: looked at again, since what is found is not found in every round.
  private var strays: Set<SwitchName> = []
  private(set) var confirmed: [SwitchName: EngineTime] = [:]
  private var lastTry = EngineTime.distantPast
  private var alarmedSince: EngineTime?

  private static let chunk = 256
  private static let mostForeign = 1_000
  /// A failing switch is not tried more often: a connection that hangs takes seconds, and other switches wait for it.
  private static let pause: Milliseconds = 500
  /// How long a switch may fail before people are told.
  private static let patience: Milliseconds = 5 * .second

  /// - Parameter told: alarms of an earlier run that are not over.
  init(_ kind: Switch, writer: String, told: [Alarm] = []) {
    self.kind = kind
    self.writer = writer
    place = SwitchPlace(kind)
    health = SwitchHealth(label: place.label)
    alarmedSince = told.first { $0.kind == .switchFailing && $0.subject == health.label }?.since
  }

  var isFailing: Bool { health.failingSince != nil }

  /// Whether both show their halts under the same names in the same place, whoever logs in.
  func isSamePlace(as other: SwitchProjection) -> Bool { place.identity == other.place.identity }

  /// Brings `names` to what `marks` say, in one round trip where that is a halt of ours; a failing switch is left to `assertAll`.
  func apply(_ names: [SwitchName], _ marks: [SwitchName: Mark], now: EngineTime) {
    if isFailing, now >= lastTry, now - lastTry < Self.pause { return }
    attempt(now) { () throws(SwitchFailure) in
      for part in Self.chunks(names) {
        let direct = part.filter { marks[$0] != nil && foreign[$0] == nil }
        try self.writeFirst(direct, marks, now)
        let rest = part.filter { marks[$0] == nil || foreign[$0] != nil }
        try self.reconcile(rest, marks, now)
      }
    }
  }

  /// Reads everything back and mends it.
  /// - Parameter keepsStrays: what an earlier process of ours wrote is left for now, wanted or not.
  func assertAll(_ marks: [SwitchName: Mark], now: EngineTime, keepsStrays: Bool = false) {
    attempt(now) { () throws(SwitchFailure) in
      // `global` is always looked at: a person's hand on the guide's key shows within one round.
      let names = Set(marks.keys).union(written.keys).union(foreign.keys).union(strays).union([.global])
      for part in Self.chunks(Array(names)) {
        try self.reconcile(part, marks, now, keepsStrays: keepsStrays)
      }
      let found = Set(try self.place.discover(now: now)).subtracting(names)
      for part in Self.chunks(Array(found)) {
        try self.reconcile(part, marks, now, keepsStrays: keepsStrays)
      }
    }
  }

  /// Takes away what somebody else wrote under `names` or about `subject`. Returns how many there were; a failure is thrown, and
  /// nothing is tried later.
  func liftForeign(_ subject: Subject, now: EngineTime) throws(SwitchFailure) -> Int {
    let known = foreign.values.filter { $0.subject == subject }.map(\.name)
    let names = Array(Set(SwitchName.names(of: subject) + known))
    var lifted = 0
    for (name, reading) in zip(names, try place.read(names, now: now)) {
      let step = SwitchStep(reading, wanted: nil, isKnown: written[name] != nil, writer: writer, now: now)
      guard step == .leave else { continue }
      try place.remove(name, reading)
      foreign[name] = nil
      lifted += 1
    }
    return lifted
  }

  /// Takes away everything that is ours: for a switch that leaves the configuration.
  func clear(now: EngineTime) {
    attempt(now) { () throws(SwitchFailure) in
      for part in Self.chunks(Array(written.keys)) { try self.reconcile(part, [:], now) }
    }
  }

  func status(wanted: [SwitchName: Mark]) -> SwitchHealth {
    var result = health
    result.foreign = foreign.values.sorted {
      ($0.name.kind.rawValue, $0.name.encoded) < ($1.name.kind.rawValue, $1.name.encoded)
    }
    let since = health.failingSince ?? .distantPast
    result.waiting = wanted.keys.count { (confirmed[$0] ?? .distantPast) <= since }
    return result
  }

  /// Said once when the switch has failed for 5 s, and once when it is over.
  func takeAlarm(now: EngineTime) -> Alarm? {
    if let since = health.failingSince {
      guard alarmedSince == nil, now - since >= Self.patience else { return nil }
      alarmedSince = since
      return alarm(since, now)
    }
    // One of an earlier run is over when the switch was found well in this one.
    guard let since = alarmedSince, health.lastGood != nil else { return nil }
    alarmedSince = nil
    return alarm(since, now).over(at: now)
  }

  /// It is no switch of ours any more: its alarm is not over, and ends; nil where there is none.
  func forsake(now: EngineTime) -> Alarm? {
    defer { alarmedSince = nil }
    return alarmedSince.map { alarm($0, now) }
  }

  private func alarm(_ since: EngineTime, _ now: EngineTime) -> Alarm {
    Alarm(.switchFailing, health.label, since: since, at: now, facts: [health.lastError])
  }

  private func attempt(_ now: EngineTime, _ body: () throws(SwitchFailure) -> Void) {
    lastTry = now
    do throws(SwitchFailure) {
      try body()
      health.failingSince = nil
      health.lastGood = now
    } catch {
      if health.failingSince == nil { health.failingSince = now }
      health.lastError = error.text
    }
  }

  private func text(_ name: SwitchName, _ mark: Mark) -> WrittenReason {
    if let known = written[name], known.mark == mark { return known.text }
    return WrittenReason(
      HaltReason(mark.subject, mark.shown, writer: writer, hidesAmounts: place.hidesAmounts))
  }

  /// Writes without reading first where the switch tells what it overwrote; another's halt is put back at once.
  private func writeFirst(_ names: [SwitchName], _ marks: [SwitchName: Mark], _ now: EngineTime)
    throws(SwitchFailure)
  {
    guard case .redis = place else { return try reconcile(names, marks, now) }
    let wanted = names.compactMap { name in marks[name].map { (name: name, text: text(name, $0)) } }
    guard let before = try place.write(wanted, now: now) else { return }
    for ((name, text), reading) in zip(wanted, before) {
      let step = SwitchStep(reading, wanted: text, isKnown: written[name] != nil, writer: writer, now: now)
      if step == .leave { try place.restore(name, reading) }
      settle(name, step, reading, marks[name], text, now)
    }
  }

  private func reconcile(
    _ names: [SwitchName], _ marks: [SwitchName: Mark], _ now: EngineTime, keepsStrays: Bool = false
  ) throws(SwitchFailure) {
    let readings = try place.read(names, now: now)
    var writes: [(name: SwitchName, text: WrittenReason)] = []
    var steps: [(SwitchName, SwitchStep, SwitchReading, WrittenReason?)] = []
    for (name, reading) in zip(names, readings) {
      let wanted = marks[name].map { text(name, $0) }
      let step = SwitchStep(reading, wanted: wanted, isKnown: written[name] != nil, writer: writer, now: now)
      if step == .write, let wanted { writes.append((name, wanted)) }
      steps.append((name, step, reading, wanted))
    }
    _ = try place.write(writes, now: now)
    for (name, step, reading, wanted) in steps {
      if keepsStrays, step == .remove, written[name] == nil {
        strays.insert(name)
        continue
      }
      strays.remove(name)
      if step == .remove { try place.remove(name, reading) }
      settle(name, step, reading, marks[name], wanted, now)
    }
  }

  private func settle(
    _ name: SwitchName, _ step: SwitchStep, _ reading: SwitchReading, _ mark: Mark?, _ text: WrittenReason?,
    _ now: EngineTime
  ) {
    // It was there as we want it, and is not any more.
    if step == .write, let text, written[name]?.text == text { health.repairs += 1 }
    if step == .write || step == .keep, let mark, let text {
      written[name] = (mark, text)
    } else {
      written[name] = nil
    }
    confirmed[name] = mark == nil ? nil : now
    foreign[name] = nil
    if step == .leave, foreign.count < Self.mostForeign { foreign[name] = ForeignHalt(name, reading) }
  }

  private static func chunks(_ names: [SwitchName]) -> [[SwitchName]] {
    stride(from: 0, to: names.count, by: chunk).map { Array(names[$0..<min($0 + chunk, names.count)]) }
  }
}
