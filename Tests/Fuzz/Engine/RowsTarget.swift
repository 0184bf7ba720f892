import Fuzzing
import SpendEngine

/// Any bytes as what the engine finds in a state: refused, or read and written again as the same.
let rowsTarget = FuzzTarget("rows") { bytes in
  guard let kind = bytes.first else { return }
  let bytes = Array(bytes.dropFirst())
  switch kind % 4 {
  case 0: try checkJournal(bytes)
  case 1: try checkContext(bytes)
  case 2: try checkNames(bytes)
  default: try checkSeen(bytes)
  }
}

private func unpacked(_ bytes: [UInt8]) throws -> [UsageEvent]? {
  guard var reader = JournalReader(bytes) else { return nil }
  var events: [UsageEvent] = []
  while let event = reader.next() { events.append(event) }
  try require(events.count <= bytes.count, "\(events.count) events in \(bytes.count) bytes")
  return events
}

private func packed(_ events: [UsageEvent]) -> [UInt8] {
  var writer = JournalWriter()
  for event in events { writer.append(event) }
  return writer.take()
}

private func checkJournal(_ bytes: [UInt8]) throws {
  guard let events = try unpacked(bytes) else { return }
  let written = packed(events)
  // What this build would not have written (a detail of no identity) may go, once.
  guard let again = try unpacked(written) else { throw Finding("events that were written are not read") }
  try require(
    again.count == events.count, "\(events.count) events are \(again.count) when they are written again")
  try require(packed(again) == written, "events change when they are written again")
}

private func checkContext(_ bytes: [UInt8]) throws {
  guard let context = FileContext(packed: bytes) else { return }
  guard let again = FileContext(packed: context.packed) else {
    throw Finding("a context of \(context.packed.count) bytes is not read again")
  }
  try require(again == context, "a context changes when it is written again")
  // What it says goes into records: whatever they are, names stay names.
  let line =
    #"{"type":"event_msg","payload":{"type":"token_count","info":{"last_token_usage":{"input_tokens":1}}}}"#
  var parser = RecordParser(RecordLayout(.auto))
  var context2 = context
  var parsed = ParsedRecords()
  Array((line + "\n").utf8).withUnsafeBytes {
    _ = parser.parse($0, isFinal: true, context: &context2, into: &parsed)
  }
  for case .usage(let record) in parsed.records.map(\.outcome) {
    for path in UsageRecord.names {
      try require(
        String(validating: Array(parsed.string(record[keyPath: path]).utf8), as: UTF8.self) != nil,
        "a name is broken")
    }
  }
}

private func checkNames(_ bytes: [UInt8]) throws {
  var intake = Intake(prices: .bundled, fingerprintKey: (1, 2))
  _ = intake.names.restore(bytes)
  // Damaged or not: it can be asked, and goes on giving numbers.
  let id = intake.names.internSource("another")
  try require(intake.names.internSource("another") == id, "one name has two numbers")
}

private func checkSeen(_ bytes: [UInt8]) throws {
  var intake = Intake(prices: .bundled, fingerprintKey: (1, 2))
  var reader = ByteReader(bytes)
  var event = UsageEvent(time: EngineTime(milliseconds: 1_795_000_000_000))
  event.fingerprint = max(1, reader.fixed())
  var filing = Intake(prices: .bundled, fingerprintKey: (1, 2))
  guard let page = filing.remember(event) else { throw Finding("what has an identity is not filed") }
  let blob = Array(bytes.dropFirst(8))
  guard intake.restoreSeen(page: page, blob) else { return }
  guard let again = intake.seen.encoded(page: page) else { return }
  var second = Intake(prices: .bundled, fingerprintKey: (1, 2))
  try require(second.restoreSeen(page: page, again), "a page of ids is not read again")
  // Entries stand in no order.
  try require(
    second.seen.encoded(page: page)?.sorted() == again.sorted(),
    "a page of ids changes when it is written again")
  _ = intake.remember(event)
  try require(intake.seen.holds(event.fingerprint, at: event.time), "what was filed is not held")
  _ = intake.ageSeen(to: event.time + 5 * .day)
  try require(intake.seen.holds(event.fingerprint, at: event.time), "what was filed is lost in ageing")
}
