/// A subject's number within its `per`.
package typealias SeriesID = UInt32

/// The sums of every subject of one `per`, in pages of 256.
struct SeriesTable: Sendable {
  let layout: SeriesLayout
  private(set) var pages: [HeldPage] = []
  private(set) var count = 0
  /// Subjects in hot pages.
  private(set) var hot = 0

  static let pageSize = 256
  /// A lifetime sum ends when its subject has been idle for this long (ms of event time).
  static let idle: Milliseconds = 30 * .day

  init(layout: SeriesLayout) { self.layout = layout }

  @inline(__always) func page(_ series: SeriesID) -> Int { Int(series) / SeriesTable.pageSize }
  /// Of the subject's first word in its page.
  @inline(__always) func base(_ series: SeriesID) -> Int {
    Int(series) % SeriesTable.pageSize * layout.stride
  }
  /// A word of a subject, also of a cold one.
  @inline(__always) func word(_ series: SeriesID, _ offset: Int) -> Int64 {
    let (page, word) = (page(series), base(series) + offset)
    // A page that is not hot has no words.
    return word < pages[page].rows.words.count ? pages[page].rows.words[word] : rows(page).words[word]
  }

  /// Numbers of the page's subjects.
  func subjects(in page: Int) -> Range<SeriesID> {
    let first = page * SeriesTable.pageSize
    return SeriesID(first)..<SeriesID(min(count, first + SeriesTable.pageSize))
  }

  /// The page's rows, made for the occasion where it is not hot: whoever only looks leaves it as it is.
  @inline(never) func rows(_ page: Int) -> SeriesRows {
    pages[page].unpacked(layout, subjects: subjects(in: page).count)
  }

  /// Whether an event was seen for the subject.
  func exists(_ series: SeriesID) -> Bool {
    Int(series) < count && word(series, SeriesLayout.lastSeen) != .min
  }

  func lastSeen(_ series: SeriesID) -> EngineTime {
    Int(series) < count
      ? EngineTime(milliseconds: word(series, SeriesLayout.lastSeen)) : .distantPast
  }

  /// When the subject's lifetime sums are over if it is not seen again.
  func overAt(_ series: SeriesID) -> EngineTime { lastSeen(series) + (SeriesTable.idle + 1) }
  func isOver(_ series: SeriesID, at time: EngineTime) -> Bool { time >= overAt(series) }

  /// Makes room up to and including `series`.
  @inline(__always) mutating func ensure(_ series: SeriesID) {
    if Int(series) >= count { grow(to: Int(series) + 1) }
  }
  private mutating func grow(to subjects: Int) {
    let last = pages.count - 1
    count = subjects
    while pages.count * SeriesTable.pageSize < count { pages.append(HeldPage()) }
    guard last >= 0, pages[last].isHot else { return }
    hot -= pages[last].rows.words.count / layout.stride
    pages[last].rows.fill(to: self.subjects(in: last).count, layout)
    hot += self.subjects(in: last).count
  }

  /// Marks the subject's page as changed; true if it was not before.
  mutating func touch(_ series: SeriesID) -> Bool {
    if pages[page(series)].isDirty { return false }
    pages[page(series)].isDirty = true
    return true
  }
  mutating func clean(page: Int) {
    if page < pages.count { pages[page].isDirty = false }
  }

  func trip(_ series: SeriesID, _ place: SeriesLayout.RulePlace) -> Int64 { word(series, place.trip) }
  mutating func setTrip(_ series: SeriesID, _ place: SeriesLayout.RulePlace, _ trip: Int64) {
    warm(page(series))
    pages[page(series)].rows.words[base(series) + place.trip] = trip
  }

  /// What folding did beside adding.
  struct Folded {
    /// The event was too old for a window of the subject.
    var isLate = false
    /// The event belongs to a period that has not begun yet.
    var isEarly = false
    /// The lifetime sums began anew after 30 idle days.
    var beganAnew = false
  }

