internal import CTransport
internal import Foundation
internal import Synchronization

/// Messages for one thread from any others, in order. The descriptor is readable while messages wait, so that a thread can poll
/// it beside inotify and signals.
package final class Mailbox<Message: Sendable>: Sendable {
  /// For `poll`; not to be read or closed.
  package let descriptor: Int32
  private let waiting = Mutex<[Message]>([])

  /// Throws `SystemError` where no descriptor is to be had.
  package init() throws(SystemError) {
    descriptor = sf_eventfd()
    if descriptor < 0 { throw SystemError("eventfd", errno) }
  }

  deinit { close(descriptor) }

  /// Never blocks.
  package func send(_ message: Message) {
    let isFirst = waiting.withLock { messages in
      messages.append(message)
      return messages.count == 1
    }
    if isFirst { sf_eventfd_raise(descriptor) }
  }

  /// Takes whatever waits; never blocks.
  package func drain() -> [Message] {
    // Cleared before the messages are taken: one that comes between makes the descriptor readable once too often, never too rarely.
    sf_eventfd_clear(descriptor)
    return waiting.withLock { messages in
      let taken = messages
      messages = []
      return taken
    }
  }

  /// Waits until there is a message, for at most `timeout` ms (nil = for ever). Empty at the timeout.
  package func receive(timeout: Int64?) -> [Message] {
    let deadline = timeout.map(Deadline.init(milliseconds:))
    while true {
      let messages = drain()
      if !messages.isEmpty { return messages }
      if let deadline, deadline.hasPassed { return [] }
      _ = isReadable(descriptor, within: deadline?.remaining ?? -1)
    }
  }
}

/// A system call that failed.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
  package var call: String
  /// As in errno.
  package var code: Int32

  package init(_ call: String, _ code: Int32) {
    self.call = call
    self.code = code
  }
  package var description: String { "\(call): \(String(cString: strerror(code)))" }
}

/// A point on the monotonic clock.
struct Deadline {
  private let end: UInt64

  /// Negative = now.
  init(milliseconds: Int64) {
    let span = UInt64(clamping: milliseconds).multipliedReportingOverflow(by: 1_000_000)
    let sum = Self.now.addingReportingOverflow(span.overflow ? .max : span.partialValue)
    end = sum.overflow ? .max : sum.partialValue
  }
  var hasPassed: Bool { Self.now >= end }
  /// Milliseconds for `poll`, rounded up.
  var remaining: Int32 {
    let now = Self.now
    return now >= end ? 0 : Int32(clamping: (end - now) / 1_000_000 + 1)
  }
  /// Nanoseconds.
  private static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}

/// Waits for `events` on `descriptor`, for at most `milliseconds` (-1 = for ever). True also where it has failed or hung up,
/// since reading tells then.
func isReady(_ descriptor: Int32, for events: Int16, within milliseconds: Int32) -> Bool {
  var entry = pollfd(fd: descriptor, events: events, revents: 0)
  return poll(&entry, 1, milliseconds) > 0
}
func isReadable(_ descriptor: Int32, within milliseconds: Int32) -> Bool {
  isReady(descriptor, for: Int16(POLLIN), within: milliseconds)
}
