import Foundation
import SpendEngine

/// Days or hours of a time zone as numbers with labels: `2026-11-24`, `2026-11-24T13:00`. Foundation is asked once a period; a look-up
/// is a binary search behind the last period found.
struct PeriodLabels {
  /// In order of first sight.
  private(set) var labels: [String] = []
  /// Where each label's period begins first.
  private(set) var starts: [EngineTime] = []

  private struct Period {
    var start: EngineTime
    var end: EngineTime
    var number: UInt32
  }
  /// Ascending, none overlaps another.
  private var periods: [Period] = []
  private var last = Period(start: .distantPast, end: .distantPast, number: 0)
  /// An hour that comes twice (clocks go back) is one hour on the wall.
  private var numbers: [String: UInt32] = [:]
  private var calendar = Calendar(identifier: .gregorian)
  private let isHour: Bool

  init(isHour: Bool, zone: TimeZone) {
    self.isHour = isHour
    calendar.timeZone = zone
  }

  mutating func number(of time: EngineTime) -> UInt32 {
    if time >= last.start, time < last.end { return last.number }
    var low = 0
    var high = periods.count
    while low < high {
      let middle = (low + high) / 2
      if periods[middle].start <= time { low = middle + 1 } else { high = middle }
    }
    if low > 0, time < periods[low - 1].end {
      last = periods[low - 1]
      return last.number
    }
    last = period(of: time)
    periods.insert(last, at: low)
    return last.number
  }

  private mutating func period(of time: EngineTime) -> Period {
    let date = Date(time)
    let parts = calendar.dateComponents([.year, .month, .day, .hour], from: date)
    let day = CivilDate(
      year: Int64(parts.year ?? 0), month: Int64(parts.month ?? 0), day: Int64(parts.day ?? 0))
    let label = isHour ? "\(day.text)T\(Int64(parts.hour ?? 0).padded(to: 2)):00" : day.text
    // Foundation's answer must hold the instant that was asked about, else it could not be found again.
    var start = time
    var end = time + 1
    if let interval = calendar.dateInterval(of: isHour ? .hour : .day, for: date) {
      let (first, next) = (EngineTime(interval.start), EngineTime(interval.end))
      if first <= time, time < next { (start, end) = (first, next) }
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
    return Period(start: start, end: end, number: number)
  }
}
