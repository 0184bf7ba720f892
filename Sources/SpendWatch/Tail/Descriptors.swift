import Glibc

/// Open files. Of those that could be opened again, at most so many: the longest unused is closed first. Pinned ones come on top.
struct Descriptors: ~Copyable {
  private struct Entry {
    var descriptor: Int32
    var isPinned: Bool
    /// Neighbours by last use, among those that are not pinned.
    var older: Int?
    var newer: Int?
  }
  private var entries: [Int: Entry] = [:]
  private var pinned = 0
  private var oldest: Int?
  private var newest: Int?
  let limit: Int

  /// - Parameter limit: at least 4: comparing two files must not close one for the other.
  init(limit: Int) { self.limit = max(4, limit) }
  deinit { for entry in entries.values { close(entry.descriptor) } }

  var count: Int { entries.count }
  /// One more can be opened without closing another.
  var hasRoom: Bool { entries.count - pinned < limit }

  mutating func find(_ slot: Int) -> Int32? {
    guard let entry = entries[slot] else { return nil }
    if !entry.isPinned, newest != slot {
      leave(slot)
      join(slot)
    }
    return entry.descriptor
  }

  mutating func hold(_ descriptor: Int32, for slot: Int, isPinned: Bool = false) {
    release(slot)
    while !hasRoom, evict() {}
    entries[slot] = Entry(descriptor: descriptor, isPinned: isPinned)
    if isPinned { pinned += 1 } else { join(slot) }
  }

  /// A pinned file stays open: its name is gone, or is about to be.
  mutating func pin(_ slot: Int, _ isPinned: Bool = true) {
    guard let former = entries[slot]?.isPinned, former != isPinned else { return }
    entries[slot]?.isPinned = isPinned
    pinned += isPinned ? 1 : -1
    if isPinned { leave(slot) } else { join(slot) }
  }

  mutating func release(_ slot: Int) {
    if let descriptor = take(slot) { close(descriptor) }
  }

  /// Hands the descriptor over to the caller.
  mutating func take(_ slot: Int) -> Int32? {
    guard let entry = entries[slot] else { return nil }
    if entry.isPinned { pinned -= 1 } else { leave(slot) }
    entries[slot] = nil
    return entry.descriptor
  }

  /// Closes the longest unused.
  /// - Returns: false where all are pinned.
  mutating func evict() -> Bool {
    guard let oldest else { return false }
    release(oldest)
    return true
  }

  private mutating func join(_ slot: Int) {
    entries[slot]?.older = newest
    entries[slot]?.newer = nil
    if let newest { entries[newest]?.newer = slot } else { oldest = slot }
    newest = slot
  }

  private mutating func leave(_ slot: Int) {
    guard let entry = entries[slot] else { return }
    if let older = entry.older { entries[older]?.newer = entry.newer } else { oldest = entry.newer }
    if let newer = entry.newer { entries[newer]?.older = entry.older } else { newest = entry.older }
  }
}
