import Glibc
import SpendEngine

// Compressed files: found, unpacked one after the other by somebody else, and then read like any other, out of a file without a name.

extension Tailer {
  /// Between two tries where one failed for want of room or of a library.
  private static let retryInterval: Milliseconds = .minute

  /// A file that is new to us, and compressed.
  mutating func adoptPacked(_ slot: Int, _ facts: FileFacts, isFromBefore: Bool, _ start: Source.Start) {
    generations[slot].row.packed = PackedFile()
    generations[slot].isFromBefore = isFromBefore
    generations[slot].modified = facts.modified
    if isFromBefore, start == .end {
      // Nothing is written to it from now on.
      generations[slot].row.packed?.done = PackedStamp(facts)
      return finish(slot)
    }
    examinePacked(slot, facts)
  }

  /// A file that was empty, or short of its first bytes, when it was found.
  /// - Returns: whether it is compressed after all, and nothing to read as it is.
  mutating func turnsOutPacked(_ slot: Int, _ facts: FileFacts) -> Bool {
    guard let open = descriptor(slot) else { return false }
    switch Packing.look(at: open) {
    case .plain:
      if generations[slot].problem == .compressed { generations[slot].problem = nil }
      return false
    case .refused:
      generations[slot].problem = .compressed
    case .packed:
      descriptors.release(slot)
      leaveBacklog(slot)
      generations[slot].row.packed = PackedFile()
      generations[slot].isFromBefore = generations[slot].row.catchUpEnd > 0
      generations[slot].size = 0
      changed.insert(slot)
      examinePacked(slot, facts)
    }
    return true
  }

  /// What to do about a compressed file's size and time.
  mutating func examinePacked(_ slot: Int, _ facts: FileFacts) {
    guard let packed = generations[slot].row.packed else { return }
    let stamp = PackedStamp(facts)
    let isFirstLook = generations[slot].packedSeen == nil
    if generations[slot].packedSeen != stamp {
      generations[slot].packedSeen = stamp
      generations[slot].grown = now
      generations[slot].modified = facts.modified
    }
    if isFirstScan { generations[slot].isFromBefore = true }
    if packed.done == stamp {
      // The original may have gone while the daemon was down.
      if isFirstLook, generations[slot].row.state == .shadow { enqueue(slot) }
      return
    }
    guard now >= generations[slot].retryAt else { return }
    let quiet = now - generations[slot].grown
    if let tried = generations[slot].packedTried {
      // Somebody is still writing it; what never gets an end is taken as it is.
      guard quiet >= (tried == stamp ? options.grace : min(options.scanInterval, options.grace)) else {
        return
      }
    }
    want(slot)
  }

  mutating func lookAtPacked(_ slot: Int) {
    let row = generations[slot].row
    if case .success(let facts) = FileFacts.of(row.path), facts.identity == row.identity {
      examinePacked(slot, facts)
    }
  }

  private mutating func want(_ slot: Int) {
    let id = generations[slot].row.id
    guard generations[slot].source != nil, unpacked != id, !packed.contains(id) else { return }
    let row = generations[slot].row
    packed.append(id) {
      guard case .success(let open) = openFile(row.path) else { return nil }
      if FileFacts.of(open)?.identity == row.identity { return open }
      close(open)
      return nil
    }
  }

  /// It is to be read although it was done with.
  mutating func wantAgain(_ slot: Int) {
    guard generations[slot].row.packed != nil else { return }
    generations[slot].row.packed?.done = nil
    generations[slot].packedTried = nil
    generations[slot].retryAt = 0
    want(slot)
    changed.insert(slot)
  }

  /// The oldest is unpacked first.
  mutating func sortPacked() {
    packed.sort { id in (slotOfID[id].map { generations[$0].modified } ?? 0, id.rawValue) }
  }

  /// Whether something compressed from before the start is still to be read.
  func waitsForPacked(of source: SourceID?) -> Bool {
    (packed.ids + (unpacked.map { [$0] } ?? [])).contains { id in
      guard let slot = slotOfID[id] else { return false }
      return generations[slot].isFromBefore && (source == nil || generations[slot].source == source)
    }
  }
}

extension Tailer {
  /// Takes what was unpacked, lets go of what was read, and has the next one unpacked. Never waits.
  mutating func unpackNext() {
    while true {
      if isUnpacking {
        guard let answer = unpacking.take() else { return }
        isUnpacking = false
        receive(answer.unpacked)
      }
      letGo()
      guard unpacked == nil, !packed.isEmpty else { return }
      let (id, descriptor) = packed.removeFirst()
      begin(id, descriptor)
    }
  }

