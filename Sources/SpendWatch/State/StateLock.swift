internal import Foundation

/// The right to write a state: an flock on `DIR/lock`, which the kernel lets go with the process, however it ends. The file
/// holds the holder's process id. SQLite's own exclusive mode would keep readers (`report --state`) out as well.
package final class StateLock: Sendable {
  package let directory: StateDirectory
  private let descriptor: Int32

  /// Takes the lock, or throws `.locked` with the holder's id. Half a second is given to a holder that is just ending, or to a
  /// child that has not yet closed what it inherited.
  package init(_ directory: StateDirectory) throws(StateError) {
    let path = directory.lockPath
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      throw StateError(.directory, path: directory.path, detail: "lock: " + SystemError.text(errno))
    }
    directory.giveToOwner(descriptor)
    let deadline = Deadline(milliseconds: 500)
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let reason = errno
      if reason == EINTR { continue }
      if reason == EWOULDBLOCK, !deadline.hasPassed {
        usleep(20_000)
        continue
      }
      let holder = Self.holder(descriptor)
      close(descriptor)
      if reason == EWOULDBLOCK { throw StateError(.locked(by: holder), path: directory.path) }
      throw StateError(.directory, path: directory.path, detail: "lock: " + SystemError.text(reason))
    }
    // The id is for messages only: the lock holds without it, on a full disk too.
    let text = Array("\(getpid())\n".utf8)
    _ = ftruncate(descriptor, 0)
    _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    self.descriptor = descriptor
    self.directory = directory
  }

  deinit { close(descriptor) }

  /// Who holds the lock of `directory`, as far as can be told: nil = nobody, or nobody's id was written.
  private static func holder(_ descriptor: Int32) -> Int32? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    guard count > 0 else { return nil }
    return Int32(String(decoding: bytes[..<count].prefix { $0 != 10 }, as: UTF8.self))
  }
}
