/// How often a key was called something else, and what it may be called next.
struct UnsteadyAlias: Sendable {
  /// So many changes are taken at once: people rename keys.
  static let free = 8
  private var changes = 0
  private var candidate: [UInt8] = []
  /// How many times in a row it was called that.
  private var streak = 0

  /// A record calls the key something else; true if that holds from now on.
  mutating func take(_ alias: UnsafeRawBufferPointer) -> Bool {
    if !candidate.elementsEqual(alias) {
      candidate = Array(alias)
      streak = 0
    }
    streak += 1
    guard streak >= needed else { return false }
    count()
    return true
  }

  /// A record calls it what it is called.
  mutating func settle() { (candidate, streak) = ([], 0) }

  /// It is called something else now.
  mutating func count() {
    changes += 1
    settle()
  }

  private var needed: Int { changes < UnsteadyAlias.free ? 1 : 1 << min(changes, 32) }
}
