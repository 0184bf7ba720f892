internal import Foundation

/// Where the socket of a daemon is.
package enum ControlSocket {
  /// Where a daemon listens: `$RUNTIME_DIRECTORY/control.sock` where systemd made one, else `DIR/control.sock`. In the first case
  /// `DIR/control.sock` becomes a link to it, so that `--state DIR` is enough to find it.
  package static func listening(
    _ directory: StateDirectory, environment: [String: String] = ProcessInfo.environmentNow
  ) -> (path: String, link: String?) {
    let own = directory.path + "/control.sock"
    guard let runtime = runtime(environment), runtime != own else { return (own, nil) }
    return (runtime, own)
  }

  /// Where a command looks, best first. With `isDefault` (no `--state` was given) the system's daemon comes last, so that
  /// `spendfuse status` finds it from any shell.
  package static func candidates(
    _ directory: StateDirectory, isDefault: Bool, environment: [String: String] = ProcessInfo.environmentNow
  ) -> [String] {
    var paths = [directory.path + "/control.sock"]
    if let runtime = runtime(environment) { paths.append(runtime) }
    if isDefault { paths.append("/run/spendfuse/control.sock") }
    return paths.enumerated().filter { !paths[..<$0.offset].contains($0.element) }.map(\.element)
  }

  private static func runtime(_ environment: [String: String]) -> String? {
    environment["RUNTIME_DIRECTORY"]?.split(separator: ":").first.map { $0 + "/control.sock" }
  }

  /// A listening socket at `path`, mode 0660. One that nobody listens at any more is removed first.
  static func listen(_ path: String) throws(ControlError) -> Int32 {
    guard let address = UnixAddress(path) else { throw .tooLong(path: path) }
    var info = stat()
    if lstat(path, &info) == 0 {
      guard info.st_mode & S_IFMT == S_IFSOCK || info.st_mode & S_IFMT == S_IFLNK else {
        throw .notSocket(path: path)
      }
      if let descriptor = try? connect(path) {
        close(descriptor)
        throw .inUse(path: path)
      }
      unlink(path)
    }
    let descriptor = socket(AF_UNIX, flags, 0)
    guard descriptor >= 0 else { throw .system(path: path, SystemError("socket", errno)) }
    func fail(_ call: String) -> ControlError {
      let error = SystemError(call, errno)
      close(descriptor)
      return .system(path: path, error)
    }
    guard address.withSockaddr({ bind(descriptor, $0, $1) }) == 0 else { throw fail("bind") }
    // Between bind and listen nobody can connect: the mode holds from the first connection on, whatever the umask is.
    guard chmod(path, 0o660) == 0 else { throw fail("chmod") }
    guard Glibc.listen(descriptor, 64) == 0 else { throw fail("listen") }
    return descriptor
  }

  /// A non-blocking connection. `EAGAIN` (the daemon's queue is full) is left to the caller.
  static func connect(_ path: String) throws(ControlError) -> Int32 {
    guard let address = UnixAddress(path) else { throw .tooLong(path: path) }
    let descriptor = socket(AF_UNIX, flags, 0)
    guard descriptor >= 0 else { throw .system(path: path, SystemError("socket", errno)) }
    if address.withSockaddr({ Glibc.connect(descriptor, $0, $1) }) == 0 { return descriptor }
    let reason = errno
    close(descriptor)
    switch reason {
    case ENOENT, ECONNREFUSED, ENOTDIR: throw .noDaemon(paths: [path])
    case EACCES, EPERM: throw .denied(path: path)
    default: throw .system(path: path, SystemError("connect", reason))
    }
  }

  private static let flags =
    Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
}
