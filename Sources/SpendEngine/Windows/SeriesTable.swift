/// A subject's number within its `per`.
package typealias SeriesID = UInt32

/// The sums of every subject of one `per`: one run of words a subject, side by side, so that a page of 256 is one copy.
struct SeriesTable: Sendable {
  let layout: SeriesLayout
  private(set) var words: [Int64] = []
  private(set) var count = 0
  /// By page: the sequence number up to which journal events are in it (restored pages only matter at start).
  var pageSequence: [Int64] = []
  /// By page: changed since it was last written.
  private var isDirty: [Bool] = []

  static let pageSize = 256
  /// A lifetime sum ends when its subject has been idle for this long (ms of event time).
  static let idle: Milliseconds = 30 * .day

  init(layout: SeriesLayout) { self.layout = layout }

  /// Whether an event was seen for the subject.
  func exists(_ series: SeriesID) -> Bool {
    Int(series) < count && words[Int(series) * layout.stride] != .min
  }

  func lastSeen(_ series: SeriesID) -> EngineTime {
    Int(series) < count ? EngineTime(milliseconds: words[Int(series) * layout.stride]) : .distantPast
  }

  /// When the subject's lifetime sums are over if it is not seen again.
  func overAt(_ series: SeriesID) -> EngineTime { lastSeen(series) + (SeriesTable.idle + 1) }
  func isOver(_ series: SeriesID, at time: EngineTime) -> Bool { time >= overAt(series) }

  /// Makes room up to and including `series`; new ones have no sums and trips that must be set (`.min` = look at once).
  mutating func ensure(_ series: SeriesID) {
    let wanted = Int(series) + 1
    guard wanted > count else { return }
    while count < wanted {
      words.append(.min)
      for _ in 1..<layout.stride { words.append(0) }
      for place in layout.rules { words[count * layout.stride + place.trip] = .min }
      for place in layout.windows {
        for word in 0..<place.window.words.head { words[count * layout.stride + place.start + word] = .min }
      }
      count += 1
    }
    let pages = (count + SeriesTable.pageSize - 1) / SeriesTable.pageSize
    while pageSequence.count < pages {
      pageSequence.append(0)
      isDirty.append(false)
    }
  }

  /// Marks the subject's page as changed; true if it was not before.
  mutating func touch(_ series: SeriesID) -> Bool {
    let page = Int(series) / SeriesTable.pageSize
    if isDirty[page] { return false }
    isDirty[page] = true
    return true
  }
  mutating func clean(page: Int) {
    if page < isDirty.count { isDirty[page] = false }
  }

  func value(_ series: SeriesID, _ place: SeriesLayout.RulePlace) -> Int64 {
    words[Int(series) * layout.stride + place.value]
  }
  /// The value of the period that began at `start`, whether the subject has rolled on to the next one or not.
  func value(_ series: SeriesID, _ place: SeriesLayout.RulePlace, ofPeriodFrom start: EngineTime?) -> Int64 {
    let window = layout.windows[place.window]
    switch window.window {
    case .lifetime: return value(series, place)
    case .calendar:
      guard let start else { return value(series, place) }
      let base = Int(series) * layout.stride
      return words[base + window.start] == start.milliseconds
        ? words[base + place.value] : words[base + place.value - 1]
    }
  }
  /// The value as of now, for a subject whose sums may not have rolled on yet.
  func currentValue(
    _ series: SeriesID, _ place: SeriesLayout.RulePlace, periods: [Period], at time: EngineTime
  ) -> Int64 {
    let window = layout.windows[place.window]
    switch window.window {
    case .lifetime: return isOver(series, at: time) ? 0 : value(series, place)
    case .calendar(let calendar):
      let base = Int(series) * layout.stride
      let period = periods[Int(calendar.rawValue)]
      let start = words[base + window.start]
      if start == period.start.milliseconds { return words[base + place.value] }
      return start == period.previousStart.milliseconds ? words[base + place.value + 1] : 0
    }
  }
  /// What early events have already put into the next period; 0 where the window has none.
  func nextValue(_ series: SeriesID, _ place: SeriesLayout.RulePlace) -> Int64 {
    switch layout.windows[place.window].window {
    case .lifetime: 0
    case .calendar: words[Int(series) * layout.stride + place.value + 1]
    }
  }
  func trip(_ series: SeriesID, _ place: SeriesLayout.RulePlace) -> Int64 {
    words[Int(series) * layout.stride + place.trip]
  }
  mutating func setTrip(_ series: SeriesID, _ place: SeriesLayout.RulePlace, _ trip: Int64) {
    words[Int(series) * layout.stride + place.trip] = trip
  }

  /// What folding did beside adding.
  struct Folded {
    /// The event was too old for every calendar window of the subject.
    var isLate = false
    /// The event belongs to a period that has not begun yet.
    var isEarly = false
    /// The lifetime sums began anew after 30 idle days.
    var beganAnew = false
  }

