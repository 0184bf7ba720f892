import Glibc

/// Open files. Of those that could be opened again, at most so many: the longest unused is closed first. Pinned ones come on top.
struct Descriptors: ~Copyable {
  private struct Entry {
    var descriptor: Int32
    var used: UInt64
    var isPinned: Bool
  }
  private var entries: [Int: Entry] = [:]
  private var uses: UInt64 = 0
  private var pinned = 0
  let limit: Int

  /// - Parameter limit: at least 4: comparing two files must not close one for the other.
  init(limit: Int) { self.limit = max(4, limit) }
  deinit { for entry in entries.values { close(entry.descriptor) } }

  var count: Int { entries.count }
  /// One more can be opened without closing another.
  var hasRoom: Bool { entries.count - pinned < limit }

  mutating func find(_ slot: Int) -> Int32? {
    uses += 1
    entries[slot]?.used = uses
    return entries[slot]?.descriptor
  }

  mutating func hold(_ descriptor: Int32, for slot: Int, isPinned: Bool = false) {
    release(slot)
    while !hasRoom, evict() {}
    uses += 1
    entries[slot] = Entry(descriptor: descriptor, used: uses, isPinned: isPinned)
    if isPinned { pinned += 1 }
  }

  /// A pinned file stays open: its name is gone, or is about to be.
  mutating func pin(_ slot: Int, _ isPinned: Bool = true) {
    guard let former = entries[slot]?.isPinned, former != isPinned else { return }
    entries[slot]?.isPinned = isPinned
    pinned += isPinned ? 1 : -1
  }

  mutating func release(_ slot: Int) {
    if let descriptor = take(slot) { close(descriptor) }
  }

  /// Hands the descriptor over to the caller.
  mutating func take(_ slot: Int) -> Int32? {
    guard let entry = entries.removeValue(forKey: slot) else { return nil }
    if entry.isPinned { pinned -= 1 }
    return entry.descriptor
  }

  /// Closes the longest unused.
  /// - Returns: false where all are pinned.
  mutating func evict() -> Bool {
    let candidates = entries.lazy.filter { !$0.value.isPinned }
    guard let oldest = candidates.min(by: { $0.value.used < $1.value.used }) else { return false }
    release(oldest.key)
    return true
  }
}
