import Glibc
import SpendEngine
internal import Synchronization

/// Who unpacks for a tailer, which never waits for it.
package protocol Unpacking: AnyObject, Sendable {
  /// Begins; one at a time.
  func begin(_ request: UnpackRequest)
  /// What has come of it; nil = it is not there yet.
  func take() -> UnpackAnswer?
  /// Readable when an answer is there; below 0: it is there as soon as `begin` returns.
  var descriptor: Int32 { get }
}

/// What a tailer asks, and what it is answered: nobody else looks inside.
package struct UnpackRequest: Sendable { var job: UnpackJob }
package struct UnpackAnswer: Sendable { var unpacked: Unpacked }

/// Unpacks at once, on the caller's thread: for tests.
package final class InlineUnpacking: Unpacking {
  private let unpacker: Unpacker
  private let answer = Mutex<UnpackAnswer?>(nil)
  package let descriptor: Int32 = -1

  package init(directory: String, limits: UnpackLimits = UnpackLimits()) {
    unpacker = Unpacker(directory: directory, limits: limits)
  }
  deinit { if let unpacked = take()?.unpacked, unpacked.descriptor >= 0 { close(unpacked.descriptor) } }

  package func begin(_ request: UnpackRequest) {
    let made = UnpackAnswer(unpacked: unpacker.unpack(request.job))
    answer.withLock { $0 = made }
  }
  package func take() -> UnpackAnswer? {
    answer.withLock { held in
      defer { held = nil }
      return held
    }
  }
}

/// Unpacks on a thread of its own.
package final class UnpackThread: Unpacking {
  private let requests: Mailbox<UnpackRequest?>
  private let answers: Mailbox<UnpackAnswer>
  private let isStopped: Stop
  package var descriptor: Int32 { answers.descriptor }

  private final class Stop: Sendable {
    let value = Atomic<Bool>(false)
  }

  /// - Parameter directory: where the unpacked content is kept while it is read.
  package init(directory: String, limits: UnpackLimits = UnpackLimits()) throws(SystemError) {
    let (requests, answers, stop) = (try Mailbox<UnpackRequest?>(), try Mailbox<UnpackAnswer>(), Stop())
    (self.requests, self.answers, isStopped) = (requests, answers, stop)
    let unpacker = Unpacker(directory: directory, limits: limits)
    _ = try WorkerThread(name: "unpacker") {
      while true {
        for request in requests.receive(timeout: nil) {
          guard let request else { return }
          let unpacked = unpacker.unpack(request.job) { stop.value.load(ordering: .relaxed) }
          answers.send(UnpackAnswer(unpacked: unpacked))
        }
      }
    }
  }

  deinit {
    isStopped.value.store(true, ordering: .relaxed)
    requests.send(nil)
    while let answer = take() { if answer.unpacked.descriptor >= 0 { close(answer.unpacked.descriptor) } }
  }

  package func begin(_ request: UnpackRequest) { requests.send(request) }
  package func take() -> UnpackAnswer? { answers.drain().first }
}
