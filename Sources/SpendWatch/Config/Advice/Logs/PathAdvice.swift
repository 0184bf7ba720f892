import SpendEngine

/// A pattern that leads to no log: it matches nothing, and a name beside its way looks like the one that is missing; it names
/// directories, or compressed files.
enum PathAdvice {
  private static let compressed = [".bz2", ".lz4", ".Z", ".zip"]

  static func problems(_ look: SourceLook, among sources: [Source]) -> [SettingProblem] {
    let pattern = look.source.pattern
    if let ending = compressed.first(where: pattern.hasSuffix) {
      return [
        .advice(
          "path", "files that are compressed like this are not read",
          hint: "name the plain ones, or those of gzip, zstd or xz: \(pattern.dropLast(ending.count))")
      ]
    }
    if look.matchesOnlyDirectories {
      let isOne = Glob(pattern).isPlain
      return [
        .advice(
          "path", "\(isOne ? "this is a directory" : "only directories match"), and logs are files",
          hint: "write \(pattern)/*.jsonl, or \(pattern)/**/*.jsonl for all below")
      ]
    }
    guard look.matchesNothing, let (missing, near) = slip(pattern),
      // What another source reads is meant to be there beside it.
      !sources.contains(where: { $0.pattern == near || $0.pattern.hasPrefix(near + "/") })
    else { return [] }
    return [.advice("path", "nothing matches: there is no \(missing)", hint: "there is \(near)")]
  }

  /// The first part of the pattern that does not exist, and what is there instead.
  private static func slip(_ pattern: String) -> (missing: String, near: String)? {
    var directory = RawPath("/")
    for component in Glob(pattern).components {
      guard case .name(let name) = component else { return nil }
      let path = directory.appending(name)
      if case .success = FileFacts.of(path) {
        directory = path
        continue
      }
      guard case .success(let entries) = listDirectory(directory), entries.count <= 10_000 else { return nil }
      let wanted = String(decoding: name, as: UTF8.self)
      let names = entries.map { String(decoding: $0.name, as: UTF8.self) }.sorted()
      guard let near = Nearest.name(to: wanted, among: names),
        // Names of directories are short and many: only a single slip counts.
        Nearest.distance(Array(wanted), Array(near)) <= (wanted.count <= 7 ? 1 : 2)
      else { return nil }
      return (path.description, directory.appending(Array(near.utf8)).description)
    }
    return nil
  }
}
