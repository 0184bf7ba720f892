/// Packs usage events, about 40 bytes each. The journal, the ledger and a replay of the journal all read this one encoding; version bytes
/// of a blob are the first, so that a later encoding can stand beside it.
package struct JournalWriter: Sendable {
  static let version: UInt8 = 1
  private var writer = ByteWriter()
  private var lastTime: Int64 = 0
  package private(set) var count = 0

  package init() {}

  /// Starts with a buffer handed back by the state thread, to save the allocation.
  package init(reusing buffer: [UInt8]) {
    writer = ByteWriter(buffer)
    writer.bytes.removeAll(keepingCapacity: true)
  }

  package var byteCount: Int { writer.bytes.count }

  package mutating func append(_ event: UsageEvent) {
    if writer.bytes.isEmpty { writer.byte(JournalWriter.version) }
    let tokens = event.tokens
    var flags: UInt64 = UInt64(event.pricing.rawValue)
    if event.fingerprint != 0 { flags |= 1 << 2 }
    if event.isLoose { flags |= 1 << 3 }
    if tokens.freshInput != 0 { flags |= 1 << 4 }
    if tokens.cacheRead != 0 { flags |= 1 << 5 }
    if tokens.cacheWrite5m != 0 { flags |= 1 << 6 }
    if tokens.cacheWrite1h != 0 { flags |= 1 << 7 }
    if tokens.output != 0 { flags |= 1 << 8 }
    if tokens.reasoning != 0 { flags |= 1 << 9 }
    if event.requests != 1 { flags |= 1 << 10 }
    if event.errors != 0 { flags |= 1 << 11 }
    if event.user != 0 || event.team != 0 { flags |= 1 << 12 }
    if event.isCorrection { flags |= 1 << 13 }
    if event.ahead != 0 { flags |= 1 << 16 }
    let service = ServiceBits(event.tier, event.surcharges)
    if service.byte != 0 { flags |= JournalFlags.service }
    writer.unsigned(flags)
    writer.signed(event.time.milliseconds &- lastTime)
    lastTime = event.time.milliseconds
    writer.unsigned(UInt64(event.source))
    writer.unsigned(UInt64(event.key))
    writer.unsigned(UInt64(event.task))
    writer.unsigned(UInt64(event.model))
    if flags & 1 << 12 != 0 {
      writer.unsigned(UInt64(event.user))
      writer.unsigned(UInt64(event.team))
    }
    writer.signed(event.cost.rawValue)
    if flags & 1 << 4 != 0 { writer.signed(tokens.freshInput) }
    if flags & 1 << 5 != 0 { writer.signed(tokens.cacheRead) }
    if flags & 1 << 6 != 0 { writer.signed(tokens.cacheWrite5m) }
    if flags & 1 << 7 != 0 { writer.signed(tokens.cacheWrite1h) }
    if flags & 1 << 8 != 0 { writer.signed(tokens.output) }
    if flags & 1 << 9 != 0 { writer.signed(tokens.reasoning) }
    if flags & 1 << 10 != 0 { writer.signed(event.requests) }
    if flags & 1 << 11 != 0 { writer.signed(event.errors) }
    if event.fingerprint != 0 {
      writer.fixed(event.fingerprint)
      writer.unsigned(UInt64(event.detail))
    }
    if event.ahead != 0 { writer.signed(event.ahead) }
    if service.byte != 0 { writer.byte(service.byte) }
    count += 1
  }

  /// The bytes so far; the writer starts anew.
  package mutating func take() -> [UInt8] {
    let bytes = writer.bytes
    self = JournalWriter()
    return bytes
  }
}

/// The bits of a packed event's flags.
private enum JournalFlags {
  /// Every bit that `JournalWriter` sets.
  static let event: UInt64 = 1 << 14 - 1 | 1 << 16 | service
  /// A tier or surcharges: a byte of them ends the event.
  static let service: UInt64 = 1 << 17
  // Reserved, so that no build ever takes them for something else. Bit 14: not an event; the kind of record (a hold on a budget, ...)
  // follows the flags as one byte. Bit 15: an event with a status.
}

/// Reads a blob of packed events, one after the other.
package struct JournalReader {
  private var reader: ByteReader
  private var lastTime: Int64 = 0

  /// nil for a version this build does not know.
  package init?(_ blob: [UInt8]) {
    reader = ByteReader(blob)
    if !blob.isEmpty, reader.byte() != JournalWriter.version { return nil }
  }

  /// A record has flags that this build does not know: what it and those behind it say cannot be told.
  package private(set) var isForeign = false

  /// nil at the end. A damaged blob, or one of a later build, ends early with `failed` set.
  package mutating func next() -> UsageEvent? {
    if reader.isAtEnd || isForeign { return nil }
    let flags = reader.unsigned()
    if flags & ~JournalFlags.event != 0 {
      isForeign = true
      return nil
    }
    lastTime = lastTime &+ reader.signed()
    var event = UsageEvent(time: EngineTime(milliseconds: lastTime))
    event.pricing = UsageEvent.Pricing(rawValue: UInt8(flags & 3)) ?? .none
    event.source = reader.number()
    event.key = reader.number()
    event.task = reader.number()
    event.model = reader.number()
    if flags & 1 << 12 != 0 {
      event.user = reader.number()
      event.team = reader.number()
    }
    event.cost = NanoUSD(rawValue: reader.signed())
    if flags & 1 << 4 != 0 { event.tokens.freshInput = reader.signed() }
    if flags & 1 << 5 != 0 { event.tokens.cacheRead = reader.signed() }
    if flags & 1 << 6 != 0 { event.tokens.cacheWrite5m = reader.signed() }
    if flags & 1 << 7 != 0 { event.tokens.cacheWrite1h = reader.signed() }
    if flags & 1 << 8 != 0 { event.tokens.output = reader.signed() }
    if flags & 1 << 9 != 0 { event.tokens.reasoning = reader.signed() }
    event.requests = flags & 1 << 10 != 0 ? reader.signed() : 1
    if flags & 1 << 11 != 0 { event.errors = reader.signed() }
    if flags & 1 << 2 != 0 {
      event.fingerprint = reader.fixed()
      event.detail = reader.number()
    }
    if flags & 1 << 16 != 0 { event.ahead = max(0, reader.signed()) }
    if flags & JournalFlags.service != 0 {
      guard let service = ServiceBits(reader.byte()) else {
        isForeign = true
        return nil
      }
      event.tier = service.tier
      event.surcharges = service.surcharges
    }
    event.isLoose = flags & 1 << 3 != 0
    event.isCorrection = flags & 1 << 13 != 0
    return reader.failed ? nil : event
  }

  package var failed: Bool { reader.failed || isForeign }
}

/// A tier and surcharges in six bits.
struct ServiceBits {
  var tier: ServiceTier
  var surcharges: Surcharges

  init(_ tier: ServiceTier, _ surcharges: Surcharges) {
    self.tier = tier
    self.surcharges = surcharges
  }

  /// nil for what this build does not know.
  init?(_ byte: UInt8) {
    guard let tier = ServiceTier(rawValue: byte & 0x7), byte >> 3 <= Surcharges.all.rawValue else {
      return nil
    }
    self.init(tier, Surcharges(rawValue: byte >> 3))
  }

  var byte: UInt8 { tier.rawValue | surcharges.rawValue << 3 }
}
