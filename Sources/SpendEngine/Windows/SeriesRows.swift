/// The words of up to 256 subjects of a table, side by side.
struct SeriesRows: Sendable {
  /// `SeriesLayout.stride` words a subject.
  var words: [Int64] = []
  /// By sliding window (`SeriesLayout.pools`).
  private(set) var rings: [RingBlocks] = []

  /// No room, for nobody.
  init() {}
  init(_ layout: SeriesLayout) { rings = layout.pools.map { RingBlocks(stride: $0.stride) } }
  init(words: [Int64], rings: [RingBlocks]) { (self.words, self.rings) = (words, rings) }

  /// Makes room for so many subjects: new ones have no sums, and trips that must be set (`.min` = look at once).
  mutating func fill(to subjects: Int, _ layout: SeriesLayout) {
    let needed = subjects * layout.stride
    if words.capacity < needed {
      // Powers of two, so that a full page has no room to spare.
      var room = 8
      while room < subjects { room *= 2 }
      words.reserveCapacity(room * layout.stride)
    }
    while words.count < needed {
      let base = words.count
      words.append(.min)
      words.append(contentsOf: repeatElement(0, count: layout.stride - 1))
      for place in layout.rules { words[base + place.trip] = .min }
      for place in layout.windows where place.window.words.head > 0 { words[base + place.start] = .min }
    }
  }

  /// Gives back the room of sliding windows that hold nothing any more at `time`.
  mutating func dropPassed(_ layout: SeriesLayout, at time: EngineTime) {
    for place in layout.windows {
      guard let ring = place.ring else { continue }
      let oldest = ring.shape.oldest(at: time)
      for base in stride(from: 0, to: words.count, by: layout.stride) {
        let newest = words[base + place.start]
        if newest != .min, newest < oldest { empty(base, place) }
      }
    }
  }
}

// Sliding windows. The words of one: [newest bucket] [block + 1], then a sum a metric. Without a block everything is in the newest bucket.
extension SeriesRows {
  /// Drops what has left the window.
  mutating func slide(_ base: Int, _ place: SeriesLayout.WindowPlace, to time: EngineTime) {
    guard let ring = place.ring else { return }
    let newest = words[base + place.start]
    if newest == .min { return }
    let oldest = ring.shape.oldest(at: time)
    if newest < oldest { return empty(base, place) }
    let block = Int(words[base + place.start + 1]) - 1
    if block < 0 { return }
    // Usually none: the newest bucket is that of now.
    var bucket = newest - Int64(ring.shape.buckets)
    while bucket < oldest {
      let first = word(ring, block, bucket, place)
      for (index, slot) in place.slots.enumerated() {
        let left = rings[ring.index][first + index]
        if left == 0 { continue }
        rings[ring.index][first + index] = 0
        change(base + slot.offset, from: left, to: 0, ring, block, index, place)
      }
      bucket += 1
    }
  }

  /// Moves a running sum after one of its buckets has changed; one that was held at the end of Int64 is summed anew.
  private mutating func change(
    _ sum: Int, from old: Int64, to new: Int64, _ ring: (shape: RingShape, index: Int), _ block: Int,
    _ slot: Int, _ place: SeriesLayout.WindowPlace
  ) {
    guard words[sum] == .max || words[sum] == .min else {
      words[sum] = Int64(clamping: Int128(words[sum]) + Int128(new) - Int128(old))
      return
    }
    let first = block * ring.shape.places * place.slots.count + slot
    let buckets = stride(
      from: first, to: first + ring.shape.places * place.slots.count, by: place.slots.count)
    words[sum] = Int64(clamping: buckets.reduce(Int128(0)) { $0 + Int128(rings[ring.index][$1]) })
  }

  private mutating func empty(_ base: Int, _ place: SeriesLayout.WindowPlace) {
    guard let ring = place.ring else { return }
    let block = Int(words[base + place.start + 1]) - 1
    if block >= 0 { rings[ring.index].give(back: block) }
    words[base + place.start] = .min
    words[base + place.start + 1] = 0
    for slot in place.slots { words[base + slot.offset] = 0 }
  }

