import Glibc

/// Open files, at most so many: the longest unused is closed first, one that could not be opened again never.
struct Descriptors: ~Copyable {
  private struct Entry {
    var descriptor: Int32
    var used: UInt64
    var isPinned: Bool
  }
  private var entries: [Int: Entry] = [:]
  private var uses: UInt64 = 0
  let limit: Int

  init(limit: Int) { self.limit = max(1, limit) }
  deinit { for entry in entries.values { close(entry.descriptor) } }

  var count: Int { entries.count }

  mutating func find(_ slot: Int) -> Int32? {
    uses += 1
    entries[slot]?.used = uses
    return entries[slot]?.descriptor
  }

  mutating func hold(_ descriptor: Int32, for slot: Int, isPinned: Bool = false) {
    release(slot)
    while entries.count >= limit, evict() {}
    uses += 1
    entries[slot] = Entry(descriptor: descriptor, used: uses, isPinned: isPinned)
  }

  /// A pinned file stays open: its name is gone, or is about to be.
  mutating func pin(_ slot: Int, _ isPinned: Bool = true) { entries[slot]?.isPinned = isPinned }

  mutating func release(_ slot: Int) {
    if let entry = entries.removeValue(forKey: slot) { close(entry.descriptor) }
  }

  /// Hands the descriptor over to the caller.
  mutating func take(_ slot: Int) -> Int32? { entries.removeValue(forKey: slot)?.descriptor }

  /// Closes the longest unused.
  /// - Returns: false where all are pinned.
  mutating func evict() -> Bool {
    let candidates = entries.lazy.filter { !$0.value.isPinned }
    guard let oldest = candidates.min(by: { $0.value.used < $1.value.used }) else { return false }
    release(oldest.key)
    return true
  }
}
