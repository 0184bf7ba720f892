/// What is left of journal events once the pages hold them: one cell for each hour, source, set of names and way of pricing. A cell is
/// packed as an event that stands for many, so that whatever reads the journal reads the ledger.
package struct Ledger: Sendable {
  private struct Cell: Hashable {
    var hour: Int64
    var source: NameID
    var key: NameID
    var task: NameID
    var model: NameID
    var user: NameID
    var team: NameID
    var pricing: UsageEvent.Pricing
  }
  private var cells: [Cell: UsageEvent] = [:]

  package init() {}

  package mutating func add(_ event: UsageEvent) {
    let hour = event.time.milliseconds.dividedDown(by: .hour)
    let cell = Cell(
      hour: hour, source: event.source, key: event.key, task: event.task, model: event.model,
      user: event.user,
      team: event.team, pricing: event.pricing)
    guard var sum = cells[cell] else {
      var first = event
      first.time = EngineTime(milliseconds: hour * .hour)
      (first.fingerprint, first.detail, first.isLoose, first.isCorrection) = (0, 0, false, false)
      first.ahead = 0
      (first.tier, first.surcharges) = (.standard, [])
      cells[cell] = first
      return
    }
    sum.tokens += event.tokens
    sum.cost += event.cost
    sum.requests = sum.requests.addingSaturating(event.requests)
    sum.errors = sum.errors.addingSaturating(event.errors)
    cells[cell] = sum
  }

  /// The cells packed by UTC day (days since the epoch), ascending.
  package func packed() -> [(day: Int64, blob: [UInt8])] {
    var days: [Int64: [UsageEvent]] = [:]
    for event in cells.values {
      days[event.time.milliseconds.dividedDown(by: .day), default: []].append(event)
    }
    return days.sorted { $0.key < $1.key }.map { day, events in
      var writer = JournalWriter()
      for event in events.sorted(by: { ($0.time, $0.key, $0.task) < ($1.time, $1.key, $1.task) }) {
        writer.append(event)
      }
      return (day, writer.take())
    }
  }

  /// Joins ledger blobs of one day into one.
  package static func merge(_ blobs: [[UInt8]]) -> [UInt8] {
    // The writer's deltas are from event to event: blobs of one day are one run of events.
    settle(blobs).first?.blob ?? []
  }

  /// Presses journal or ledger blobs into ledger blobs. A damaged blob gives what could be read of it.
  package static func settle(_ blobs: [[UInt8]]) -> [(day: Int64, blob: [UInt8])] {
    var ledger = Ledger()
    for blob in blobs {
      guard var reader = JournalReader(blob) else { continue }
      while let event = reader.next() { ledger.add(event) }
    }
    return ledger.packed()
  }
}
