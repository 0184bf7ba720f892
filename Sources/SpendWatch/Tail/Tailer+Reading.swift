import Glibc
import SpendEngine

// Handing out bytes.

extension Tailer {
  enum Progress {
    /// All there is, for now.
    case drained
    case more
    /// Cannot be read; looked at again by the scan.
    case blocked

  }

  /// One turn through the files that have new bytes; at most 1 MB of each, and about `options.turnSize` of all. Who did not have its turn
  /// comes first in the next.
  /// - Returns: whether there is more to do: call again.
  package mutating func readLive(_ body: (FileSlice) -> Consumption) -> Bool {
    let queue = live
    live.removeAll(keepingCapacity: true)
    let end = handed + options.turnSize
    for (place, slot) in queue.enumerated() {
      if handed >= end {
        live.insert(contentsOf: queue[place...], at: 0)
        break
      }
      generations[slot].isQueued = false
      switch read(slot, slices: isWhole(slot) ? 64 : 8, body) {
      case .drained, .blocked: break
      case .more: enqueue(slot)
      }
    }
    return !live.isEmpty
  }

  /// One slice of the oldest file that was there at the start.
  /// - Returns: whether there is more to do: first live, then this again.
  package mutating func readBacklog(_ body: (FileSlice) -> Consumption) -> Bool {
    guard let slot = backlog.last else { return false }
    switch read(slot, slices: 1, body) {

    case .drained: leaveBacklog(slot)
    case .blocked: leaveBacklog(slot)
    case .more:
      if !generations[slot].isCatchUp {
        leaveBacklog(slot)
        enqueue(slot)
      }
    }
    return !backlog.isEmpty || !live.isEmpty
  }

  private mutating func read(_ slot: Int, slices: Int, _ body: (FileSlice) -> Consumption) -> Progress {
    let progress = readContent(slot, slices: slices, body)
    if generations[slot].row.packed != nil { leavePacked(slot, progress) }
    return progress
  }

  private mutating func readContent(_ slot: Int, slices: Int, _ body: (FileSlice) -> Consumption) -> Progress
  {
    if generations[slot].row.state == .shadow {
      reviewShadow(slot)
      return .drained
    }
    guard generations[slot].isRead, let source = generations[slot].source else { return .drained }
    guard let facts = descriptor(slot).flatMap(FileFacts.of) else {
      if generations[slot].row.packed != nil {
        lookAtPacked(slot)
      } else if generations[slot].row.state != .rotated {
        // As a stale handle: opened again, by identity and at the same offset.
        descriptors.release(slot)
      }
      return .blocked
    }
    if isWhole(slot) {
      followWhole(slot, facts)
    } else if generations[slot].row.packed == nil, generations[slot].row.offset == 0, facts.size > 0,
      turnsOutPacked(slot, facts)
    {
      return .blocked
    } else if facts.size < generations[slot].row.offset {
      restart(slot)
      return .drained
    }
    generations[slot].note(facts, now: now)
    if generations[slot].needsKinship {
      guard facts.size > 0 else { return finishIfDue(slot) }
      resolveKinship(slot, size: facts.size)
      guard generations[slot].isRead else { return .drained }
    }
    // Only now: the comparison opens other files, and may have closed this one.
    guard let open = descriptor(slot) else { return .blocked }
    let row = generations[slot].row
    let unread = facts.size - row.offset
    let isFinal = generations[slot].isFinishing

    if unread <= generations[slot].offered + generations[slot].blank, !isFinal,
      generations[slot].verified == Generation.Stamp(facts)
    {
      return .drained
    }
    if unread > generations[slot].offered, !isFinal, !isWorthOffering(slot, open, facts.size) {
      return .drained
    }
    let progress = hand(slot, open, facts, source, slices, isFinal: isFinal, body)
    buffer.shrink(to: max(1 << 20, options.sliceSize + Marker.longest))
    return progress
  }

  /// A long record that is not whole is not parsed again for every few bytes: only when its line ends, when it grew by an eighth, or when
  /// a scan passed.
  private mutating func isWorthOffering(_ slot: Int, _ descriptor: Int32, _ size: Int64) -> Bool {
    let generation = generations[slot]
    let unread = size - generation.row.offset
    guard generation.offered >= Int64(options.sliceSize), !generation.mayOfferAgain,
      generation.unread - generation.offered < generation.offered / 8
    else { return true }
    while generations[slot].searched < unread {
      let length = Int(min(unread - generations[slot].searched, Int64(Marker.longest)))
      buffer.reserve(length)
      let start = generation.row.offset + generations[slot].searched
      guard case .success(let count) = readFile(descriptor, part(length), at: start), count > 0 else {
        return true
      }
      if buffer[0..<count].firstNewline != nil { return true }
      generations[slot].searched += Int64(count)
    }
    return false
  }

