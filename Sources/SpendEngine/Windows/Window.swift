/// What a rule sums over.
package enum Window: Hashable, Sendable {
  /// A calendar period in the rules' time zone.
  case calendar(CalendarPeriod)
  /// Until the subject has been idle for 30 days.
  case lifetime

  /// As written in rules.yaml.
  package var name: String {
    switch self {
    case .calendar(let period): period.name
    case .lifetime: "lifetime"
    }
  }

  /// Every window that can be written, for messages.
  package static let all: [Window] = CalendarPeriod.allCases.map(Window.calendar) + [.lifetime]

  package init?(name: String) {
    guard let window = Window.all.first(where: { $0.name == name }) else { return nil }
    self = window
  }
}

/// A calendar period whose edges `CalendarTable` lists.
package enum CalendarPeriod: UInt8, CaseIterable, Hashable, Sendable {
  case day

  package var name: String {
    switch self {
    case .day: "day"
    }
  }
}
