package import SpendEngine

// Where files are looked for, and when: the full scan is the truth, hints only make it sooner.

extension Tailer {
  /// Milliseconds until `scan` has something to do; 0 = now.
  package func timeUntilScan(now: Milliseconds) -> Milliseconds {
    guard hints.isEmpty, nextScan > now else { return 0 }
    return nextScan - now
  }

  /// Looks for files: everywhere when that is due, else where something was told to have changed.
  /// - Parameter now: of a clock that never steps back, in milliseconds, 0 or above.
  package mutating func scan(now: Milliseconds) {
    self.now = max(self.now, now)
    siblings.removeAll(keepingCapacity: true)
    if nextScan <= self.now { scanEverything() }
    let told = hints.sorted()
    hints.removeAll()
    for path in told { look(at: path) }
    unpackNext()
  }

  private mutating func scanEverything() {
    let began = WallClock.monotonic
    scanNumber += 1
    counts.scans += 1
    hints.removeAll()
    problemsByPath.removeAll()
    watches.renew()
    for index in sources.indices { walk(index, below: RawPath("/")) }
    for slot in generations.indices { settle(slot) }
    if isFirstScan || !newPatterns.isEmpty {
      sortBacklog()
      sortPacked()
    }
    hasScanned = true
    newPatterns.removeAll()
    // A scan must stay a small part of a processor, however many files there are.
    let cost = WallClock.monotonic - began
    let isBlind = watches.isIncomplete
    nextScan =
      self.now
      + max(isBlind ? options.pollInterval : options.scanInterval, min(.minute, cost * (isBlind ? 20 : 60)))
  }

  /// What this scan finds was there when the daemon started.
  var isFirstScan: Bool { !hasScanned }

  /// The oldest is read first.
  private mutating func sortBacklog() {
    backlog.sort { a, b in
      let (a, b) = (generations[a], generations[b])
      return (b.modified, b.row.id.rawValue) < (a.modified, a.row.id.rawValue)
    }
  }

  private mutating func walk(_ index: Int, below directory: RawPath) {
    let glob = sources[index].glob
    let walk = GlobWalk(glob, below: directory, watching: &watches)
    for (path, error) in walk.failures where error.reason != .brokenLink { report(path, index, error.reason) }
    // In the order of names, so that ids do not depend on the directory's.
    for file in walk.found.sorted(by: { $0.path < $1.path }) {
      if !file.isDirectory {
        discover(file.path, isLink: file.isLink, index)
      } else if glob.namesFiles {
        report(file.path, index, .directory)
      }
    }
  }

  private mutating func look(at path: RawPath) {
    if case .success(let facts) = FileFacts.of(path, followsLink: false) {
      var isDirectory = facts.kind == .directory
      if facts.kind == .link, case .success(let target) = FileFacts.of(path) {
        isDirectory = target.kind == .directory
      }
      if isDirectory {
        for index in sources.indices { walk(index, below: path) }
      } else if let index = sources.firstIndex(where: { $0.glob.matches(path) }) {
        discover(path, isLink: facts.kind == .link, index)
      }
    } else {
      problemsByPath[path] = nil
    }
    if let slot = slotOfPath[path] { displace(slot) }
  }

  mutating func report(_ path: RawPath, _ index: Int, _ reason: FileProblem.Reason) {
    problemsByPath[path] = FileProblem(
      path: path, source: SourceID(rawValue: UInt16(clamping: index)), reason: reason)
  }

  /// After a walk: files that it did not meet, and quiet ones that wait for their end.
  private mutating func settle(_ slot: Int) {
    let generation = generations[slot]
    switch generation.row.state {
    case .closed: return
    case .rotated: followRotated(slot)
    case .active, .shadow:
      guard generation.source != nil else { return }
      if generation.isMissing, hasScanned {
        if let facts = descriptors.find(slot).flatMap(FileFacts.of) { examine(slot, facts) }
      } else if generation.scan != scanNumber {
        displace(slot)
      }
    }
    if generations[slot].offered > 0, generations[slot].unread > generations[slot].offered {
      generations[slot].mayOfferAgain = true
      enqueue(slot)
    }
  }
}
