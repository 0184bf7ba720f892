import Fuzzing
import SpendEngine

/// Any bytes as a log: every byte is in one record or between two, cuts and restarts change nothing, the books balance, and what was
/// counted once is not counted again.
let recordsTarget = FuzzTarget("records") { bytes in
  var choices = Choices(bytes)
  let format = Format.allCases[choices.next() % Format.allCases.count]
  let most = choices.next()
  let maxLength = most % 3 == 0 ? 1 + most * 4 : RecordParser.maxLength
  let whole = ParserRun(bytes, RecordLayout(format), maxLength: maxLength)
  try require(whole.waiting == 0, "\(whole.waiting) bytes are left at the end")

  let cuts = (0..<1 + choices.next() % 5).map { _ in choices.place(in: bytes.count) }.sorted()
  let cut = ParserRun(
    bytes, RecordLayout(format), cuts: cuts, limit: 1 + choices.next() % 4, maxLength: maxLength,
    restarts: true)
  try require(cut.pieces == whole.pieces, "cuts at \(cuts) make other records")

  try requireSpans(whole.pieces, bytes)
  for record in whole.records { try requireSane(record, whole.names) }
  try requireBalance(whole, format)
}

/// Records do not overlap, and between two of them are separators only.
private func requireSpans(_ pieces: [ParserRun.Piece], _ bytes: [UInt8]) throws {
  let separators = Set([UInt8](" \t\r\n\0,[]\u{1e}".utf8) + [0xef, 0xbb, 0xbf])
  var end = 0
  var isSkipped = false
  for piece in pieces {
    try require(piece.start >= end && piece.end > piece.start, "the record at \(piece.start) overlaps")
    try require(
      isSkipped || bytes[end..<piece.start].allSatisfy(separators.contains),
      "bytes before \(piece.start) are in no record")
    end = piece.end
    isSkipped = piece.text.contains("too_long")
  }
  try require(
    isSkipped || bytes[end...].allSatisfy(separators.contains), "bytes after \(end) are in no record")
}

private func requireSane(_ record: UsageRecord, _ names: ParsedRecords) throws {
  let tokens = record.tokens
  let counts = [
    tokens.freshInput, tokens.cacheRead, tokens.cacheWrite5m, tokens.cacheWrite1h, tokens.output,
    tokens.reasoning, record.loggedCost?.rawValue ?? 0, Int64(record.requests), Int64(record.errors),
  ]
  try require(counts.allSatisfy { $0 >= 0 }, "a count below zero: \(counts)")
  try require(counts.prefix(6).allSatisfy { $0 <= 4_000_000_000_000 }, "a count too large: \(counts)")
  for path in UsageRecord.names {
    let name = record[keyPath: path]
    let bytes = names.names[Int(name.offset)..<Int(name.offset) + Int(name.length)]
    try require(bytes.count <= UsageRecord.Name.maxLength, "a name of \(bytes.count) bytes")
    try require(String(validating: bytes, as: UTF8.self) != nil, "a name that is no UTF-8")
  }
}

/// Everything is booked twice, as from a copy of the file.
private func requireBalance(_ run: ParserRun, _ format: Format) throws {
  var intake = Intake(prices: .bundled, fingerprintKey: (1, 2))
  let arrival = EngineTime(milliseconds: 1_795_000_000_000)
  let source = intake.names.internSource("source")
  var writer = JournalWriter()
  var events: [UsageEvent] = []
  var books = Books()
  var identified = 0
  func book(_ record: UsageRecord) {
    books.read += 1
    guard
      let event = intake.book(
        record, names: run.names.names, source: source, arrival: arrival, books: &books)
    else { return }
    _ = intake.remember(event)
    writer.append(event)
    events.append(event)
  }
  for record in run.records {
    book(record)
    if !record.identity.isEmpty { identified += 1 }
  }
  try require(books.read == books.folded + books.duplicate, "the books do not balance")
  let once = (books.folded, events.count)
  for record in run.records where !record.identity.isEmpty { book(record) }
  try require(
    books.folded == once.0 && events.count == once.1, "seen again, and counted again: \(books), of \(once)")
  try require(books.duplicate >= Int64(identified), "what was seen again is no duplicate")

  let blob = writer.take()
  guard var reader = JournalReader(blob) else { throw Finding("the journal's own version is not known") }
  for event in events {
    try require(reader.next() == event, "the journal gives back another event than \(event)")
  }
  try require(reader.next() == nil && !reader.failed, "the journal does not end where it should")
}
