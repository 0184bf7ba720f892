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
    /// Order of entry: equal instants are served as they came, so that decisions do not depend on the heap's shape.
    var number: UInt64
    var reason: Reason
    func isBefore(_ other: Entry) -> Bool { (time, number) < (other.time, other.number) }
  }
  private var heap: [Entry] = []
  private var number: UInt64 = 0

  var next: EngineTime? { heap.first?.time }

  mutating func add(_ reason: Reason, at time: EngineTime) {
    number += 1
    heap.append(Entry(time: time, number: number, reason: reason))
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
