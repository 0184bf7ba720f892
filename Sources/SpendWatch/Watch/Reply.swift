import Dispatch
import Synchronization

/// An answer that another thread gives later, once.
package final class Reply<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)
  private let given = DispatchSemaphore(value: 0)

  package init() {}

  package func give(_ answer: Value) {
    value.withLock { $0 = answer }
    given.signal()
  }

  /// Waits for at most `timeout` ms; nil = no answer by then.
  package func wait(timeout: Int64) -> Value? {
    guard given.wait(timeout: .now() + .milliseconds(Int(clamping: timeout))) == .success else { return nil }
    return value.withLock { $0 }
  }
}
