package import SpendEngine

/// How a tailer reads. The defaults are what the daemon uses; tests make them small.
package struct TailOptions: Sendable {
  /// Bytes handed out at a time.
  package var sliceSize = 128 * 1024
  /// The longest record, in bytes.
  package var recordLimit = 64 * 1024 * 1024
  /// How long a deleted or renamed file must be quiet before it is closed.
  package var grace: Milliseconds = .minute
  /// Processor time between two full scans, in multiples of what the last one took. They, looks at what changed lately (300) and
  /// listings (600) take at most a hundredth of a processor together: 1/200 + 1/300 + 1/600.
  package var rest: Int64 = 200
  /// How long a file that does not change any more is looked at between full scans.
  package var hotTime: Milliseconds = 10 * .minute
  /// Between full scans, at least.
  package var scanInterval: Milliseconds = 2 * .second
  /// Between full scans where the kernel cannot tell of changes.
  package var pollInterval: Milliseconds = .second / 2
  /// Files open at once; nil = half of what the process may have.
  package var descriptorLimit: Int?
  package var usesInotify = true
  /// Bytes handed out in one turn of the live files: what they fold into must fit into a batch.
  package var turnSize = 16 * 1024 * 1024
  /// How long a file is remembered that was closed, or is not there any more.
  package var keepGone: Milliseconds = 30 * .day
  /// Between two looks for such files.
  package var forgetInterval: Milliseconds = .hour

  package init() {}
}

