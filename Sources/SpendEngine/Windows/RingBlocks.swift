/// Buckets of one sliding window of the subjects of a page: a block for each subject that has more than one bucket. Most subjects of a
/// fleet are quiet, have one burst behind them, and need none.
struct RingBlocks: Sendable {
  /// Words of a block: each bucket's sums, side by side.
  let stride: Int
  private(set) var words: [Int64] = []
  private var free: [Int] = []

  /// - Parameter words: of blocks that are all in use.
  init(stride: Int, words: [Int64] = []) {
    self.stride = stride
    self.words = words
  }

  /// Number of a new block, all zero.
  mutating func take() -> Int {
    if let block = free.popLast() { return block }
    // Doubling would leave up to half of it empty: a quarter more is enough.
    let needed = words.count + stride
    if words.capacity < needed { words.reserveCapacity(needed + words.count / 4) }
    words.append(contentsOf: repeatElement(0, count: stride))
    return words.count / stride - 1
  }

  mutating func give(back block: Int) {
    for word in block * stride..<(block + 1) * stride { words[word] = 0 }
    free.append(block)
    // All gone: a page that was busy once does not keep its room.
    if free.count * stride == words.count { (words, free) = ([], []) }
  }

  subscript(word: Int) -> Int64 {
    get { words[word] }
    set { words[word] = newValue }
  }
}
