/// A name's number in its dimension: dense, in the order of first sight, stable over the life of a state.
package typealias NameID = UInt32

/// The names of one dimension: bytes in an arena, found by a keyed hash (open addressing, 16-byte slots, load at most one half).
package struct NameTable: ~Copyable {
  /// A missing name, and where names beyond the cap share one subject.
  package static let none: NameID = 0
  package static let other: NameID = 1
  static let reserved = [Array(Subject.none.utf8), Array(Subject.other.utf8)]

  private struct Slot {
    var hash: UInt64 = 0
    /// id + 1; 0 = free.
    var entry: UInt64 = 0
  }
  private var slots: [Slot]
  private var mask: Int
  private var arena: [UInt8] = []
  /// Where each name ends in the arena.
  private var ends: [Int] = []
  private let hash: SipHash

  package init(hash: SipHash) {
    self.hash = hash
    slots = Array(repeating: Slot(), count: 64)
    mask = 63
    for name in NameTable.reserved { name.withUnsafeBytes { _ = intern($0) } }
  }

  /// Names known, the two reserved ones included.
  package var count: Int { ends.count }

  /// The number of `name`, given a new one on first sight. An empty name is `none`.
  /// - Parameter cap: names at most, the reserved ones included; further ones are `other`.
  package mutating func intern(_ name: UnsafeRawBufferPointer, cap: Int = .max) -> NameID {
    if name.isEmpty { return NameTable.none }
    let code = hash(name)
    var index = Int(truncatingIfNeeded: code) & mask
    while slots[index].entry != 0 {
      if slots[index].hash == code {
        let id = NameID(truncatingIfNeeded: slots[index].entry &- 1)
        if equals(id, name) { return id }
      }
      index = (index &+ 1) & mask
    }
    if ends.count >= cap { return NameTable.other }
    let id = NameID(ends.count)
    arena.append(contentsOf: name)
    ends.append(arena.count)
    slots[index] = Slot(hash: code, entry: UInt64(id) + 1)
    if ends.count * 2 > slots.count { grow() }
    return id
  }

  /// The number of a name that was seen, else nil.
  package func find(_ name: some Sequence<UInt8>) -> NameID? {
    let bytes = Array(name)
    return bytes.withUnsafeBytes { raw in
      let code = hash(raw)
      var index = Int(truncatingIfNeeded: code) & mask
      while slots[index].entry != 0 {
        let id = NameID(truncatingIfNeeded: slots[index].entry &- 1)
        if slots[index].hash == code, equals(id, raw) { return id }
        index = (index &+ 1) & mask
      }
      return nil
    }
  }

  package func bytes(_ id: NameID) -> ArraySlice<UInt8> {
    let id = Int(id)
    guard id < ends.count else { return [] }
    return arena[(id == 0 ? 0 : ends[id - 1])..<ends[id]]
  }

  package func string(_ id: NameID) -> String { String(decoding: bytes(id), as: UTF8.self) }

  private func equals(_ id: NameID, _ name: UnsafeRawBufferPointer) -> Bool {
    let id = Int(id)
    let start = id == 0 ? 0 : ends[id - 1]
    guard ends[id] - start == name.count else { return false }
    return arena.withUnsafeBytes { arena in
      UnsafeRawBufferPointer(rebasing: arena[start..<start + name.count]).elementsEqual(name)
    }
  }

  private mutating func grow() {
    var larger = Array(repeating: Slot(), count: slots.count * 2)
    let mask = larger.count - 1
    for slot in slots where slot.entry != 0 {
      var index = Int(truncatingIfNeeded: slot.hash) & mask
      while larger[index].entry != 0 { index = (index &+ 1) & mask }
      larger[index] = slot
    }
    slots = larger
    self.mask = mask
  }
}
