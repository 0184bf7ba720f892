/// The rows of a page as bytes: exactly its words and blocks, and small where neighbours are alike, as they mostly are. Only in memory:
/// what is stored has a form of its own (`SeriesTable.encoded`), which a later build can read.
///
///     [subjects] { column: [numbers] } { pool: [numbers of its blocks, in the order of their subjects] }
///
/// A number is a base-128 varint of its zigzag form, and a run of zeros is a 0 and its length less one. Sums are written as they are,
/// since most of a window's neighbours are 0; times and trips as the difference to the subject before. Whatever else a series may come to
/// hold for some of its subjects (a baseline, say) is one more of `SeriesLayout.pools` and needs nothing here.
enum PackedRows {
  static func pack(_ rows: SeriesRows, _ layout: SeriesLayout) -> [UInt8] {
    let subjects = rows.words.count / layout.stride
    var column = [Int64](repeating: 0, count: subjects)
    var numbers = NumberPacker(room: rows.words.count + rows.rings.reduce(0) { $0 + $1.words.count })
    numbers.number(Int64(subjects))
    for word in 0..<layout.stride {
      let isBlock = layout.pools.contains { $0.word == word }
      var before: Int64 = 0
      for subject in 0..<subjects {
        let value = rows.words[subject * layout.stride + word]
        if isBlock {
          // Blocks are numbered anew.
          column[subject] = value == 0 ? 0 : 1
        } else if layout.isSum[word] {
          column[subject] = value
        } else {
          column[subject] = value &- before
          before = value
        }
      }
      numbers.list(column)
    }
    for (pool, blocks) in zip(layout.pools, rows.rings) {
      for subject in 0..<subjects {
        let block = Int(rows.words[subject * layout.stride + pool.word]) - 1
        if block >= 0 { numbers.list(blocks.words[block * pool.stride..<(block + 1) * pool.stride]) }
      }
    }
    return numbers.finish()
  }

  static func unpack(_ bytes: [UInt8], _ layout: SeriesLayout) -> SeriesRows {
    var numbers = NumberUnpacker(bytes)
    let subjects = Int(numbers.number())
    var room = 8
    while room < subjects { room *= 2 }
    var words: [Int64] = []
    words.reserveCapacity(room * layout.stride)
    words.append(contentsOf: repeatElement(0, count: subjects * layout.stride))
    var taken = layout.pools.map { _ in 0 }
    for word in 0..<layout.stride {
      if let pool = layout.pools.firstIndex(where: { $0.word == word }) {
        for subject in 0..<subjects where numbers.next() != 0 {
          taken[pool] += 1
          words[subject * layout.stride + word] = Int64(taken[pool])
        }
      } else if layout.isSum[word] {
        for subject in 0..<subjects { words[subject * layout.stride + word] = numbers.next() }
      } else {
        var before: Int64 = 0
        for subject in 0..<subjects {
          before &+= numbers.next()
          words[subject * layout.stride + word] = before
        }
      }
    }
    let rings = zip(layout.pools, taken).map { pool, blocks in
      var words: [Int64] = []
      words.reserveCapacity(blocks * pool.stride)
      for _ in 0..<blocks * pool.stride { words.append(numbers.next()) }
      return RingBlocks(stride: pool.stride, words: words)
    }
    return SeriesRows(words: words, rings: rings)
  }
}

/// Writes numbers with their runs of zeros, into room that is taken once.
private struct NumberPacker {
  private var bytes: [UInt8] = []
  private var zeros: UInt64 = 0

  /// - Parameter room: how many numbers there are; most take fewer bytes than that.
  init(room: Int) { bytes.reserveCapacity(4 * room) }

  mutating func list(_ numbers: some Sequence<Int64>) {
    for value in numbers {
      if value == 0 {
        zeros &+= 1
      } else {
        number(value)
      }
    }
  }

  mutating func number(_ value: Int64) {
    if zeros > 0 { endRun() }
    var rest = UInt64(bitPattern: (value &<< 1) ^ (value &>> 63))
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  private mutating func endRun() {
    var rest = zeros &- 1
    zeros = 0
    bytes.append(0)
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// The bytes, and not one of room more.
  mutating func finish() -> [UInt8] {
    if zeros > 0 { endRun() }
    return bytes.withUnsafeBufferPointer { Array($0) }
  }
}

/// Reads what `NumberPacker` wrote; zeros behind the end.
private struct NumberUnpacker {
  private let bytes: [UInt8]
  private var position = 0
  private var zeros: UInt64 = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  @inline(__always) private mutating func unsigned() -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while position < bytes.count {
      let byte = bytes[position]
      position &+= 1
      value |= UInt64(byte & 0x7f) &<< shift
      if byte < 0x80 { break }
      shift &+= 7
    }
    return value
  }

  /// One that is not part of a list.
  mutating func number() -> Int64 {
    let raw = unsigned()
    return Int64(bitPattern: raw &>> 1) ^ -Int64(bitPattern: raw & 1)
  }

  @inline(__always) mutating func next() -> Int64 {
    if zeros > 0 {
      zeros &-= 1
      return 0
    }
    let value = number()
    if value == 0 { zeros = unsigned() }
    return value
  }
}
