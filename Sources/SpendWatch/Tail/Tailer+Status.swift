package import SpendEngine

// What the rest of the daemon is told.

extension Tailer {
  /// Where the engine's books must stand before the next seal, as far as no slice told (`FileSlice.position`).
  package mutating func takePositions() -> [FilePosition] {
    let slots = untold
    untold.removeAll(keepingCapacity: true)
    return slots.compactMap { slot in
      guard let position = position(slot) else { return nil }
      told(slot)
      return position
    }
  }

  /// nil where the engine's book stands right, or nobody reads the file.
  func position(_ slot: Int) -> FilePosition? {
    guard generations[slot].isUntold, let source = generations[slot].source else { return nil }
    return FilePosition(
      file: generations[slot].row.id, source: source, offset: generations[slot].row.offset,
      original: generations[slot].follows)
  }

  mutating func told(_ slot: Int) {
    generations[slot].isUntold = false
    generations[slot].follows = nil
  }

  /// The rows that changed since the last call, as of what was consumed: for the batch that holds what was read. `takePositions` first.
  package mutating func sealFiles() -> [TrackedFile] {
    let rows = changed.sorted().map { generations[$0].row }
    changed.removeAll(keepingCapacity: true)
    sealed.append(finished)
    finished.removeAll(keepingCapacity: true)
    return rows
  }

  /// The oldest batch that was sealed and not yet durable is so now: what was finished in it may be closed, unless it went on since.
  package mutating func committed() {
    guard !sealed.isEmpty else { return }
    for slot in sealed.removeFirst() where generations[slot].row.state == .closed {
      if finished.contains(slot) || sealed.contains(where: { $0.contains(slot) }) { continue }
      descriptors.release(slot)
    }
  }

  package var hasBacklog: Bool { !backlog.isEmpty || waitsForPacked(of: nil) }

  /// Whether something was ever found or changed that no batch holds yet.
  package var hasChanges: Bool { !changed.isEmpty || !forgotten.isEmpty }

  /// Everything that was there at the start has been handed out.
  package func isCaughtUp(_ source: SourceID) -> Bool {
    hasScanned && !backlog.contains { generations[$0].source == source } && !waitsForPacked(of: source)
  }

  /// Bytes of a file that are still to be read; 0 where it is unknown, a copy, or closed.
  package func unreadBytes(_ file: FileID) -> Int64 { slotOfID[file].map { generations[$0].unread } ?? 0 }

  /// Bytes of all files that are still to be read.
  package var unreadBytes: Int64 {
    generations.reduce(0) { $0.addingReportingOverflow($1.unread).partialValue }
  }

  /// The row as it stands, sealed or not.
  package func row(_ file: FileID) -> TrackedFile? { slotOfID[file].map { generations[$0].row } }

  /// Every file that is not closed, by id.
  package var status: [FileStatus] {
    generations.lazy.filter { $0.row.state != .closed }.map { generation in
      FileStatus(
        file: generation.row.id, source: generation.source, path: generation.row.path, size: generation.size,
        offset: generation.row.offset, state: generation.row.state, isCatchingUp: generation.isBacklog,
        isMissing: generation.isMissing, problem: generation.problem, unread: generation.unread,
        cuts: generation.row.cuts)
    }
  }

  /// What matches a source and cannot be read, by path.
  package var problems: [FileProblem] {
    var all = problemsByPath
    for generation in generations where !generation.isMissing {
      let isThere = generation.row.state != .closed || generation.scan == scanNumber
      guard isThere, let reason = generation.problem ?? generation.row.packed?.ending.problem,
        let source = generation.source
      else { continue }
      all[generation.row.path] = FileProblem(path: generation.row.path, source: source, reason: reason)
    }
    return all.values.sorted { $0.path < $1.path }
  }
}
