import Support
import Testing

import Fuzzing
@testable import SpendEngine

/// From a line of Claude Code, or from a record, to what is booked: at the tier and with the surcharges of the call.
@Suite struct ServiceTierTests {
  /// 1 nano-dollar a token; half in a batch, twice with priority; six times when fast, 1.1 times in the US.
  private static let prices: PriceTable = {
    func rates(_ rate: Int64) -> PriceRow.Rates {
      .init(
        input: rate, cacheRead: rate, cacheWrite5m: rate, cacheWrite1h: rate, output: rate, reasoning: rate)
    }
    var row = PriceRow(name: "m", rates: rates(1_000_000))
    row.tiers = [.batch: .init(rates: rates(500_000)), .priority: .init(rates: rates(2_000_000))]
    row.fastFactor = 6_000
    row.usFactor = 1_100
    return PriceTable(origin: "test", rows: [row])
  }()

  private static func intake() -> Intake { Intake(prices: prices, fingerprintKey: (1, 2)) }

  /// Fields of `usage` beside 1,000 tokens of output, and the cost.
  @Test(
    arguments: [
      ("", 1_000), (#""service_tier":"standard""#, 1_000), (#""service_tier":"batch""#, 500),
      (#""service_tier":"priority""#, 2_000), (#""service_tier":null"#, 1_000),
      (#""service_tier":{"a":1}"#, 1_000),
      (#""service_tier":"no-such-tier""#, 1_000), (#""speed":"fast""#, 6_000),
      (#""speed":"standard""#, 1_000),
      (#""inference_geo":"us""#, 1_100), (#""inference_geo":"not_available""#, 1_000),
      (#""inference_geo":"us","speed":"fast","service_tier":"batch""#, 3_300),
    ] as [(String, Int64)])
  func claudeCodeSaysHowACallWasServed(_ fields: String, _ cost: Int64) throws {
    let more = fields.isEmpty ? "" : "," + fields
    let line =
      #"{"type":"assistant","sessionId":"s","requestId":"r","message":{"id":"i","model":"m","usage":{"output_tokens":1000"#
      + more + "}}}\n"
    for format in [Format.claudeCode, .auto] {
      let run = ParserRun(line, format)
      let record = try #require(run.records.first)
      var intake = Self.intake()
      var books = Books()
      let event = intake.book(record, names: run.names.names, source: 1, arrival: .noon, books: &books)
      #expect(event?.cost.rawValue == cost && event?.pricing == .table)
    }
  }

  @Test func aLoggedCostHasNoTier() throws {
    let line =
      #"{"type":"assistant","sessionId":"s","costUSD":0.5,"message":{"id":"i","model":"m","usage":{"output_tokens":9,"speed":"fast"}}}"#
      + "\n"
    let record = try #require(ParserRun(line, .claudeCode).records.first)
    #expect(record.surcharges.isEmpty && record.loggedCost?.rawValue == 500_000_000)
  }

  private static func record(
    _ output: Int64, _ tier: ServiceTier, _ surcharges: Surcharges = []
  ) -> UsageRecord {
    var record = UsageRecord()
    record.time = .noon
    record.tokens.output = output
    record.tier = tier
    record.surcharges = surcharges
    record.model = .init(offset: 0, length: 1)
    record.identity = .init(offset: 1, length: 1)
    return record
  }

  /// Reports of one call as (output, tier, surcharges); what they cost together, with and without a restart between.
  @Test(
    arguments: [
      ("alike", [(100, .batch, []), (300, .batch, [])], 150),
      ("said first only", [(100, .batch, []), (300, .standard, [])], 150),
      ("dearer than standard, said first only", [(100, .priority, []), (300, .standard, [])], 600),
      // What was folded is never taken back: 400 tokens of a batch are below what 300 had cost.
      ("said last only", [(300, .standard, []), (400, .batch, [])], 300),
      ("said last only, and more", [(300, .standard, []), (1_000, .batch, [])], 500),
      ("fast", [(100, .standard, .fast), (300, .standard, [])], 1_800),
      ("fast and in the US", [(100, .standard, .fast), (300, .standard, .inUS)], 1_980),
      ("three reports", [(100, .batch, []), (200, .standard, []), (300, .standard, [])], 150),
    ] as [(String, [(Int64, ServiceTier, Surcharges)], Int64)])
  func aReportThatGrewIsPricedAlike(
    _ label: String, reports: [(Int64, ServiceTier, Surcharges)], cost: Int64
  ) throws {
    for restarts in [false, true] {
      var intake = Self.intake()
      var books = Books()
      var sum: Int64 = 0
      var writer = JournalWriter()
      for (output, tier, surcharges) in reports {
        let record = Self.record(output, tier, surcharges)
        let event = intake.book(record, names: Array("mi".utf8), source: 1, arrival: .noon, books: &books)
        guard let event else { continue }
        sum += event.cost.rawValue
        _ = intake.remember(event)
        writer.append(event)
        guard restarts else { continue }
        // From the journal alone.
        var bytes = JournalWriter()
        var reader = try #require(JournalReader(writer.take()))
        intake = Self.intake()
        _ = intake.book(Self.unrelated, names: Array("mi".utf8), source: 1, arrival: .noon, books: &books)
        while let event = reader.next() {
          _ = intake.remember(event)
          bytes.append(event)
        }
        #expect(!reader.failed)
        writer = bytes
      }
      #expect(sum == cost, "restarts: \(restarts)")
    }
  }

  /// Makes the names known again.
  private static var unrelated: UsageRecord {
    var record = record(1, .standard)
    record.identity = .init()
    return record
  }

  @Test func theSeenPagesKeepIt() throws {
    for tier in ServiceTier.allCases {
      for surcharges in [[], .fast, .inUS, Surcharges.all] {
        for isLoose in [false, true] {
          var event = UsageEvent(time: .noon)
          (event.fingerprint, event.tier, event.surcharges, event.isLoose) = (7, tier, surcharges, isLoose)
          var part = SeenDay.Partition()
          part.entries[7] = SeenEntry(event)
          let entry = try #require(SeenDay.Partition(part.encoded())?.entries[7])
          #expect(entry.tier == tier && entry.surcharges == surcharges && entry.isLoose == isLoose)
          var writer = JournalWriter()
          writer.append(event)
          var reader = try #require(JournalReader(writer.take()))
          #expect(reader.next() == event)
          #expect(reader.next() == nil && !reader.failed)
        }
      }
    }
  }

  /// A tier of a later build: nothing is guessed of what follows.
  @Test(arguments: [4, 7, 0x20, 0xff] as [UInt8]) func anUnknownTierIsRefused(_ byte: UInt8) throws {
    var event = UsageEvent(time: .noon)
    event.tier = .batch
    var writer = JournalWriter()
    writer.append(event)
    var bytes = writer.take()
    #expect(bytes.removeLast() == ServiceTier.batch.rawValue)
    var reader = try #require(JournalReader(bytes + [byte]))
    #expect(reader.next() == nil && reader.isForeign)
  }

  @Test func theLedgerSumsTiers() throws {
    var writer = JournalWriter()
    for tier in ServiceTier.allCases {
      var event = UsageEvent(time: .noon)
      (event.tier, event.cost, event.requests, event.pricing) = (tier, NanoUSD(rawValue: 5), 1, .table)
      writer.append(event)
    }
    let settled = Ledger.settle([writer.take()])
    let blob = try #require(settled.first).blob
    var reader = try #require(JournalReader(blob))
    let next = reader.next()
    let sum = try #require(next)
    #expect(sum.cost.rawValue == 20 && sum.requests == 4 && sum.tier == .standard)
    #expect(reader.next() == nil)
  }
}
