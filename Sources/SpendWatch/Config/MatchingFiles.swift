/// How many files a source's pattern matches at this moment, for `check` and the schedule at start: the tailer's walk, once.
package enum MatchingFiles {
  /// Directory entries that are looked at before counting stops.
  static let maxVisits = 200_000

  /// - Returns: the count, and whether the walk ended before it had seen everything.
  package static func count(_ pattern: String) -> (files: Int, isPartial: Bool) {
    let walk = GlobWalk(Glob(pattern, rotated: true), limit: maxVisits)
    let files = walk.found.count { found in
      guard found.isLink else { return !found.isDirectory }
      if case .success(let target) = FileFacts.of(found.path) { return target.kind != .directory }
      return false
    }
    return (files, walk.isPartial)
  }
}
