import SpendEngine

// Copies, restarts and ends of generations.

extension Tailer {
  /// Compares a file that is new to us, as long as none of its bytes was consumed, with those we know.
  mutating func resolveKinship(_ slot: Int, size: Int64) {
    var best: (kinship: Kinship, base: Int64)?
    var original = slot
    let truncations = counts.truncations
    let (known, isDistinct) = candidates(slot, size)
    for candidate in known {
      guard let verdict = compare(slot, size, to: candidate, isDistinct: isDistinct) else { continue }
      // The look at the candidate may have found it rewritten, and this file to be what it was; or another one, new to the comparison.
      guard generations[slot].needsKinship else { return }
      if counts.truncations != truncations { return resolveKinship(slot, size: size) }
      if Kinship.isBetter(verdict, than: best.map { ($0.kinship, $0.base) }) {
        best = verdict
        original = candidate
      }
    }
    guard let (kinship, base) = best else { return }
    generations[slot].row.original = generations[original].row.id
    generations[slot].row.base = base
    counts.copies += 1
    follow(kinship, slot, size)
  }

  /// Of more files that begin alike the latest are looked at: else each new one would be work for all that there are.
  private static let mostAlike = 1_024

  /// Known files that begin like this one, and whether what they have in common is of one log only.
  private mutating func candidates(_ slot: Int, _ size: Int64) -> (slots: [Int], isDistinct: Bool) {
    let none: (slots: [Int], isDistinct: Bool) = ([], false)
    guard let descriptor = descriptor(slot) else { return none }
    let length = Int(min(size, Int64(Marker.ordinary)))
    buffer.reserve(length)
    guard case .success(let count) = readFile(descriptor, part(length), at: 0) else { return none }
    // A hole at the beginning tells nothing, but what stands before the place that was read to will.
    let isTelling = Telling.isTelling(buffer[0..<count]) || buffer[0..<count].firstNonZero == nil
    guard isTelling || generations[slot].row.packed != nil else { return none }
    let compared = Marker.headLengths.last { $0 <= count } ?? 0
    let isDistinct = Telling.isTelling(buffer[0..<compared])
    let heads = Marker.headLengths.filter { $0 <= count }.map { key.marker(buffer[0..<$0]) }
    // By the longest head that both have: the new file's own longest, or the longest of a known file that is shorter.
    var found = Array((heads.last.flatMap { slotsOfHead[$0.low] } ?? []).suffix(Tailer.mostAlike))
    for head in heads.dropLast() { found += (slotsOfLastHead[head.low] ?? []).suffix(Tailer.mostAlike) }
    found.removeAll { $0 == slot || generations[$0].row.state == .shadow || generations[$0].row.offset == 0 }
    if !isTelling { found.removeAll { !mayBePacked(slot, of: $0) } }
    guard found.count > 64 else { return (found, isDistinct) }
    // Very many that begin alike: neighbours first, the latest of them.
    let directory = generations[slot].row.path.directory
    let near = found.filter { generations[$0].row.path.directory == directory }
    let others = near.count >= 64 ? [] : found.filter { !near.contains($0) }.suffix(64 - near.count)
    return (near.suffix(64) + others, isDistinct)
  }

  private mutating func compare(
    _ slot: Int, _ size: Int64, to candidate: Int, isDistinct: Bool
  ) -> (Kinship, base: Int64)? {
    let base = generations[candidate].row.offset
    if let kinship = kinship(slot, size, toReadable: candidate, base: base) { return (kinship, base) }
    guard let own = descriptor(slot) else { return nil }
    let row = generations[candidate].row
    let kinship = Kinship.toGone(size: size, offset: row.offset, sharesMarkers: { matches(own, row) })
    // What begins like a compressed file and is shorter is held back until that one is unpacked once more.
    let isHeld =
      kinship == .none && isDistinct && isAtRest(candidate, beyond: size)
      && !generations[slot].differs.contains(row.id)
    return (isHeld ? .copy : kinship, row.offset)
  }

  /// nil: there is no original any more that could be read.
  private mutating func kinship(
    _ slot: Int, _ size: Int64, toReadable original: Int, base: Int64
  ) -> Kinship? {
    guard let (own, other, otherSize) = both(slot, original) else { return nil }
    let kinship = Kinship.toReadable(
      size: size, base: base, originalSize: otherSize, sharesBase: { shareEnds(own, other, at: base) },
      sharesEnd: { shareEnds(own, other, at: size) })
    // Where they differ, the original may have been truncated while it was compared: then only what is remembered of it tells.
    return kinship == .copy || readable(original) != nil ? kinship : nil
  }

  /// Two open files to compare, the second one with what was read of it.
  private mutating func both(_ slot: Int, _ candidate: Int) -> (own: Int32, other: Int32, otherSize: Int64)? {
    guard let other = readable(candidate), let own = descriptor(slot), descriptors.find(candidate) == other,
      let size = FileFacts.of(other)?.size
    else { return nil }
    return (own, other, size)
  }

  /// The open file of a generation that still holds what was read of it. One that was rewritten is restarted by the way.
  mutating func readable(_ slot: Int) -> Int32? {
    let problem = generations[slot].problem
    defer { if generations[slot].row.state == .closed { generations[slot].problem = problem } }
    guard let open = descriptor(slot), let facts = FileFacts.of(open) else { return nil }
    if facts.size >= generations[slot].row.offset, holdsTail(slot, open) { return open }
    if generations[slot].row.state != .closed { restart(slot) } else { descriptors.release(slot) }
    return nil
  }

