/// Every halt that stands, by subject and origin; who waits for the brake, in order; and what has changed since the switches and the state
/// last asked.
struct HaltTable: Sendable {
  private var halts: [Subject: [HaltOrigin: Halt]] = [:]
  /// Who waits for the brake.
  var held = HeldQueue()
  private var changedSubjects: [Subject] = []
  private var changedRows: [StateRow] = []

  /// All of them, in a stable order.
  var all: [Halt] {
    halts.values.flatMap(\.values).sorted {
      ($0.since, $0.subject, $0.origin) < ($1.since, $1.subject, $1.origin)
    }
  }

  func halts(of subject: Subject) -> [Halt] {
    (halts[subject].map { Array($0.values) } ?? []).sorted { ($0.since, $0.origin) < ($1.since, $1.origin) }
  }
  subscript(subject: Subject, origin: HaltOrigin) -> Halt? { halts[subject]?[origin] }
  func isHalted(_ subject: Subject) -> Bool { halts[subject]?.values.contains { !$0.isHeld } ?? false }

  /// How many wait for the brake.
  var heldCount: Int { held.count }

  /// Who has waited longest; nil where nobody does.
  mutating func firstHeld() -> Halt? {
    while let (turn, subject, origin) = held.first() {
      if let halt = halts[subject]?[origin], halt.isHeld, halt.turn == turn { return halt }
      // Of a state with two rows for one halt: nobody must wait behind it for ever.
      held.remove(turn)
    }
    return nil
  }

  mutating func set(_ new: Halt) {
    var halt = new
    let known = halts[halt.subject]?[halt.origin]
    if halt.isHeld {
      halt.turn = known?.isHeld == true ? known?.turn ?? 0 : held.append(halt.subject, halt.origin)
    } else if let known, known.isHeld {
      held.remove(known.turn)
    }
    halts[halt.subject, default: [:]][halt.origin] = halt
    // What waits for the brake is not shown: nothing changes outside.
    if !halt.isHeld || known?.isHeld == false { changedSubjects.append(halt.subject) }
    changedRows.append(HaltTable.row(halt))
  }

  @discardableResult
  mutating func remove(_ subject: Subject, _ origin: HaltOrigin) -> Halt? {
    guard let halt = halts[subject]?.removeValue(forKey: origin) else { return nil }
    if halts[subject]?.isEmpty == true { halts[subject] = nil }
    if halt.isHeld { held.remove(halt.turn) } else { changedSubjects.append(halt.subject) }
    var row = HaltTable.row(halt)
    row.value = nil
    changedRows.append(row)
    return halt
  }

  /// What a switch must show for `subject`: the union of what is not held; the latest end, none if any has none.
  func intent(of subject: Subject) -> HaltIntent {
    let standing = halts(of: subject).filter { !$0.isHeld }
    guard let first = standing.first else { return HaltIntent(subject: subject, shown: nil) }
    let ends = standing.map(\.until)
    let until = ends.contains(nil) ? nil : ends.compactMap { $0 }.max()
    return HaltIntent(
      subject: first.subject,
      shown: .init(
        why: standing.map(\.why).joined(separator: "; "), origins: standing.map(\.origin), since: first.since,
        until: until))
  }

  /// What a switch must show for every subject that is halted.
  var allIntents: [HaltIntent] {
    halts.keys.map { intent(of: $0) }.filter { $0.shown != nil }
  }

  /// Subjects to show or lift since the last call, each once.
  mutating func drainIntents() -> [HaltIntent] {
    var told: Set<Subject> = []
    var intents: [HaltIntent] = []
    for subject in changedSubjects where told.insert(subject).inserted { intents.append(intent(of: subject)) }
    changedSubjects.removeAll(keepingCapacity: true)
    return intents
  }

  var hasRows: Bool { !changedRows.isEmpty }

  mutating func drainRows() -> [StateRow] {
    defer { changedRows.removeAll(keepingCapacity: true) }
    return changedRows
  }

  // MARK: Rows

  private static func row(_ halt: Halt) -> StateRow {
    var key = ByteWriter()
    halt.subject.withoutAlias.write(&key)
    halt.origin.write(&key)
    var value = ByteWriter()
    value.byte(2)
    halt.subject.write(&value)
    halt.origin.write(&value)
    value.string(halt.why)
    value.time(halt.since)
    value.time(halt.until)
    value.byte(halt.isHeld ? 1 : 0)
    value.signed(halt.value)
    value.signed(halt.limit)
    value.signed(halt.isHeld ? halt.turn : 0)
    return StateRow(kind: StateRow.Kind.halt.rawValue, key: key.bytes, value: value.bytes)
  }

  /// Takes in a stored row; false if it is damaged.
  mutating func restore(_ value: [UInt8]) -> Bool {
    var reader = ByteReader(value)
    guard reader.byte() == 2 else { return false }
    guard let subject = Subject(&reader), let origin = HaltOrigin(&reader) else { return false }
    let why = reader.string()
    let since = reader.time() ?? .distantPast
    let until = reader.time()
    let isHeld = reader.byte() != 0
    var halt = Halt(
      subject: subject, origin: origin, why: why, since: since, until: until, isHeld: isHeld,
      value: reader.signed(),
      limit: reader.signed())
    halt.turn = reader.signed()
    guard !reader.failed, reader.isAtEnd else { return false }
    if isHeld, !held.restore(halt.turn, subject, origin) { return false }
    halts[subject, default: [:]][origin] = halt
    // The switches are told everything after a start.
    if !isHeld { changedSubjects.append(subject) }
    return true
  }
}

extension Subject {
  var withoutAlias: Subject { Subject(per, names) }
}

extension HaltOrigin: Comparable {
  /// Rules before people, then by name: an order that does not depend on a dictionary's.
  package static func < (a: HaltOrigin, b: HaltOrigin) -> Bool {
    switch (a, b) {
    case (.rule(let a), .rule(let b)), (.person(let a), .person(let b)): a < b
    case (.rule, .person): true
    case (.person, .rule): false
    }
  }

  func write(_ writer: inout ByteWriter) {
    switch self {
    case .rule(let name):
      writer.byte(HaltOrigin.ruleTag)
      writer.string(name)
    case .person(let name):
      writer.byte(HaltOrigin.personTag)
      writer.string(name)
    }
  }
  /// nil for an origin that this build does not know.
  init?(_ reader: inout ByteReader) {
    let tag = reader.byte()
    let name = reader.string()
    switch tag {
    case HaltOrigin.ruleTag: self = .rule(name)
    case HaltOrigin.personTag: self = .person(name)
    default: return nil
    }
  }
  // Stored: never reuse one.
  private static let ruleTag: UInt8 = 0
  private static let personTag: UInt8 = 1
}
