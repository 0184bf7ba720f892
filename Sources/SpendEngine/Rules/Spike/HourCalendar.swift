/// Clock hours in a time zone, from the zone's offsets, which are settled outside the engine as those of `CalendarTable` are.
package struct HourCalendar: Sendable, Hashable {
  package struct Change: Sendable, Hashable {
    package var from: EngineTime
    /// Local time less UTC.
    package var offset: Milliseconds
    package init(from: EngineTime, offset: Milliseconds) {
      self.from = from
      self.offset = offset
    }
  }

  /// Ascending; the first also holds before its time.
  private let changes: [Change]
  /// Where in a UTC hour local hours end: one for all times, so that the numbers of hours never jump. (A zone that shifts by half an hour
  /// keeps the hours of its winter or its summer.)
  private let phase: Milliseconds

  package static let utc = HourCalendar(changes: [])

  /// - Parameter changes: offsets within a day; in any order; empty is UTC.
  package init(changes: [Change]) {
    self.changes = changes.sorted { $0.from < $1.from }.map {
      Change(from: $0.from, offset: min(max($0.offset, -.day), .day))
    }
    phase = self.changes.map { $0.offset - $0.offset.dividedDown(by: .hour) * .hour }.min() ?? 0
  }

  /// The number of the clock hour that holds `time`, which is one of `EngineTime.calendar`.
  func hour(of time: EngineTime) -> Int64 { (time.milliseconds + phase).dividedDown(by: .hour) }

  func start(ofHour hour: Int64) -> EngineTime { EngineTime(milliseconds: hour * .hour - phase) }

  /// The hour of the local week: 0 is Monday 00:00 to 01:00, 167 Sunday 23:00 to 24:00.
  func cell(ofHour hour: Int64) -> Int {
    let start = start(ofHour: hour)
    var low = 0
    var high = changes.count
    while low < high {
      let middle = (low + high) / 2
      if changes[middle].from <= start { low = middle + 1 } else { high = middle }
    }
    let offset = changes.isEmpty ? 0 : changes[max(0, low - 1)].offset
    // 1970-01-01 was a Thursday.
    let local = (start.milliseconds + offset).dividedDown(by: .hour) + 3 * 24
    return Int(local - local.dividedDown(by: 168) * 168)
  }
}
