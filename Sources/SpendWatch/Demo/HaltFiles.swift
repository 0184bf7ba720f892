internal import Foundation
internal import SpendEngine

/// A caller's look at the halts of a directory, as the README's guard does it: a file that is there halts, unless it says that it is over.
struct HaltFiles: Sendable {
  let directory: String

  /// Whether a call of `key` for `task` may not go out. Where nothing is there, it may.
  func isHalted(key: String, task: String, now: EngineTime) -> Bool {
    let names = [SwitchName.global] + SwitchName.names(of: .key(key)) + SwitchName.names(of: .task(task))
    return names.contains { name in
      let descriptor = open(directory + "/" + DirectoryPlace.fileName(name), O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return false }
      defer { close(descriptor) }
      guard let bytes = try? WholeFile.read(descriptor, upTo: 64 << 10) else { return true }
      return HaltReason(json: bytes)?.end.map { $0 > now } ?? true
    }
  }
}
