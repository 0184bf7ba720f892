import Glibc
import SpendEngine

// What a name leads to: a file that is new, or one that we know.

extension Tailer {
  /// A name that source `index` matches.
  mutating func discover(_ path: RawPath, isLink: Bool, _ index: Int) {
    counts.looks += 1
    let facts: FileFacts
    switch FileFacts.of(path) {
    case .success(let seen): facts = seen
    case .failure(let error):
      // A name that was just removed is no problem; a link that leads nowhere is one.
      if isLink || error.code != ENOENT { report(path, index, error.reason) }
      return
    }
    switch facts.kind {
    case .directory:
      if sources[index].glob.namesFiles { report(path, index, .directory) }
    case .other, .link: report(path, index, .notRegular)
    case .regular:
      problemsByPath[path] = nil
      // Its writes are told in the directory of the target, which nobody watches.
      if isLink { watches.add(path, isDirectory: false) }
      if let whole = wholeSource(of: path) {
        if whole == index { discoverWhole(path, facts, index) }
        return
      }
      if let slot = slotOfIdentity[facts.identity] {
        meet(slot, path, facts, index)
      } else {
        openNew(path, index)
      }
    }
  }

  private mutating func openNew(_ path: RawPath, _ index: Int) {
    var opened = openFile(path)
    if case .failure(let error) = opened, error.reason == .tooManyOpenFiles, descriptors.evict() {
      opened = openFile(path)
    }
    switch opened {
    case .failure(let error): if error.code != ENOENT { report(path, index, error.reason) }
    case .success(let descriptor): adopt(descriptor, path, index)
    }
  }

  /// What is open decides, not what its name led to a moment ago.
  private mutating func adopt(_ descriptor: Int32, _ path: RawPath, _ index: Int) {
    guard let facts = FileFacts.of(descriptor), facts.kind == .regular else {
      Glibc.close(descriptor)
      return report(path, index, .notRegular)
    }
    if let slot = slotOfIdentity[facts.identity] ?? remounted(facts, descriptor) {
      Glibc.close(descriptor)
      return meet(slot, path, facts, index)
    }
    let look = Packing.look(at: descriptor)
    guard look != .refused else {
      Glibc.close(descriptor)
      return report(path, index, .compressed)
    }
    let source = SourceID(rawValue: UInt16(clamping: index))
    let pattern = sources[index].source.pattern
    let slot = begin(path, facts.identity, source: source, pattern: pattern)
    take(path, for: slot)
    generations[slot].scan = scanNumber
    if case .packed = look {
      Glibc.close(descriptor)
      return adoptPacked(
        slot, facts, isFromBefore: newPatterns.contains(pattern), sources[index].source.start)
    }
    descriptors.hold(descriptor, for: slot)
    if newPatterns.contains(pattern) {
      // The first look at a source, at the start or after a reload: what is there was there before.
      if sources[index].source.start == .end { placeAtEnd(slot, facts.size) }
      generations[slot].row.catchUpEnd = facts.size
      generations[slot].note(facts, now: now)
      if facts.size > generations[slot].row.offset { enqueueBacklog(slot) }
    }
    examine(slot, facts)
  }

  /// Only what is written from now on counts: from the last record boundary.
  private mutating func placeAtEnd(_ slot: Int, _ size: Int64) {
    guard let descriptor = descriptor(slot) else { return }
    let floor = max(0, size - Int64(options.recordLimit))
    let end = boundary(descriptor, before: size, floor: floor)
    let isLost = end == floor && floor > 0
    place(slot, at: isLost ? size : end, descriptor)
    generations[slot].row.skipsLine = isLost
  }

  /// A known file on a device that has another number now, as after a remount: its content must agree.
  private mutating func remounted(_ facts: FileFacts, _ descriptor: Int32) -> Int? {
    guard let slot = facts.identity.birth.flatMap({ slotOfBirth[$0] }), descriptors.find(slot) == nil,
      !isStill(generations[slot].row.path, generations[slot].row.identity),
      generations[slot].row.packed.map({ $0.done == PackedStamp(facts) })
        ?? (facts.size >= generations[slot].row.offset && matches(descriptor, generations[slot].row))
    else { return nil }
    slotOfIdentity[generations[slot].row.identity] = nil
    generations[slot].row.identity = facts.identity
    slotOfIdentity[facts.identity] = slot
    changed.insert(slot)
    return slot
  }

  /// A file that is known stands under `path`.
  private mutating func meet(_ slot: Int, _ path: RawPath, _ facts: FileFacts, _ index: Int) {
    let row = generations[slot].row
    if row.path != path, isStill(row.path, row.identity), isNamed(row.path) {
      // A second name, by a hard link or another source: the first one found it.
    } else {
      if row.path != path { move(slot, to: path) } else { take(path, for: slot) }
      if row.state == .rotated {
        generations[slot].row.state = .active
        generations[slot].isFinishing = false
        descriptors.pin(slot, false)
        changed.insert(slot)
      }
    }
    generations[slot].scan = scanNumber
    generations[slot].isMissing = false
    generations[slot].problem = nil
    // Open, it can be read to its end when its name goes.
    if generations[slot].row.state == .active, descriptors.hasRoom { _ = descriptor(slot) }
    if generations[slot].source == nil {
      generations[slot].source = SourceID(rawValue: UInt16(clamping: index))
    }
    examine(slot, facts)
  }

  func isStill(_ path: RawPath, _ identity: FileIdentity) -> Bool {
    if case .success(let facts) = FileFacts.of(path) { return facts.identity == identity }
    return false
  }

  mutating func move(_ slot: Int, to path: RawPath) {
    let former = generations[slot].row.path
    if slotOfPath[former] == slot { slotOfPath[former] = nil }
    generations[slot].row.path = path
    take(path, for: slot)
    changed.insert(slot)
  }

  /// Whoever had the path before has lost it.
  mutating func take(_ path: RawPath, for slot: Int) {
    let former = slotOfPath.updateValue(slot, forKey: path)
    guard let former, former != slot else { return }
    generations[slot].replaces = generations[former].row.id
    displace(former)
  }

  /// What to do about a file's size and times.
  mutating func examine(_ slot: Int, _ facts: FileFacts) {
    if isWhole(slot) { return examineWhole(slot, facts) }
    let row = generations[slot].row
    // What is told of the compressed file tells nothing of its content.
    if row.packed != nil, facts.identity == row.identity { return examinePacked(slot, facts) }
    if facts.modified >= hotSince { hot.insert(slot) }
    // Not noted before it is known to be the same content.
    if row.state != .closed, facts.size < row.offset, row.state != .shadow { return restart(slot) }
    generations[slot].note(facts, now: now)
    if isFirstScan { generations[slot].row.catchUpEnd = facts.size }
    switch row.state {
    case .shadow:
      if facts.size != row.copied || isFirstScan { enqueue(slot) }
    case .closed:
      guard facts.size != row.offset else { return }
      generations[slot].row.state = .active
      changed.insert(slot)
      examine(slot, facts)
    case .active, .rotated:
      if facts.size > row.offset {
        if isFirstScan { enqueueBacklog(slot) } else { enqueue(slot) }
      } else if row.offset > 0, generations[slot].verified != Generation.Stamp(facts),
        let open = descriptor(slot)
      {
        // Nothing was added, and yet it was touched: rewritten in place, to the same length?
        if holdsTail(slot, open) {
          generations[slot].trust(facts)
        } else {
          restart(slot)
        }
      }
    }
  }
}
