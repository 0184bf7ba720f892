/// From a record to an event: names looked up, duplicates found, a price settled. `watch`, `replay` and `report` all count through this.
package struct Intake: ~Copyable {
  package var names: Names
  package private(set) var seen = SeenTable()
  private var prices: PriceTable
  private let hash: SipHash
  /// The key that the last record gave an alias it did not have: an override may hold for it now.
  package private(set) var renamed: NameID?
  /// The whole of the call that was booked last, also where only its growth was.
  package private(set) var call = (tokens: TokenBuckets(), cost: NanoUSD.zero)
  /// Price rows by model, found once.
  private var rows: [(row: PriceRow, isGuess: Bool)?] = []
  /// How far ahead of arrival an event time is believed (ms).
  private static let skew: Milliseconds = 5 * .minute

  /// - Parameter fingerprintKey: of the state; fingerprints of one state only compare among themselves.
  package init(prices: PriceTable, fingerprintKey: (UInt64, UInt64)) {
    self.prices = prices
    hash = SipHash(key: fingerprintKey)
    names = Names(hash: hash)
  }

  /// New prices hold from now on; what was folded is never re-priced.
  package mutating func setPrices(_ prices: PriceTable) {
    self.prices = prices
    rows.removeAll()
  }

  /// Books one usage record.
  /// - Parameters:
  ///   - arrival: engine time when it was read; stands in for a missing time and caps one too far ahead.
  ///   - isRepeat: its place in the file was read before; a call too old for its id to be kept was counted then.
  /// - Returns: the event to fold; nil for a duplicate that adds nothing.
  package mutating func book(
    _ record: UsageRecord, names bytes: [UInt8], source: NameID, arrival: EngineTime, isRepeat: Bool = false,
    books: inout Books
  ) -> UsageEvent? {
    var event = bytes.withUnsafeBytes {
      lookUp(record, bytes: $0, source: source, arrival: arrival, books: &books)
    }
    if record.isContradictory { books.contradictory += 1 }
    if event.fingerprint != 0, case .duplicate(let entry) = sighting(of: &event) {
      books.duplicate += 1
      return correction(of: entry, by: event, record, arrival: arrival, books: &books)
    }
    if isRepeat, !SeenTable.keeps(event.time, at: arrival) {
      books.duplicate += 1
      return nil
    }
    price(&event, record)
    call = (event.tokens, event.cost)
    switch event.pricing {
    case .log: books.pricedByLog += 1
    case .table: books.pricedByTable += 1
    case .dearest: books.pricedByDearest += 1
    case .none: break
    }
    books.folded += 1
    return event
  }

  /// Files a folded event's identity; returns the page that changed. Also how a journal is taken in after a restart.
  package mutating func remember(_ event: UsageEvent) -> Int64? {
    event.fingerprint == 0 ? nil : seen.record(event)
  }

  package mutating func restoreSeen(page: Int64, _ blob: [UInt8]) -> Bool { seen.restore(page: page, blob) }
  package mutating func ageSeen(to now: EngineTime, where isOpen: (Int64) -> Bool = { _ in true }) -> [Int64]
  {
    seen.age(to: now, where: isOpen)
  }

  // MARK: Steps

  private mutating func lookUp(
    _ record: UsageRecord, bytes: UnsafeRawBufferPointer, source: NameID, arrival: EngineTime,
    books: inout Books
  ) -> UsageEvent {
    var time = record.time ?? arrival
    if record.time == nil { books.untimed += 1 }
    if time > arrival + Intake.skew {
      time = arrival
      books.skewed += 1
    }
    var event = UsageEvent(time: time)
    event.ahead = max(0, time - arrival)
    event.source = source
    func slice(_ name: UsageRecord.Name) -> UnsafeRawBufferPointer {
      let start = Int(name.offset)
      return UnsafeRawBufferPointer(rebasing: bytes[start..<start + Int(name.length)])
    }
    event.key = names.intern(.key, slice(record.key))
    event.task = names.intern(.task, slice(record.task))
    event.model = names.intern(.model, slice(record.model))
    event.user = names.intern(.user, slice(record.user))
    event.team = names.intern(.team, slice(record.team))
    renamed = nil
    if !record.keyAlias.isEmpty, event.key > NameTable.other,
      names.setAlias(of: event.key, slice(record.keyAlias))
    {
      renamed = event.key
    }
    event.tokens = record.tokens
    if record.loggedCost == nil {
      event.tier = record.tier
      event.surcharges = record.surcharges
    }
    event.requests = Int64(record.requests)
    event.errors = Int64(record.errors)
    if !record.identity.isEmpty {
      event.fingerprint = max(1, hash(slice(record.identity)))
      event.isLoose = record.isLoose
      if !record.identityDetail.isEmpty {
        event.detail = max(1, UInt32(truncatingIfNeeded: hash(slice(record.identityDetail), salt: 1)))
      }
    }
    return event
  }

  /// Where the identity alone is taken by another call (same id, other detail), the two together are the fingerprint.
  private func sighting(of event: inout UsageEvent) -> SeenTable.Sighting {
    let first = seen.look(event.fingerprint, detail: event.detail, isLoose: event.isLoose, at: event.time)
    guard case .new = first, event.detail != 0, seen.holds(event.fingerprint, at: event.time) else {
      return first
    }
    var both = ByteWriter()
    both.fixed(event.fingerprint)
    both.fixed(UInt64(event.detail))
    event.fingerprint = max(1, hash(both.bytes, salt: 2))
    return seen.look(event.fingerprint, detail: event.detail, isLoose: event.isLoose, at: event.time)
  }

  private mutating func price(_ event: inout UsageEvent, _ record: UsageRecord) {
    if let cost = record.loggedCost {
      event.cost = cost
      event.pricing = .log
      return
    }
    if event.tokens.isZero && record.webSearches == 0 { return }
    let (row, isGuess) = row(of: event.model)
    event.cost = prices.cost(
      of: event.tokens, webSearches: record.webSearches, tier: event.tier, surcharges: event.surcharges,
      row: row)
    event.pricing = isGuess ? .dearest : .table
  }

  private mutating func row(of model: NameID) -> (row: PriceRow, isGuess: Bool) {
    let index = Int(model)
    if index < rows.count, let known = rows[index] { return known }
    while rows.count <= index { rows.append(nil) }
    let found = model <= NameTable.other ? prices.row(for: "") : prices.row(for: names.models.string(model))
    rows[index] = found
    return found
  }

  /// The difference between a known call and a larger report of it; nil where it is not larger.
  private mutating func correction(
    of entry: SeenEntry?, by event: UsageEvent, _ record: UsageRecord, arrival: EngineTime,
    books: inout Books
  ) -> UsageEvent? {
    guard let entry else { return nil }
    var whole = event
    // The first sighting's: were each report priced by its own model, one would outgrow the other whenever they are seen again.
    whole.key = entry.key
    whole.task = entry.task
    whole.model = entry.model
    whole.user = entry.user
    whole.team = entry.team
    whole.source = entry.source
    // A page of ids that was damaged on disk must not make up subjects.
    guard names.knows(whole) else { return nil }
    whole.tokens = entry.maxima(with: event.tokens)
    // Not every report of a call says how it was served.
    if whole.tier == .standard { whole.tier = entry.tier }
    whole.surcharges.formUnion(entry.surcharges)
    price(&whole, record)
    let cost = max(whole.cost, entry.cost)
    let requests = max(event.requests, entry.requests)
    guard whole.tokens != entry.tokens || cost > entry.cost || requests > entry.requests else { return nil }
    var difference = whole
    difference.time = entry.time
    difference.ahead = max(0, entry.time - arrival)
    difference.tokens = whole.tokens - entry.tokens
    // Where the split of cache writes moves tokens to a dearer bucket the cost rises with it; it never falls below what was folded.
    difference.cost = cost - entry.cost
    difference.requests = requests - entry.requests
    difference.errors = 0
    difference.isCorrection = true
    call = (whole.tokens, cost)
    books.grew += 1
    return difference
  }
}
