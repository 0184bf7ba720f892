import SpendEngine

// Markers and comparisons: reads of what was read before.

extension Tailer {
  /// Whether the file still holds what was read of it.
  mutating func holdsTail(_ slot: Int, _ descriptor: Int32) -> Bool {
    let row = generations[slot].row
    return marker(descriptor, at: row.offset - Int64(row.tail.length), Int(row.tail.length)) == row.tail
  }

  /// Whether the file has the known head and tail of the first `row.offset` bytes.
  mutating func matches(_ descriptor: Int32, _ row: TrackedFile) -> Bool {
    marker(descriptor, at: row.offset - Int64(row.tail.length), Int(row.tail.length)) == row.tail
      && (row.heads.last.map { marker(descriptor, at: 0, Int($0.length)) == $0 } ?? true)
  }

  /// nil where there are not that many bytes.
  mutating func marker(_ descriptor: Int32, at offset: Int64, _ length: Int) -> Marker? {
    guard length > 0 else { return .empty }
    buffer.reserve(length)
    guard case .success(length) = readFile(descriptor, part(length), at: offset) else { return nil }
    return key.marker(buffer[0..<length])
  }

  func part(_ length: Int, from start: Int = 0) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[start..<(start + length)])
  }

  /// Lets a file begin (or go on) at `offset`, with the markers of what lies before.
  mutating func place(_ slot: Int, at offset: Int64, _ descriptor: Int32) {
    let lengths = isWhole(slot) ? [] : Marker.headLengths.filter { $0 <= offset }
    let heads = lengths.compactMap { marker(descriptor, at: 0, $0) }
    let length = Marker.tailLength(offset, lastRecord: 0)
    let tail = marker(descriptor, at: offset - Int64(length), length) ?? .empty
    generations[slot].row.offset = offset
    generations[slot].row.tail = tail
    setHeads(slot, heads)
    generations[slot].needsKinship = false
    forgetOffer(slot)
    changed.insert(slot)
    announce(slot)
  }

  mutating func forgetOffer(_ slot: Int) {
    generations[slot].offered = 0
    generations[slot].blank = 0
    generations[slot].searched = 0
    generations[slot].mayOfferAgain = false
  }

  /// The last record boundary at or before `end`, not before `floor`.
  mutating func boundary(_ descriptor: Int32, before end: Int64, floor: Int64) -> Int64 {
    let step = Int64(Marker.longest)
    buffer.reserve(Int(step))
    var high = end
    while high > floor {
      let low = max(floor, high - step)
      guard case .success(let count) = readFile(descriptor, part(Int(high - low)), at: low) else { break }
      if let newline = buffer[0..<count].lastNewline { return low + Int64(newline) + 1 }
      high = low
    }
    return floor
  }

  /// How far two files are equal from `start` on, up to `end`.
  mutating func commonEnd(_ a: Int32, _ b: Int32, from start: Int64, to end: Int64) -> Int64 {
    let step = Marker.longest
    buffer.reserve(2 * step)
    var place = start
    while place < end {
      let wanted = Int(min(Int64(step), end - place))
      guard case .success(let inA) = readFile(a, part(wanted), at: place),
        case .success(let inB) = readFile(b, part(wanted, from: step), at: place)
      else { return place }
      let count = min(inA, inB)
      var equal = 0
      while equal < count, buffer.bytes[equal] == buffer.bytes[step + equal] { equal += 1 }
      place += Int64(equal)
      if equal < wanted { return place }
    }
    return place
  }

  /// Whether both have the same bytes just before `end`, and at the beginning.
  mutating func shareEnds(_ a: Int32, _ b: Int32, at end: Int64) -> Bool {
    let length = Int64(Marker.tailLength(end, lastRecord: Marker.longest))
    let head = min(end, Int64(Marker.ordinary))
    return commonEnd(a, b, from: end - length, to: end) == end && commonEnd(a, b, from: 0, to: head) == head
  }
}
