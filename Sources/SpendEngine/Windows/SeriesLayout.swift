/// What a series of one `per` holds, as places in a run of 64-bit words: only the windows and metrics that some rule uses.
///
///     [last seen] { calendar: [start of the current period] { metric: [previous, current, next] } }
///     { sliding: [newest bucket] [block + 1] { metric: [sum] } } { lifetime: { metric: [sum] } } { rule: [trip] }
struct SeriesLayout: Sendable, Equatable {
  struct Sum: Sendable, Hashable {
    var window: Window
    var metric: Metric
  }
  struct Slot: Sendable, Equatable {
    var metric: Metric
    /// Of the sum, or (calendar) of the previous period's sum, which the current and the next one follow.
    var offset: Int
  }
  struct WindowPlace: Sendable, Equatable {
    var window: Window
    /// Of its first word: the period's start or the newest bucket, where it has one.
    var start: Int
    var slots: [Slot]
    /// Of a sliding window: how it is cut, and its place in `SeriesRows.rings` and `pools`.
    var ring: (shape: RingShape, index: Int)?

    static func == (a: WindowPlace, b: WindowPlace) -> Bool {
      a.window == b.window && a.start == b.start && a.slots == b.slots
    }
  }
  /// Blocks that only some subjects have, kept beside the words of a page.
  struct Pool: Sendable, Equatable {
    /// Of the word that says which block is the subject's, plus one; 0 = it has none.
    var word: Int
    /// Words of a block.
    var stride: Int
  }
  /// What a rule looks at, as offsets of slots.
  enum Reading: Sendable, Equatable {
    case sum(Int)
    /// A share of `whole` times 1e9; 0 as long as `whole` is below `least`.
    case ratio(part: Int, whole: Int, least: Int64)

    var offsets: [Int] {
      switch self {
      case .sum(let offset): [offset]
      case .ratio(let part, let whole, _): [part, whole]
      }
    }
  }
  struct RulePlace: Sendable, Equatable {
    /// Index in the rule set.
    var rule: Int
    /// Of the value at which the rule must be looked at next.
    var trip: Int
    var reading: Reading
    /// Index in `windows`.
    var window: Int
  }

  let per: Per
  private(set) var windows: [WindowPlace] = []
  /// Rules that look at a sum.
  private(set) var rules: [RulePlace] = []
  /// Rules that look at each call: their indices in the rule set.
  private(set) var watchers: [Int] = []
  /// Words of fixed windows that are stored; the trips behind them are made anew.
  private(set) var storedStride = 1
  private(set) var stride = 1
  /// By word: whether it is a sum. The others are times and marks, which neighbours share.
  private(set) var isSum = [false]
  private(set) var pools: [Pool] = []

  static let lastSeen = 0

  init(per: Per, rules all: [Rule]) {
    self.per = per
    var sums: [Sum] = []
    for rule in all where rule.per == per {
      for sum in rule.kind.sums where !sums.contains(sum) { sums.append(sum) }
    }
    // By window in the order in which rules ask for them: a window without a name of its own has its place too.
    for sum in sums where !windows.contains(where: { $0.window == sum.window }) {
      add(sum.window, metrics: sums.filter { $0.window == sum.window }.map(\.metric))
    }
    storedStride = stride
    for (index, rule) in all.enumerated() where rule.per == per {
      switch rule.kind.reading {
      case nil: watchers.append(index)
      case .sum(let metric)?:
        guard let (window, offsets) = offsets(rule.window, [metric]) else { continue }
        place(index, .sum(offsets[0]), window)
      case .ratio(let part, let whole, let least)?:
        guard let (window, offsets) = offsets(rule.window, [part, whole]) else { continue }
        place(index, .ratio(part: offsets[0], whole: offsets[1], least: least), window)
      }
    }
  }

  private mutating func add(_ window: Window, metrics: [Metric]) {
    let words = window.words
    var place = WindowPlace(window: window, start: stride, slots: [])
    stride += words.head
    isSum += repeatElement(false, count: words.head)
    for metric in metrics {
      place.slots.append(Slot(metric: metric, offset: stride))
      stride += words.sum
      isSum += repeatElement(true, count: words.sum)
    }
    if case .sliding(let span) = window {
      let shape = RingShape(span)
      place.ring = (shape, pools.count)
      pools.append(Pool(word: place.start + 1, stride: shape.places * metrics.count))
    }
    windows.append(place)
  }

  private mutating func place(_ rule: Int, _ reading: Reading, _ window: Int) {
    rules.append(RulePlace(rule: rule, trip: stride, reading: reading, window: window))
    stride += 1
    isSum.append(false)
  }

  private func offsets(_ window: Window, _ metrics: [Metric]) -> (window: Int, offsets: [Int])? {
    guard let index = windows.firstIndex(where: { $0.window == window }) else { return nil }
    let offsets = metrics.compactMap { metric in
      windows[index].slots.first { $0.metric == metric }?.offset
    }
    return offsets.count == metrics.count ? (index, offsets) : nil
  }

  var sums: [Sum] {
    windows.flatMap { window in window.slots.map { Sum(window: window.window, metric: $0.metric) } }
  }
}
