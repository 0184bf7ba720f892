import Glibc

/// How many files a source's pattern matches at this moment, for `check` and the schedule at start. The tailer has its own, watching
/// walk; this one looks once.
package enum MatchingFiles {
  /// Directory entries that are looked at before counting stops.
  static let maxVisits = 200_000

  /// - Returns: the count, and whether the walk ended before it had seen everything.
  package static func count(_ pattern: String) -> (files: Int, isPartial: Bool) {
    let parts = pattern.split(separator: "/").map(String.init)
    var files: Set<String> = []
    var visits = 0
    var seen: Set<Step> = []
    var waiting = [Step(directory: "", part: 0)]
    // Not by recursion: depth is up to who makes directories.
    while let step = waiting.popLast() {
      guard step.part < parts.count, seen.insert(step).inserted else { continue }
      let part = parts[step.part]
      let isLast = step.part == parts.count - 1
      if part == "**", !isLast { waiting.append(Step(directory: step.directory, part: step.part + 1)) }
      for entry in entries(step.directory, part: part) {
        visits += 1
        guard visits <= maxVisits else { return (files.count, true) }
        let path = step.directory + "/" + entry.name
        if part == "**" {
          // Links are not followed below `**`, so a loop of them ends.
          if entry.isDirectory, !entry.isLink { waiting.append(Step(directory: path, part: step.part)) }
          if isLast, !entry.isDirectory { files.insert(path) }
        } else if isLast {
          if !entry.isDirectory { files.insert(path) }
        } else if entry.isDirectory {
          waiting.append(Step(directory: path, part: step.part + 1))
        }
      }
    }
    return (files.count, false)
  }

  private struct Step: Hashable {
    var directory: String
    var part: Int
  }

  private struct Entry {
    var name: String
    var isDirectory: Bool
    var isLink: Bool
  }

  private static func entries(_ directory: String, part: String) -> [Entry] {
    if part != "**", !part.contains(where: { "*?[\\".contains($0) }) {
      return entry(part, in: directory).map { [$0] } ?? []
    }
    guard let stream = opendir(directory.isEmpty ? "/" : directory) else { return [] }
    defer { closedir(stream) }
    var found: [Entry] = []
    while let record = readdir(stream), found.count <= maxVisits {
      let name = withUnsafePointer(to: &record.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name != ".", name != "..", part == "**" || fnmatch(part, name, 0) == 0 else { continue }
      if let entry = entry(name, in: directory) { found.append(entry) }
    }
    return found
  }

  private static func entry(_ name: String, in directory: String) -> Entry? {
    let path = directory + "/" + name
    var own = stat()
    guard lstat(path, &own) == 0 else { return nil }
    let isLink = own.st_mode & S_IFMT == S_IFLNK
    var target = own
    if isLink, stat(path, &target) != 0 { return nil }
    return Entry(name: name, isDirectory: target.st_mode & S_IFMT == S_IFDIR, isLink: isLink)
  }
}
