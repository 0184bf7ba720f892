import Glibc
import SpendEngine

// After `cp F F.1; : > F`: what F had left unread stands in F.1.

extension Tailer {
  /// Finds the longest copy of a generation whose file was rewritten, and reads on in it.
  /// - Returns: its size in bytes; 0 = there is none.
  mutating func continueInCopy(_ old: Generation) -> Int64 {
    var best: (slot: Int, size: Int64)?
    for slot in generations.indices where mayContinue(slot, old) {
      guard let open = descriptor(slot), let size = FileFacts.of(open)?.size, size >= old.row.offset,
        matches(open, old.row)
      else { continue }
      if size > best?.size ?? -1 { best = (slot, size) }
    }
    if let stranger = strangerThatContinues(old, longerThan: best?.size ?? -1) { best = stranger }
    guard let (slot, size) = best, let open = descriptor(slot) else { return 0 }
    let path = generations[slot].row.path
    generations[slot].row.state = isNamed(path) ? .active : .rotated
    generations[slot].row.original = nil
    generations[slot].follows = old.row.id
    generations[slot].size = size
    generations[slot].grown = now
    if generations[slot].row.state == .rotated { descriptors.pin(slot) }
    place(slot, at: old.row.offset, open)
    if isFirstScan {
      generations[slot].row.catchUpEnd = size
      enqueueBacklog(slot)
    } else {
      enqueue(slot)
    }
    // Other copies of the same are copies of this one now.
    for other in shadows(of: old.row.id) {
      generations[other].row.original = generations[slot].row.id
      noteCopy(other)
      changed.insert(other)
      enqueue(other)
    }
    return size
  }

  /// A known copy of it, or a neighbour of which nothing was read yet.
  private func mayContinue(_ slot: Int, _ old: Generation) -> Bool {
    let generation = generations[slot]
    if generation.row.state == .shadow { return generation.row.original == old.row.id }
    return generation.needsKinship && generation.row.offset == 0
      && generation.row.identity != old.row.identity
      && generation.row.path.directory == old.row.path.directory
  }

  /// A neighbour that no source names, as logrotate's copy may be.
  private mutating func strangerThatContinues(_ old: Generation, longerThan floor: Int64) -> (Int, Int64)? {
    let directory = old.row.path.directory
    guard case .success(let entries) = listDirectory(directory) else { return nil }
    // Names like F.1 and F-20250101 first: a directory may be large.
    let stem = old.row.path.name.prefix { $0 != UInt8(ascii: ".") }
    let files = entries.filter { $0.kind == .file || $0.kind == .unknown }
    let names = files.map(\.name).sorted { $0.lexicographicallyPrecedes($1) }
    let isNear = { (name: [UInt8]) in name.starts(with: stem) }
    let ordered = names.filter(isNear) + names.filter { !isNear($0) }
    var best: (path: RawPath, descriptor: Int32, facts: FileFacts)?
    for name in ordered.prefix(256) {
      let path = directory.appending(name)
      guard slotOfPath[path] == nil,
        case .success(let seen) = FileFacts.of(path, followsLink: false), seen.kind == .regular,
        seen.size >= old.row.offset, seen.size > max(floor, best?.facts.size ?? -1),
        slotOfIdentity[seen.identity] == nil, case .success(let open) = openFile(path)
      else { continue }
      guard let facts = FileFacts.of(open), facts.identity == seen.identity, matches(open, old.row) else {
        close(open)
        continue
      }
      if let former = best { close(former.descriptor) }
      best = (path, open, facts)
    }
    guard let best else { return nil }
    let slot = begin(
      best.path, best.facts.identity, source: old.source, pattern: old.row.pattern, state: .rotated)
    slotOfPath[best.path] = slot
    descriptors.hold(best.descriptor, for: slot, isPinned: true)
    generations[slot].modified = best.facts.modified
    return (slot, best.facts.size)
  }
}
