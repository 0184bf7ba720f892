/// How many words of a series a window takes, where every subject has them.
struct WindowWords: Sendable, Equatable {
  /// Words of the window itself, before its sums; `.min` in a new series.
  var head: Int
  /// Words of each sum.
  var sum: Int
  /// Which word of a sum is the one that rules look at.
  var current: Int
}

extension Window {
  /// The widths are stored with the words (`StoredColumns`): a page of other widths is refused, so changing one needs a migration.
  var words: WindowWords {
    switch self {
    // [newest bucket, block + 1], and a sum: [sum]; the buckets are in the page's blocks (`RingBlocks`)
    case .sliding: WindowWords(head: 2, sum: 1, current: 0)
    // [start of the current period], and a sum: [previous, current, next]
    case .calendar: WindowWords(head: 1, sum: 3, current: 1)
    case .lifetime: WindowWords(head: 0, sum: 1, current: 0)
    case .request: WindowWords(head: 0, sum: 0, current: 0)
    }
  }
}
