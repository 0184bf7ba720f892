package import SpendEngine

/// What a report groups by.
package enum GroupField: String, CaseIterable, Sendable, Hashable {
  case key, task, model, hour, day, week, month, source, user, team

  /// The period whose rows it makes; nil where rows are not of a time.
  package var period: CalendarPeriod? {
    switch self {
    case .hour: .hour
    case .day: .day
    case .week: .week
    case .month: .month
    default: nil
    }
  }

  /// Grouped by time: such rows come in its order.
  package var isTime: Bool { period != nil }
}
