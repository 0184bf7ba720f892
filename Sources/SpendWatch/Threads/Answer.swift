internal import Synchronization

/// A slot for one answer from another thread: a request carries it in its message, and waits.
package final class Answer<Value: Sendable>: Sendable {
  private let mailbox: Mailbox<Value>
  private let isFilled = Atomic(false)

  package init() throws(SystemError) { mailbox = try Mailbox() }

  /// The first call counts; later ones do nothing.
  package func fill(_ value: Value) {
    if !isFilled.exchange(true, ordering: .acquiringAndReleasing) { mailbox.send(value) }
  }

  /// nil = none came within `timeout` ms. To be called once.
  package func wait(timeout: Int64) -> Value? { mailbox.receive(timeout: timeout).first }
}