  private func word(
    _ ring: (shape: RingShape, index: Int), _ block: Int, _ bucket: Int64, _ place: SeriesLayout.WindowPlace
  ) -> Int { (block * ring.shape.places + ring.shape.place(of: bucket)) * place.slots.count }

  /// Adds `amount(slot)` to a bucket; false and nothing where that has left the window.
  /// - Parameter time: engine time; no bucket is behind it.
  mutating func add(
    _ base: Int, _ place: SeriesLayout.WindowPlace, bucket: Int64, at time: EngineTime,
    _ amount: (SeriesLayout.Slot) -> Int64
  ) -> Bool {
    guard let ring = place.ring else { return false }
    slide(base, place, to: time)
    if bucket < ring.shape.oldest(at: time) { return false }
    put(base, place, bucket: bucket, amount)
    return true
  }

  /// Adds to a bucket that the window still has room for.
  mutating func put(
    _ base: Int, _ place: SeriesLayout.WindowPlace, bucket: Int64, _ amount: (SeriesLayout.Slot) -> Int64
  ) {
    guard let ring = place.ring else { return }
    let newest = words[base + place.start]
    if newest == .min { words[base + place.start] = bucket }
    var block = Int(words[base + place.start + 1]) - 1
    if newest != .min, newest != bucket, block < 0 {
      block = rings[ring.index].take()
      words[base + place.start + 1] = Int64(block + 1)
      let first = word(ring, block, newest, place)
      for (index, slot) in place.slots.enumerated() {
        rings[ring.index][first + index] = words[base + slot.offset]
      }
    }
    if bucket > newest { words[base + place.start] = bucket }
    let first = block < 0 ? 0 : word(ring, block, bucket, place)
    for (index, slot) in place.slots.enumerated() {
      let amount = amount(slot)
      guard block >= 0 else {
        words[base + slot.offset] = words[base + slot.offset].addingSaturating(amount)
        continue
      }
      let old = rings[ring.index][first + index]
      rings[ring.index][first + index] = old.addingSaturating(amount)
      change(base + slot.offset, from: old, to: old.addingSaturating(amount), ring, block, index, place)
    }
  }

  /// The sum of a slot as of `time`, for a subject that may not have been slid there.
  func sum(_ base: Int, _ place: SeriesLayout.WindowPlace, offset: Int, at time: EngineTime) -> Int64 {
    guard let ring = place.ring, words[base + place.start] != .min else { return 0 }
    let oldest = ring.shape.oldest(at: time)
    guard words[base + place.start] >= oldest else { return 0 }
    if words[base + place.start] - Int64(ring.shape.buckets) >= oldest { return words[base + offset] }
    return Int64(
      clamping: buckets(base, place, offset: offset).reduce(Int128(0)) {
        $1.bucket < oldest ? $0 : $0 + Int128($1.amount)
      })
  }

  /// What the buckets of a slot hold, the oldest first; buckets without anything are left out.
  func buckets(_ base: Int, _ place: SeriesLayout.WindowPlace, offset: Int) -> [(
    bucket: Int64, amount: Int64
  )] {
    guard let ring = place.ring, words[base + place.start] != .min,
      let slot = place.slots.firstIndex(where: { $0.offset == offset })
    else { return [] }
    let newest = words[base + place.start]
    let block = Int(words[base + place.start + 1]) - 1
    if block < 0 { return [(newest, words[base + offset])] }
    return (newest - Int64(ring.shape.buckets)...newest).compactMap { bucket in
      let amount = rings[ring.index][word(ring, block, bucket, place) + slot]
      return amount == 0 ? nil : (bucket, amount)
    }
  }

  /// Takes a metric's sum back.
  mutating func clear(_ base: Int, _ place: SeriesLayout.WindowPlace, _ slot: SeriesLayout.Slot) {
    for word in 0..<place.window.words.sum { words[base + slot.offset + word] = 0 }
    guard let ring = place.ring, let index = place.slots.firstIndex(of: slot) else { return }
    let block = Int(words[base + place.start + 1]) - 1
    if block < 0 { return }
    let first = block * ring.shape.places * place.slots.count + index
    for word in stride(from: first, to: first + ring.shape.places * place.slots.count, by: place.slots.count)
    {
      rings[ring.index][word] = 0
    }
  }
}
