internal import SpendEngine

/// Whether the watcher sees what it is there to see. Pure: looks go in, alarms come out. The first look is what was there before.
package struct Blindness: Sendable {
  private let patience: Patience
  private var incidents: Incidents
  /// Told in an earlier run and not over: what they are about begins in trouble.
  private var restored: Set<Incidents.Key>

  /// Time that was watched (ms): what durations are measured in. A daemon that was stopped for an hour saw nothing stand still.
  private var now: Milliseconds = 0
  private var lastSteady: Milliseconds?

  private var handed = (count: 0, at: Milliseconds(0))
  private var batch: (number: Int, since: Milliseconds)?
  private var places: [FileID: (offset: Int64, since: Milliseconds)] = [:]
  private var sources: [String: SourceState] = [:]

  private struct SourceState {
    var read: Int64
    var quarantined: Int64
    /// When its last record came.
    var recordAt: Milliseconds
    var records: RecordWatch
    var loss = Mishap()
    var quarantine = Mishap()
  }

  /// Something that cannot be undone, remembered for a while.
  private struct Mishap {
    var lastAt: Milliseconds?
    var facts: [String] = []
  }

  /// - Parameter restored: alarms that an earlier run told and did not end.
  package init(_ patience: Patience = Patience(), restored: [Alarm] = []) {
    self.patience = patience
    incidents = Incidents(restored: restored)
    self.restored = Set(restored.map { Incidents.Key(kind: $0.kind, subject: $0.subject) })
  }

  /// What has been told and is not over.
  package var open: [Alarm] { incidents.open }

  /// What is to be told now.
  package mutating func take(_ look: Look) -> [Alarm] {
    now += max(0, min(patience.gap, look.steady - (lastSteady ?? look.steady)))
    lastSteady = look.steady
    if look.handed != handed.count { handed = (look.handed, now) }
    var conditions: [Incidents.Key: Incidents.Condition] = [:]
    judgeState(look, &conditions)
    let waiting = judgeFiles(look, &conditions)
    note(look)
    for (index, source) in look.sources.enumerated() {
      judge(source, isWaiting: waiting.contains(index), look, &conditions)
    }
    let subjects = Set(look.sources.map(\.pattern) + [""])
    return incidents.take(conditions, subjects: subjects, now: now, wall: look.wall, patience)
  }

  private mutating func judgeState(_ look: Look, _ found: inout [Incidents.Key: Incidents.Condition]) {
    if let number = look.oldestBatch {
      if batch?.number != number { batch = (number, now) }
    } else {
      batch = nil
    }
    let age = batch.map { now - $0.since } ?? 0
    // A disk that hangs gives no error, and one that fails nothing else.
    guard look.commitProblem != nil || age >= patience.unwritten / 2 else { return }
    let why = look.commitProblem ?? "the disk does not answer"
    found[Incidents.Key(kind: .stateUnwritten, subject: "")] = Incidents.Condition(facts: [why], age: age)
  }

  /// - Returns: sources with bytes to read.
  private mutating func judgeFiles(
    _ look: Look, _ found: inout [Incidents.Key: Incidents.Condition]
  ) -> Set<Int> {
    var waiting: Set<Int> = []
    var standing: [FileID: (offset: Int64, since: Milliseconds)] = [:]
    var stuck: [Int: [(file: UneasyFile, age: Milliseconds)]] = [:]
    var unreadable: [Int: [UneasyFile]] = [:]
    for file in look.files {
      let source = Int(file.source.rawValue)
      guard source < look.sources.count else { continue }
      waiting.insert(source)
      guard file.problem == nil, let id = file.file else {
        unreadable[source, default: []].append(file)
        continue
      }
      guard file.unread > 0 else { continue }
      var place = places[id] ?? (file.offset, now)
      if place.offset != file.offset { place = (file.offset, now) }
      standing[id] = place
      // It waits for its turn as long as the others go on.
      let age = now - (file.isBacklog ? max(place.since, handed.at) : place.since)
      let isStuck =
        file.isIncomplete
        ? age >= patience.incomplete && file.unread >= patience.incompleteBytes : age >= patience.stuck
      if isStuck { stuck[source, default: []].append((file, age)) }
    }
    places = standing
    for (source, files) in stuck {
      let facts = AlarmText.few(
        files.map { file, _ in
          "\(file.path): \(file.unread.grouped) bytes from \(file.offset.grouped) on"
            + (file.isIncomplete ? ", one record without an end" : "")
        })
      found[Incidents.Key(kind: .fileStuck, subject: look.sources[source].pattern)] = Incidents.Condition(
        facts: facts, age: files.map(\.age).max() ?? 0)
    }
    for (source, files) in unreadable {
      let facts = AlarmText.few(files.map { "\($0.path): \($0.problem ?? "cannot be opened")" })
      found[Incidents.Key(kind: .filesUnreadable, subject: look.sources[source].pattern)] =
        Incidents.Condition(facts: facts)
    }
    return waiting
  }

  /// Takes in what came since the last look; a source that is new is as it is.
  private mutating func note(_ look: Look) {
    var known: [String: SourceState] = [:]
    for source in look.sources {
      var state = sources[source.pattern] ?? begin(source)
      if source.piles.read != state.read { (state.read, state.recordAt) = (source.piles.read, now) }
      state.records.take(source.piles, now: now, patience)
      if source.piles.quarantined > state.quarantined {
        let count = source.piles.quarantined - state.quarantined
        state.quarantine = Mishap(
          lastAt: now, facts: ["\(count.grouped) record\(count == 1 ? " was" : "s were") not read"])
      }
      state.quarantined = source.piles.quarantined
      known[source.pattern] = state
    }
    for (source, losses) in Dictionary(grouping: look.losses, by: { Int($0.source.rawValue) }) {
      guard source < look.sources.count else { continue }
      let facts = AlarmText.few(losses.map { "\($0.path): at least \($0.bytes.grouped) bytes" })
      known[look.sources[source].pattern]?.loss = Mishap(lastAt: now, facts: facts)
    }
    sources = known
    restored.removeAll()
  }

  private func begin(_ source: WatchedSource) -> SourceState {
    func stands(_ kind: AlarmKind) -> Bool {
      restored.contains(Incidents.Key(kind: kind, subject: source.pattern))
    }
    let piles = source.piles
    var state = SourceState(
      read: piles.read, quarantined: piles.quarantined,
      recordAt: stands(.sourceSilent) ? now - (source.silence ?? 0) : now,
      records: RecordWatch(piles, now: now, isRefusing: stands(.recordsRefused)))
    if stands(.bytesLost) { state.loss.lastAt = now }
    if stands(.recordQuarantined) { state.quarantine.lastAt = now }
    return state
  }

  private func judge(
    _ source: WatchedSource, isWaiting: Bool, _ look: Look,
    _ found: inout [Incidents.Key: Incidents.Condition]
  ) {
    guard let state = sources[source.pattern] else { return }
    func add(_ kind: AlarmKind, _ facts: [String], age: Milliseconds = 0) {
      found[Incidents.Key(kind: kind, subject: source.pattern)] = Incidents.Condition(facts: facts, age: age)
    }
    for (kind, mishap) in [(AlarmKind.bytesLost, state.loss), (.recordQuarantined, state.quarantine)] {
      if let at = mishap.lastAt, now - at < patience.memory { add(kind, mishap.facts) }
    }
    // Of what is being caught up with only the end tells how things are.
    let stands = { (kind: AlarmKind) in incidents.isOpen(kind, source.pattern) }
    if let why = state.records.trouble(source.piles, patience),
      !look.isCatchingUp || stands(.recordsRefused)
    {
      add(.recordsRefused, [why])
    }
    // What is there and not read is no silence; but only a record ends one.
    if let silence = source.silence, stands(.sourceSilent) || !isWaiting && !look.isCatchingUp {
      let age = now - state.recordAt
      if age >= silence { add(.sourceSilent, ["none for \(TimeText.span(silence))"], age: age) }
    }
  }
}
