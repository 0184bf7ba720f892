internal import Foundation

/// Where `Suspects` outlive the process: a small file beside the database. It is not in it because it must also be kept where the record
/// that kills the process is one that makes commits impossible.
struct SuspectsFile {
  let path: String

  init(_ directory: StateDirectory) { path = directory.path + "/suspects" }

  enum Content: Equatable {
    case nothing
    case suspects(Suspects)
    /// Torn, or somebody else's; in words.
    case unusable(String)
  }

  func load() -> Content {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return errno == ENOENT ? .nothing : .unusable(SystemError.text(errno)) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    guard count >= 0 else { return .unusable(SystemError.text(errno)) }
    guard let suspects = Suspects(encoded: Array(bytes[..<count])) else {
      return .unusable("it is torn, or not of this program")
    }
    return .suspects(suspects)
  }

  /// Replaces it as a whole, and durably.
  func save(_ suspects: Suspects) throws(SystemError) {
    let draft = path + ".new"
    unlink(draft)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw SystemError("open", errno) }
    let bytes = suspects.encoded
    let isWritten =
      bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == bytes.count
      && fsync(descriptor) == 0
    let reason = errno
    close(descriptor)
    guard isWritten else {
      unlink(draft)
      throw SystemError("write", reason)
    }
    guard rename(draft, path) == 0 else { throw SystemError("rename", errno) }
  }
}
