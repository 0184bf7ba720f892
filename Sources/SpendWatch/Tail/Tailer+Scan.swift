package import SpendEngine

// Where files are looked for, and when: the full scan is the truth, hints only make it sooner. A scan must stay a small part of a processor,
// however many files there are: so the more there are, the rarer it is, and what changed lately is looked at in between.

extension Tailer {
  /// Milliseconds until `scan` has something to do; 0 = now.
  package func timeUntilScan(now: Milliseconds) -> Milliseconds {
    let next = min(nextScan, nextLook, watches.isIncomplete ? nextListing : .max)
    guard hints.isEmpty, next > now else { return 0 }
    return next - now
  }

  /// Looks for files: everywhere when that is due, else where something was told to have changed.
  /// - Parameter now: of a clock that never steps back, in milliseconds, 0 or above.
  package mutating func scan(now: Milliseconds) {
    self.now = max(self.now, now)
    siblings.removeAll(keepingCapacity: true)
    if nextScan <= self.now {
      scanEverything()
    } else {
      if nextLook <= self.now { lookAround() }
      if watches.isIncomplete, nextListing <= self.now { listChanged() }
    }
    let told = hints.sorted()
    hints.removeAll()
    for path in told { look(at: path) }
    unpackNext()
  }

  private mutating func scanEverything() {
    let began = WallClock.thread
    scanNumber += 1
    moveHotTime()
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
    nextScan = now + pause(after: WallClock.thread - began, times: options.rest)
    nextLook = now + pause(after: 0, times: 0)
    nextListing = max(nextListing, nextLook)
  }

  /// Between two looks, or two scans.
  /// - Parameters:
  ///   - cost: what the last one took of the processor, in nanoseconds.
  ///   - times: so many times that is waited, though not longer than ten minutes.
  private func pause(after cost: UInt64, times: Int64) -> Milliseconds {
    let rest = Int64(clamping: cost / 1_000).multipliedReportingOverflow(by: times)
    return max(
      watches.isIncomplete ? options.pollInterval : options.scanInterval,
      min(10 * .minute, rest.overflow ? .max : rest.partialValue / 1_000))
  }

  /// A look at what changed lately.
  private mutating func lookAround() {
    let began = WallClock.thread
    moveHotTime()
    for slot in hot.sorted() {
      let generation = generations[slot]
      guard !generation.isVacant, generation.row.state != .closed,
        generation.row.state == .rotated || now - generation.grown < options.hotTime
          || generation.modified >= hotSince
      else {
        hot.remove(slot)
        continue
      }
      counts.looks += 1
      settle(slot, isMet: false)
    }
    nextLook = now + pause(after: WallClock.thread - began, times: 300)
  }

  private mutating func moveHotTime() {
    hotSince =
      (WallClock.now.milliseconds - options.hotTime).multipliedReportingOverflow(by: 1_000_000).partialValue
  }

  /// Where not every change is told: a directory's time says that names came or went.
  private mutating func listChanged() {
    let began = WallClock.thread
    for (directory, former) in directories.sorted(by: { $0.key < $1.key }) {
      counts.looks += 1
      guard case .success(let facts) = FileFacts.of(directory) else {
        directories[directory] = nil
        continue
      }
      if facts.modified == former { continue }
      directories.updateValue(facts.modified, forKey: directory)
      for index in sources.indices { walk(index, below: directory, isNewsOnly: true) }
    }
    nextListing = now + pause(after: WallClock.thread - began, times: 600)
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

  /// - Parameter isNewsOnly: files that are known under their name are not looked at.
  private mutating func walk(_ index: Int, below directory: RawPath, isNewsOnly: Bool = false) {
    let glob = sources[index].glob
    let walk = GlobWalk(glob, below: directory, watching: &watches)
    for (path, error) in walk.failures where error.reason != .brokenLink { report(path, index, error.reason) }
    for directory in walk.listed where directories[directory] == nil {
      directories.updateValue(nil, forKey: directory)
    }
    // In the order of names, so that ids do not depend on the directory's.
    for file in walk.found.sorted(by: { $0.path < $1.path }) {
      if isNewsOnly, let slot = slotOfPath[file.path], generations[slot].row.identity.inode == file.inode {
        continue
      }
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
  /// - Parameter isMet: whether a walk was just before.
  private mutating func settle(_ slot: Int, isMet: Bool = true) {
    switch generations[slot].row.state {
    case .closed: return
    case .rotated: followRotated(slot)
    case .active, .shadow:
      guard generations[slot].source != nil else { return }
      if generations[slot].isMissing, hasScanned {
        if let facts = descriptors.find(slot).flatMap(FileFacts.of) { examine(slot, facts) }
      } else if !isMet, case .success(let facts) = FileFacts.of(generations[slot].row.path),
        facts.identity == generations[slot].row.identity
      {
        examine(slot, facts)
      } else if !isMet || generations[slot].scan != scanNumber {
        // Another file stands there by now, perhaps.
        if !isMet { hints.insert(generations[slot].row.path) }
        displace(slot)
      }
    }
    if generations[slot].offered > 0, generations[slot].unread > generations[slot].offered {
      generations[slot].mayOfferAgain = true
      enqueue(slot)
    }
  }
}
