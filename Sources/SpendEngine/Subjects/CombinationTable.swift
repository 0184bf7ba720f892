/// The combinations of names that some rule counts by, of one `per`: numbered in the order of first sight, found by a hash (open addressing,
/// 4-byte slots, load at most one half). About 4 bytes a dimension and 8 to 16 for the slots.
struct CombinationTable: Sendable {
  /// Names in the order of the dimensions; further lanes are 0.
  typealias Members = SIMD8<UInt32>

  let width: Int
  private var members: [NameID] = []
  /// Number + 1; 0 = free.
  private var slots = [UInt32](repeating: 0, count: 16)
  private let hash: SipHash
  /// The combination that further ones share once there are too many; every name of it is `(other)`.
  private(set) var other: UInt32?

  init(width: Int, hash: SipHash) {
    self.width = width
    self.hash = hash
  }

  var count: Int { members.count / width }

  /// The number of a combination, given a new one on first sight: `(other)` where there are `cap` already.
  mutating func intern(_ ids: Members, cap: Int) -> (number: UInt32, isNew: Bool) {
    if let known = find(ids) { return (known, false) }
    if count < cap { return (add(ids), true) }
    if let other { return (other, false) }
    return (add(otherMembers), true)
  }

  func find(_ ids: Members) -> UInt32? {
    var index = slot(ids)
    while slots[index] != 0 {
      let number = slots[index] - 1
      if self[number] == ids { return number }
      index = (index &+ 1) & (slots.count - 1)
    }
    return nil
  }

  /// The names of a combination that has a number.
  subscript(number: UInt32) -> Members {
    var ids = Members(repeating: 0)
    for lane in 0..<width { ids[lane] = members[Int(number) * width + lane] }
    return ids
  }

  private var otherMembers: Members {
    var ids = Members(repeating: 0)
    for lane in 0..<width { ids[lane] = NameTable.other }
    return ids
  }

  private mutating func add(_ ids: Members) -> UInt32 {
    let number = UInt32(count)
    for lane in 0..<width { members.append(ids[lane]) }
    if ids == otherMembers { other = number }
    if count * 2 > slots.count {
      slots = [UInt32](repeating: 0, count: slots.count * 2)
      for known in 0..<UInt32(count) { enter(known, self[known]) }
    } else {
      enter(number, ids)
    }
    return number
  }

  private mutating func enter(_ number: UInt32, _ ids: Members) {
    var index = slot(ids)
    while slots[index] != 0 { index = (index &+ 1) & (slots.count - 1) }
    slots[index] = number + 1
  }

  private func slot(_ ids: Members) -> Int {
    let code = withUnsafeBytes(of: ids) {
      hash(UnsafeRawBufferPointer(rebasing: $0[..<(width * MemoryLayout<NameID>.size)]), salt: 3)
    }
    return Int(truncatingIfNeeded: code) & (slots.count - 1)
  }
}
