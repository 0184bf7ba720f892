import Foundation
import Support
import Testing

@testable import SpendWatch

@Suite struct ServiceNotifierTests {
  /// A socket like systemd's.
  final class Listener {
    let descriptor: Int32
    init?(_ name: String) {
      descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
      guard let address = UnixAddress(name), address.withSockaddr({ bind(descriptor, $0, $1) }) == 0 else {
        close(descriptor)
        return nil
      }
    }
    deinit { close(descriptor) }

    func message() -> String? {
      guard isReadable(descriptor, within: 5_000) else { return nil }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = buffer.withUnsafeMutableBytes {
        recv(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
      }
      return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
    }
  }

  @Test func speaksThroughPathsAndAbstractNames() throws {
    let temp = TempDir("notify")
    for name in [temp.file("notify"), "@spendfuse-test-\(UUID().uuidString)"] {
      let listener = try #require(Listener(name))
      let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": name])
      #expect(notifier.isActive)
      #expect(notifier.send(.ready, .status("3 files,\nall read")))
      #expect(listener.message() == "READY=1\nSTATUS=3 files, all read")
      #expect(notifier.send(.watchdog))
      #expect(listener.message() == "WATCHDOG=1")
      #expect(notifier.send(.stopping))
      #expect(listener.message() == "STOPPING=1")
      #expect(notifier.send(.reloading))
      let lines = try #require(listener.message()).split(separator: "\n")
      #expect(lines.first == "RELOADING=1" && lines.count == 2)
      let time = try #require(lines.last?.split(separator: "=").last.flatMap { Int($0) })
      #expect(lines.last?.hasPrefix("MONOTONIC_USEC=") == true && time > 0)
    }
  }

  @Test func withoutSystemdItDoesNothing() {
    for environment in [[:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": "relative"]] {
      let notifier = ServiceNotifier(environment: environment)
      #expect(!notifier.isActive)
      #expect(!notifier.send(.ready))
    }
  }

  @Test func aListenerThatWentAwayIsSurvived() {
    let temp = TempDir("notify")
    #expect(!ServiceNotifier(environment: ["NOTIFY_SOCKET": temp.file("none")]).send(.ready))
    #expect(
      !ServiceNotifier(environment: ["NOTIFY_SOCKET": "/" + String(repeating: "x", count: 200)]).send(.ready))
  }

  @Test(
    arguments: [
      (["WATCHDOG_USEC": "30000000"], 15_000), (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "42"], 15_000),
      (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "43"], nil),
      (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "x"], nil),
      (["WATCHDOG_USEC": "0"], nil), (["WATCHDOG_USEC": "-5"], nil), (["WATCHDOG_USEC": "junk"], nil),
      (["WATCHDOG_USEC": "500"], 1), ([:], nil),
    ] as [([String: String], Int64?)])
  func theWatchdogIsFedTwiceATime(_ environment: [String: String], _ interval: Int64?) {
    #expect(ServiceNotifier(environment: environment, processID: 42).watchdogInterval == interval)
  }
}

@Suite struct SignalSourceTests {
  // On a thread of its own, since signals are blocked by thread; `raise` reaches the thread that calls it.
  @Test func signalsAreRead() throws {
    let results = try Mailbox<[Int32?]>()
    let thread = try WorkerThread(name: "signals") {
      guard let source = try? SignalSource([SIGUSR1, SIGHUP]) else { return results.send([]) }
      var seen: [Int32?] = [source.next()]
      raise(SIGUSR1)
      seen.append(isReadable(source.descriptor, within: 5_000) ? source.next() : -1)
      raise(SIGHUP)
      seen.append(source.wait(timeout: 5_000))
      seen.append(source.wait(timeout: 5))
      results.send(seen)
    }
    #expect(results.receive(timeout: 10_000) == [[nil, SIGUSR1, SIGHUP, nil]])
    #expect(thread.join(timeout: 10_000))
  }

  @Test func anImpossibleSignalIsAnError() { #expect(throws: SystemError.self) { try SignalSource([9_999]) } }
}

@Suite struct UnixAddressTests {
  @Test func knowsItsBounds() {
    #expect(UnixAddress("") == nil)
    #expect(UnixAddress("/a\0b") == nil)
    #expect(UnixAddress(String(repeating: "x", count: 107)) != nil)
    #expect(UnixAddress(String(repeating: "x", count: 108)) == nil)
    // Names are measured in bytes.
    #expect(UnixAddress(String(repeating: "ä", count: 54)) == nil)
  }
}
