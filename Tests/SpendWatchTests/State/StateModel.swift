import SpendEngine
import Support

@testable import SpendWatch

/// What a state must hold after some commits, kept the simple way.
struct StateModel: Equatable {
  var sequence: Int64 = 0
  var settled: Int64 = 0
  var names: [[UInt8]] = []
  var pages: [Int64: Page] = [:]
  var rows: [[UInt8]: StateRow] = [:]
  var files: [UInt32: FileBook] = [:]
  var tracked: [UInt32: [UInt8]] = [:]
  var forgotten: [String: Books] = [:]
  var highestFile: UInt32?
  var journal: [Int64: [UInt8]] = [:]
  var outbox: [OutboxRow] = []

  init() {}

  init(_ loaded: LoadedState) {
    sequence = loaded.saved.sequence
    names = loaded.saved.names
    for page in loaded.saved.pages { pages[page.id] = page }
    for row in loaded.saved.rows { rows[[row.kind] + row.key] = row }
    for book in loaded.saved.files { files[book.file.rawValue] = book }
    for row in loaded.tracked { tracked[row.file.rawValue] = row.tracked }
    forgotten = loaded.forgotten
    highestFile = loaded.highestFile?.rawValue
    for (sequence, events) in loaded.saved.journal { journal[sequence] = events }
    outbox = loaded.outbox
  }

  /// `settled` only moves what `journal` shows: a loaded state does not tell it.
  var visible: StateModel {
    var copy = self
    copy.journal = journal.filter { $0.key > settled }
    copy.settled = 0
    return copy
  }

  mutating func apply(_ commit: StateCommit, _ committed: Committed) {
    if let batch = commit.batch {
      sequence = batch.sequence
      settled = max(settled, batch.journalSettled)
      if !batch.names.isEmpty { names.append(batch.names) }
      for page in batch.pages { pages[page.id] = page.blob == nil ? nil : page }
      for row in batch.rows { rows[[row.kind] + row.key] = row.value == nil ? nil : row }
      for book in batch.files {
        files[book.file.rawValue] = book
        highestFile = max(highestFile ?? 0, book.file.rawValue)
      }
      if !batch.events.isEmpty { journal[batch.sequence] = batch.events }
    }
    for row in commit.files {
      highestFile = max(highestFile ?? 0, row.file.rawValue)
      tracked[row.file.rawValue] = row.tracked
      if row.tracked == nil, let book = files.removeValue(forKey: row.file.rawValue) {
        forgotten[row.pattern, default: Books()] += book.books
      }
    }
    for outcome in commit.outcomes {
      guard let index = outbox.firstIndex(where: { $0.id == outcome.row }) else { continue }
      switch outcome.result {
      case .delivered, .dead: outbox.remove(at: index)
      case .retry(let at):
        outbox[index].attempts += 1
        outbox[index].nextAt = at
      }
    }
    outbox = (outbox + committed.queued).sorted { $0.id < $1.id }
  }
}

/// Commits of every shape, one after another.
struct CommitMaker {
  var random: Dice
  var sequence: Int64 = 0

  mutating func next(after model: StateModel) -> StateCommit {
    sequence += 1
    var commit = StateCommit(time: .at(sequence * 200))
    func chance(_ random: inout Dice, _ outOf: Int) -> Bool {
      Int.random(in: 0..<outOf, using: &random) == 0
    }
    if chance(&random, 5) {
      sequence -= 1
    } else {
      var batch = Batch(sequence: sequence, time: .at(sequence * 200))
      if !chance(&random, 4) {
        batch.events = [UInt8.random(in: 1...4, using: &random)] + random.bytes(0...3_000)
      }
      if chance(&random, 3) { batch.names = random.bytes(1...60) }
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        var books = Books()
        books.read = Int64.random(in: 0 ... .max / 4096, using: &random)
        books.rejected[Int.random(in: 0..<books.rejected.count, using: &random)] = 7
        let file = FileID(rawValue: UInt32.random(in: 0...6, using: &random))
        // One book a file and batch, as the engine gives them.
        if batch.files.contains(where: { $0.file == file }) { continue }
        batch.files.append(
          FileBook(file: file, source: SourceID(rawValue: 2), offset: sequence * 9, books: books))
      }
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        batch.rows.append(
          StateRow(
            kind: UInt8.random(in: 1...3, using: &random), key: random.bytes(0...2),
            value: chance(&random, 3) ? nil : random.bytes(0...40)))
      }
      for _ in 0..<Int.random(in: 0...2, using: &random) {
        batch.pages.append(
          Page(
            id: Int64.random(in: -3...8, using: &random), sequence: sequence,
            blob: chance(&random, 5) ? nil : random.bytes(0...6_000)))
      }
      batch.journalSettled = max(0, sequence - Int64.random(in: 1...20, using: &random))
      commit.batch = batch
    }
    for _ in 0..<Int.random(in: 0...2, using: &random) {
      let file = FileID(rawValue: UInt32.random(in: 0...9, using: &random))
      if commit.files.contains(where: { $0.file == file }) { continue }
      commit.files.append(
        TrackedRow(
          file: file, tracked: chance(&random, 4) ? nil : random.bytes(0...30),
          pattern: "/logs/\(file.rawValue % 3)/*.jsonl"))
    }
    for number in 0..<Int.random(in: 0...2, using: &random) {
      commit.notifications.append(
        NewNotification(
          notificationID: "n\(Int.random(in: 0...30, using: &random))", receiver: "r\(number)",
          body: "{\"s\":\(sequence)}"))
    }
    if let row = model.outbox.randomElement(using: &random) {
      let result: DeliveryOutcome.Result =
        switch Int.random(in: 0...2, using: &random) {
        case 0: .delivered
        case 1: .retry(at: .at(sequence * 1_000))
        default: .dead(reason: "410")
        }
      commit.outcomes.append(DeliveryOutcome(row: row.id, result: result))
    }
    return commit
  }
}