  private mutating func hand(
    _ slot: Int, _ descriptor: Int32, _ facts: FileFacts, _ source: SourceID, _ slices: Int, isFinal: Bool,
    _ body: (FileSlice) -> Consumption
  ) -> Progress {
    for _ in 0..<slices {
      let row = generations[slot].row
      // The bytes before the offset are read along: if they are not those that we read, neither is what follows.
      let back = Int(row.tail.length)
      let wanted = firstSlice(slot)
      buffer.reserve(back + wanted)
      let count: Int
      switch readFile(descriptor, part(back + wanted), at: row.offset - Int64(back)) {
      case .success(let read): count = read
      case .failure(let error):
        if row.state != .rotated { descriptors.release(slot) }
        generations[slot].problem = .failed(error.code)
        return .blocked
      }
      if isWhole(slot), !mayOfferWhole(slot, descriptor, back, count) { return .more }
      guard isWhole(slot) || count >= back && key.marker(buffer[0..<back]) == row.tail else {
        restart(slot)
        return .drained
      }
      generations[slot].trust(facts)
      let fresh = count - back
      if fresh == 0 { return isFinal ? finishIfDue(slot) : .drained }
      let said = buffer[back..<count].lengthWithoutZeros
      if said == 0 {
        guard passZeros(slot, descriptor, facts.size, isFinal: isFinal) else { return finishIfDue(slot) }
        continue
      }
      if row.skipsLine {
        let newline = buffer[back..<count].firstNewline
        generations[slot].row.skipsLine = newline == nil
        advance(slot, by: newline.map { $0 + 1 } ?? said, back)
        announce(slot)
        continue
      }
      let isAtEnd = fresh < wanted
      switch offer(slot, descriptor, source, back, fresh, isAtEnd: isAtEnd, isFinal: isFinal, body) {
      case .more: continue
      case let other: return other
      }
    }
    return .more
  }

  /// As much as was offered in vain before, and a slice more.
  private func firstSlice(_ slot: Int) -> Int {
    let generation = generations[slot]
    let known = generation.offered > 0 ? generation.size - generation.row.offset - generation.blank + 1 : 0
    return Int(min(Int64(options.recordLimit), max(Int64(options.sliceSize), known)))
  }

  /// Offers what the buffer holds, and more and more of it until the body finds a whole record.
  private mutating func offer(
    _ slot: Int, _ descriptor: Int32, _ source: SourceID, _ back: Int, _ first: Int, isAtEnd: Bool,
    isFinal: Bool, _ body: (FileSlice) -> Consumption
  ) -> Progress {
    // What the buffer holds, and how much of it is offered: NUL at its end may yet be written over.
    var read = first
    var isAtEnd = isAtEnd
    while true {
      let row = generations[slot].row
      let isLongest = read >= options.recordLimit
      let fresh = isLongest ? read : buffer[back..<(back + read)].lengthWithoutZeros
      let slice = FileSlice(
        file: row.id, source: source, offset: row.offset, bytes: buffer[back..<(back + fresh)],
        isFinal: isFinal && isAtEnd, isCatchUp: row.offset < row.catchUpEnd,
        isRepeat: row.offset < row.whole?.known ?? 0, isLongest: isLongest,
        position: position(slot), identity: row.identity)
      switch body(slice) {
      case .bytes(let count) where count > 0:
        told(slot)
        advance(slot, by: min(count, fresh), back)
        return .more
      case .line: return giveUp(slot, fresh, back)
      case .bytes:
        // Neither taken nor given up although it can become no longer: a stall is worse.
        if slice.isLongest { return giveUp(slot, fresh, back) }
        if slice.isFinal {
          finish(slot)
          return .drained
        }
      }
      if isAtEnd {
        generations[slot].offered = Int64(fresh)
        generations[slot].blank = Int64(read - fresh)
        generations[slot].searched = Int64(read)
        generations[slot].mayOfferAgain = false
        return .drained
      }
      let larger = min(options.recordLimit, read * 2)
      buffer.reserve(back + larger, keeping: back + read)
      guard
        case .success(let count) = readFile(
          descriptor, part(larger - read, from: back + read), at: row.offset + Int64(read))
      else { return .blocked }
      isAtEnd = count < larger - read
      read += count
    }
  }

  /// The record is too long: what is in the buffer is done with, and its line is skipped.
  private mutating func giveUp(_ slot: Int, _ fresh: Int, _ back: Int) -> Progress {
    generations[slot].row.skipsLine = buffer.bytes[back + fresh - 1] != UInt8(ascii: "\n")
    advance(slot, by: fresh, back)
    announce(slot)
    return .more
  }

  /// Moves the offset on, and the markers with it. The buffer holds `back` bytes from before the offset, then what was read.
  private mutating func advance(_ slot: Int, by count: Int, _ back: Int) {
    let row = generations[slot].row
    let offset = row.offset + Int64(count)
    handed &+= count
    let consumed = buffer[back..<(back + count)]
    let lastRecord =
      count - (UnsafeRawBufferPointer(rebasing: consumed.dropLast()).lastNewline.map { $0 + 1 } ?? 0)
    let length = min(Marker.tailLength(offset, lastRecord: lastRecord), back + count)
    generations[slot].row.tail = key.marker(buffer[(back + count - length)..<(back + count)])
    generations[slot].row.offset = offset
    generations[slot].needsKinship = false
    // As long as heads are missing, all of the file is in the tail or after it.
    let start = back - Int(clamping: row.offset)
    if row.heads.count < Marker.headLengths.count, start >= 0, !isWhole(slot) {
      let lengths = Marker.headLengths.dropFirst(row.heads.count).prefix { $0 <= offset }
      if !lengths.isEmpty {
        setHeads(slot, row.heads + lengths.map { key.marker(buffer[start..<(start + $0)]) })
      }
    }
    forgetOffer(slot)
    changed.insert(slot)
  }

  private mutating func finishIfDue(_ slot: Int) -> Progress {
    if generations[slot].isFinishing { finish(slot) }
    return .drained
  }
}
