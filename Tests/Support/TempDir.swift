import Foundation

/// A directory of a test's own, removed when the last reference goes.
package final class TempDir: Sendable {
  package let path: String

  /// - Parameter parent: a path of a known length, where lines are folded that name it; else where $TMPDIR says.
  package init(_ label: String = "spendfuse", in parent: String? = nil) {
    let name = "\(label)-\(UUID().uuidString.prefix(13))"
    let parent = parent.map { URL(fileURLWithPath: $0) } ?? FileManager.default.temporaryDirectory
    path = parent.appendingPathComponent(name).path
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of `name` in it.
  package func file(_ name: String) -> String { path + "/" + name }

  /// Writes a file and returns its path.
  @discardableResult
  package func write(_ name: String, _ text: String) throws -> String {
    let target = file(name)
    try FileManager.default.createDirectory(
      atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: target))
    return target
  }
}
