import SpendEngine
import Testing

@Suite struct LedgerTests {
  private func event(_ milliseconds: Int64, key: UInt32, cost: Int64, _ pricing: UsageEvent.Pricing = .log)
    -> UsageEvent
  {
    var event = UsageEvent(time: EngineTime(milliseconds: milliseconds))
    event.key = key
    event.cost = NanoUSD(rawValue: cost)
    event.requests = 1
    event.tokens.output = 7
    event.pricing = pricing
    return event
  }

  private func events(_ blobs: [(day: Int64, blob: [UInt8])]) -> [UsageEvent] {
    blobs.flatMap { blob -> [UsageEvent] in
      guard var reader = JournalReader(blob.blob) else { return [] }
      var all: [UsageEvent] = []
      while let event = reader.next() { all.append(event) }
      return all
    }
  }

  @Test func addsUpWithinAnHourAndKeepsApartWhatDiffers() {
    var ledger = Ledger()
    ledger.add(event(10, key: 2, cost: 5))
    ledger.add(event(3_599_999, key: 2, cost: 6))
    ledger.add(event(3_600_000, key: 2, cost: 7))
    ledger.add(event(11, key: 3, cost: 8))
    ledger.add(event(12, key: 2, cost: 9, .dearest))
    let cells = events(ledger.packed())
    #expect(cells.count == 4)
    let first = cells.first { $0.key == 2 && $0.time.milliseconds == 0 && $0.pricing == .log }
    #expect(first?.cost.rawValue == 11)
    #expect(first?.requests == 2)
    #expect(first?.tokens.output == 14)
  }

  @Test func settlingTwiceKeepsTheSums() {
    var writer = JournalWriter()
    var sum: Int64 = 0
    for index in 0..<500 {
      let cost = Int64(index) * 1_000_003
      sum += cost
      writer.append(event(Int64(index) * 1_800_000 - 200_000_000, key: UInt32(2 + index % 5), cost: cost))
    }
    let once = Ledger.settle([writer.take()])
    let twice = Ledger.settle(once.map(\.blob))
    for blobs in [once, twice] {
      #expect(events(blobs).reduce(0) { $0 + $1.cost.rawValue } == sum)
      #expect(events(blobs).reduce(0) { $0 + $1.requests } == 500)
      #expect(blobs.map(\.day) == blobs.map(\.day).sorted())
    }
    #expect(twice.map(\.blob) == once.map(\.blob))
  }
}
