import Foundation
import SpendEngine

extension Date {
  /// The instant, held within the years 1...9999: Foundation's calendars have no use for others.
  init(_ time: EngineTime) {
    self.init(timeIntervalSince1970: Double(time.inCalendar.milliseconds) / 1_000)
  }
}

extension EngineTime {
  /// To the nearest millisecond; saturates.
  init(_ date: Date) {
    let milliseconds = (date.timeIntervalSince1970 * 1_000).rounded()
    self.init(milliseconds: Int64(exactly: milliseconds) ?? (milliseconds < 0 ? .min : .max))
  }
}
