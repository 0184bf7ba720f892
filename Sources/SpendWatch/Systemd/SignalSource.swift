internal import CTransport
internal import Foundation

/// Signals as something to poll. Made on the main thread before any other is started: threads inherit that the signals are blocked,
/// so that none of them is interrupted or ended by one.
package final class SignalSource: Sendable {
  /// Readable while a signal waits.
  package let descriptor: Int32

  /// What a daemon listens to: SIGTERM and SIGINT stop it, SIGHUP reloads. SIGPIPE is ignored from here on: a peer that went
  /// away is an error of the write.
  package static func daemon() throws(SystemError) -> SignalSource {
    signal(SIGPIPE, SIG_IGN)
    return try SignalSource([SIGTERM, SIGINT, SIGHUP])
  }

  package init(_ signals: [Int32]) throws(SystemError) {
    descriptor = sf_signalfd(signals, Int32(signals.count))
    if descriptor < 0 { throw SystemError("signalfd", errno) }
  }

  deinit { close(descriptor) }

  /// The next signal that waits; never blocks.
  package func next() -> Int32? {
    let signal = sf_signalfd_next(descriptor)
    return signal == 0 ? nil : signal
  }

  /// The next signal within `timeout` ms.
  package func wait(timeout: Int64) -> Int32? {
    let deadline = Deadline(milliseconds: timeout)
    repeat {
      if let signal = next() { return signal }
      _ = isReadable(descriptor, within: deadline.remaining)
    } while !deadline.hasPassed
    return next()
  }
}
