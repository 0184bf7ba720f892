import Foundation
import SpendEngine

/// Which bar of its row an event is in. Where rows are periods, the bars are their parts: 5 minutes of an hour, hours of a day, days of a
/// week or month. Else they are the time from the first event to the last, in up to 32 bars of 1, 3, 6, 12 hours, 1, 2, 4, ... days: how
/// long shows only as events come, so bars are merged when they become too many.
struct SparkTime {
  private let period: CalendarPeriod?
  private let weekStart: CalendarSettings.Weekday
  private var parts: PeriodLabels
  /// Of the zone, when the first event came: bars of a span begin at whole hours and days of it. That a change of clocks moves them by an
  /// hour does not show.
  private var offset: Milliseconds?
  private let zone: TimeZone
  /// Of a span: what a bar stands for, and the first and last of them since 1970. They are kept at their number modulo the width of a row.
  private var step = Milliseconds.hour
  private var range: ClosedRange<Int64>?

  /// - Parameter period: of the finest time that rows are grouped by; nil: bars are of the whole span.
  init(_ period: CalendarPeriod?, zone: TimeZone, weekStart: CalendarSettings.Weekday) {
    self.period = period
    self.zone = zone
    self.weekStart = weekStart
    parts = PeriodLabels(period == .hour || period == .day ? .hour : .day, zone: zone)
  }

  /// The cell of an instant; `rows` are rearranged where that takes a coarser step.
  mutating func cell(of time: EngineTime, _ rows: inout SparkRows) -> Int {
    guard let period else { return spanCell(of: time.inCalendar, &rows) }
    let part = parts.period(of: time)
    switch period {
    case .hour: return Int(min(11, max(0, (time - part.start) / (5 * .minute))))
    case .day: return min(23, max(0, part.hour))
    // 1970-01-01 was a Thursday; weekdays are numbered from Sunday = 1.
    case .week: return Int(SparkTime.modulo(part.day.days + 5 - Int64(weekStart.number), 7))
    case .month: return Int(min(30, max(0, part.day.day - 1)))
    }
  }

  /// The values of a row, in the order of time.
  func values(_ cells: ArraySlice<Int64>) -> [Int64] {
    guard period == nil else { return Array(cells.prefix(count)) }
    guard let range else { return [] }
    return range.map { cells[cells.startIndex + SparkTime.slot($0)] }
  }

  /// nil where there is no event.
  func spark(_ total: [Int64]) -> ReportSpark? {
    let axis: ReportSpark.Axis
    let length: Milliseconds
    switch period {
    case .hour?: (axis, length) = (.period(.hour), 5 * .minute)
    case .day?: (axis, length) = (.period(.day), .hour)
    case .week?: (axis, length) = (.period(.week), .day)
    case .month?: (axis, length) = (.period(.month), .day)
    case nil:
      guard let range else { return nil }
      length = step
      // Of days the last one, of hours the end of the last bar.
      let end = (range.upperBound + 1) * step
      axis = .span(
        from: label(range.lowerBound * step), to: label(step % .day == 0 ? end - .day : end))
    }
    return ReportSpark(axis: axis, step: length, total: values(total[...]))
  }

  private var count: Int {
    switch period {
    case .hour: 12
    case .day: 24
    case .week: 7
    case .month: 31
    case nil: SparkRows.width
    }
  }

  // MARK: A span

  private mutating func spanCell(of time: EngineTime, _ rows: inout SparkRows) -> Int {
    let offset = offset ?? Milliseconds(zone.secondsFromGMT(for: Date(time))) * .second
    self.offset = offset
    let local = (time + offset).milliseconds
    var bar = SparkTime.floor(local, step)
    let range = range ?? bar...bar
    var wider = min(range.lowerBound, bar)...max(range.upperBound, bar)
    while wider.upperBound - wider.lowerBound >= Int64(SparkRows.width) {
      let factor: Int64 = step == .hour ? 3 : 2
      // Only bars that were there hold something.
      if let old = self.range {
        rows.rearrange { SparkTime.merged($0, old, by: factor) }
        self.range = SparkTime.floor(old.lowerBound, factor)...SparkTime.floor(old.upperBound, factor)
      }
      step *= factor
      bar = SparkTime.floor(local, step)
      wider = SparkTime.floor(wider.lowerBound, factor)...SparkTime.floor(wider.upperBound, factor)
    }
    self.range = wider
    return SparkTime.slot(bar)
  }

  private static func merged(_ cells: ArraySlice<Int64>, _ bars: ClosedRange<Int64>, by factor: Int64)
    -> [Int64]
  {
    var result = [Int64](repeating: 0, count: SparkRows.width)
    for bar in bars {
      let slot = slot(floor(bar, factor))
      result[slot] = result[slot].addingSaturating(cells[cells.startIndex + self.slot(bar)])
    }
    return result
  }

  /// - Parameter local: milliseconds since 1970 on the zone's clock.
  private func label(_ local: Int64) -> String {
    let text = EngineTime(milliseconds: local).rfc3339
    return step % .day == 0 ? String(text.prefix(10)) : String(text.prefix(16)).replacing("T", with: " ")
  }

  private static func slot(_ bar: Int64) -> Int { Int(modulo(bar, Int64(SparkRows.width))) }
  private static func modulo(_ number: Int64, _ divisor: Int64) -> Int64 {
    let rest = number % divisor
    return rest < 0 ? rest + divisor : rest
  }
  private static func floor(_ number: Int64, _ divisor: Int64) -> Int64 {
    (number - modulo(number, divisor)) / divisor
  }
}
