import Glibc
import Support

/// What Redis says of keys that are set, the moment they are: nothing is polled, so the daemon and Redis have both cores.
final class RedisEvents {
  struct Failure: Error {}
  private let descriptor: Int32
  private var pending: [UInt8] = []

  init(_ redis: RedisServer) throws {
    try redis.command("CONFIG", "SET", "notify-keyspace-events", "E$")
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(clamping: redis.port)).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    var patience = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    let command = Array("SUBSCRIBE __keyevent@0__:set\r\n".utf8)
    guard connected == 0, write(descriptor, command, command.count) == command.count else { throw Failure() }
    // Its confirmation: three elements, the last a number.
    for _ in 0..<6 { _ = try line() }
  }
  deinit { close(descriptor) }

  /// The next key that is set. Throws when none is for 20 s.
  func next() throws -> String {
    // *3 $7 message $20 __keyevent@0__:set $n KEY
    for _ in 0..<6 { _ = try line() }
    return try line()
  }

  private func line() throws -> String {
    while true {
      if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        let text = String(decoding: pending[..<(end - 1)], as: UTF8.self)
        pending.removeSubrange(...end)
        return text
      }
      var buffer = [UInt8](repeating: 0, count: 4_096)
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { throw Failure() }
      pending += buffer[..<count]
    }
  }
}
