package import SpendEngine

// Where the tailer may not see all: what alarms are made of.

extension Tailer {
  /// What has bytes to read, or cannot be read. One pass over what is in memory, no system call: about 20 ns a file that is at ease.
  package var uneasyFiles: [UneasyFile] {
    var uneasy: [UneasyFile] = []
    var known: Set<RawPath> = []
    for slot in generations.indices {
      guard generations[slot].isRead, let source = generations[slot].source else { continue }
      let unread = generations[slot].unread
      let problem = generations[slot].trouble
      if unread == 0, problem == nil { continue }
      var file = UneasyFile(generations[slot].row.id, source: source, path: generations[slot].row.path)
      file.offset = generations[slot].row.offset
      file.unread = unread
      file.isIncomplete = generations[slot].offered > 0 && generations[slot].offered >= unread
      file.isBacklog = generations[slot].isBacklog
      file.problem = problem
      if problem != nil { known.insert(file.path) }
      uneasy.append(file)
    }
    for problem in problemsByPath.values where problem.reason.isBlinding && !known.contains(problem.path) {
      var file = UneasyFile(nil, source: problem.source, path: problem.path)
      file.problem = problem.reason.text
      uneasy.append(file)
    }
    return uneasy
  }

  /// What truncations took of files that are closed, by source.
  package var closedCuts: [SourceID: TrackedFile.Cuts] {
    var sums: [SourceID: TrackedFile.Cuts] = [:]
    for slot in generations.indices where generations[slot].row.state == .closed {
      let cuts = generations[slot].row.cuts
      guard cuts.count > 0, let source = generations[slot].source else { continue }
      sums[source, default: TrackedFile.Cuts()] += cuts
    }
    return sums
  }

  /// Truncations that destroyed unread bytes since the last call.
  package mutating func takeLosses() -> [FileLoss] {
    defer { losses.removeAll() }
    return losses
  }

  /// The generation in `old` was cut off, and `fresh` goes on in its place: the account goes on with it.
  mutating func note(cutOf old: Int, _ fresh: Int, lost: Int64) {
    counts.unreadAtTruncation += lost
    generations[fresh].row.cuts += generations[old].row.cuts
    generations[fresh].row.cuts += TrackedFile.Cuts(count: 1, lost: lost)
    generations[old].row.cuts = TrackedFile.Cuts()
    changed.formUnion([old, fresh])
    if lost > 0, let source = generations[old].source {
      losses.append(FileLoss(source: source, path: generations[old].row.path, bytes: lost))
    }
  }

  /// A compressed copy turned up that has what a truncation seemed to have destroyed.
  mutating func note(rescued bytes: Int64, of old: Int) {
    let rescued = min(generations[old].destroyed, max(0, bytes))
    guard rescued > 0 else { return }
    generations[old].destroyed -= rescued
    counts.unreadAtTruncation -= rescued
    // What an inode lost stands in the row of its latest generation.
    guard let latest = slotOfIdentity[generations[old].row.identity] else { return }
    generations[latest].row.cuts.lost = max(0, generations[latest].row.cuts.lost - rescued)
    changed.insert(latest)
  }
}

extension Generation {
  /// Why it is not read, for people; nil = it is, or there is nothing to read.
  fileprivate var trouble: String? {
    if isMissing, let packed = row.packed, packed.done == nil, content == nil {
      return "compressed, and gone before it was unpacked"
    }
    if isMissing { return unread > 0 ? "not found any more, with \(unread.grouped) bytes unread" : nil }
    guard let problem, problem.isBlinding else { return nil }
    return problem.text
  }
}

extension FileProblem.Reason {
  /// Whether it keeps us from reading a log. The others are no logs, and `status` shows them.
  var isBlinding: Bool {
    switch self {
    case .notPermitted, .tooManyOpenFiles, .failed, .cut, .damaged, .tooLarge, .noRoom, .noLibrary: true
    case .directory, .notRegular, .compressed, .brokenLink: false
    }
  }
}
