/// What a rule sums over. Closed: what the engine must know of a window is a member with a switch over the kinds, here, or such a switch
/// where it is used; so the compiler names every place that a new kind needs.
package enum Window: Hashable, Sendable {
  /// A calendar period in the rules' time zone.
  case calendar(CalendarPeriod)
  /// Until the subject has been idle for 30 days.
  case lifetime

  /// The kinds without what tells windows of one kind apart.
  enum Kind: CaseIterable {
    case calendar, lifetime

    /// The windows of the kind that have a name of their own.
    var named: [Window] {
      switch self {
      case .calendar: CalendarPeriod.allCases.map(Window.calendar)
      case .lifetime: [.lifetime]
      }
    }
  }

  var kind: Kind {
    switch self {
    case .calendar: .calendar
    case .lifetime: .lifetime
    }
  }

  /// As written in rules.yaml, and as stored: never give a name another meaning.
  package var name: String {
    switch self {
    case .calendar(let period): period.name
    case .lifetime: "lifetime"
    }
  }

  /// Every window that has a name, for messages.
  package static let all: [Window] = Kind.allCases.flatMap(\.named)

  /// Reads what `name` writes; nil for anything else.
  package init?(name: String) {
    guard let window = Window.all.first(where: { $0.name == name }) else { return nil }
    self = window
  }

  /// The calendar whose edges begin and end it; nil where no clock does.
  package var calendar: CalendarPeriod? {
    switch self {
    case .calendar(let period): period
    case .lifetime: nil
    }
  }

  /// Whether it ends at a known instant, whatever its subject does: then a halt may last `until: reset`.
  package var resets: Bool {
    switch self {
    case .calendar: true
    case .lifetime: false
    }
  }

  /// Whether it ends when its subject has been idle for `SeriesTable.idle`.
  var endsIdle: Bool {
    switch self {
    case .calendar: false
    case .lifetime: true
    }
  }
}

extension Window {
  /// As said in "$26.10 of $25.00 used today by key ci-bot".
  package var spokenName: String {
    switch self {
    case .calendar(.day): "used today"
    case .lifetime: "used in all"
    }
  }

  /// As said in "spend per key a day".
  package var spokenSpan: String {
    switch self {
    case .calendar(.day): "a day"
    case .lifetime: "over a lifetime"
    }
  }
}

/// A calendar period whose edges `CalendarTable` lists. In memory `rawValue` is its place in `Engine.periods`: 0, 1, 2, ... without a gap;
/// stored is its name.
package enum CalendarPeriod: UInt8, CaseIterable, Hashable, Sendable {
  case day = 0

  package var name: String {
    switch self {
    case .day: "day"
    }
  }

  init?(name: String) {
    guard let period = CalendarPeriod.allCases.first(where: { $0.name == name }) else { return nil }
    self = period
  }
}
