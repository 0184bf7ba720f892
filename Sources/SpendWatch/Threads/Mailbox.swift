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
