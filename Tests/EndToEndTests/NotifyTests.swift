import Foundation
import Glibc
import Support
import Testing

@testable import SpendWatch

/// Type=notify: what systemd hears.
@Suite struct NotifyTests {
  /// A datagram socket that stands for systemd's.
  private final class Listener {
    let path: String
    private let descriptor: Int32
    private(set) var heard: [String] = []

    init(_ path: String) throws {
      self.path = path
      descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      let address = try #require(UnixAddress(path))
      let bound = address.withSockaddr { bind(descriptor, $0, $1) }
      try #require(bound == 0)
    }
    deinit { close(descriptor) }

    /// Takes what has come.
    func drain() {
      var buffer = [UInt8](repeating: 0, count: 4_096)
      while case let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT)), count >= 0 {
        heard += String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
      }
    }

    /// Waits for `count` lines that begin so.
    func hears(_ prefix: String, _ count: Int = 1) -> Bool {
      eventually {
        drain()
        return heard.count { $0.hasPrefix(prefix) } >= count
      }
    }
    func forget() { heard = [] }
  }

  private static let rules = """
    sources:
      - path: logs/*.jsonl
    rules:
      - {name: cap, per: key, window: day, limit: 25.00}

    """

  @Test func startWatchdogReloadStop() throws {
    let site = try Site(rules: NotifyTests.rules)
    let listener = try Listener(site.path("notify.sock"))
    let watch = try site.start(["NOTIFY_SOCKET": listener.path, "WATCHDOG_USEC": "400000"])
    #expect(listener.hears("READY=1"))
    #expect((try? site.status()) != nil, "ready means that it answers")
    #expect(listener.heard.contains("STATUS=watching 1 source(s)"))
    #expect(listener.hears("WATCHDOG=1", 3))

    // A reload that is taken, and one that is refused: systemd waits for READY after both.
    for (text, said) in [(NotifyTests.rules + "# more\n", "is in force"), ("rules: [", "the old rules stay")]
    {
      listener.forget()
      try site.directory.write("rules.yaml", text)
      watch.kill(SIGHUP)
      #expect(listener.hears("RELOADING=1") && listener.hears("MONOTONIC_USEC=") && listener.hears("READY=1"))
      let order = listener.heard.filter { !$0.hasPrefix("WATCHDOG") && !$0.hasPrefix("STATUS") }
      #expect(order.count == 3 && order.first == "RELOADING=1" && order.last == "READY=1", "\(order)")
      #expect(watch.errors.contains(said))
      #expect(listener.hears("WATCHDOG=1"))
    }
    listener.forget()
    watch.kill(SIGTERM)
    #expect(watch.wait(within: Site.patience(1)) == 0)
    listener.drain()
    #expect(listener.heard.last { !$0.hasPrefix("WATCHDOG") } == "STOPPING=1")
  }

  /// The watchdog's variables were meant for another process, or there is no socket: nothing is sent, nothing fails.
  @Test func onlyWhenAsked() throws {
    let site = try Site(rules: NotifyTests.rules)
    let listener = try Listener(site.path("notify.sock"))
    let watch = try site.start([
      "NOTIFY_SOCKET": listener.path, "WATCHDOG_USEC": "50000", "WATCHDOG_PID": "1",
    ])
    #expect(listener.hears("READY=1"))
    watch.kill(SIGHUP)
    #expect(listener.hears("READY=1", 2))
    #expect(!listener.heard.contains("WATCHDOG=1"))
    watch.kill(SIGTERM)
    #expect(watch.wait() == 0)
    let deaf = try site.start(["NOTIFY_SOCKET": site.path("nobody.sock"), "WATCHDOG_USEC": "50000"])
    #expect(eventually { (try? site.status()) != nil })
    deaf.kill(SIGTERM)
    #expect(deaf.wait() == 0)
  }
}