  private mutating func follow(_ kinship: Kinship, _ slot: Int, _ size: Int64) {
    guard let original = generations[slot].row.original.flatMap({ slotOfID[$0] }) else {
      return release(slot, at: 0)
    }
    switch kinship {
    case .none:
      release(slot, at: 0)
      // No copy of that one; perhaps of another that we learnt of meanwhile.
      generations[slot].needsKinship = true
    case .copy:
      setKin(slot, original)
      generations[slot].row.state = .shadow
      generations[slot].row.copied = size
      noteCopy(slot)
      changed.insert(slot)
      leaveBacklog(slot)
      if isAtRest(original, beyond: size) { wantAgain(original) }
    case .fork:
      let base = generations[slot].row.base
      guard let (own, other, _) = both(slot, original) else { return release(slot, at: base) }
      let shared = commonEnd(own, other, from: base, to: size)
      release(slot, at: boundary(own, before: shared, floor: base))
    case .successor(let offset):
      setKin(slot, original)
      note(rescued: size - offset, of: original)
      release(slot, at: offset)
      if generations[original].row.state != .closed { finish(original) }
      wakeShadows(of: original)
    }
  }

  /// Lets a file that was held back be read from `offset` on.
  private mutating func release(_ slot: Int, at offset: Int64) {
    let path = generations[slot].row.path
    if generations[slot].row.state == .shadow {
      // A deleted one can be read as long as it is open.
      generations[slot].row.state = isNamed(path) && !generations[slot].isMissing ? .active : .rotated
      generations[slot].isMissing = false
      generations[slot].grown = now
    }
    if offset > 0 { generations[slot].follows = generations[slot].row.original }
    generations[slot].row.original = nil
    generations[slot].needsKinship = false
    changed.insert(slot)
    if let open = descriptor(slot) { place(slot, at: offset, open) } else { wantAgain(slot) }
    if generations[slot].row.state == .rotated { descriptors.pin(slot) }
    enqueue(slot)
  }

  mutating func wakeShadows(of slot: Int) {
    for other in shadows(of: generations[slot].row.id) { enqueue(other) }
  }

  /// What is held to be a copy of that generation, in the order of slots.
  mutating func shadows(of original: FileID) -> [Int] {
    guard let slots = slotsOfCopies[original] else { return [] }
    let left = slots.filter {
      generations[$0].row.state == .shadow && generations[$0].row.original == original
    }
    slotsOfCopies[original] = left.isEmpty ? nil : left
    return left.sorted()
  }

  mutating func noteCopy(_ slot: Int) {
    if let original = generations[slot].row.original { slotsOfCopies[original, default: []].insert(slot) }
  }

  /// Looks at a copy again: it grew, or its original went.
  mutating func reviewShadow(_ slot: Int) {
    let row = generations[slot].row
    if row.packed != nil, descriptors.find(slot) == nil { return reviewPacked(slot) }
    guard let open = descriptor(slot), let size = FileFacts.of(open)?.size else { return }
    // Of an original that the state does not know: compared anew.
    guard let original = row.original.flatMap({ slotOfID[$0] }) else { return follow(.none, slot, size) }
    if let kinship = kinship(slot, size, toReadable: original, base: row.base) {
      return follow(kinship, slot, size)
    }
    // Finding the original rewritten may have settled this one too.
    guard generations[slot].row.state == .shadow, generations[slot].row.original == row.original,
      let own = descriptor(slot)
    else { return }
    if size > row.copied, isAtRest(original, beyond: size) { return follow(.none, slot, size) }
    let gone = generations[original].row
    if case .successor(let offset) = Kinship.toGone(
      size: size, offset: gone.offset, sharesMarkers: { matches(own, gone) })
    {
      follow(.successor(from: offset), slot, size)
    } else if size > row.copied {
      // It went its own way after the copy.
      let start = boundary(own, before: row.copied, floor: 0)
      release(slot, at: start)
      generations[slot].needsKinship = start == 0
    }
    // Else everything in it was read in the original.
  }

  /// The file was truncated, or rewritten in place: a new generation of the same inode begins, and what the old one had left is looked
  /// for in a copy.
  mutating func restart(_ slot: Int) {
    let old = generations[slot]
    counts.truncations += 1
    let open = descriptors.take(slot)
    finish(slot)
    let state: TrackedFile.State = old.row.state == .rotated ? .rotated : .active
    let fresh = begin(
      old.row.path, old.row.identity, source: old.source, pattern: old.row.pattern, state: state)
    slotOfPath[old.row.path] = fresh
    renew(fresh, packedAs: old)
    generations[fresh].replaces = old.row.id
    generations[fresh].scan = scanNumber
    if let open {
      descriptors.hold(open, for: fresh, isPinned: state == .rotated)
      if let facts = FileFacts.of(open) { examine(fresh, facts) }
    } else if case .success(let facts) = FileFacts.of(old.row.path), facts.identity == old.row.identity {
      examine(fresh, facts)
    }
    let kept = old.row.offset > 0 ? continueInCopy(old) : 0
    generations[slot].destroyed = max(0, old.trusted - max(old.row.offset, kept))
    note(cutOf: slot, fresh, lost: generations[slot].destroyed)
    wakeShadows(of: slot)
  }

  /// A generation is done with. Its descriptor stays until that is durable.
  mutating func finish(_ slot: Int) {
    let row = generations[slot].row
    generations[slot].row.state = .closed
    generations[slot].row.skipsLine = false
    generations[slot].isFinishing = false
    leaveBacklog(slot)
    if slotOfPath[row.path] == slot { slotOfPath[row.path] = nil }
    changed.insert(slot)
    finished.insert(slot)
    // A log that merely begins like the one it replaced is no copy of it.
    for other in shadows(of: row.id) {
      let shadow = generations[other]
      if shadow.replaces == row.id, shadow.row.copied < shadow.row.base { release(other, at: 0) }
    }
  }
}
