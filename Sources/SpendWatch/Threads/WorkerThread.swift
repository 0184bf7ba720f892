internal import CTransport
internal import Foundation

/// A named thread that can be waited for with a timeout. What it works on is made on it, or sent to it.
package final class WorkerThread: Sendable {
  /// Readable for ever once the body has returned, so that others can poll for it.
  package var descriptor: Int32 { finished.descriptor }
  private let finished: Flag

  /// `name` shows in `ps -L` and debuggers; the kernel keeps 15 bytes of it. Throws where no thread is to be had.
  package init(name: String, stack: Int = 1 << 20, body: sending @escaping () -> Void) throws(SystemError) {
    finished = try Flag()
    let start = Unmanaged.passRetained(Start(name: name, finished: finished, body: body))
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, max(stack, 128 << 10))
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let failure = pthread_create(
      &thread, &attributes,
      { context in
        guard let context else { return nil }
        let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
        sf_name_thread(start.name)
        start.body()
        start.finished.raise()
        return nil
      }, start.toOpaque())
    guard failure == 0 else {
      start.release()
      throw SystemError("pthread_create", failure)
    }
  }

  /// Whether the body has returned within `timeout` ms.
  package func join(timeout: Int64) -> Bool {
    let deadline = Deadline(milliseconds: timeout)
    repeat {
      if isReadable(finished.descriptor, within: deadline.remaining) { return true }
    } while !deadline.hasPassed
    return false
  }

  /// Never cleared.
  private final class Flag: Sendable {
    let descriptor: Int32
    init() throws(SystemError) {
      descriptor = sf_eventfd()
      if descriptor < 0 { throw SystemError("eventfd", errno) }
    }
    deinit { close(descriptor) }
    func raise() { sf_eventfd_raise(descriptor) }
  }

  private final class Start {
    let name: String
    let finished: Flag
    let body: () -> Void
    init(name: String, finished: Flag, body: @escaping () -> Void) {
      self.name = name
      self.finished = finished
      self.body = body
    }
  }
}
