internal import CTransport
internal import Foundation
internal import Synchronization

/// Answers requests on a unix socket, on libmicrohttpd's own threads: one a connection, at most 32. The file's mode is the access
/// control.
package final class ControlServer: Sendable {
  package let path: String
  private let link: String?
  private let core: ControlCore
  private let daemon: Mutex<OpaquePointer?>
  private let identity: DatabaseFile.Identity?

  /// Listens from here on. `handler` is called on the server's threads and may wait some seconds for other threads; with `link`, that
  /// path becomes a symbolic link to the socket. Call it with the state's lock held: whatever lies at `link` is replaced.
  package init(
    path: String, link: String? = nil, endpoints: [ControlEndpoint] = ControlEndpoint.all,
    handler: @escaping @Sendable (ControlRequest) -> ControlReply
  ) throws(ControlError) {
    let listener = try ControlSocket.listen(path)
    let core = ControlCore(endpoints: endpoints, handler: handler)
    let started = sf_httpd_start(
      listener, ControlCore.access, ControlCore.completed, Unmanaged.passUnretained(core).toOpaque(), 32, 30,
      32 << 10)
    guard let started else {
      let reason = errno
      close(listener)
      unlink(path)
      throw .system(path: path, SystemError("MHD_start_daemon", reason))
    }
    self.path = path
    self.link = link
    self.core = core
    daemon = Mutex(started)
    identity = DatabaseFile.Identity(path: path)
    if let link {
      let draft = link + ".new"
      unlink(draft)
      // Without the link the socket works all the same.
      if symlink(path, draft) == 0, rename(draft, link) != 0 { unlink(draft) }
    }
  }

  deinit { stop() }

  /// Takes no more requests, gives those in hand up to `patience` ms to be answered, and removes the socket. A handler that hangs
  /// longer is left to hang: the process is about to end.
  package func stop(patience: Int64 = 800) {
    guard let daemon = daemon.withLock({ $0.take() }) else { return }
    core.isStopping.store(true, ordering: .releasing)
    let listener = MHD_quiesce_daemon(daemon)
    if listener >= 0 { close(listener) }
    if DatabaseFile.Identity(path: path) == identity { unlink(path) }
    if let link, (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) == path { unlink(link) }
    let deadline = Deadline(milliseconds: patience)
    while core.inHand.load(ordering: .acquiring) > 0 {
      if deadline.hasPassed {
        // Its thread still uses the core.
        _ = Unmanaged.passRetained(core)
        return
      }
      usleep(2_000)
    }
    MHD_stop_daemon(daemon)
  }
}
