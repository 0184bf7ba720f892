/// A call that was counted, with the largest of each field seen so far. 64 bytes a call would do; clarity wins until it is measured.
package struct SeenEntry: Sendable, Hashable {
  package var fingerprint: UInt64
  package var detail: UInt32
  package var isLoose: Bool
  /// As priced.
  package var tier: ServiceTier
  package var surcharges: Surcharges
  package var tokens: TokenBuckets
  package var cost: NanoUSD
  package var requests: Int64
  package var errors: Int64
  /// Where the first sighting was folded: a difference goes there too.
  package var time: EngineTime
  package var key: NameID
  package var task: NameID
  package var model: NameID
  package var user: NameID
  package var team: NameID
  package var source: NameID

  init(_ event: UsageEvent) {
    fingerprint = event.fingerprint
    detail = event.detail
    isLoose = event.isLoose
    tier = event.tier
    surcharges = event.surcharges
    tokens = event.tokens
    cost = event.cost
    requests = event.requests
    errors = event.errors
    time = event.time
    key = event.key
    task = event.task
    model = event.model
    user = event.user
    team = event.team
    source = event.source
  }

  init(_ reader: inout ByteReader) {
    self.init(UsageEvent(time: EngineTime(milliseconds: reader.signed())))
    fingerprint = reader.fixed()
    detail = reader.number()
    let bits = reader.byte()
    isLoose = bits & 1 != 0
    // An older build has only the first bit. What a later one means by the others is not worth a page.
    let service = ServiceBits(bits >> 1) ?? ServiceBits(.standard, [])
    tier = service.tier
    surcharges = service.surcharges
    tokens.freshInput = reader.signed()
    tokens.cacheRead = reader.signed()
    tokens.cacheWrite5m = reader.signed()
    tokens.cacheWrite1h = reader.signed()
    tokens.output = reader.signed()
    tokens.reasoning = reader.signed()
    cost = NanoUSD(rawValue: reader.signed())
    requests = reader.signed()
    errors = reader.signed()
    key = reader.number()
    task = reader.number()
    model = reader.number()
    user = reader.number()
    team = reader.number()
    source = reader.number()
  }

  func write(_ writer: inout ByteWriter) {
    writer.signed(time.milliseconds)
    writer.fixed(fingerprint)
    writer.unsigned(UInt64(detail))
    writer.byte((isLoose ? 1 : 0) | ServiceBits(tier, surcharges).byte << 1)
    writer.signed(tokens.freshInput)
    writer.signed(tokens.cacheRead)
    writer.signed(tokens.cacheWrite5m)
    writer.signed(tokens.cacheWrite1h)
    writer.signed(tokens.output)
    writer.signed(tokens.reasoning)
    writer.signed(cost.rawValue)
    writer.signed(requests)
    writer.signed(errors)
    writer.unsigned(UInt64(key))
    writer.unsigned(UInt64(task))
    writer.unsigned(UInt64(model))
    writer.unsigned(UInt64(user))
    writer.unsigned(UInt64(team))
    writer.unsigned(UInt64(source))
  }

  /// Whether a record of this identity is the same call: equal details, or one side does not tell, or one is a replay.
  func isSameCall(detail other: UInt32, isLoose otherIsLoose: Bool) -> Bool {
    detail == other || detail == 0 || other == 0 || isLoose || otherIsLoose
  }

  /// Adds a correction that was folded.
  mutating func add(_ event: UsageEvent) {
    if event.tier != .standard { tier = event.tier }
    surcharges.formUnion(event.surcharges)
    tokens += event.tokens
    cost += event.cost
    requests = requests.addingSaturating(event.requests)
    errors = errors.addingSaturating(event.errors)
  }

  /// The larger of each field of two reports of one call. Cache writes are judged as a whole (C3): where one report has the 5-minute and
  /// 1-hour split and the other the bare sum, the split wins; the per-field maximum would count them twice.
  func maxima(with other: TokenBuckets) -> TokenBuckets {
    var most = tokens
    most.freshInput = max(most.freshInput, other.freshInput)
    most.cacheRead = max(most.cacheRead, other.cacheRead)
    let mine = tokens.cacheWrite5m.addingSaturating(tokens.cacheWrite1h)
    let theirs = other.cacheWrite5m.addingSaturating(other.cacheWrite1h)
    if theirs > mine || (theirs == mine && other.cacheWrite1h > tokens.cacheWrite1h) {
      most.cacheWrite5m = other.cacheWrite5m
      most.cacheWrite1h = other.cacheWrite1h
    }
    // Output and reasoning are one count in most sources, split afterwards: a report without the split has all of it as output.
    let mineOut = tokens.outputWithReasoning
    let theirsOut = other.outputWithReasoning
    if theirsOut > mineOut || (theirsOut == mineOut && other.reasoning > tokens.reasoning) {
      most.output = other.output
      most.reasoning = other.reasoning
    }
    return most
  }
}
