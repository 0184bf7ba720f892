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
    var alike: [Head: [Int]] = [:]
    // The longest first: it is the original.
    for index in logs.indices.sorted(by: { (logs[$1].size, $0) < (logs[$0].size, $1) })
    where logs[index].size > 0 {
      guard let head = LogCopies.head(logs[index]) else { continue }
      let original = alike[head]?.first { LogCopies.begins(logs[$0], with: logs[index]) }
      if let original { originals[index] = original } else { alike[head, default: []].append(index) }
    }
  }

  /// nil where the file cannot be read, or begins with nothing that can be known again.
  private static func head(_ log: LogPath) -> Head? {
    let size = Int(min(Int64(headSize), log.size))
    guard let bytes = read(log, at: 0, count: size), bytes.count == size,
      bytes.withUnsafeBytes({ Telling.isTelling($0) })
    else { return nil }
    return Head(bytes: bytes, isWhole: size < headSize)
  }

  private static func begins(_ long: LogPath, with short: LogPath) -> Bool {
    guard case .success(let one) = openFile(RawPath(long.path)) else { return false }
    defer { close(one) }
    guard case .success(let other) = openFile(RawPath(short.path)) else { return false }
    defer { close(other) }
    let slice = 256 << 10
    var at: Int64 = 0
    while at < short.size {
      let count = Int(min(Int64(slice), short.size - at))
      guard let a = read(one, at: at, count: count), let b = read(other, at: at, count: count), a == b,
        a.count == count
      else { return false }
      at += Int64(count)
    }
    return true
  }

  private static func read(_ log: LogPath, at offset: Int64, count: Int) -> [UInt8]? {
    guard case .success(let descriptor) = openFile(RawPath(log.path)) else { return nil }
    defer { close(descriptor) }
    return read(descriptor, at: offset, count: count)
  }

  private static func read(_ descriptor: Int32, at offset: Int64, count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    guard case .success(let done) = bytes.withUnsafeMutableBytes({ readFile(descriptor, $0, at: offset) })
    else { return nil }
    bytes.removeLast(count - done)
    return bytes
  }
}
