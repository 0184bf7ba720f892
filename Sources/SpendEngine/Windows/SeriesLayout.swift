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
    /// Of its first word: the period's start, where it has one.
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
      for sum in rule.kind.sums where !sums.contains(sum) { sums.append(sum) }
    }
    // By window in the order in which rules ask for them: a window without a name of its own has its place too.
    for sum in sums where !windows.contains(where: { $0.window == sum.window }) {
      let words = sum.window.words
      var place = WindowPlace(window: sum.window, start: stride, slots: [])
      stride += words.head
      for sum in sums where sum.window == place.window {
        place.slots.append(Slot(metric: sum.metric, offset: stride))
        stride += words.sum
      }
      windows.append(place)
    }
    storedStride = stride
    for (index, rule) in all.enumerated() where rule.per == per {
      guard let window = windows.firstIndex(where: { $0.window == rule.window }),
        let slot = windows[window].slots.first(where: { $0.metric == rule.metric })
      else { continue }
      rules.append(
        RulePlace(
          rule: index, trip: stride, value: slot.offset + rule.window.words.current, window: window))
      stride += 1
    }
  }

  var sums: [Sum] {
    windows.flatMap { window in window.slots.map { Sum(window: window.window, metric: $0.metric) } }
  }
}
