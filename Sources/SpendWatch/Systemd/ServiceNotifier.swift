internal import CTransport
internal import Foundation

/// sd_notify's protocol: tells systemd through `$NOTIFY_SOCKET` how the service is. Without that variable every call does nothing.
package struct ServiceNotifier: Sendable {
  package enum State: Sendable, Hashable {
    case ready
    /// Begins a reload, which ends with `ready`.
    case reloading
    case stopping
    /// One line for `systemctl status`; control characters become spaces.
    case status(String)
    /// I am alive.
    case watchdog
  }

  /// How often `watchdog` should be sent (ms): half of what the unit allows. nil = it is not asked for.
  package let watchdogInterval: Int64?
  /// A path, or `@` and an abstract name.
  private let address: String?

  package init(environment: [String: String] = ProcessInfo.environmentNow, processID: Int32 = getpid()) {
    address = environment["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
    let isOurs = environment["WATCHDOG_PID"].map { Int32($0) == processID } ?? true
    if isOurs, let span = environment["WATCHDOG_USEC"].flatMap({ Int64($0) }), span > 0 {
      watchdogInterval = max(span / 2_000, 1)
    } else {
      watchdogInterval = nil
    }
  }

  /// Whether somebody listens.
  package var isActive: Bool { address != nil }

  /// Sends the states in one message. Returns false where it could not be sent, which a service survives; blocks for at most
  /// half a second, while systemd is very busy.
  @discardableResult
  package func send(_ states: State...) -> Bool {
    guard let address else { return false }
    let message = Array(states.map(Self.text).joined(separator: "\n").utf8)
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var patience = timeval(tv_sec: 0, tv_usec: 500_000)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    guard let target = UnixAddress(address) else { return false }
    let sent = target.withSockaddr { pointer, length in
      message.withUnsafeBytes {
        sendto(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL), pointer, length)
      }
    }
    return sent == message.count
  }

  private static func text(_ state: State) -> String {
    switch state {
    case .ready: "READY=1"
    // The time lets systemd tell this reload's READY from an earlier one's.
    case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(WallClock.monotonicNanoseconds / 1_000)"
    case .stopping: "STOPPING=1"
    case .status(let line):
      "STATUS=" + String(String.UnicodeScalarView(line.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
    case .watchdog: "WATCHDOG=1"
    }
  }
}
