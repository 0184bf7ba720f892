/// What a rule sums over. Closed: what the engine must know of a window is a member with a switch over the kinds, here, or such a switch
/// where it is used; so the compiler names every place that a new kind needs.
package enum Window: Hashable, Sendable {
  /// The last so many milliseconds before now, in `spans`. Never too little: up to one bucket (`RingShape.width`) more.
  case sliding(Milliseconds)
  /// A calendar period in the rules' time zone.
  case calendar(CalendarPeriod)
  /// Until the subject has been idle for 30 days.
  case lifetime
  /// One call: nothing is summed.
  case request

  /// Spans that a sliding window may have: one minute to 30 days.
  package static let spans: ClosedRange<Milliseconds> = .minute...30 * .day

  /// The kinds without what tells windows of one kind apart.
  enum Kind: CaseIterable {
    case sliding, calendar, lifetime, request

    /// The windows of the kind that have a name of their own, and may be written as `window`.
    var named: [Window] {
      switch self {
      case .calendar: CalendarPeriod.allCases.map(Window.calendar)
      case .lifetime: [.lifetime]
      case .sliding, .request: []
      }
    }
  }

  var kind: Kind {
    switch self {
    case .sliding: .sliding
    case .calendar: .calendar
    case .lifetime: .lifetime
    case .request: .request
    }
  }

  /// As written in rules.yaml, and as stored: never give a name another meaning.
  package var name: String {
    switch self {
    case .sliding(let span): span.windowText
    case .calendar(let period): period.name
    case .lifetime: "lifetime"
    case .request: "request"
    }
  }

  /// Every window that has a name of its own, for messages.
  package static let all: [Window] = Kind.allCases.flatMap(\.named)

  /// Reads what `name` writes, and spans in other units; nil for anything else.
  package init?(name: String) {
    if let window = Window.all.first(where: { $0.name == name }) {
      self = window
    } else if name == "request" {
      self = .request
    } else if let span = Milliseconds(span: name), Window.spans.contains(span) {
      self = .sliding(span)
    } else {
      return nil
    }
  }

  /// The calendar whose edges begin and end it; nil where no clock does.
  package var calendar: CalendarPeriod? {
    if case .calendar(let period) = self { period } else { nil }
  }

  /// Whether it ends at a known instant, whatever its subject does: then a halt may last `until: reset`.
  package var resets: Bool { kind == .calendar }

  /// Whether it ends when its subject has been idle for `SeriesTable.idle`.
  var endsIdle: Bool { kind == .lifetime }

  /// Whether its sums fall as time passes.
  package var slides: Bool { kind == .sliding }
}

extension Milliseconds {
  /// As a window is written: `5m`, `24h`, `7d`; a day is 24 hours.
  var windowText: String { self == .day ? "24h" : spanText }
}

extension Window {
  /// As said in "spend per key a day".
  package var spokenSpan: String {
    switch self {
    case .sliding(let span): "in any \(span.windowText)"
    case .calendar(let period): "\(period == .hour ? "an" : "a") \(period.name)"
    case .lifetime: "over a lifetime"
    case .request: "a call"
    }
  }
}
