/// What a rule reads of a subject's sums.
extension SeriesTable {
  /// The value that a rule looks at, of a subject that was folded or rolled at this instant.
  @inline(__always)
  func value(_ series: SeriesID, _ place: SeriesLayout.RulePlace) -> Int64 {
    let current = layout.windows[place.window].window.words.current
    return value(place.reading) { word(series, $0 + current) }
  }

  /// The value of the period that began at `start`, whether the subject has rolled on to the next one or not.
  func value(_ series: SeriesID, _ place: SeriesLayout.RulePlace, ofPeriodFrom start: EngineTime?) -> Int64 {
    let window = layout.windows[place.window]
    switch window.window {
    case .lifetime, .sliding, .request: return value(series, place)
    case .calendar:
      guard let start else { return value(series, place) }
      let rows = rows(page(series))
      let isCurrent = rows.words[base(series) + window.start] == start.milliseconds
      return value(place.reading) { rows.words[base(series) + $0 + (isCurrent ? 1 : 0)] }
    }
  }

  /// The value as of now, for a subject whose sums may not have rolled on yet.
  func currentValue(_ series: SeriesID, _ place: SeriesLayout.RulePlace, _ clock: WindowClock) -> Int64 {
    currentValue(rows(page(series)), base(series), place, clock)
  }

  /// The value as of now of the subject at `base` of a page's rows.
  func currentValue(
    _ rows: SeriesRows, _ base: Int, _ place: SeriesLayout.RulePlace, _ clock: WindowClock
  ) -> Int64 {
    let window = layout.windows[place.window]
    switch window.window {
    case .request: return 0
    case .lifetime:
      let lastSeen = EngineTime(milliseconds: rows.words[base + SeriesLayout.lastSeen])
      if clock.time >= lastSeen + (SeriesTable.idle + 1) { return 0 }
      return value(place.reading) { rows.words[base + $0] }
    case .sliding: return value(place.reading) { rows.sum(base, window, offset: $0, at: clock.time) }
    case .calendar(let calendar):
      let period = clock.period(calendar)
      let start = rows.words[base + window.start]
      if start == period.start.milliseconds { return value(place.reading) { rows.words[base + $0 + 1] } }
      return start == period.previousStart.milliseconds
        ? value(place.reading) { rows.words[base + $0 + 2] } : 0
    }
  }

  /// What early events have already put into the next period; 0 where the window has none.
  func nextValue(_ series: SeriesID, _ place: SeriesLayout.RulePlace) -> Int64 {
    guard layout.windows[place.window].window.calendar != nil else { return 0 }
    return value(place.reading) { word(series, $0 + 2) }
  }

  /// When the value of a sliding window will have fallen below `bound` (> 0) if nothing more comes, `time` or later; nil for another window.
  func fallTime(
    _ series: SeriesID, _ place: SeriesLayout.RulePlace, below bound: Int64, from time: EngineTime
  )
    -> EngineTime?
  {
    let window = layout.windows[place.window]
    guard let ring = window.ring else { return nil }
    let rows = rows(page(series))
    let base = base(series)
    let oldest = ring.shape.oldest(at: time)
    // By bucket, the oldest first: what each sum that is read loses when it goes.
    let offsets = place.reading.offsets
    let buckets = offsets.map { rows.buckets(base, window, offset: $0).filter { $0.bucket >= oldest } }
    var left = buckets.map { $0.reduce(Int128(0)) { $0 + Int128($1.amount) } }
    var next = offsets.map { _ in 0 }
    func isBelow() -> Bool {
      value(place.reading) { offset in
        offsets.firstIndex(of: offset).map { Int64(clamping: left[$0]) } ?? 0
      } < bound
    }
    if isBelow() { return time }
    func first(_ index: Int) -> (bucket: Int64, amount: Int64)? {
      next[index] < buckets[index].count ? buckets[index][next[index]] : nil
    }
    while let bucket = offsets.indices.compactMap({ first($0)?.bucket }).min() {
      for index in offsets.indices {
        guard let entry = first(index), entry.bucket == bucket else { continue }
        left[index] -= Int128(entry.amount)
        next[index] += 1
      }
      if isBelow() { return ring.shape.end(of: bucket) }
    }
    // Only a bound of 0 or less is never fallen below.
    return nil
  }

  @inline(__always)
  private func value(_ reading: SeriesLayout.Reading, _ sum: (Int) -> Int64) -> Int64 {
    switch reading {
    case .sum(let offset): return sum(offset)
    case .ratio(let part, let whole, let least):
      let all = sum(whole)
      guard all >= max(1, least) else { return 0 }
      return Int64(clamping: Int128(max(0, sum(part))) * Int128(DecimalText.unit) / Int128(all))
    }
  }
}
