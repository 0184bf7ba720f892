/// What a walk along a pattern meets.
struct GlobWalk {
  /// Something whose path matches.
  struct Found {
    var path: RawPath
    var isLink: Bool
    /// A directory: matched, and also gone into where the pattern goes on.
    var isDirectory: Bool
    /// Only by what rotation made of a name that matches.
    var isRotated = false
    /// As the directory has it; 0 = it was not listed.
    var inode: UInt64
  }

  private let glob: Glob
  /// Directory entries that may still be looked at.
  private var left = Int.max
  /// It ended before it had seen everything.
  private(set) var isPartial = false
  private(set) var found: [Found] = []
  /// Directories that were listed, to find what is in them.
  private(set) var listed: [RawPath] = []
  /// Directories that could not be listed.
  private(set) var failures: [(path: RawPath, error: FileError)] = []
  private var waiting: [(directory: RawPath, positions: [Int])] = []

  /// Walks everything that can match below `directory` (which need not match itself).
  ///
  /// A directory is watched before it is listed, so that what is made meanwhile is either listed or told.
  init(_ glob: Glob, below directory: RawPath = RawPath("/"), watching watches: inout DirectoryWatches) {
    self.glob = glob
    let positions = glob.positions(in: directory)
    if !positions.isEmpty { waiting.append((directory, positions)) }
    // Not by recursion: depth is up to who makes directories.
    while let (directory, positions) = waiting.popLast() { list(directory, positions, &watches) }
  }

  /// Walks once, and watches nothing.
  /// - Parameters:
  ///   - root: where the pattern begins: `/`, or `.` for a relative one.
  ///   - limit: directory entries that are looked at before the walk ends.
  init(_ glob: Glob, from root: RawPath = RawPath("/"), limit: Int = .max) {
    self.glob = glob
    left = limit
    var none = DirectoryWatches(isUsed: false)
    waiting.append((root, glob.start))
    while !isPartial, let (directory, positions) = waiting.popLast() { list(directory, positions, &none) }
  }

  private mutating func list(_ directory: RawPath, _ positions: [Int], _ watches: inout DirectoryWatches) {
    if let name = glob.onlyName(positions) {
      if glob.accepts(glob.step(positions, name[...])) { watches.add(directory, isDirectory: true) }
      visit(directory, DirectoryEntry(name: name, inode: 0, kind: .unknown), positions)
      if glob.awaitsRotated(positions) { listRotated(directory, positions) }
      return
    }
    watches.add(directory, isDirectory: true)
    listed.append(directory)
    switch listDirectory(directory) {
    case .failure(let error): failures.append((directory, error))
    case .success(let entries):
      guard entries.count <= left else {
        isPartial = true
        return
      }
      left -= entries.count
      for entry in entries
      where !glob.step(positions, entry.name[...]).isEmpty || glob.acceptsRotated(positions, entry.name[...])
      {
        visit(directory, entry, positions)
      }
    }
  }

  /// Beside the only name that matches. A directory that cannot be listed is no problem here: that name was looked at.
  private mutating func listRotated(_ directory: RawPath, _ positions: [Int]) {
    guard case .success(let entries) = listDirectory(directory) else { return }
    guard entries.count <= left else {
      isPartial = true
      return
    }
    left -= entries.count
    listed.append(directory)
    for entry in entries where glob.acceptsRotated(positions, entry.name[...]) {
      visit(directory, entry, positions)
    }
  }

  private mutating func visit(_ directory: RawPath, _ entry: DirectoryEntry, _ positions: [Int]) {
    let path = directory.appending(entry.name)
    var isLink = entry.kind == .link
    var isDirectory = entry.kind == .directory
    if entry.kind == .unknown {
      // One that is not there (yet) is no problem.
      guard case .success(let facts) = FileFacts.of(path, followsLink: false) else { return }
      isLink = facts.kind == .link
      isDirectory = facts.kind == .directory
    }
    let after = glob.step(positions, entry.name[...], isLink: isLink)
    let goesOn = after.contains { $0 < glob.components.count }
    if isLink, goesOn, case .success(let target) = FileFacts.of(path) {
      isDirectory = target.kind == .directory
    }
    if glob.accepts(after) {
      found.append(Found(path: path, isLink: isLink, isDirectory: isDirectory, inode: entry.inode))
    } else if !isDirectory, glob.acceptsRotated(positions, entry.name[...]) {
      found.append(
        Found(path: path, isLink: isLink, isDirectory: false, isRotated: true, inode: entry.inode))
    }
    if isDirectory, goesOn { waiting.append((path, after)) }
  }
}
