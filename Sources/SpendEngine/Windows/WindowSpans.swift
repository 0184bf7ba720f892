// How far windows reach, and which one holds the other.
extension Window {
  /// Milliseconds that it looks back at most; nil where it never ends, and of a single call.
  package var longest: Milliseconds? {
    switch self {
    case .sliding(let span): span
    case .calendar(let period): period.longest
    case .lifetime, .request: nil
    }
  }

  /// Whether a sum of it is at least as large as a sum of `other` at every instant, of the same subject.
  package func covers(_ other: Window) -> Bool {
    switch (self, other) {
    case (.request, _), (_, .request): self == other
    case (.lifetime, _): true
    case (_, .lifetime), (.calendar, .sliding): false
    case (.sliding(let span), .sliding(let shorter)): span >= shorter
    case (.sliding(let span), .calendar(let period)): span >= period.longest
    // A week may lie across two months.
    case (.calendar(let period), .calendar(let inner)):
      period == inner || period.longest > inner.longest && inner != .week
    }
  }
}

extension CalendarPeriod {
  /// Milliseconds, on the day when clocks are set back.
  package var longest: Milliseconds { self == .hour ? .hour : ordinary + .hour }

  /// Milliseconds, where no clock is set; of the longest month.
  private var ordinary: Milliseconds {
    switch self {
    case .hour: .hour
    case .day: .day
    case .week: 7 * .day
    case .month: 31 * .day
    }
  }

  /// Whether what began with the period has lasted for `span` when it ends; where clocks are set back is not looked at.
  func outlasts(_ span: Milliseconds) -> Bool { ordinary > span }
}

extension Rule {
  /// Its calendar window has ended before a condition can have held for as long as `for` says.
  package var endsBeforeHold: Bool { window.calendar.map { !$0.outlasts(hold) } ?? false }
}