  /// - Parameter kept: open since it was met.
  private mutating func begin(_ id: FileID, _ kept: Int32?) {
    guard let slot = slotOfID[id], generations[slot].source != nil, generations[slot].row.packed != nil else {
      if let kept { close(kept) }
      return
    }
    let row = generations[slot].row
    var opened = kept.map { .success($0) } ?? openFile(row.path)
    if case .failure(let error) = opened, error.reason == .tooManyOpenFiles, descriptors.evict() {
      opened = openFile(row.path)
    }
    switch opened {
    case .failure(let error):
      // A name that is gone is followed by the scan, which asks again.
      if error.code != ENOENT { generations[slot].problem = error.reason }
    case .success(let open):
      guard let facts = FileFacts.of(open), facts.kind == .regular, facts.identity == row.identity else {
        close(open)
        return
      }
      generations[slot].problem = nil
      switch Packing.look(at: open) {
      case .packed(let packing):
        unpacked = id
        isUnpacking = true
        unpacking.begin(UnpackRequest(job: UnpackJob(file: id, descriptor: open, packing: packing)))
      case .plain, .refused:
        close(open)
        becomePlain(slot, facts)
      }
    }
  }

  /// The inode holds something else by now.
  private mutating func becomePlain(_ slot: Int, _ facts: FileFacts) {
    let old = generations[slot].row
    finish(slot)
    let fresh = begin(old.path, old.identity, source: generations[slot].source, pattern: old.pattern)
    slotOfPath[old.path] = fresh
    generations[fresh].scan = scanNumber
    examine(fresh, facts)
  }

  private mutating func receive(_ made: Unpacked) {
    guard let slot = slotOfID[made.file] else {
      if made.descriptor >= 0 { close(made.descriptor) }
      return
    }
    let isQuiet = generations[slot].packedTried == made.stamp
    generations[slot].packedTried = made.stamp
    if let failure = made.failure {
      generations[slot].problem = failure
      generations[slot].packedTried = nil
      generations[slot].retryAt = now + Tailer.retryInterval
      return
    }
    if made.ending == .tooLarge {
      generations[slot].row.packed?.done = made.stamp
      generations[slot].row.packed?.ending = .tooLarge
      changed.insert(slot)
      return
    }
    guard made.ending == .whole || isQuiet, generations[slot].source != nil else {
      close(made.descriptor)
      return
    }
    generations[slot].content = (made.stamp, made.ending)
    descriptors.hold(made.descriptor, for: slot, isPinned: true)
    if let facts = FileFacts.of(made.descriptor) { open(slot, made.descriptor, facts) }
  }

  /// The content of a compressed file is at hand.
  private mutating func open(_ slot: Int, _ content: Int32, _ facts: FileFacts) {
    let row = generations[slot].row
    if row.state == .shadow { return enqueue(slot) }
    // Read in part, or to its end, before: its content must begin with that.
    guard facts.size >= row.offset, row.offset == 0 || matches(content, row) else { return restart(slot) }
    generations[slot].isMissing = false
    reviewCopies(of: slot)
    if row.state == .closed {
      guard facts.size > row.offset else { return }
      generations[slot].row.state = .active
      generations[slot].needsKinship = row.offset == 0
      slotOfPath[row.path] = slotOfPath[row.path] ?? slot
      changed.insert(slot)
    }
    // No more bytes will come.
    generations[slot].isFinishing = generations[slot].content?.ending == .whole
    generations[slot].note(facts, now: now)
    if generations[slot].isFromBefore {
      generations[slot].row.catchUpEnd = facts.size
      enqueueBacklog(slot)
    } else {
      enqueue(slot)
    }
  }

  /// A rewritten compressed file: its new generation takes over what was unpacked for the old one.
  mutating func renew(_ fresh: Int, packedAs old: Generation) {
    guard old.row.packed != nil else { return }
    generations[fresh].row.packed = PackedFile()
    generations[fresh].content = old.content
    generations[fresh].packedSeen = old.packedSeen
    generations[fresh].packedTried = old.packedTried
    generations[fresh].isFinishing = old.content?.ending == .whole
    if unpacked == old.row.id { unpacked = generations[fresh].row.id }
  }

  /// After a turn of reading: what was cut off ends without an end.
  mutating func leavePacked(_ slot: Int, _ progress: Progress) {
    if generations[slot].isRead, descriptors.find(slot) != nil {
      switch progress {
      case .more: break
      case .drained: finish(slot)
      case .blocked:
        generations[slot].content = nil
        generations[slot].retryAt = now + Tailer.retryInterval
        descriptors.release(slot)
      }
    }
    unpackNext()
  }

  /// Lets go of content that is read, or turned out to be a copy's.
  private mutating func letGo() {
    guard let id = unpacked else { return }
    guard let slot = slotOfID[id] else {
      unpacked = nil
      return
    }
    if let content = generations[slot].content {
      if generations[slot].isRead || generations[slot].isQueued { return }
      if generations[slot].source != nil {
        generations[slot].row.packed?.done = content.stamp
        generations[slot].row.packed?.ending = content.ending
        generations[slot].isFromBefore = false
        changed.insert(slot)
      }
      generations[slot].content = nil
      descriptors.release(slot)
    }
    unpacked = nil
  }
}

extension PackedFile.Ending {
  var problem: FileProblem.Reason? {
    switch self {
    case .whole: nil
    case .cut: .cut
    case .damaged: .damaged
    case .tooLarge: .tooLarge
    }
  }
}
