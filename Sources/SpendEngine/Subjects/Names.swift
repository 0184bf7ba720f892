/// Every name the engine has seen: five dimensions, the sources, and the combinations that some rule counts by.
package struct Names: ~Copyable {
  package private(set) var keys: NameTable
  package private(set) var tasks: NameTable
  package private(set) var models: NameTable
  package private(set) var users: NameTable
  package private(set) var teams: NameTable
  package private(set) var sources: NameTable
  /// Key aliases by key; a label, the last one seen.
  package private(set) var aliases: [NameID: [UInt8]] = [:]
  /// Of keys whose alias changed: how often, and what they may be called next.
  private var unsteady: [NameID: UnsteadyAlias] = [:]
  /// `key+model` and the like.
  private var combinations: [Per: CombinationTable] = [:]
  private let hash: SipHash
  /// Distinct names a dimension, and combinations a `per`, at most: further ones are `(other)`. What is known stays known.
  package var cap = Int.max
  /// Whether some `per` has had more combinations than that.
  private(set) var hasOtherCombination = false
  /// What `drain` has not handed out yet.
  private var fresh = ByteWriter()

  package init(hash: SipHash) {
    self.hash = hash
    keys = NameTable(hash: hash)
    tasks = NameTable(hash: hash)
    models = NameTable(hash: hash)
    users = NameTable(hash: hash)
    teams = NameTable(hash: hash)
    sources = NameTable(hash: hash)
  }

  private static let sourceTag: UInt8 = 8
  private static let aliasTag: UInt8 = 9
  private static let combinationTag: UInt8 = 10

  package mutating func intern(_ dimension: Dimension, _ name: UnsafeRawBufferPointer) -> NameID {
    switch dimension {
    case .key: Names.intern(name, in: &keys, cap: cap, tag: dimension.rawValue, &fresh)
    case .task: Names.intern(name, in: &tasks, cap: cap, tag: dimension.rawValue, &fresh)
    case .model: Names.intern(name, in: &models, cap: cap, tag: dimension.rawValue, &fresh)
    case .user: Names.intern(name, in: &users, cap: cap, tag: dimension.rawValue, &fresh)
    case .team: Names.intern(name, in: &teams, cap: cap, tag: dimension.rawValue, &fresh)
    }
  }

  package mutating func internSource(_ name: String) -> NameID {
    var name = name
    return name.withUTF8 {
      Names.intern(UnsafeRawBufferPointer($0), in: &sources, cap: .max, tag: Names.sourceTag, &fresh)
    }
  }

  private static func intern(
    _ name: UnsafeRawBufferPointer, in table: inout NameTable, cap: Int, tag: UInt8, _ fresh: inout ByteWriter
  ) -> NameID {
    let before = table.count
    let id = table.intern(name, cap: cap)
    if table.count > before {
      fresh.byte(tag)
      fresh.blob(name)
    }
    return id
  }

  /// Notes what people call a key; true if that is news. A key whose alias changes over and over (two services that call it differently) is
  /// called something else only after it was called so many times in a row, twice as many each time: what is kept of it stays small.
  @discardableResult
  package mutating func setAlias(of key: NameID, _ alias: UnsafeRawBufferPointer) -> Bool {
    if let known = aliases[key] {
      if known.elementsEqual(alias) {
        if !unsteady.isEmpty { unsteady[key]?.settle() }
        return false
      }
      guard unsteady[key, default: UnsteadyAlias()].take(alias) else { return false }
    }
    keepAlias(of: key, alias)
    return true
  }

  private mutating func keepAlias(of key: NameID, _ alias: UnsafeRawBufferPointer) {
    aliases[key] = Array(alias)
    fresh.byte(Names.aliasTag)
    fresh.unsigned(UInt64(key))
    fresh.blob(alias)
  }

  /// The number of a combination of names; for one dimension the name's own number, for none 0.
  package mutating func combination(_ per: Per, of event: UsageEvent) -> UInt32 {
    var ids = CombinationTable.Members(repeating: 0)
    var width = 0
    for dimension in Dimension.allCases where per.contains(Per(dimension)) {
      ids[width] = event.name(dimension)
      width += 1
    }
    return width > 1 ? combination(per, ids, cap: cap) : ids[0]
  }

  private mutating func combination(_ per: Per, _ ids: CombinationTable.Members, cap: Int) -> UInt32 {
    let width = per.dimensions.count
    if combinations[per] == nil { combinations[per] = CombinationTable(width: width, hash: hash) }
    let (number, isNew) = combinations[per]?.intern(ids, cap: cap) ?? (0, false)
    if isNew, let members = combinations[per]?[number] {
      if isOther(per, number) { hasOtherCombination = true }
      fresh.byte(Names.combinationTag)
      fresh.byte(per.rawValue)
      for lane in 0..<width { fresh.unsigned(UInt64(members[lane])) }
    }
    return number
  }

  /// The names behind a subject's number, in the order of its dimensions.
  package func ids(_ per: Per, _ number: UInt32) -> [NameID] {
    let dimensions = per.dimensions
    if dimensions.count <= 1 { return dimensions.isEmpty ? [] : [number] }
    guard let table = combinations[per], Int(number) < table.count else {
      return dimensions.map { _ in NameTable.none }
    }
    let members = table[number]
    return dimensions.indices.map { members[$0] }
  }

  /// Whether the combination is the one that all share for which there is no room.
  func isOther(_ per: Per, _ number: UInt32) -> Bool { combinations[per]?.other == number }

  /// Whether no further subject of `per` gets a number.
  func isFull(_ per: Per) -> Bool { !per.isEmpty && count(of: per) >= cap }

  package func string(_ dimension: Dimension, _ id: NameID) -> String {
    switch dimension {
    case .key: keys.string(id)
    case .task: tasks.string(id)
    case .model: models.string(id)
    case .user: users.string(id)
    case .team: teams.string(id)
    }
  }

  package func find(_ dimension: Dimension, _ name: String) -> NameID? {
    switch dimension {
    case .key: keys.find(name.utf8)
    case .task: tasks.find(name.utf8)
    case .model: models.find(name.utf8)
    case .user: users.find(name.utf8)
    case .team: teams.find(name.utf8)
    }
  }

  /// Names seen in a dimension, the reserved ones aside.
  package func count(_ dimension: Dimension) -> Int {
    let all =
      switch dimension {
      case .key: keys.count
      case .task: tasks.count
      case .model: models.count
      case .user: users.count
      case .team: teams.count
      }
    return all - NameTable.reserved.count
  }

  /// Subjects of `per` that have a number.
  package func count(of per: Per) -> Int {
    let dimensions = per.dimensions
    switch dimensions.count {
    case 0: return 1
    case 1: return count(dimensions[0]) + NameTable.reserved.count
    default: return combinations[per]?.count ?? 0
    }
  }

  /// Whether every name of the event is known: stored bytes that say otherwise are damaged.
  package func knows(_ event: UsageEvent) -> Bool {
    event.key < keys.count && event.task < tasks.count && event.model < models.count
      && event.user < users.count && event.team < teams.count && event.source < sources.count
  }

  /// The subject as people see it.
  package func subject(_ per: Per, _ number: UInt32) -> Subject {
    let dimensions = per.dimensions
    let ids = ids(per, number)
    let names = zip(dimensions, ids).map { string($0, $1) }
    let alias = per == .key ? aliases[number].map { String(decoding: $0, as: UTF8.self) } : nil
    return Subject(per, names, alias: alias == names.first ? nil : alias)
  }

  /// The number of a subject that was seen, by name or, for a key, by alias: of several keys with one alias (a key was rotated) the newest.
  package func number(of subject: Subject) -> UInt32? {
    let dimensions = subject.per.dimensions
    if dimensions.isEmpty { return 0 }
    guard subject.names.count == dimensions.count else { return nil }
    var ids: [NameID] = []
    for (dimension, name) in zip(dimensions, subject.names) {
      if let id = find(dimension, name) {
        ids.append(id)
      } else if dimension == .key, let id = newestKey(called: name) {
        ids.append(id)
      } else {
        return nil
      }
    }
    if ids.count == 1 { return ids[0] }
    var members = CombinationTable.Members(repeating: 0)
    for (lane, id) in ids.enumerated() { members[lane] = id }
    return combinations[subject.per]?.find(members)
  }

  private func newestKey(called alias: String) -> NameID? {
    let bytes = Array(alias.utf8)
    return aliases.filter { $0.value == bytes }.keys.max()
  }

  /// How much `drain` would hand out.
  package var undrainedBytes: Int { fresh.bytes.count }

  /// Names since the last drain, packed for `Batch.names`.
  package mutating func drain() -> [UInt8] {
    defer { fresh.bytes.removeAll(keepingCapacity: true) }
    return fresh.bytes
  }

  /// Takes in what an earlier run drained; false if it is damaged. Before `cap` is set: what has a number keeps it.
  package mutating func restore(_ blob: [UInt8]) -> Bool {
    var reader = ByteReader(blob)
    while !reader.isAtEnd {
      let tag = reader.byte()
      if let dimension = Dimension(rawValue: tag) {
        reader.blob().withUnsafeBytes { _ = intern(dimension, $0) }
      } else if tag == Names.sourceTag {
        _ = internSource(reader.string())
      } else if tag == Names.aliasTag {
        let key: NameID = reader.number()
        if aliases[key] != nil { unsteady[key, default: UnsteadyAlias()].count() }
        reader.blob().withUnsafeBytes { keepAlias(of: key, $0) }
      } else if tag == Names.combinationTag {
        guard let per = Per(stored: reader.byte()) else { return false }
        var ids = CombinationTable.Members(repeating: 0)
        for lane in per.dimensions.indices { ids[lane] = reader.number() }
        // A stored one has its number, whatever the cap was then and is now.
        if !reader.failed, per.dimensions.count > 1 { _ = combination(per, ids, cap: .max) }
      } else {
        return false
      }
    }
    fresh.bytes.removeAll(keepingCapacity: true)
    return !reader.failed
  }
}