/// Follows log files through every kind of rotation and hands out each of their bytes once.
///
/// Belongs to one thread. The loop:
///
///     tailer.scan(now:)                    // cheap where nothing is due
///     tailer.readLive { … }                // again while it returns true
///     tailer.readBacklog { … }             // one slice
///     tailer.forgetGone(at:)               // cheap where nothing is due
///     tailer.takePositions()               // before a seal: places the engine's books that no slice placed
///     tailer.sealFiles()                   // into that batch, and
///     tailer.takeForgotten()               // what goes with it
///     tailer.committed()                   // when that batch is durable; batches become so in the order of their seals
///     tailer.wait(timeout:alsoPolling:)    // where there was nothing to read
package struct Tailer: ~Copyable {
  var sources: [(source: Source, glob: Glob)]
  let key: MarkerKey
  let options: TailOptions

  // Generations live in slots, and keep them until they are forgotten: a slot is a generation's name inside this process.
  var generations: [Generation] = []
  var nextID: UInt32
  /// Patterns never looked for before: `start` holds for what their first scan finds. A file that is new to a source which was watched
  /// in an earlier run came while the daemon was down, and is read from its beginning.
  var newPatterns: Set<String>
  var slotOfID: [FileID: Int] = [:]
  /// The latest generation of each inode.
  var slotOfIdentity: [FileIdentity: Int] = [:]
  /// The same, whatever number the device has.
  var slotOfBirth: [FileIdentity: Int] = [:]
  var slotOfPath: [RawPath: Int] = [:]
  /// Who begins like this (`Marker.low` of a head): to find the original of a copy. And who has no longer head than this one.
  var slotsOfHead: [UInt64: [Int]] = [:]
  var slotsOfLastHead: [UInt64: [Int]] = [:]
  /// Who was found to be a copy of this one, and may be none any more.
  var slotsOfCopies: [FileID: Set<Int>] = [:]

  var descriptors: Descriptors
  var watches: DirectoryWatches
  var buffer: ReadBuffer

  let unpacking: any Unpacking
  var packed = PackedQueue()
  /// The one whose content is made, or read: there is one at a time.
  var unpacked: FileID?
  /// Its content is being made.
  var isUnpacking = false

  /// Files with (perhaps) new bytes, in the order told.
  var live: [Int] = []
  /// Files with bytes from before the start; the next one last.
  var backlog: [Int] = []
  var untold: [Int] = []
  var changed: Set<Int> = []
  /// Closed, and not yet in a batch; then in a batch, and not yet durable, the oldest batch first: their descriptors stay open.
  var finished: Set<Int> = []
  var sealed: [Set<Int>] = []
  /// Slots of forgotten generations, to be used again.
  var vacant: [Int] = []
  /// Forgotten, and not yet in a batch.
  var forgotten: [(file: FileID, pattern: String)] = []
  var nextForgetting = EngineTime.distantPast
  /// Bytes handed out since the start.
  var handed = 0

  /// Files that changed lately, and those without a name: looked at between full scans.
  var hot: Set<Int> = []
  /// What was written since then is hot. Nanoseconds since the epoch.
  var hotSince: Int64 = .max
  /// Directories that are listed, by the time they had when they were listed last in a look; nil = in none. Nanoseconds.
  var directories: [RawPath: Int64?] = [:]

  var hints: Set<RawPath> = []
  /// Names by inode of directories that were searched for a lost file; for one call of `scan`.
  var siblings: [RawPath: [UInt64: [UInt8]]] = [:]
  var hasScanned = false
  var scanNumber = 0
  var nextScan: Milliseconds = .min
  var nextLook: Milliseconds = .min
  var nextListing: Milliseconds = .min
  /// The latest time a scan was told.
  var now: Milliseconds = 0
  var problemsByPath: [RawPath: FileProblem] = [:]
  package internal(set) var counts = TailCounts()
  /// Of truncations that nobody was told of yet.
  var losses: [FileLoss] = []

  /// - Parameters:
  ///   - restored: every row that the state holds, in any order.
  ///   - nextFileID: above every id ever given.
  ///   - key: of the state; the same at every start, or every file looks rewritten.
  ///   - unpacking: of compressed files.
  package init(
    sources: [Source], restored: [TrackedFile], nextFileID: UInt32, key: MarkerKey,
    options: TailOptions = TailOptions(), unpacking: any Unpacking = InlineUnpacking(directory: "/tmp")
  ) {
    self.sources = sources.map { ($0, Glob($0.pattern, rotated: true)) }
    self.unpacking = unpacking
    self.key = key
    self.options = options
    nextID = nextFileID
    newPatterns = Set(sources.map(\.pattern)).subtracting(restored.map(\.pattern))
    descriptors = Descriptors(limit: options.descriptorLimit ?? descriptorAllowance())
    watches = DirectoryWatches(isUsed: options.usesInotify)
    buffer = ReadBuffer(capacity: options.sliceSize + Marker.longest)
    for row in restored.sorted(by: { $0.id.rawValue < $1.id.rawValue }) {
      var generation = Generation(row: row.sound, source: source(of: row))
      generation.size = generation.row.offset
      // Until the first scan has seen how much there is.
      generation.row.catchUpEnd = 0
      // Its source may have another place in the list by now. A copy that is not read has no book.
      generation.isUntold = generation.row.state != .shadow
      let slot = add(generation)
      if generation.isUntold { untold.append(slot) }
      nextID = max(nextID, row.id.rawValue == .max ? .max : row.id.rawValue + 1)
    }
  }

  /// The sources of a reloaded rules file. Files keep their places; a file that no source names any more is kept, and not read.
  package mutating func setSources(_ new: [Source]) {
    newPatterns.formUnion(new.map(\.pattern))
    newPatterns.subtract(sources.map(\.source.pattern))
    newPatterns.subtract(generations.map(\.row.pattern))
    sources = new.map { ($0, Glob($0.pattern, rotated: true)) }
    live.removeAll()
    backlog.removeAll()
    for slot in generations.indices {
      generations[slot].source = source(of: generations[slot].row)
      if generations[slot].row.state != .shadow { announce(slot) }
      generations[slot].isQueued = false
      if generations[slot].isBacklog { backlog.append(slot) } else { enqueue(slot) }
    }
    backlog.removeAll { generations[$0].source == nil }
    nextScan = .min
  }

  /// The first source that names it; a renamed file stays with the source that found it.
  func source(of row: TrackedFile) -> SourceID? {
    let index =
      sources.firstIndex { $0.glob.matches(row.path) }
      ?? sources.firstIndex { $0.source.pattern == row.pattern }
    return index.map { SourceID(rawValue: UInt16(clamping: $0)) }
  }

  func isNamed(_ path: RawPath) -> Bool { sources.contains { $0.glob.matches(path) } }
}

