/// Which pages are packed next: those idle the longest first. Subjects come and go for ever (tasks, sessions), memory does not: above
/// `max_subjects` whoever was not seen for long is kept packed (`PackedRows`), and unpacked when seen again.
struct Cooling: Sendable {
  private struct Candidate {
    var table: Int
    var page: Int
    var usedAt: EngineTime
    /// Somebody has an alert: those are kept ready as long as there are others.
    var isWatched: Bool
  }
  /// The next one last.
  private var queue: [Candidate] = []

  /// Pages a turn of the driver's loop may pack. An event may pack one more than it can make hot, one a table: so the limit holds, and
  /// no event waits.
  static let aTurn = 16

  /// The page to pack next; nil where all that were found have been packed or used.
  mutating func next(_ tables: [SeriesTable]) -> (table: Int, page: Int)? {
    while let candidate = queue.popLast() {
      let page = tables[candidate.table].pages[candidate.page]
      if page.isHot, page.usedAt == candidate.usedAt { return (candidate.table, candidate.page) }
    }
    return nil
  }

  /// Finds those idle the longest: a sixteenth of the hot pages at a time, so that looking at all of them costs each of them little.
  /// - Parameter watched: pages by table that are packed only where there are no others.
  /// - Returns: false where no page is hot.
  mutating func fill(_ tables: [SeriesTable], watched: [Set<Int>]) -> Bool {
    for table in tables.indices {
      for (page, held) in tables[table].pages.enumerated() where held.isHot {
        queue.append(
          Candidate(
            table: table, page: page, usedAt: held.usedAt, isWatched: watched[table].contains(page)))
      }
    }
    if queue.isEmpty { return false }
    queue.sort { ($1.isWatched ? 1 : 0, $1.usedAt) < ($0.isWatched ? 1 : 0, $0.usedAt) }
    queue.removeFirst(queue.count - max(1, queue.count / 16))
    return true
  }
}

extension Engine {
  /// Packs at most so many pages while more subjects are unpacked than there should be.
  mutating func cool(_ pages: Int) {
    var hot = tables.reduce(0) { $0 + $1.hot }
    var left = pages
    while hot > rules.maxSubjects, left > 0 {
      guard let (table, page) = cooling.next(tables) else {
        if cooling.fill(tables, watched: watchedPages()) { continue }
        return
      }
      hot -= tables[table].hot
      tables[table].cool(page, at: time)
      hot += tables[table].hot
      left -= 1
    }
  }

  /// By table the pages where somebody has an alert, or will when a period begins.
  private func watchedPages() -> [Set<Int>] {
    var pages = tables.map { _ in Set<Int>() }
    let places = rules.rules.indices.map { table(of: $0) }
    for key in alerts.keys {
      if let table = places[key.rule] { pages[table].insert(tables[table].page(key.series)) }
    }
    for key in early {
      if let table = places[key.rule] { pages[table].insert(tables[table].page(key.series)) }
    }
    return pages
  }
}
