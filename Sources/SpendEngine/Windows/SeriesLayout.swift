/// What a series of one `per` holds, as places in a run of 64-bit words: only the windows and metrics that some rule uses.
///
///     [last seen] { calendar: [start of the current period] { metric: [previous, current, next] } } { lifetime: { metric: [sum] } } { rule: [trip] }
struct SeriesLayout: Sendable, Equatable {
  struct Sum: Sendable, Hashable {
    var window: Window
    var metric: Metric
  }
  struct Slot: Sendable, Equatable {
    var metric: Metric
    /// Of the sum (lifetime), or of the previous period's sum, which the current and the next one follow (calendar).
    var offset: Int
  }
  struct WindowPlace: Sendable, Equatable {
    var window: Window
    /// Of the period's start; unused for lifetime.
    var start: Int
    var slots: [Slot]
  }
  struct RulePlace: Sendable, Equatable {
    /// Index in the rule set.
    var rule: Int
    /// Of the value at which the rule must be looked at next.
    var trip: Int
    /// Of the value itself.
    var value: Int
    /// Index in `windows`.
    var window: Int
  }

  let per: Per
  private(set) var windows: [WindowPlace] = []
  private(set) var rules: [RulePlace] = []
  /// Words that are stored; the trips behind them are made anew.
  private(set) var storedStride = 1
  private(set) var stride = 1

  static let lastSeen = 0

  init(per: Per, rules all: [Rule]) {
    self.per = per
    var sums: [Sum] = []
    for rule in all where rule.per == per {
      switch rule.kind {
      case .threshold(let threshold):
        let sum = Sum(window: threshold.window, metric: threshold.metric)
        if !sums.contains(sum) { sums.append(sum) }
      }
    }
    for window in Window.all where sums.contains(where: { $0.window == window }) {
      var place = WindowPlace(window: window, start: stride, slots: [])
      let words: Int
      switch window {
      case .calendar:
        words = 3
        stride += 1
      case .lifetime: words = 1
      }
      for sum in sums where sum.window == window {
        place.slots.append(Slot(metric: sum.metric, offset: stride))
        stride += words
      }
      windows.append(place)
    }
    storedStride = stride
    for (index, rule) in all.enumerated() where rule.per == per {
      switch rule.kind {
      case .threshold(let threshold):
        guard let window = windows.firstIndex(where: { $0.window == threshold.window }),
          let slot = windows[window].slots.first(where: { $0.metric == threshold.metric })
        else { continue }
        let isCalendar = threshold.window != .lifetime
        rules.append(
          RulePlace(
            rule: index, trip: stride, value: isCalendar ? slot.offset + 1 : slot.offset, window: window))
        stride += 1
      }
    }
  }

  var sums: [Sum] {
    windows.flatMap { window in window.slots.map { Sum(window: window.window, metric: $0.metric) } }
  }

  /// What the stored words are, for a page that a later layout reads: `day:spend,requests lifetime:spend`.
  var descriptor: String {
    windows.map { "\($0.window.name):" + $0.slots.map(\.metric.rawValue).joined(separator: ",") }.joined(
      separator: " ")
  }
}