extension Tailer {
  /// Takes a generation in: its slot.
  @discardableResult
  mutating func add(_ generation: Generation) -> Int {
    let slot = vacant.popLast() ?? generations.count
    if slot < generations.count { generations[slot] = generation } else { generations.append(generation) }
    let row = generation.row
    slotOfID[row.id] = slot
    slotOfIdentity[row.identity] = slot
    if let birth = row.identity.birth { slotOfBirth[birth] = slot }
    if row.state != .closed { slotOfPath[row.path] = slot }
    if row.state == .shadow { noteCopy(slot) }
    for head in row.heads { slotsOfHead[head.low, default: []].append(slot) }
    if let last = row.heads.last { slotsOfLastHead[last.low, default: []].append(slot) }
    return slot
  }

  /// Begins a generation that was not known before.
  mutating func begin(
    _ path: RawPath, _ identity: FileIdentity, source: SourceID?, pattern: String,
    state: TrackedFile.State = .active
  ) -> Int {
    let id = FileID(rawValue: nextID)
    if nextID < .max { nextID += 1 }
    let row = TrackedFile(id: id, pattern: pattern, path: path, identity: identity, state: state)
    var generation = Generation(row: row, source: source)
    generation.grown = now
    let slot = add(generation)
    changed.insert(slot)
    return slot
  }

  /// Puts a file into the queue of live files; what is in the backlog stays there.
  mutating func enqueue(_ slot: Int) {
    guard !generations[slot].isQueued, !generations[slot].isBacklog, generations[slot].source != nil else {
      return
    }
    generations[slot].isQueued = true
    live.append(slot)
    hot.insert(slot)
  }

  /// Its bytes from before the start come after everything live.
  mutating func enqueueBacklog(_ slot: Int) {
    guard !generations[slot].isBacklog, generations[slot].isRead else { return }
    generations[slot].isBacklog = true
    backlog.append(slot)
  }

  mutating func leaveBacklog(_ slot: Int) {
    guard generations[slot].isBacklog else { return }
    generations[slot].isBacklog = false
    if backlog.last == slot { backlog.removeLast() } else { backlog.removeAll { $0 == slot } }
  }

  /// The engine's book must follow: with the next slice, or before the next seal.
  mutating func announce(_ slot: Int) {
    generations[slot].isUntold = true
    untold.append(slot)
  }

  mutating func setHeads(_ slot: Int, _ heads: [Marker]) {
    let former = generations[slot].row.heads
    for head in former where !heads.contains(head) { slotsOfHead[head.low]?.removeAll { $0 == slot } }
    for head in heads where !former.contains(head) { slotsOfHead[head.low, default: []].append(slot) }
    if former.last != heads.last {
      if let last = former.last { slotsOfLastHead[last.low]?.removeAll { $0 == slot } }
      if let last = heads.last { slotsOfLastHead[last.low, default: []].append(slot) }
    }
    generations[slot].row.heads = heads
  }

  /// The open file of a generation: opened again under its last name where that is still the same file.
  mutating func descriptor(_ slot: Int) -> Int32? {
    if let open = descriptors.find(slot) { return open }
    let row = generations[slot].row
    // Its content, or nothing.
    if row.packed != nil { return nil }
    var opened = openFile(row.path)
    if case .failure(let error) = opened, error.reason == .tooManyOpenFiles, descriptors.evict() {
      opened = openFile(row.path)
    }
    switch opened {
    case .failure(let error):
      generations[slot].problem = error.reason
      return nil
    case .success(let fresh):
      descriptors.hold(fresh, for: slot, isPinned: row.state == .rotated)
      guard let facts = FileFacts.of(fresh), facts.kind == .regular, facts.identity == row.identity else {
        descriptors.release(slot)
        // Another file by now: a look at the name finds out.
        hints.insert(row.path)
        return nil
      }
      generations[slot].problem = nil
      generations[slot].isMissing = false
      return fresh
    }
  }
}
