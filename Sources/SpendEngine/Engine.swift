/// Usage records in, decisions out. A noncopyable value: no I/O, no clock, no task. Live and replay are this one code path.
///
/// The driver's loop: `advance(to: now)`, `fold` each record, hand `drainHaltIntents` to the switches, and now and then `seal` a batch for
/// the state. The same sequence of advance and fold gives the same decisions however it is cut into batches.
package struct Engine: ~Copyable {
  // What it was told.
  var rules: RuleSet
  // What it has counted.
  package var intake: Intake
  var tables: [SeriesTable] = []
  var shapes: [SubjectShape] = []
  var spikes = SpikeTable()
  var cooling = Cooling()
  var files: [FileBook] = []
  var fileIndex: [FileID: Int] = [:]
  var sourceNames: [NameID] = []
  // What it has decided.
  var alerts: [AlertKey: AlertState] = [:]
  var halts = HaltTable()
  /// How many of a rule's subjects want the same target halted, where they are not the target themselves.
  var claims: [HaltClaim: Int] = [:]
  var brake: Brake
  var deadlines = Deadlines()
  var decisions: [Decision] = []
  /// Rules that early events will trip when the next period begins.
  var early: Set<AlertKey> = []
  /// Alerts that wait for the digest of a catch-up.
  var digest: Set<AlertKey> = []
  /// Alerts of the last run whose rules are gone.
  var orphans: [Orphan] = []
  var incidents: Int64 = 0
  // Time.
  /// Engine time: where windows end. Only `advance` moves it, never back.
  package private(set) var time = EngineTime.distantPast
  /// The current calendar periods, by `CalendarPeriod.rawValue`.
  var periods: [Period] = CalendarPeriod.allCases.map { _ in .never }
  /// Times the driver's clock stood behind engine time.
  package private(set) var stepsBack: Int64 = 0
  var isCatchingUp = false
  /// What was due in a catch-up and waits for its end.
  var postponed: Set<Deadlines.Reason> = []
  /// Alerts whose value was seen below what ends them, in a catch-up.
  var sunken: Set<AlertKey> = []
  var mustReconcile = true
  /// Batches, and bytes of journal, after which changed pages are written, and how many a batch: a bounded slice of work a commit.
  package var sweepAfterBatches: Int64 = 240
  package var sweepAfterBytes = 8 << 20
  package var pagesPerBatch = 64
  // What the state does not have yet.
  var journal = JournalWriter()
  var changed = Changes()
  /// Of the last sealed batch.
  var sequence: Int64 = 0
  /// Since when each sum is kept.
  var births: [SumName: Birth] = [:]
  /// When the request ids were last aged: after which event, and at what time.
  var aged = (after: Birth(sequence: 0, events: 0), time: EngineTime.distantPast)
  /// By page of request ids: the sequence it was restored at.
  var seenSequence: [Int64: Int64] = [:]

  /// - Parameters:
  ///   - saved: what an earlier run committed; for a new state an empty one with its fingerprint key.
  /// - Throws: `EngineError.damagedState` where stored bytes cannot be read.
  package init(rules: RuleSet, prices: PriceTable, restoring saved: consuming SavedState) throws(EngineError)
  {
    self.rules = rules
    intake = Intake(prices: prices, fingerprintKey: saved.fingerprintKey)
    brake = Brake(settings: rules.brake)
    makeTables()
    try restore(saved)
  }

  /// When the driver must call `advance` at the latest; nil = nothing is due.
  package var nextDeadline: EngineTime? {
    let edges = rules.calendars.keys.map { periods[Int($0.rawValue)].end }.filter {
      $0 > time && $0 != .distantFuture
    }
    return ([deadlines.next].compactMap { $0 } + edges).min()
  }

  /// Moves engine time, and does what is due on the way in order.
  package mutating func advance(to now: EngineTime) {
    if now < time { stepsBack += 1 }
    // A clock that steps back does not move time; what is due at this very instant is done all the same.
    let now = max(now, time)
    let isNewDay = SeenTable.day(of: now) > SeenTable.day(of: time)
    if time == .distantPast {
      time = now
      enterPeriods()
    }
    while let entry = deadlines.take(upTo: now) {
      time = max(time, entry.time)
      enterPeriods()
      if waitsForBacklog(entry.reason) { postponed.insert(entry.reason) } else { serve(entry.reason) }
    }
    time = now
    enterPeriods()
    if isNewDay { ageSeen() }
    if mustReconcile {
      mustReconcile = false
      reconcile()
    }
    cool(Cooling.aTurn)
  }

  /// Says that a file will be folded, and from where. A file that is known goes on from its book.
  package mutating func open(_ file: FileID, source: SourceID, pattern: String, offset: Int64) {
    let name = intake.names.internSource(pattern)
    if let index = fileIndex[file] {
      sourceNames[index] = name
      // A source's number is its place in the rules file: it may have moved.
      if files[index].source != source {
        files[index].source = source
        changed.files.insert(index)
      }
      return
    }
    fileIndex[file] = files.count
    files.append(FileBook(file: file, source: source, offset: offset))
    sourceNames.append(name)
    changed.files.insert(files.count - 1)
  }

  /// Where a file stands: a record boundary; nil for one that was never opened.
  package func offset(of file: FileID) -> Int64? { fileIndex[file].map { files[$0].offset } }

  /// What became of its records so far; empty for a file that was never opened.
  package func piles(of file: FileID) -> Piles { fileIndex[file].map { Piles(files[$0].books) } ?? Piles() }

  /// The books of every file, in no order.
  package var fileBooks: [FileBook] { files }

  /// What the records before that place say of those after it; empty for a file that was never opened.
  package func context(of file: FileID) -> FileContext {
    fileIndex[file].map { files[$0].context } ?? FileContext()
  }

  /// The driver moved on, with or without records: blank space at the end of a file, bytes lost to truncation.
  /// - Parameter context: as of `offset`; nil leaves it as it is.
  package mutating func move(_ file: FileID, to offset: Int64, context: FileContext? = nil) {
    guard let index = fileIndex[file] else { return }
    let context = context ?? files[index].context
    if files[index].offset == offset, files[index].context == context { return }
    files[index].offset = offset
    files[index].context = context
    changed.files.insert(index)
  }

  /// The file is gone for good: its book is dropped, after the seal that holds its last change. The caller keeps the counts of what was
  /// forgotten, as the state does; nil where there was no book.
  package mutating func forget(_ file: FileID) -> FileBook? {
    guard let index = fileIndex.removeValue(forKey: file) else { return nil }
    let book = files[index]
    let last = files.count - 1
    files.swapAt(index, last)
    sourceNames.swapAt(index, last)
    files.removeLast()
    sourceNames.removeLast()
    changed.files.remove(index)
    if index < last {
      fileIndex[files[index].file] = index
      if changed.files.remove(last) != nil { changed.files.insert(index) }
    }
    return book
  }

  /// Folds parsed records of one file, and evaluates the rules after each.
  /// - Parameters:
  ///   - range: which of `parsed.records`; all by default.
  ///   - base: offset in the file of the slice that was parsed.
  ///   - isCatchUp: the records were there before the daemon was (SEMANTICS 2).
  ///   - isRepeat: that part of the file was read before, when it said the same or less.
  ///   - mark: told of each record before it is folded.
  package mutating func fold(
    _ parsed: borrowing ParsedRecords, range: Range<Int>? = nil, file: FileID, base: Int64,
    isCatchUp: Bool = false, isRepeat: Bool = false, mark: RecordMark? = nil
  ) {
    guard let index = fileIndex[file] else { return }
    let range = range ?? 0..<parsed.records.count
    for number in range {
      let record = parsed.records[number]
      mark?.set(record.start)
      files[index].books.read += 1
      switch record.outcome {
      case .rejected(let why): files[index].books.rejected[Int(why.rawValue)] += 1
      case .noUsage: files[index].books.noUsage += 1
      case .usage(let usage):
        let grew = files[index].books.grew
        let event = intake.book(
          usage, names: parsed.names, source: sourceNames[index], arrival: time, isRepeat: isRepeat,
          books: &files[index].books)
        if let key = intake.renamed { relabel(key) }
        if let event {
          let cause = Cause(
            file: file, offset: base + Int64(record.start), isCatchUp: isCatchUp,
            guess: event.pricing == .dearest ? event.model : nil, key: event.key, task: event.task,
            model: event.model, time: event.time,
            call: BookedCall(
              tokens: intake.call.tokens, cost: intake.call.cost, maxTokens: usage.maxTokens,
              isNew: files[index].books.grew == grew && event.requests > 0))
          let folded = fold(event, cause)
          if folded.isLate { files[index].books.late += 1 }
          if folded.isOther { files[index].books.other += 1 }
        }
      }
      files[index].offset = base + Int64(record.end)
    }
    if !range.isEmpty { changed.files.insert(index) }
  }

  /// Adds one event to every series it belongs to.
  /// - Returns: whether it was too old for a calendar window, and whether it was counted under `(other)`.
  private mutating func fold(_ event: UsageEvent, _ cause: Cause) -> (isLate: Bool, isOther: Bool) {
    journal.append(event)
    if let page = intake.remember(event) {
      changed.touch(page, sequence: sequence + 1)
      if intake.seen.isFull { ageSeen() }
    }
    var isLate = false
    var isOther = event.isOther
    var hot = 0
    let clock = clock
    for table in tables.indices {
      let series = subject(of: event, table)
      let folded = tables[table].fold(event, into: series, clock)
      isLate = isLate || folded.isLate
      isOther = isOther || self.isOther(series, table)
      if tables[table].touch(series) {
        changed.touch(pageID(table, page: Int(series) / SeriesTable.pageSize), sequence: sequence + 1)
      }
      if folded.isEarly { awaitEdge(table, series) }
      for place in tables[table].layout.rules.indices {
        let place = tables[table].layout.rules[place]
        if folded.beganAnew { beginAnew(place, series) }
        if tables[table].value(series, place) >= tables[table].trip(series, place) {
          evaluate(table, place, series, cause)
        }
      }
      if !tables[table].layout.watchers.isEmpty { watch(event, table, series, cause) }
      hot &+= tables[table].hot
    }
    if hot > rules.maxSubjects { cool(tables.count + 1) }
    return (isLate, isOther)
  }

  /// Where windows end now.
  var clock: WindowClock { WindowClock(time: time, periods: periods) }

  mutating func enterPeriods() {
    for (calendar, table) in rules.calendars where time >= periods[Int(calendar.rawValue)].end {
      let index = Int(calendar.rawValue)
      periods[index] = Period(table, at: time, after: periods[index])
    }
  }

  private mutating func ageSeen() {
    let pages = intake.ageSeen(to: time)
    if pages.isEmpty { return }
    for page in pages { changed.touch(page, sequence: sequence + 1) }
    aged = (Birth(sequence: sequence + 1, events: journal.count), time)
    changed.hasMeta = true
  }

  mutating func restoreTime(_ time: EngineTime) { self.time = time }
}

