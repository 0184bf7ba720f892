internal import Glibc
package import SpendEngine

// Rotation makes a new generation a day, or a thousand: those that are long gone must not be kept for ever.

extension Tailer {
  /// Forgets files that were closed, or could not be found, for `options.keepGone`; what is kept of them goes with the next seal. Looks
  /// once every `options.forgetInterval`, and only after a full scan has seen what is there.
  /// - Parameter time: of the wall clock, since it must count while the daemon is down.
  package mutating func forgetGone(at time: EngineTime) {
    guard hasScanned, time >= nextForgetting || nextForgetting > time + options.forgetInterval else { return }
    nextForgetting = time + options.forgetInterval
    // A pattern that has no file left would be taken for a new source, and a copy without its original for a new file.
    var latest: [String: FileID] = [:]
    var originals: Set<FileID> = []
    for generation in generations where !generation.isVacant {
      latest[generation.row.pattern] = generation.row.id
      guard generation.row.state == .shadow, let original = generation.row.original else { continue }
      originals.insert(original)
    }
    for slot in generations.indices where !generations[slot].isVacant {
      note(slot, goneAt: time)
      let row = generations[slot].row
      guard let since = row.goneAt, time - since >= options.keepGone, latest[row.pattern] != row.id,
        !originals.contains(row.id), isIdle(slot), !mayComeBack(slot)
      else { continue }
      forget(slot)
    }
  }

  private mutating func note(_ slot: Int, goneAt time: EngineTime) {
    let generation = generations[slot]
    let isGone = generation.row.state == .closed || generation.isMissing
    let goneAt = isGone ? min(generation.row.goneAt ?? time, time) : nil
    if goneAt == generation.row.goneAt { return }
    generations[slot].row.goneAt = goneAt
    changed.insert(slot)
  }

  /// Nothing of it is under way: no bytes, no row.
  private func isIdle(_ slot: Int) -> Bool {
    let generation = generations[slot]
    return !packed.contains(generation.row.id) && unpacked != generation.row.id && !generation.isQueued
      && !generation.isBacklog && !changed.contains(slot)
      && !finished.contains(slot) && !sealed.contains { $0.contains(slot) }
  }

  /// Whether the file is still there under a name that a source has, or may be behind a mount that is absent: forgotten, it would be read
  /// again from its beginning.
  private func mayComeBack(_ slot: Int) -> Bool {
    let generation = generations[slot]
    let row = generation.row
    // Of an inode that was rewritten only the latest generation is what is there.
    if slotOfIdentity[row.identity] == slot {
      if generation.scan == scanNumber { return true }
      if case .success(let facts) = FileFacts.of(row.path), facts.identity == row.identity,
        generation.source == nil || isNamed(row.path)
      {
        return true
      }
    }
    // The nearest directory that is left lies on another device: what was mounted there is not now. Devices get other numbers, too, so
    // that is not waited for without an end.
    guard let since = row.goneAt, (nextForgetting - since) - options.forgetInterval < 6 * options.keepGone
    else { return false }
    var directory = row.path.directory
    while true {
      switch FileFacts.of(directory) {
      case .success(let facts): return facts.identity.device != row.identity.device
      case .failure(let error):
        // Not allowed to look, or the server does not answer: perhaps it is there.
        guard error.code == ENOENT || error.code == ENOTDIR, directory != RawPath("/") else { return true }
      }
      directory = directory.directory
    }
  }

  private mutating func forget(_ slot: Int) {
    let row = generations[slot].row
    descriptors.release(slot)
    setHeads(slot, [])
    for head in row.heads {
      if slotsOfHead[head.low]?.isEmpty == true { slotsOfHead[head.low] = nil }
      if slotsOfLastHead[head.low]?.isEmpty == true { slotsOfLastHead[head.low] = nil }
    }
    slotOfID[row.id] = nil
    slotsOfCopies[row.id] = nil
    hot.remove(slot)
    if slotOfIdentity[row.identity] == slot { slotOfIdentity[row.identity] = nil }
    if let birth = row.identity.birth, slotOfBirth[birth] == slot { slotOfBirth[birth] = nil }
    if slotOfPath[row.path] == slot { slotOfPath[row.path] = nil }
    generations[slot] = .vacant
    vacant.append(slot)
    forgotten.append((row.id, row.pattern))
    counts.forgotten += 1
  }

  /// Files forgotten since the last call: their rows go with the batch that `sealFiles` fills, and the engine's books after it.
  package mutating func takeForgotten() -> [(file: FileID, pattern: String)] {
    defer { forgotten.removeAll() }
    return forgotten
  }
}
