import Foundation
import Glibc
package import SpendWatch
import Synchronization

/// A real redis-server on a free loopback port, without persistence, killed by its pid when the last reference goes.
package final class RedisServer: Sendable {
  package struct DidNotStart: Error {}

  package let port: Int
  private let directory = TempDir("redis")
  private let password: String?
  private let options: [String]
  private let pid = Mutex<pid_t?>(nil)

  /// - Parameter options: further arguments, such as `["--maxmemory", "1mb"]`.
  package init(password: String? = nil, options: [String] = []) throws {
    self.password = password
    self.options = options
    port = try LocalSocket.freePort()
    try start()
  }

  deinit { kill() }

  package var url: String { "redis://" + (password.map { ":\($0)@" } ?? "") + "127.0.0.1:\(port)" }
  package var address: RedisAddress {
    RedisAddress(host: "127.0.0.1", port: Int32(clamping: port), password: password.map(Secret.init))
  }

  /// Starts it, empty, on the same port. Returns when it answers.
  package func start() throws {
    var arguments = ["redis-server", "--port", "\(port)", "--bind", "127.0.0.1", "--dir", directory.path]
    arguments += [
      "--save", "", "--appendonly", "no", "--logfile", directory.file("log"), "--daemonize", "no",
    ]
    if let password { arguments += ["--requirepass", password] }
    arguments += options
    var started: pid_t = 0
    var pointers = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A group of its own: a Ctrl-C at the terminal is for the tests.
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    guard posix_spawnp(&started, "redis-server", nil, &attributes, &pointers, environ) == 0 else {
      throw DidNotStart()
    }
    pid.withLock { $0 = started }
    guard eventually(within: .seconds(20), { (try? command("PING")) == .status("PONG") }) else {
      kill()
      throw DidNotStart()
    }
  }

  /// SIGKILL; what it held is gone.
  package func kill() {
    pid.withLock { pid in
      guard let running = pid else { return }
      Glibc.kill(running, SIGKILL)
      Glibc.kill(running, SIGCONT)
      var status: Int32 = 0
      waitpid(running, &status, 0)
      pid = nil
    }
  }

  /// Stops it in its tracks (connections stay open, nothing is answered), or lets it go on.
  package func freeze(_ isFrozen: Bool) {
    pid.withLock { pid in
      if let pid { Glibc.kill(pid, isFrozen ? SIGSTOP : SIGCONT) }
    }
  }

  /// One command on a connection of its own.
  @discardableResult
  package func command(_ arguments: String...) throws -> RedisReply {
    try RedisConnection(address).pipeline([arguments]).first ?? .null
  }

  /// GET as text; nil where there is none.
  package func get(_ key: String) throws -> String? { try command("GET", key).text }
}
