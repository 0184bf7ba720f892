/// Instants at which something must be looked at, the earliest first; each reason once. Nothing is taken back: whoever is woken looks
/// whether something is due now, and asks again where it is only later.
struct Deadlines: Sendable {
  enum Reason: Sendable, Hashable {
    /// The window of this rule's alert on this subject ends, or the next one begins with a sum from early events; a sliding one will have
    /// fallen below what the alert waits for.
    case window(AlertKey)
    /// A condition will have held for as long as `for` says.
    case hold(AlertKey)
    /// An alert whose condition has gone may resolve.
    case quiet(AlertKey)
    /// A person's grant of headroom ends.
    case headroom(AlertKey)
    /// A person's halt ends, or a rule's that lasts for a time; others end with their alert.
    case halt(Subject, HaltOrigin)
    /// The brake may let the next halt go.
    case brake
  }
  struct Entry: Sendable, HeapElement {
    var time: EngineTime
    var reason: Reason
    func isBefore(_ other: Entry) -> Bool {
      time == other.time ? reason.isBefore(other.reason) : time < other.time
    }
  }
  private var heap = Heap<Entry>()
  /// When each reason is awaited. An entry of the heap with another instant is void: it was moved forward. The first is never void.
  private var awaited: [Reason: EngineTime] = [:]

  /// Entries with what is void.
  var count: Int { heap.unordered.count }

  /// The earliest instant; nil where nothing is due.
  var next: EngineTime? { heap.first?.time }

  /// Nothing changes where the reason is awaited earlier already.
  mutating func add(_ reason: Reason, at time: EngineTime) {
    if let known = awaited[reason], known <= time { return }
    awaited[reason] = time
    heap.add(Entry(time: time, reason: reason))
    guard heap.unordered.count > 2 * awaited.count + 64 else { return }
    heap = Heap()
    for (reason, time) in awaited { heap.add(Entry(time: time, reason: reason)) }
  }

  /// The earliest entry at or before `time`, taken out.
  mutating func take(upTo time: EngineTime) -> Entry? {
    guard let first = heap.first, first.time <= time else { return nil }
    awaited[first.reason] = nil
    heap.replaceFirst(with: nil)
    while let next = heap.first, awaited[next.reason] != next.time { heap.replaceFirst(with: nil) }
    return first
  }
}

extension Deadlines.Reason {
  /// The order of what is due at one instant. It depends on what is due alone: a restart, which enters the deadlines anew, must not decide
  /// whose halt waits for the brake. What ends goes before what may begin, and the brake comes last.
  fileprivate func isBefore(_ other: Deadlines.Reason) -> Bool {
    switch (self, other) {
    case (.window(let a), .window(let b)), (.headroom(let a), .headroom(let b)), (.hold(let a), .hold(let b)),
      (.quiet(let a), .quiet(let b)):
      (a.rule, a.series) < (b.rule, b.series)
    case (.halt(let a, let mine), .halt(let b, let theirs)):
      (a.per.rawValue, a.text, mine) < (b.per.rawValue, b.text, theirs)
    default: rank < other.rank
    }
  }
  private var rank: Int {
    switch self {
    case .window: 0
    case .quiet: 1
    case .halt: 2
    case .headroom: 3
    case .hold: 4
    case .brake: 5
    }
  }
}