  /// Adds an event to the subject's windows.
  mutating func fold(_ event: UsageEvent, into series: SeriesID, _ clock: WindowClock) -> Folded {
    ensure(series)
    let page = page(series)
    warm(page)
    pages[page].usedAt = clock.time
    return pages[page].rows.fold(event, base: base(series), layout, clock)
  }

  /// Brings a subject to the current periods, so that a value read is a value of now.
  mutating func rollOne(_ series: SeriesID, _ clock: WindowClock) {
    warm(page(series))
    for place in layout.windows {
      switch place.window {
      case .lifetime, .request: break
      case .sliding: pages[page(series)].rows.slide(base(series), place, to: clock.time)
      case .calendar(let calendar):
        pages[page(series)].rows.roll(base(series), place, to: clock.period(calendar))
      }
    }
  }

  /// Takes back what folding added to some of the subject's sums.
  mutating func clear(_ series: SeriesID, _ sums: [SeriesLayout.Sum]) {
    warm(page(series))
    for window in layout.windows {
      for slot in window.slots where sums.contains(.init(window: window.window, metric: slot.metric)) {
        pages[page(series)].rows.clear(base(series), window, slot)
      }
    }
  }
}

// Hot and cold pages.
extension SeriesTable {
  /// Makes the page hot, if it is not.
  @inline(__always) mutating func warm(_ page: Int) {
    if !pages[page].isHot { warmUp(page) }
  }
  @inline(never) private mutating func warmUp(_ page: Int) {
    pages[page].warm(layout, subjects: subjects(in: page).count)
    hot += subjects(in: page).count
  }

  /// Packs a hot page. Engine time is `time`.
  mutating func cool(_ page: Int, at time: EngineTime) {
    guard pages[page].isHot else { return }
    hot -= subjects(in: page).count
    pages[page].cool(layout, at: time)
  }

  /// Changes a page's rows and marks, as an event or a stored page would.
  mutating func change(_ page: Int, _ body: (inout HeldPage) -> Void) {
    warm(page)
    body(&pages[page])
  }

  /// Notes when a page was used that came from somewhere else.
  mutating func wasUsed(_ page: Int, at time: EngineTime) { pages[page].usedAt = time }

  /// Gives the page up: its sums are somewhere else now.
  mutating func drop(_ page: Int) {
    if pages[page].isHot { hot -= subjects(in: page).count }
    pages[page] = HeldPage()
  }

  /// Subjects in packed pages.
  var cold: Int {
    pages.indices.reduce(0) { $0 + (pages[$1].packed.isEmpty ? 0 : subjects(in: $1).count) }
  }
}

extension SeriesRows {
  mutating func fold(_ event: UsageEvent, base: Int, _ layout: SeriesLayout, _ clock: WindowClock)
    -> SeriesTable.Folded
  {
    var folded = SeriesTable.Folded()
    let lastSeen = words[base]
    for place in layout.windows {
      switch place.window {
      case .request: break
      case .sliding:
        guard let ring = place.ring else { continue }
        // An event that is ahead of engine time counts as of now: a clock that runs ahead must not push out what is there.
        let time = min(event.time + -event.ahead, clock.time)
        let bucket = ring.shape.bucket(of: time)
        if !add(base, place, bucket: bucket, at: clock.time, { event.amount($0.metric) }) {
          folded.isLate = true
        }
      case .lifetime:
        if lastSeen != .min, event.time - EngineTime(milliseconds: lastSeen) > SeriesTable.idle {
          for slot in place.slots { words[base + slot.offset] = 0 }
          folded.beganAnew = true
        }
        for slot in place.slots { add(event.amount(slot.metric), at: base + slot.offset) }
      case .calendar(let calendar):
        let period = clock.period(calendar)
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
  fileprivate mutating func roll(_ base: Int, _ place: SeriesLayout.WindowPlace, to period: Period) {
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
}
