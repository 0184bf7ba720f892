import Glibc

/// Open files, at most so many: the longest unused is closed first. A pinned one stays open, for its name is gone, or is about to be; where
/// there are too many of those, the ones that still have some name are closed, and can be found again by it. Deleted ones come on top.
struct Descriptors: ~Copyable {
  private struct Entry {
    var descriptor: Int32
    var isPinned: Bool
    /// Neighbours by last use, among those that are pinned, or those that are not.
    var older: Int?
    var newer: Int?
  }
  private struct Order {
    var oldest: Int?
    var newest: Int?
    var count = 0
  }
  private var entries: [Int: Entry] = [:]
  private var loose = Order()
  private var pinned = Order()
  let limit: Int

  /// Those that are not pinned and stay open beside any number of pinned ones: comparing two files must not close one for the other.
  private static let fewest = 4

  init(limit: Int) { self.limit = max(Self.fewest, limit) }
  deinit { for entry in entries.values { close(entry.descriptor) } }

  var count: Int { entries.count }
  /// One more can be opened without closing another.
  var hasRoom: Bool { entries.count < limit }

  mutating func find(_ slot: Int) -> Int32? {
    guard let entry = entries[slot] else { return nil }
    if entry.newer != nil {
      leave(slot)
      join(slot)
    }
    return entry.descriptor
  }

  mutating func hold(_ descriptor: Int32, for slot: Int, isPinned: Bool = false) {
    release(slot)
    while !hasRoom, loose.count >= Self.fewest ? evictLoose() : evictNamed() {}
    entries[slot] = Entry(descriptor: descriptor, isPinned: isPinned)
    join(slot)
  }

  mutating func pin(_ slot: Int, _ isPinned: Bool = true) {
    guard let former = entries[slot]?.isPinned, former != isPinned else { return }
    leave(slot)
    entries[slot]?.isPinned = isPinned
    join(slot)
  }

  mutating func release(_ slot: Int) {
    if let descriptor = take(slot) { close(descriptor) }
  }

  /// Hands the descriptor over to the caller.
  mutating func take(_ slot: Int) -> Int32? {
    guard let entry = entries[slot] else { return nil }
    leave(slot)
    entries[slot] = nil
    return entry.descriptor
  }

  /// Closes the longest unused.
  /// - Returns: false where all are pinned, and deleted.
  mutating func evict() -> Bool { evictLoose() || evictNamed() }

  private mutating func evictLoose() -> Bool {
    guard let oldest = loose.oldest else { return false }
    release(oldest)
    return true
  }

  private mutating func evictNamed() -> Bool {
    var next = pinned.oldest
    while let slot = next, let entry = entries[slot] {
      if let facts = FileFacts.of(entry.descriptor), facts.links > 0 {
        release(slot)
        return true
      }
      next = entry.newer
    }
    return false
  }

  private mutating func join(_ slot: Int) {
    guard let isPinned = entries[slot]?.isPinned else { return }
    var order = isPinned ? pinned : loose
    entries[slot]?.older = order.newest
    entries[slot]?.newer = nil
    if let newest = order.newest { entries[newest]?.newer = slot } else { order.oldest = slot }
    order.newest = slot
    order.count += 1
    if isPinned { pinned = order } else { loose = order }
  }

  private mutating func leave(_ slot: Int) {
    guard let entry = entries[slot] else { return }
    var order = entry.isPinned ? pinned : loose
    if let older = entry.older { entries[older]?.newer = entry.newer } else { order.oldest = entry.newer }
    if let newer = entry.newer { entries[newer]?.older = entry.older } else { order.newest = entry.older }
    order.count -= 1
    if entry.isPinned { pinned = order } else { loose = order }
  }
}
