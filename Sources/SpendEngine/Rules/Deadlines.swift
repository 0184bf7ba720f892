/// Instants at which something must be looked at, the earliest first: a binary heap. Entries are never taken back; whoever is woken looks
/// whether there is still something to do.
struct Deadlines: Sendable {
  enum Reason: Sendable, Hashable {
    /// The window of this rule's alert on this subject ends, or the next one begins with a sum from early events.
    case window(AlertKey)
    /// A person's grant of headroom ends.
    case headroom(AlertKey)
    /// A person's halt ends; a rule's ends with its window.
    case halt(Subject, HaltOrigin)
    /// The brake may let the next halt go.
    case brake
  }
  struct Entry: Sendable {
    var time: EngineTime
    var reason: Reason
    func isBefore(_ other: Entry) -> Bool {
      time == other.time ? reason.isBefore(other.reason) : time < other.time
    }
  }
  private var heap: [Entry] = []

  /// The earliest instant; nil where nothing is due.
  var next: EngineTime? { heap.first?.time }

  mutating func add(_ reason: Reason, at time: EngineTime) {
    heap.append(Entry(time: time, reason: reason))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].isBefore(heap[parent]) else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// The earliest entry at or before `time`, taken out.
  mutating func take(upTo time: EngineTime) -> Entry? {
    guard let first = heap.first, first.time <= time else { return nil }
    let last = heap.removeLast()
    if heap.isEmpty { return first }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].isBefore(heap[least]) {
        least = child
      }
      if least == parent { break }
      heap.swapAt(least, parent)
      parent = least
    }
    return first
  }
}

extension Deadlines.Reason {
  /// The order of what is due at one instant. It depends on what is due alone: a restart, which enters the deadlines anew, must not decide
  /// whose halt waits for the brake. What ends goes before what may begin, and the brake comes last.
  fileprivate func isBefore(_ other: Deadlines.Reason) -> Bool {
    switch (self, other) {
    case (.window(let a), .window(let b)), (.headroom(let a), .headroom(let b)):
      (a.rule, a.series) < (b.rule, b.series)
    case (.halt(let a, let mine), .halt(let b, let theirs)):
      (a.per.rawValue, a.text, mine) < (b.per.rawValue, b.text, theirs)
    default: rank < other.rank
    }
  }
  private var rank: Int {
    switch self {
    case .window: 0
    case .halt: 1
    case .headroom: 2
    case .brake: 3
    }
  }
}
