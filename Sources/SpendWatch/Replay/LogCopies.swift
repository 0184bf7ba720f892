import Glibc

/// Which of some logs are copies of others among them: all their bytes are what another begins with. The daemon does not count such a file
/// again, so whoever reads the same directory must not either. As there, only what can be known again is taken for a copy (`Telling`).
struct LogCopies {
  /// Original by copy, as indices into the logs.
  private(set) var originals: [Int: Int] = [:]

  /// What files of this size and more are found by; shorter ones are copies of each other only.
  private static let headSize = 1 << 10

  private struct Head: Hashable {
    var bytes: [UInt8]
    /// Of a file that is shorter than a head.
    var isWhole: Bool
  }

  init(_ logs: [LogPath]) {
    // A compressed file is as long as its content.
    let sizes = logs.map { log in
      guard log.size > 0, log.mayBePacked, let content = LogContent(log), content.isPacked else {
        return log.size
      }
      return content.count() ?? 0
    }
    var alike: [Head: [Int]] = [:]
    // The longest first: it is the original; of two that are alike the plain one.
    let order = logs.indices.sorted { a, b in
      (sizes[b], logs[a].mayBePacked ? 1 : 0, a) < (sizes[a], logs[b].mayBePacked ? 1 : 0, b)
    }
    for index in order where sizes[index] > 0 {
      guard let head = LogCopies.head(logs[index], sizes[index]) else { continue }
      let original = alike[head]?.first { LogCopies.begins(logs[$0], with: logs[index]) }
      if let original { originals[index] = original } else { alike[head, default: []].append(index) }
    }
  }

  /// nil where the file cannot be read, or begins with nothing that can be known again.
  private static func head(_ log: LogPath, _ size: Int64) -> Head? {
    let count = Int(min(Int64(headSize), size))
    guard let bytes = LogContent(log)?.next(count), bytes.count == count,
      bytes.withUnsafeBytes({ Telling.isTelling($0) })
    else { return nil }
    return Head(bytes: bytes, isWhole: size < headSize)
  }

  private static func begins(_ long: LogPath, with short: LogPath) -> Bool {
    guard let long = LogContent(long), let short = LogContent(short) else { return false }
    while let bytes = short.next(UnpackStream.pieceSize) {
      if bytes.isEmpty { return true }
      guard long.next(bytes.count) == bytes else { return false }
    }
    return false
  }
}
