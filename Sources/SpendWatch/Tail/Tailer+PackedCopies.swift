import SpendEngine

// Compressed files and their originals: which is a copy of which, where the content of one may have to be unpacked to tell.

extension Tailer {
  /// A compressed copy whose content is not at hand: unpacked again only where its original left something unread.
  mutating func reviewPacked(_ slot: Int) {
    let row = generations[slot].row
    guard let original = row.original.flatMap({ slotOfID[$0] }) else { return wantAgain(slot) }
    if readable(original) != nil { return }
    // Finding the original rewritten may have settled this one too.
    guard generations[slot].row.state == .shadow, generations[slot].row.original == row.original else {
      return
    }
    if generations[original].row.offset < row.copied { wantAgain(slot) }
  }

  /// Whether a compressed file was read beyond `size`, and can be unpacked again to be compared.
  mutating func isAtRest(_ slot: Int, beyond size: Int64) -> Bool {
    let generation = generations[slot]
    return generation.row.packed != nil && generation.row.offset > size && generation.source != nil
      && !generation.isMissing && descriptors.find(slot) == nil && isNamed(generation.row.path)
  }

  /// What was held to be a copy of a compressed file is compared with its content, now that it is at hand.
  mutating func reviewCopies(of slot: Int) {
    for other in shadows(of: generations[slot].row.id) where generations[other].row.packed == nil {
      reviewShadow(other)
      if generations[other].row.state != .shadow {
        generations[other].differs.insert(generations[slot].row.id)
      }
      guard generations[other].needsKinship, let open = descriptor(other), let size = FileFacts.of(open)?.size
      else { continue }
      resolveKinship(other, size: size)
    }
  }

  mutating func setKin(_ slot: Int, _ original: Int) {
    let id = generations[original].row.id
    generations[slot].row.packed?.kin = id.rawValue
  }

  /// Whether a compressed file without a time or an id in it may be a copy of a known log: rotation made it, of one that is gone from its
  /// place, and no other is taken for it.
  func mayBePacked(_ slot: Int, of candidate: Int) -> Bool {
    let (own, other) = (generations[slot].row, generations[candidate].row)
    guard other.packed == nil, RotatedName.areOfOneLog(own.path.name, other.path.name) else { return false }
    let directory = own.path.directory
    guard other.path.directory == directory || other.path.directory == directory.directory else {
      return false
    }
    let isInPlace =
      other.state == .active && !generations[candidate].isMissing && RotatedName(other.path.name).logs.isEmpty
    return !isInPlace
      && !generations.contains { $0.row.packed?.kin == other.id.rawValue && $0.row.id != own.id }
  }
}