  /// Adds an event to the subject's windows. `periods` are those of engine time, by `CalendarPeriod.rawValue`.
  mutating func fold(_ event: UsageEvent, into series: SeriesID, periods: [Period]) -> Folded {
    ensure(series)
    let base = Int(series) * layout.stride
    var folded = Folded()
    let lastSeen = words[base]
    for place in layout.windows {
      switch place.window {
      case .lifetime:
        if lastSeen != .min, event.time - EngineTime(milliseconds: lastSeen) > SeriesTable.idle {
          for slot in place.slots { words[base + slot.offset] = 0 }
          folded.beganAnew = true
        }
        for slot in place.slots { add(event.amount(slot.metric), at: base + slot.offset) }
      case .calendar(let calendar):
        let period = periods[Int(calendar.rawValue)]
        roll(base, place, to: period)
        let shift: Int
        if event.time >= period.end {
          shift = 2
          folded.isEarly = true
        } else if event.time >= period.start {
          shift = 1
        } else if event.time >= period.previousStart {
          shift = 0
        } else {
          folded.isLate = true
          continue
        }
        for slot in place.slots { add(event.amount(slot.metric), at: base + slot.offset + shift) }
      }
    }
    // The least time of all marks a subject that was never seen.
    words[base] = max(lastSeen, event.time.milliseconds, .min + 1)
    return folded
  }

  @inline(__always) private mutating func add(_ amount: Int64, at index: Int) {
    words[index] = words[index].addingSaturating(amount)
  }

  /// Brings the subject's calendar sums to the current period: what was current becomes previous, early events become current.
  private mutating func roll(_ base: Int, _ place: SeriesLayout.WindowPlace, to period: Period) {
    let start = words[base + place.start]
    if start == period.start.milliseconds { return }
    let isNext = start == period.previousStart.milliseconds
    for slot in place.slots {
      let previous = base + slot.offset
      words[previous] = isNext ? words[previous + 1] : 0
      words[previous + 1] = isNext ? words[previous + 2] : 0
      words[previous + 2] = 0
    }
    words[base + place.start] = period.start.milliseconds
  }

  /// Brings every subject to the current periods, so that a value read is a value of now.
  mutating func rollAll(periods: [Period]) {
    for series in 0..<count where words[series * layout.stride] != .min {
      rollOne(SeriesID(series), periods: periods)
    }
  }

  mutating func rollOne(_ series: SeriesID, periods: [Period]) {
    for place in layout.windows {
      switch place.window {
      case .lifetime: break
      case .calendar(let calendar):
        roll(Int(series) * layout.stride, place, to: periods[Int(calendar.rawValue)])
      }
    }
  }

  /// Takes back what folding added to some of the subject's sums.
  mutating func clear(_ series: SeriesID, _ sums: [SeriesLayout.Sum]) {
    let base = Int(series) * layout.stride
    for window in layout.windows {
      for slot in window.slots where sums.contains(.init(window: window.window, metric: slot.metric)) {
        for word in 0..<window.window.words.sum { words[base + slot.offset + word] = 0 }
      }
    }
  }

  // MARK: Pages

  private static let version: UInt8 = 2

  /// The stored words of page `index`.
  func encoded(page index: Int) -> [UInt8] {
    var writer = ByteWriter()
    writer.byte(SeriesTable.version)
    writer.string(StoredColumns.text(of: layout))
    let first = index * SeriesTable.pageSize
    let last = min(count, first + SeriesTable.pageSize)
    writer.unsigned(UInt64(max(0, last - first)))
    for series in first..<max(first, last) {
      for word in 0..<layout.storedStride { writer.signed(words[series * layout.stride + word]) }
    }
    return writer.bytes
  }

  /// Takes in a stored page of this or another layout: sums are found by window and metric; what this layout lacks is dropped, and so are
  /// the sums that the page is `without`: an earlier rule's of the same name, which has not been kept up since.
  /// - Parameter subjects: how many there are; a page of others is damaged.
  /// Returns false if the bytes are damaged, or of a build with other widths.
  mutating func restore(
    page index: Int, sequence: Int64, _ blob: [UInt8],
    without: [SeriesLayout.Sum] = [],
    subjects: Int = .max
  ) -> Bool {
    var reader = ByteReader(blob)
    guard reader.byte() == SeriesTable.version,
      let columns = StoredColumns.places(reader.string(), in: layout, without: without)
    else { return false }
    let stored = reader.number(Int.self)
    guard !reader.failed, stored <= SeriesTable.pageSize, index >= 0, index < 1 << 24,
      index * SeriesTable.pageSize + stored <= subjects
    else { return false }
    if stored > 0 { ensure(SeriesID(index * SeriesTable.pageSize + stored - 1)) }
    for offset in 0..<stored {
      let base = (index * SeriesTable.pageSize + offset) * layout.stride
      words[base] = reader.signed()
      for column in columns {
        let word = reader.signed()
        if let column { words[base + column] = word }
      }
    }
    if index < pageSequence.count { pageSequence[index] = sequence }
    return !reader.failed && reader.isAtEnd
  }
}
