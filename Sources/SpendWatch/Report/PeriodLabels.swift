import Foundation
import SpendEngine

/// Hours, days, weeks or months of a time zone as numbers with labels: `2026-11-24T13:00`, `2026-11-24`, the day a week begins with,
/// `2026-11`. Foundation is asked once a period; a look-up is a binary search behind the last period found.
struct PeriodLabels {
  struct Period {
    var start: EngineTime
    var end: EngineTime
    /// Of its label.
    var number: UInt32
    /// The day that it is in or begins with, and the hour on the wall when it begins.
    var day: CivilDate
    var hour: Int
  }

  /// In order of first sight.
  private(set) var labels: [String] = []
  /// Where each label's period begins first.
  private(set) var starts: [EngineTime] = []

  /// Ascending, none overlaps another.
  private var periods: [Period] = []
  private var last = Period(
    start: .distantPast, end: .distantPast, number: 0, day: CivilDate(days: 0), hour: 0)
  /// An hour that comes twice (clocks go back) is one hour on the wall.
  private var numbers: [String: UInt32] = [:]
  private var calendar = Calendar(identifier: .gregorian)
  private let unit: CalendarPeriod

  init(_ unit: CalendarPeriod, zone: TimeZone, weekStart: CalendarSettings.Weekday = .monday) {
    self.unit = unit
    calendar.timeZone = zone
    calendar.firstWeekday = weekStart.number
  }

  mutating func number(of time: EngineTime) -> UInt32 { period(of: time).number }

  mutating func period(of time: EngineTime) -> Period {
    if time >= last.start, time < last.end { return last }
    var low = 0
    var high = periods.count
    while low < high {
      let middle = (low + high) / 2
      if periods[middle].start <= time { low = middle + 1 } else { high = middle }
    }
    if low > 0, time < periods[low - 1].end {
      last = periods[low - 1]
    } else {
      last = made(time)
      periods.insert(last, at: low)
    }
    return last
  }

  private mutating func made(_ time: EngineTime) -> Period {
    let component: Calendar.Component =
      switch unit {
      case .hour: .hour
      case .day: .day
      case .week: .weekOfYear
      case .month: .month
      }
    let date = Date(time)
    // Foundation's answer must hold the instant that was asked about, else it could not be found again.
    var (start, end) = (time, time + 1)
    var beginning = date
    if let interval = calendar.dateInterval(of: component, for: date) {
      beginning = interval.start
      let (first, next) = (EngineTime(interval.start), EngineTime(interval.end))
      if first <= time, time < next { (start, end) = (first, next) }
    }
    // A week is called by its first day, the others by where they are: their first instant may be skipped by the clock.
    let parts = calendar.dateComponents([.year, .month, .day, .hour], from: unit == .week ? beginning : date)
    let day = CivilDate(
      year: Int64(parts.year ?? 0), month: Int64(parts.month ?? 0), day: Int64(parts.day ?? 0))
    let hour = parts.hour ?? 0
    let label =
      switch unit {
      case .hour: "\(day.text)T\(Int64(hour).padded(to: 2)):00"
      case .day, .week: day.text
      case .month: String(day.text.dropLast(3))
      }
    let known = numbers[label]
    let number = known ?? UInt32(labels.count)
    if known == nil {
      numbers[label] = number
      labels.append(label)
      starts.append(start)
    } else {
      starts[Int(number)] = min(starts[Int(number)], start)
    }
    return Period(start: start, end: end, number: number, day: day, hour: hour)
  }
}
