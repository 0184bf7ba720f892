internal import Foundation

/// The address of a unix socket: a path, or `@` and an abstract name.
struct UnixAddress {
  /// Bytes of the longest path: `sun_path` holds 108 with the NUL at the end.
  static let longestPath = 107

  private var address = sockaddr_un()
  private let length: socklen_t

  /// nil = empty, too long, or with a NUL in it.
  init?(_ name: String) {
    var bytes = Array(name.utf8)
    guard !bytes.isEmpty, bytes.count <= Self.longestPath, !bytes.contains(0) else { return nil }
    let isAbstract = bytes[0] == UInt8(ascii: "@")
    if isAbstract { bytes[0] = 0 }
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let head = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
    length = socklen_t(head + bytes.count + (isAbstract ? 0 : 1))
  }

  func withSockaddr<T>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> T) -> T {
    withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
    }
  }
}
