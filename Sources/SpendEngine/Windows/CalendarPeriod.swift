/// A calendar period whose edges `CalendarTable` lists. In memory `rawValue` is its place in `Engine.periods`: 0, 1, 2, ... without a gap;
/// stored is its name.
package enum CalendarPeriod: UInt8, CaseIterable, Hashable, Sendable {
  case day = 0
  case hour = 1
  case week = 2
  case month = 3

  package var name: String {
    switch self {
    case .hour: "hour"
    case .day: "day"
    case .week: "week"
    case .month: "month"
    }
  }

  /// `today`, `this week`
  package var spokenNow: String { self == .day ? "today" : "this \(name)" }

  init?(name: String) {
    guard let period = CalendarPeriod.allCases.first(where: { $0.name == name }) else { return nil }
    self = period
  }
}
