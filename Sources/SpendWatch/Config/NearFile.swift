/// What lies beside a file that is not there, and is called nearly so.
enum NearFile {
  /// A larger directory is not looked through.
  private static let most = 10_000

  /// - Returns: as `path` was written, with the last name another; nil where no name is near.
  static func path(to path: String) -> String? {
    let cut = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let (directory, name) = (String(path[..<cut]), String(path[cut...]))
    guard case .success(let entries) = listDirectory(RawPath(directory.isEmpty ? "." : directory)),
      entries.count <= most
    else { return nil }
    let names = entries.map { String(decoding: $0.name, as: UTF8.self) }.sorted()
    return Nearest.name(to: name, among: names).map { directory + $0 }
  }

  /// The file that stands in a path where a directory should: `rules.yaml` of `rules.yaml/x`.
  static func inTheWay(of path: String) -> String? {
    var path = path
    while let slash = path.lastIndex(of: "/"), slash > path.startIndex {
      path = String(path[..<slash])
      if case .success(let facts) = FileFacts.of(RawPath(path)) {
        return facts.kind == .directory ? nil : path
      }
    }
    return nil
  }
}
