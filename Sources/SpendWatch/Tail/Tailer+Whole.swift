import Glibc
import SpendEngine

// Documents that are written anew with every change (`whole_file: true`), in place or by a rename over them. Their path is what they are
// known by: whatever stands there is read from its beginning whenever it changed, and ids tell what was counted before. They have no
// copies, no rotated generations, and lose nothing by a truncation.

/// One reading of a document, from its beginning.
struct WholePass {
  var stamp: WholeReading.Stamp
  /// The scan's clock, in milliseconds.
  var began: Milliseconds
  /// It had changed just before: the file system's clock may have stood still since, and a change now would not show.
  var isFresh: Bool
  /// How often the bytes changed while they were being read.
  var disturbances = 0

  /// Two seconds: the coarsest clock of a file system.
  static let quiet: Milliseconds = 2 * .second
  /// What is written without a pause is read all the same.
  static let patience = 16
}

extension WholeReading.Stamp {
  init(_ facts: FileFacts) {
    self.init(size: facts.size, modified: facts.modified, changed: facts.changed)
  }
}

extension Tailer {
  func isWhole(_ slot: Int) -> Bool {
    guard let source = generations[slot].source else { return false }
    return sources[Int(source.rawValue)].source.isWhole
  }

  /// The source that reads the file at `path`, where it reads it as a whole.
  func wholeSource(of path: RawPath) -> Int? {
    guard sources.contains(where: { $0.source.isWhole }),
      let index = sources.firstIndex(where: { $0.glob.matches(path) })
    else { return nil }
    return sources[index].source.isWhole ? index : nil
  }

  /// A document stands under a path that source `index` names.
  mutating func discoverWhole(_ path: RawPath, _ facts: FileFacts, _ index: Int) {
    let slot = slotOfWhole(path, facts, index)
    generations[slot].scan = scanNumber
    generations[slot].isMissing = false
    generations[slot].needsKinship = false
    if generations[slot].row.state != .active {
      // It was read otherwise, under other rules.
      generations[slot].row.state = .active
      generations[slot].row.original = nil
      generations[slot].isFinishing = false
      descriptors.pin(slot, false)
      changed.insert(slot)
    }
    examineWhole(slot, facts)
  }

  private mutating func slotOfWhole(_ path: RawPath, _ facts: FileFacts, _ index: Int) -> Int {
    if let slot = slotOfPath[path], isWhole(slot) {
      if generations[slot].row.identity != facts.identity { replace(slot, by: facts.identity) }
      return slot
    }
    if let slot = slotOfIdentity[facts.identity], isWhole(slot) {
      let former = generations[slot].row.path
      // Else a second name: the first one found it.
      if !isStill(former, facts.identity) || !isNamed(former) { move(slot, to: path) }
      return slot
    }
    let slot = begin(
      path, facts.identity, source: SourceID(rawValue: UInt16(clamping: index)),
      pattern: sources[index].source.pattern)
    take(path, for: slot)
    return slot
  }

  /// Another file took its place: the same document, in its next writing.
  private mutating func replace(_ slot: Int, by identity: FileIdentity) {
    let former = generations[slot].row.identity
    descriptors.release(slot)
    if slotOfIdentity[former] == slot { slotOfIdentity[former] = nil }
    if let birth = former.birth, slotOfBirth[birth] == slot { slotOfBirth[birth] = nil }
    generations[slot].row.identity = identity
    slotOfIdentity[identity] = slot
    if let birth = identity.birth { slotOfBirth[birth] = slot }
    generations[slot].row.whole?.stamp = WholeReading.Stamp()
    generations[slot].pass = nil
    changed.insert(slot)
  }

  /// After a look: reads it again where it changed, and once more when a change could not have been seen.
  mutating func examineWhole(_ slot: Int, _ facts: FileFacts) {
    let stamp = WholeReading.Stamp(facts)
    if let pass = generations[slot].pass, pass.stamp == stamp {
      if pass.isFresh, now - pass.began >= WholePass.quiet { rewind(slot, facts, isFresh: false) }
    } else if generations[slot].pass == nil, generations[slot].row.whole?.stamp == stamp {
      generations[slot].pass = WholePass(stamp: stamp, began: now, isFresh: false)
    } else {
      rewind(slot, facts)
    }
    generations[slot].note(facts, now: now)
    let isFirstLook = isFirstScan || newPatterns.contains(generations[slot].row.pattern)
    if isFirstLook { generations[slot].row.catchUpEnd = facts.size }
    guard facts.size > generations[slot].row.offset else { return }
    if isFirstLook { enqueueBacklog(slot) } else { enqueue(slot) }
  }

  /// Before its bytes are read.
  mutating func followWhole(_ slot: Int, _ facts: FileFacts) {
    if generations[slot].pass?.stamp != WholeReading.Stamp(facts) { rewind(slot, facts) }
  }

  /// Whether the bytes in the buffer are of the document that is being read; else it is read from its beginning, now or later.
  mutating func mayOfferWhole(_ slot: Int, _ descriptor: Int32, _ back: Int, _ count: Int) -> Bool {
    guard let pass = generations[slot].pass, let facts = FileFacts.of(descriptor) else { return false }
    let isSame =
      WholeReading.Stamp(facts) == pass.stamp && count >= back
      && key.marker(buffer[0..<back]) == generations[slot].row.tail
    if isSame || count > back && pass.disturbances >= WholePass.patience { return true }
    rewind(slot, facts)
    generations[slot].pass?.disturbances = pass.disturbances + 1
    return false
  }

  private mutating func rewind(_ slot: Int, _ facts: FileFacts, isFresh: Bool? = nil) {
    let stamp = WholeReading.Stamp(facts)
    let row = generations[slot].row
    // The inode's time is the kernel's; one that is ahead of ours is fresh, too.
    let isFresh = isFresh ?? (WallClock.now.milliseconds - facts.changed / 1_000_000 < WholePass.quiet)
    generations[slot].pass = WholePass(stamp: stamp, began: now, isFresh: isFresh)
    generations[slot].row.whole = WholeReading(
      stamp: isFresh ? WholeReading.Stamp() : stamp, known: max(row.whole?.known ?? 0, row.offset))
    generations[slot].row.offset = 0
    generations[slot].row.catchUpEnd = 0
    generations[slot].row.tail = .empty
    generations[slot].row.skipsLine = false
    generations[slot].grown = now
    hot.insert(slot)
    setHeads(slot, [])
    forgetOffer(slot)
    changed.insert(slot)
    announce(slot)
  }

  /// A look whether it is still there. Where it is not, its place is kept: the next writing may be on its way.
  mutating func displaceWhole(_ slot: Int) {
    let path = generations[slot].row.path
    switch FileFacts.of(path) {
    case .success(let facts) where facts.kind == .regular:
      guard let source = generations[slot].source else { return }
      discoverWhole(path, facts, Int(source.rawValue))
    case .failure(let error) where error.code != ENOENT && error.code != ENOTDIR && error.code != ELOOP:
      generations[slot].problem = error.reason
    default:
      generations[slot].isMissing = true
      if generations[slot].unread > 0 { enqueue(slot) }
    }
  }
}