/// What cannot be helped.
package enum EngineError: Error, Sendable, Hashable {
  /// Stored bytes that this build cannot read: what, in words.
  case damagedState(String)
}

/// Why a rule is looked at: the record that moved it, if any.
struct Cause {
  var file: FileID?
  var offset: Int64 = 0
  var isCatchUp = false
  /// The model whose price was guessed.
  var guess: NameID?
  var key: NameID = NameTable.none
  var task: NameID = NameTable.none
  var model: NameID = NameTable.none
  var time: EngineTime?
  var call = BookedCall()
  /// What the rule has to say of it, for people.
  var note = ""
  /// See `Decision.baseline`.
  var baseline: Int64?
}

/// How an event's subject is found, without asking `Per` at every event.
enum SubjectShape: Sendable {
  case global
  case single(Dimension)
  case combination(Per)

  init(_ per: Per) {
    let dimensions = per.dimensions
    self = dimensions.isEmpty ? .global : dimensions.count == 1 ? .single(dimensions[0]) : .combination(per)
  }
}

/// What the state does not have yet.
struct Changes: Sendable {
  /// Indices of files.
  var files: Set<Int> = []
  var alerts: Set<AlertKey> = []
  /// Rows of rules that are no more.
  var rows: [StateRow] = []
  /// Pages that no table has any more.
  var droppedPages: [Int64] = []
  /// Pages changed since they were written, the longest first, with the first sequence that is not in them.
  var dirty: [(page: Int64, since: Int64)] = []
  private var dirtySeen: Set<Int64> = []
  /// Journal bytes since the oldest dirty page.
  var journalBytes = 0
  var hasMeta = false

  mutating func touch(_ page: Int64, sequence: Int64) {
    if dirtySeen.insert(page).inserted { dirty.append((page, sequence)) }
  }
  mutating func takeDirty(_ count: Int) -> [Int64] {
    let taken = dirty.prefix(count).map(\.page)
    dirty.removeFirst(min(count, dirty.count))
    for page in taken { dirtySeen.remove(page) }
    return taken
  }
}
