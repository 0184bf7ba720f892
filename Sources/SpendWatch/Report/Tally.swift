import SpendEngine

/// Sums by group. A group is a run of numbers, one a field; they stand side by side, found by open addressing at a load of one half at
/// most. No text: names are looked up when the report is written.
struct Tally: ~Copyable {
  /// Numbers of a group.
  let width: Int
  /// Of every group, in the order of first sight.
  private(set) var keys: [UInt32] = []
  private(set) var sums: [Sums] = []
  /// Group + 1; 0 = free.
  private var slots = [UInt32](repeating: 0, count: 64)
  private let seed: UInt64

  init(width: Int, seed: UInt64 = .random(in: 1 ... .max)) {
    self.width = width
    self.seed = seed
  }

  var count: Int { sums.count }

  func key(_ group: Int) -> ArraySlice<UInt32> { keys[group * width..<(group + 1) * width] }

  /// - Parameter key: `width` numbers.
  /// - Returns: the group.
  @discardableResult
  mutating func add(_ event: UsageEvent, to key: [UInt32]) -> Int {
    let mask = slots.count - 1
    var index = Int(truncatingIfNeeded: hash(key)) & mask
    while slots[index] != 0 {
      let group = Int(slots[index]) - 1
      if self.key(group).elementsEqual(key) {
        sums[group].add(event)
        return group
      }
      index = (index + 1) & mask
    }
    keys.append(contentsOf: key)
    var fresh = Sums()
    fresh.add(event)
    sums.append(fresh)
    slots[index] = UInt32(sums.count)
    if sums.count * 2 > slots.count { grow() }
    return sums.count - 1
  }

  private func hash(_ key: some Sequence<UInt32>) -> UInt64 {
    var hash = seed
    for number in key {
      // A multiplication and the fold of its halves for each number (wyhash's step).
      let product = (hash ^ UInt64(number)).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
      hash = product.high ^ product.low &+ 0xa076_1d64_78bd_642f
    }
    return hash
  }

  private mutating func grow() {
    var larger = [UInt32](repeating: 0, count: slots.count * 2)
    let mask = larger.count - 1
    for group in 0..<sums.count {
      var index = Int(truncatingIfNeeded: hash(key(group))) & mask
      while larger[index] != 0 { index = (index + 1) & mask }
      larger[index] = UInt32(group + 1)
    }
    slots = larger
  }
}
