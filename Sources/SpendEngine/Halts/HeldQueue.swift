/// Whose halts wait for the brake, in order: whoever leaves does so at once, wherever it stands. A place in it is a number that only grows;
/// the state keeps it in the halt's own row, so that a batch holds what came and went, however many wait.
struct HeldQueue: Sendable {
  private var waiting: [Int64: (subject: Subject, origin: HaltOrigin)] = [:]
  /// Nobody waits below it.
  private var head: Int64 = 1
  /// The place of whoever comes next.
  private(set) var next: Int64 = 1

  var count: Int { waiting.count }

  /// Takes a halt in behind all others: its place.
  mutating func append(_ subject: Subject, _ origin: HaltOrigin) -> Int64 {
    // Nobody lives to see it overflow; a forged number in a state is refused when it is read.
    let turn = next
    waiting[turn] = (subject, origin)
    next += 1
    return turn
  }

  mutating func remove(_ turn: Int64) {
    waiting[turn] = nil
    // All gone: whatever lies between need not be walked through.
    if waiting.isEmpty { head = next }
  }

  /// Who has waited longest.
  mutating func first() -> (turn: Int64, subject: Subject, origin: HaltOrigin)? {
    // Step by step over those that left; where they are more than those who stay, at once.
    for _ in 0...waiting.count {
      if let first = waiting[head] { return (head, first.subject, first.origin) }
      if head >= next { return nil }
      head += 1
    }
    head = waiting.keys.min() ?? next
    return waiting[head].map { (head, $0.subject, $0.origin) }
  }

  /// Places that an earlier run gave are not given again.
  mutating func restore(next turn: Int64) { next = max(next, min(turn, 1 << 60)) }

  /// Takes in what an earlier run kept, in any order; false where no run can have kept that.
  mutating func restore(_ turn: Int64, _ subject: Subject, _ origin: HaltOrigin) -> Bool {
    guard turn > 0, turn < 1 << 60, waiting[turn] == nil else { return false }
    head = waiting.isEmpty ? turn : min(head, turn)
    waiting[turn] = (subject, origin)
    next = max(next, turn + 1)
    return true
  }
}
