import Foundation
import Glibc
import Synchronization

/// A small real HTTP server on loopback (or a unix socket): answers by a script, then with `fallback`, and records what came.
/// A thread of its own accepts, and one serves each connection; all end when the last reference goes.
package final class FakeReceiver: Sendable {
  package struct Request: Sendable {
    package var method: String
    package var path: String
    /// By lower-case name.
    package var headers: [String: String]
    package var body: [UInt8]
    /// When all of it was there.
    package var at = ContinuousClock.now
    /// The status it was answered with; 0 = it was not.
    package var status = 0
    package var text: String { String(decoding: body, as: UTF8.self) }
  }

  package enum Action: Sendable {
    /// Answers, after `delay`.
    case respond(_ status: Int, headers: [(String, String)] = [], body: [UInt8] = [], delay: Duration = .zero)
    /// Reads the request and never answers.
    case hang
    /// Reads the request and resets the connection.
    case reset
    /// Reads the request and closes without an answer.
    case close
  }

  /// Everything the threads share; they hold it, not the receiver.
  final class Core: Sendable {
    struct State {
      var script: [Action] = []
      var fallback: Action = .respond(200)
      var requests: [Request] = []
      var open: Set<Int32> = []
      var isOver = false
    }
    let state = Mutex(State())
  }

  package let port: Int
  private let core = Core()
  private let listener: Int32

  /// - Parameters:
  ///   - script: one action a request, in order.
  ///   - port: 0 = a free one.
  package init(_ script: Action..., port wanted: Int = 0) throws {
    (listener, port) = try LocalSocket.listen(port: wanted)
    core.state.withLock { $0.script = script }
    serve()
  }

  deinit {
    core.state.withLock { state in
      state.isOver = true
      for connection in state.open { shutdown(connection, Int32(SHUT_RDWR)) }
    }
    // Wakes `accept`; the thread closes it.
    shutdown(listener, Int32(SHUT_RDWR))
  }

  package var url: String { "http://127.0.0.1:\(port)/hook/s3cret-path" }
  package var requests: [Request] { core.state.withLock { $0.requests } }

  /// Appends to the script.
  package func enqueue(_ actions: Action...) { core.state.withLock { $0.script += actions } }

  /// What is done when the script is over; 200 at first.
  package func setFallback(_ action: Action) { core.state.withLock { $0.fallback = action } }

  /// Waits until at least `count` requests came; whether they did.
  package func received(_ count: Int, within deadline: Duration = .seconds(10)) -> Bool {
    eventually(within: deadline) { requests.count >= count }
  }

  private func serve() {
    let core = core
    let listener = listener
    Thread.detachNewThread {
      while true {
        let connection = accept(listener, nil, nil)
        if connection < 0 {
          if errno == EINTR || errno == ECONNABORTED { continue }
          break
        }
        // A process that another test starts must not hold it open.
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        let isOver = core.state.withLock { state in
          if !state.isOver { state.open.insert(connection) }
          return state.isOver
        }
        if isOver {
          close(connection)
          break
        }
        Thread.detachNewThread { FakeConnection(connection, core).run() }
      }
      close(listener)
    }
  }
}
